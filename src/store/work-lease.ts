import { sql, type Kysely } from 'kysely';
import { systemActor } from '../core/actor.ts';
import { compareText } from '../core/labels.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { Outcome, WorkItem } from '../core/work.ts';
import { storableText } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { changePrepared, runPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';
import { LAST_PRIORITY } from './work-rows.ts';

/** The row is not this holder's any more: its lease ended and somebody else took it, or it was taken out of line. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease';

  constructor(item: WorkItem) {
    super(`The lease on ${item.kind} ${item.key} (${item.id}) is lost: nothing of this try was stored.`);
  }
}

export interface ClaimOptions {
  /** Kinds to take; all if left out. */
  readonly kinds?: readonly string[];
  readonly limit: number;
  /** Length of the lease, ms of the clock. */
  readonly leaseMs: number;
  readonly now: number;
  /** Kinds of which the newest row is taken first: what is late anyway must not hold up what just happened. */
  readonly newestFirst?: readonly string[];
  /** Kinds of which many more rows are taken beside the others: they are done together. */
  readonly many?: { readonly kinds: readonly string[]; readonly limit: number };
  /** Takes a row that was tried before alone: if it ends the process, nothing else is held with it. */
  readonly doubtfulAlone?: boolean;
}

/** How a failed row is tried again: full jitter below `backoffMs` doubled with each try and capped, ms. */
export interface FailOptions {
  readonly now: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly capMs: number;
}

/** Takes due rows by lease, the most urgent and longest due first. */
export async function claimRows(
  db: Kysely<Database>,
  flavour: Flavour,
  owner: string,
  { kinds, limit, leaseMs, now, newestFirst = [], doubtfulAlone = false, many }: ClaimOptions,
): Promise<WorkItem[]> {
  if (limit <= 0) return [];
  // One probe of an index says that nothing is due, as it is most of the time.
  const earliest = await earliestReady(db);
  if (earliest === null || earliest > now) return [];
  const lines = (await frontOfLines(db, kinds)).filter(({ readyAt }) => readyAt <= now);
  let due: WorkRow[] = [];
  let room = limit;
  let roomForMany = many?.limit ?? 0;
  for (let priority = 0; priority <= LAST_PRIORITY && (room > 0 || roomForMany > 0); priority++) {
    const level: WorkRow[] = [];
    for (const line of lines) {
      if (line.priority !== priority) continue;
      if (many?.kinds.includes(line.kind)) {
        const rows = await rowsOfLine(db, flavour, line, now, 'asc', roomForMany);
        roomForMany -= rows.length;
        due.push(...rows);
      } else if (newestFirst.includes(line.kind)) level.push(...(await bothEnds(db, flavour, line, now, room)));
      else level.push(...(await rowsOfLine(db, flavour, line, now, 'asc', room)));
    }
    level.sort((one, other) => one.due_at - other.due_at || compareText(one.id, other.id));
    due.push(...level.slice(0, room));
    room -= Math.min(room, level.length);
  }
  if (doubtfulAlone) due = withoutDoubtful(due, now);
  if (due.length === 0) return [];
  const leaseEndsAt = Math.round(now + leaseMs);
  const ids = flavour.list(due.map(({ id }) => id));
  await changePrepared(db, 'claim', [1, 1, leaseEndsAt, owner, ids], () =>
    db
      .updateTable('work')
      .set((eb) => ({
        fence: eb('fence', '+', 1),
        attempts: eb('attempts', '+', 1),
        ready_at: leaseEndsAt,
        lease_owner: owner,
      }))
      .where(flavour.among('id')),
  );
  return due.map((row) => itemOf({ ...row, fence: row.fence + 1, attempts: row.attempts + 1 }, leaseEndsAt));
}

function rowsOfLine(
  db: Kysely<Database>,
  flavour: Flavour,
  { kind, priority }: Line,
  now: number,
  order: 'asc' | 'desc',
  limit: number,
): Promise<WorkRow[]> {
  if (limit <= 0) return Promise.resolve([]);
  return runPrepared<WorkRow>(db, `rows of a line, ${order}`, [kind, priority, now, limit], () =>
    flavour.lockFreeRows(
      db
        .selectFrom('work')
        .selectAll()
        .where('state', '=', sql.lit('open'))
        .where('kind', '=', kind)
        .where('priority', '=', priority)
        .where('ready_at', '<=', now)
        .orderBy('ready_at', order)
        .orderBy('id', order)
        .limit(limit),
    ),
  );
}

/** Three of four rows from the newest end, the rest from the oldest: what is old comes last, but it comes. */
async function bothEnds(
  db: Kysely<Database>,
  flavour: Flavour,
  line: Line,
  now: number,
  room: number,
): Promise<WorkRow[]> {
  const rows = await rowsOfLine(db, flavour, line, now, 'desc', room);
  const oldest = Math.floor(room / 4);
  if (rows.length < room || oldest === 0) return rows;
  const kept = rows.slice(0, room - oldest);
  const taken = new Set(kept.map(({ id }) => id));
  const old = await rowsOfLine(db, flavour, line, now, 'asc', oldest);
  return [...kept, ...old.filter(({ id }) => !taken.has(id))];
}

/** How long rows that were tried before let fresh ones go first, ms. */
const PATIENCE = 60_000;

/**
 * Fresh rows together, or one row that was tried before, alone. Fresh ones go first for a while: a row that ends the
 * process would otherwise come first in each of its lives.
 */
function withoutDoubtful(due: readonly WorkRow[], now: number): WorkRow[] {
  const doubtful = due.filter(({ attempts }) => attempts > 0).toSorted((a, b) => a.attempts - b.attempts)[0];
  const fresh = due.filter(({ attempts }) => attempts === 0);
  return doubtful && (fresh.length === 0 || doubtful.due_at <= now - PATIENCE) ? [doubtful] : fresh;
}

/** Puts rows back that this holder cannot do yet, as if they had not been claimed; they are ready again at `readyAt`. */
export async function giveBackRows(db: Kysely<Database>, items: readonly WorkItem[], readyAt: number): Promise<void> {
  for (const { id, fence } of items) {
    await db
      .updateTable('work')
      .set((eb) => ({ lease_owner: null, ready_at: Math.round(readyAt), attempts: eb('attempts', '-', 1) }))
      .where('id', '=', id)
      .where('fence', '=', fence)
      .where('state', '=', sql.lit('open'))
      .execute();
  }
}

/** Open rows of one kind and priority stand in one line, by the instant they may be claimed. */
interface Line {
  readonly kind: string;
  readonly priority: number;
  readonly readyAt: number;
}

/**
 * The first row of each line. The index is jumped through from one line to the next: a hundred thousand alerts that wait
 * do not slow down the search for the one page behind them, and kinds of which nothing waits cost nothing.
 */
async function frontOfLines(db: Kysely<Database>, kinds?: readonly string[]): Promise<Line[]> {
  type Front = { kind: string; priority: number; ready_at: number };
  // From a row to the first one of the next line: of the same kind and less urgent, or else of the next kind.
  const query = sql<Front>`
    WITH RECURSIVE line (id) AS (
      SELECT * FROM (
        SELECT id FROM work WHERE state = 'open' ORDER BY kind, priority, ready_at LIMIT 1
      ) AS first
      UNION ALL
      SELECT COALESCE(
        (SELECT id FROM work WHERE state = 'open' AND kind = at.kind AND priority > at.priority
         ORDER BY priority, ready_at LIMIT 1),
        (SELECT id FROM work WHERE state = 'open' AND kind > at.kind ORDER BY kind, priority, ready_at LIMIT 1))
      FROM line CROSS JOIN work AS at WHERE at.id = line.id)
    SELECT work.kind, work.priority, work.ready_at FROM line CROSS JOIN work WHERE work.id = line.id`;
  const rows = await runPrepared<Front>(db, 'front of lines', [], () => ({ compile: () => query.compile(db) }));
  return rows.flatMap(({ kind, priority, ready_at: readyAt }) =>
    kinds && !kinds.includes(kind) ? [] : [{ kind, priority, readyAt }],
  );
}

/** When the earliest open row may be claimed, ms; null if there is none. */
export async function earliestReady(db: Kysely<Database>, kinds?: readonly string[]): Promise<number | null> {
  if (kinds) {
    const lines = await frontOfLines(db, kinds);
    return lines.length === 0 ? null : Math.min(...lines.map(({ readyAt }) => readyAt));
  }
  const [first] = await runPrepared<{ ready_at: number }>(db, 'earliest ready', [1], () =>
    db.selectFrom('work').select('ready_at').where('state', '=', sql.lit('open')).orderBy('ready_at').limit(1),
  );
  return first?.ready_at ?? null;
}

/**
 * Runs the handler's part and completes the row, in the caller's transaction. The row is out of line meanwhile, so that
 * the handler may put the same kind and key in line again.
 * @throws StaleLease when the row is not this holder's any more
 */
export async function settleRow<Tx extends CoreTx>(
  db: Kysely<Database>,
  tx: Tx,
  item: WorkItem,
  now: number,
  run: (tx: Tx) => Promise<Outcome>,
): Promise<void> {
  const [row] = await runPrepared<WorkRow>(db, 'take a row', [item.id, item.fence], () =>
    db
      .deleteFrom('work')
      .where('id', '=', '')
      .where('fence', '=', 0)
      .where('state', '=', sql.lit('open'))
      .returningAll(),
  );
  if (!row) throw new StaleLease(item);
  await putBack(db, tx, row, item, await run(tx), now);
}

/**
 * The same for several rows at once, in one transaction: `run` is given those that are still this holder's, and answers
 * with an outcome for each of them in their order.
 * @returns the rows that are not this holder's any more
 */
export async function settleRows<Tx extends CoreTx>(
  db: Kysely<Database>,
  flavour: Flavour,
  tx: Tx,
  items: readonly WorkItem[],
  now: number,
  run: (tx: Tx, held: readonly WorkItem[]) => Promise<readonly Outcome[]>,
): Promise<WorkItem[]> {
  const ids = flavour.list(items.map(({ id }) => id));
  const fences = new Map(items.map(({ id, fence }) => [id, fence]));
  const found = await runPrepared<WorkRow>(db, 'rows to take', [ids], () =>
    flavour.lockRows(
      db.selectFrom('work').selectAll().where(flavour.among('id')).where('state', '=', sql.lit('open')).orderBy('id'),
    ),
  );
  const rows = new Map(found.filter(({ id, fence }) => fences.get(id) === fence).map((row) => [row.id, row]));
  const held = items.filter(({ id }) => rows.has(id));
  if (held.length > 0) {
    const taken = flavour.list(held.map(({ id }) => id));
    await changePrepared(db, 'take rows', [taken], () => db.deleteFrom('work').where(flavour.among('id')));
    const outcomes = await run(tx, held);
    for (const [index, item] of held.entries()) await putBack(db, tx, rows.get(item.id)!, item, outcomes[index]!, now);
  }
  return items.filter(({ id }) => !rows.has(id));
}

/** A row that is done stays out of line; others come back as their outcome says. */
async function putBack(
  db: Kysely<Database>,
  tx: CoreTx,
  row: WorkRow,
  item: WorkItem,
  outcome: Outcome,
  now: number,
): Promise<void> {
  if (outcome.kind === 'done') return;
  if (outcome.kind === 'again') return openAgain(db, row, item, outcome);
  await db
    .insertInto('work')
    .values({ ...row, state: 'running' })
    .execute();
  await quarantineRow(db, tx, item, outcome.reason, now);
}

async function openAgain(
  db: Kysely<Database>,
  row: WorkRow,
  item: WorkItem,
  { dueAt, payload }: Extract<Outcome, { kind: 'again' }>,
): Promise<void> {
  const due = Math.round(dueAt);
  const [newer] = await runPrepared<WorkRow>(db, 'open row of a kind and key', [item.kind, item.key], () =>
    db
      .selectFrom('work')
      .selectAll()
      .where('kind', '=', item.kind)
      .where('key', '=', item.key)
      .where('state', '=', sql.lit('open')),
  );
  if (newer) {
    // The handler put the same work in line itself: that row stands, at the earlier of both instants.
    if (newer.due_at <= due) return;
    await db.updateTable('work').set({ due_at: due, ready_at: due }).where('id', '=', newer.id).execute();
    return;
  }
  const again: WorkRow = {
    ...row,
    state: 'open',
    due_at: due,
    ready_at: due,
    attempts: 0,
    lease_owner: null,
    last_error: null,
    payload: JSON.stringify(payload ?? item.payload),
  };
  await runPrepared(db, `row again ${Object.keys(again).join()}`, Object.values(again), () =>
    db.insertInto('work').values(again),
  );
}

/** Reschedules a row that failed, or puts it aside after its last try. */
export async function failRow(
  db: Kysely<Database>,
  flavour: Flavour,
  tx: CoreTx & QuarantineTx,
  item: WorkItem,
  error: string,
  { now, maxAttempts, backoffMs, capMs }: FailOptions,
  random: () => number,
): Promise<'again' | 'quarantined' | 'lost'> {
  const held = await flavour
    .lockRows(
      db
        .selectFrom('work')
        .select('attempts')
        .where('id', '=', item.id)
        .where('fence', '=', item.fence)
        .where('state', '=', sql.lit('open')),
    )
    .executeTakeFirst();
  if (!held) return 'lost';
  if (held.attempts >= maxAttempts) {
    await quarantineRow(db, tx, item, error, now);
    return 'quarantined';
  }
  const due = Math.round(now + random() * Math.min(capMs, backoffMs * 2 ** (held.attempts - 1)));
  await db
    .updateTable('work')
    .set({ due_at: due, ready_at: due, lease_owner: null, last_error: storedError(error) })
    .where('id', '=', item.id)
    .execute();
  return 'again';
}

interface QuarantineTx {
  readonly signals: {
    quarantine(row: { id: string; kind: string; receivedAt: number; reason: string; body: string }): Promise<void>;
  };
}

async function quarantineRow(
  db: Kysely<Database>,
  tx: CoreTx & Partial<QuarantineTx>,
  item: WorkItem,
  reason: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('work')
    .set({ state: 'quarantined', last_error: storedError(reason), lease_owner: null })
    .where('id', '=', item.id)
    .execute();
  await tx.signals?.quarantine({ id: item.id, kind: item.kind, receivedAt: now, reason, body: JSON.stringify(item) });
  const { incidentId } = item.payload;
  await tx.journal.append({
    actor: systemActor('store'),
    fact: 'work.quarantined',
    subject: { kind: 'work', id: item.id },
    incidentId: typeof incidentId === 'string' ? incidentId : undefined,
    causeId: item.causeId ?? undefined,
    summary: `Work ${item.kind} was put aside after ${item.attempt} ${item.attempt === 1 ? 'try' : 'tries'}`,
    reason,
    data: { kind: item.kind, key: item.key, attempt: item.attempt, payload: item.payload },
  });
}

/** Gives back what this instance holds, so that others need not wait for the leases to end; returns how many rows. */
export async function releaseRows(db: Kysely<Database>, owner: string): Promise<number> {
  const result = await db
    .updateTable('work')
    .set((eb) => ({ lease_owner: null, ready_at: eb.ref('due_at'), attempts: eb('attempts', '-', 1) }))
    .where('lease_owner', '=', owner)
    .where('state', '=', sql.lit('open'))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/**
 * Frees what a process that died held, where no other process can be alive on the database: nobody waits for the leases
 * to end. The tries stay counted, so that a row that kills the process is not tried for ever.
 */
export async function freeAbandonedRows(db: Kysely<Database>): Promise<void> {
  await db
    .updateTable('work')
    .set((eb) => ({ lease_owner: null, ready_at: eb.ref('due_at') }))
    .where('lease_owner', 'is not', null)
    .where('state', '=', sql.lit('open'))
    .execute();
}

/** How much work there is: a row for each kind and state. */
export interface WorkCount {
  readonly kind: string;
  /** `due` may be claimed now, `leased` is held by somebody, `waiting` is due later. */
  readonly state: 'due' | 'leased' | 'waiting' | 'quarantined';
  readonly count: number;
}

/** Counts work by kind and state, each from an index alone: there may be a million rows. */
export async function countRows(db: Kysely<Database>, flavour: Flavour, now: number): Promise<WorkCount[]> {
  const open = await sql<{ kind: string; due: boolean | number; count: number }>`
    SELECT kind, ready_at <= ${now} AS due, count(*) AS count FROM ${flavour.using('work', 'work_line')}
    WHERE state = 'open' GROUP BY 1, 2`.execute(db);
  const leased = await sql<{ kind: string; count: number }>`
    SELECT kind, count(*) AS count FROM ${flavour.using('work', 'work_lease')}
    WHERE lease_owner IS NOT NULL AND state = 'open' AND ready_at > ${now} GROUP BY kind`.execute(db);
  const aside = await sql<{ kind: string; count: number }>`
    SELECT kind, count(*) AS count FROM ${flavour.using('work', 'work_quarantined')}
    WHERE state = 'quarantined' GROUP BY kind`.execute(db);
  const held = new Map(leased.rows.map(({ kind, count }) => [kind, count]));
  const counts: WorkCount[] = [
    ...open.rows.map(({ kind, due, count }): WorkCount =>
      Number(due) === 1
        ? { kind, state: 'due', count }
        : { kind, state: 'waiting', count: count - (held.get(kind) ?? 0) },
    ),
    ...leased.rows.map(({ kind, count }): WorkCount => ({ kind, state: 'leased', count })),
    ...aside.rows.map(({ kind, count }): WorkCount => ({ kind, state: 'quarantined', count })),
  ];
  return counts
    .filter(({ count }) => count > 0)
    .sort((one, other) => compareText(one.kind, other.kind) || compareText(one.state, other.state));
}

/** The words of an error, short enough to be shown. */
function storedError(error: string): string {
  return storableText(error.slice(0, 4000));
}

function itemOf(row: WorkRow, leaseEndsAt: number): WorkItem {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    dueAt: row.due_at,
    priority: row.priority,
    payload: JSON.parse(row.payload) as WorkItem['payload'],
    causeId: row.cause_id,
    attempt: row.attempts,
    fence: row.fence,
    leaseEndsAt,
  };
}
