import { sql, type Kysely } from 'kysely';
import { systemActor } from '../core/actor.ts';
import { compareText } from '../core/labels.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { Outcome, WorkItem } from '../core/work.ts';
import { storableText } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { runPrepared, sendPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';
import { putRow } from './work-rows.ts';

/** The row is not this holder's any more: its lease ended and somebody else took it, or it was taken out of line. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease';

  constructor(item: WorkItem) {
    super(`The lease on ${item.kind} ${item.key} (${item.id}) is lost: nothing of this try was stored.`);
  }
}

/** How a failed row is tried again: full jitter below `backoffMs` doubled with each try and capped, ms. */
export interface FailOptions {
  readonly now: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly capMs: number;
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
  // In the order in which rows are put in line: who does that meanwhile waits, and not in a circle.
  const found = await runPrepared<WorkRow>(db, 'rows to take', [ids], () =>
    flavour.lockRows(
      db
        .selectFrom('work')
        .selectAll()
        .where(flavour.among('id'))
        .where('state', '=', sql.lit('open'))
        .orderBy('kind')
        .orderBy('key'),
    ),
  );
  const rows = new Map(found.filter(({ id, fence }) => fences.get(id) === fence).map((row) => [row.id, row]));
  const held = items.filter(({ id }) => rows.has(id));
  if (held.length > 0) {
    const taken = flavour.list(held.map(({ id }) => id));
    await sendPrepared(db, 'take rows', [taken], () => db.deleteFrom('work').where(flavour.among('id')));
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
  // Should the handler have put the same work in line itself, that row stands, at the earlier of both instants.
  await putRow(db, again);
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
