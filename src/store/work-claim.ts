import { sql, type Kysely, type RawBuilder } from 'kysely';
import { compareText } from '../core/labels.ts';
import type { WorkItem } from '../core/work.ts';
import type { Flavour } from './flavour.ts';
import { runPrepared, sendPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';
import { LAST_PRIORITY } from './work-rows.ts';

/** From a row to the first one of the next line: of the same kind and less urgent, or else of the next kind. */
const LINES = sql`line (id) AS (
  SELECT * FROM (
    SELECT id FROM work WHERE state = 'open' ORDER BY kind, priority, ready_at LIMIT 1
  ) AS first
  UNION ALL
  SELECT COALESCE(
    (SELECT id FROM work WHERE state = 'open' AND kind = at.kind AND priority > at.priority
     ORDER BY priority, ready_at LIMIT 1),
    (SELECT id FROM work WHERE state = 'open' AND kind > at.kind ORDER BY kind, priority, ready_at LIMIT 1))
  FROM line CROSS JOIN work AS at WHERE at.id = line.id)`;

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
  /** None of the kinds calls the world: should the database lose the claim with its memory, the row is just taken again. */
  readonly insideOnly?: boolean;
  /** Takes a row that was tried before alone: if it ends the process, nothing else is held with it. */
  readonly doubtfulAlone?: boolean;
}

/** Takes due rows by lease, the most urgent and longest due first. */
export async function claimRows(
  db: Kysely<Database>,
  flavour: Flavour,
  owner: string,
  options: ClaimOptions,
): Promise<WorkItem[]> {
  const { limit, leaseMs, now, doubtfulAlone = false, insideOnly = false } = options;
  if (limit <= 0) return [];
  const found = flavour.name === 'postgres' ? await dueAtOnce(db, options) : await dueByLine(db, options);
  let due = withinRoom(found, options);
  if (doubtfulAlone) due = withoutDoubtful(due, now);
  if (due.length === 0) return [];
  if (insideOnly) await flavour.needsNoSync(db);
  const leaseEndsAt = Math.round(now + leaseMs);
  const ids = flavour.list(due.map(({ id }) => id));
  await sendPrepared(db, 'claim', [1, 1, leaseEndsAt, owner, ids], () =>
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

/** So many of the rows found as there is room for: the most urgent first, and among them the longest due. */
function withinRoom(found: readonly WorkRow[], { kinds, limit, many }: ClaimOptions): WorkRow[] {
  const due: WorkRow[] = [];
  let room = limit;
  let roomForMany = many?.limit ?? 0;
  const levels = Map.groupBy(
    found.filter(({ kind }) => !kinds || kinds.includes(kind)),
    ({ priority }) => priority,
  );
  for (let priority = 0; priority <= LAST_PRIORITY; priority++) {
    const level: WorkRow[] = [];
    for (const row of levels.get(priority) ?? []) {
      if (!many?.kinds.includes(row.kind)) level.push(row);
      else if (roomForMany-- > 0) due.push(row);
    }
    level.sort((one, other) => one.due_at - other.due_at || compareText(one.id, other.id));
    due.push(...level.slice(0, room));
    room -= Math.min(room, level.length);
  }
  return due;
}

/** Line by line, where a question costs no journey. */
async function dueByLine(
  db: Kysely<Database>,
  { kinds, limit, now, newestFirst = [], many }: ClaimOptions,
): Promise<WorkRow[]> {
  const { lines, rowsOf } = await dueLines(db, kinds, now);
  const due: WorkRow[] = [];
  let room = limit;
  let roomForMany = many?.limit ?? 0;
  for (let priority = 0; priority <= LAST_PRIORITY && (room > 0 || roomForMany > 0); priority++) {
    let found = 0;
    for (const line of lines) {
      if (line.priority !== priority) continue;
      if (many?.kinds.includes(line.kind)) {
        const rows = await rowsOf(line, 'asc', roomForMany);
        roomForMany -= rows.length;
        due.push(...rows);
        continue;
      }
      const both = newestFirst.includes(line.kind);
      const rows = both ? await bothEnds(rowsOf, line, room) : await rowsOf(line, 'asc', room);
      found += rows.length;
      due.push(...rows);
    }
    room -= Math.min(room, found);
  }
  return due;
}

/**
 * The same in one statement: all lines, and of each the rows that nobody else is claiming at this moment. What is found
 * beyond the room there is stays locked up to the end of this transaction, which follows at once.
 */
async function dueAtOnce(
  db: Kysely<Database>,
  { kinds, limit, now, newestFirst = [], many }: ClaimOptions,
): Promise<WorkRow[]> {
  const oldest = Math.floor(limit / 4);
  const asked = kinds ?? null;
  const values = [now, asked, asked, now, many?.kinds ?? [], many?.limit ?? 0, newestFirst, oldest, limit];
  const found = await runPrepared<WorkRow>(db, 'due at once', [...values, now, limit, newestFirst], () => ({
    compile: () => DUE_AT_ONCE.compile(db),
  }));
  // Of those that come newest first, the oldest few may have been found from both ends.
  return [...new Map(found.map((row) => [row.id, row])).values()];
}

/** The rows of a line that may be claimed, in this order and up to so many. */
function claimable(order: RawBuilder<unknown>, most: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`SELECT found.* FROM front CROSS JOIN LATERAL (
    SELECT * FROM work
    WHERE state = 'open' AND kind = front.kind AND priority = front.priority AND ready_at <= ${0}
    ORDER BY ${order} LIMIT ${most} FOR UPDATE SKIP LOCKED) AS found`;
}

const LIMIT_OF_LINE = sql`CASE WHEN front.kind = ANY(${[]}::text[]) THEN ${0}::bigint
  WHEN front.kind = ANY(${[]}::text[]) THEN ${0}::bigint ELSE ${0}::bigint END`;

const DUE_AT_ONCE = sql<WorkRow>`
  WITH RECURSIVE ${LINES}, front AS MATERIALIZED (
    SELECT work.kind, work.priority FROM line CROSS JOIN work
    WHERE work.id = line.id AND work.ready_at <= ${0}
      AND (${null}::text[] IS NULL OR work.kind = ANY(${null}::text[])))
  ${claimable(sql`ready_at, id`, LIMIT_OF_LINE)}
  UNION ALL
  ${claimable(sql`ready_at DESC, id DESC`, sql`${0}::bigint`)} WHERE front.kind = ANY(${[]}::text[])`;

/** How rows of a line are read: those that may be claimed now, from its old or its new end. */
type RowsOf = (line: Line, order: 'asc' | 'desc', limit: number) => Promise<readonly WorkRow[]>;

/** So many due rows are looked at as they are; more are sought line by line. */
const FEW = 32;

/**
 * The lines of which something may be claimed now. Mostly nothing is due, or a few rows: one probe of an index tells it
 * all. Only where many are due are the lines sought, so that the search costs the same however many wait.
 */
async function dueLines(
  db: Kysely<Database>,
  kinds: readonly string[] | undefined,
  now: number,
): Promise<{ readonly lines: readonly Line[]; readonly rowsOf: RowsOf }> {
  const first = await runPrepared<WorkRow>(db, 'first due', [now, FEW + 1], () =>
    db
      .selectFrom('work')
      .selectAll()
      .where('state', '=', sql.lit('open'))
      .where('ready_at', '<=', now)
      .orderBy('ready_at')
      .limit(FEW + 1),
  );
  if (first.length > FEW) {
    const lines = (await frontOfLines(db, kinds)).filter(({ readyAt }) => readyAt <= now);
    return { lines, rowsOf: (line, order, limit) => rowsOfLine(db, line, now, order, limit) };
  }
  const rows = kinds ? first.filter(({ kind }) => kinds.includes(kind)) : first;
  const lines = new Map<string, Line>();
  for (const { kind, priority, ready_at: readyAt } of rows) {
    const name = `${priority} ${kind}`;
    if (!lines.has(name)) lines.set(name, { kind, priority, readyAt });
  }
  // There is one writer: what was read is what is there.
  const known: RowsOf = (line, order, limit) => Promise.resolve(endOf(rows, line, order).slice(0, Math.max(limit, 0)));
  return { lines: [...lines.values()], rowsOf: known };
}

function endOf(rows: readonly WorkRow[], { kind, priority }: Line, order: 'asc' | 'desc'): WorkRow[] {
  const own = rows.filter((row) => row.kind === kind && row.priority === priority);
  own.sort((one, other) => one.ready_at - other.ready_at || compareText(one.id, other.id));
  return order === 'asc' ? own : own.reverse();
}

function rowsOfLine(
  db: Kysely<Database>,
  { kind, priority }: Line,
  now: number,
  order: 'asc' | 'desc',
  limit: number,
): Promise<WorkRow[]> {
  if (limit <= 0) return Promise.resolve([]);
  return runPrepared<WorkRow>(db, `rows of a line, ${order}`, [kind, priority, now, limit], () =>
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
  );
}

/** Three of four rows from the newest end, the rest from the oldest: what is old comes last, but it comes. */
async function bothEnds(rowsOf: RowsOf, line: Line, room: number): Promise<readonly WorkRow[]> {
  const rows = await rowsOf(line, 'desc', room);
  const oldest = Math.floor(room / 4);
  if (rows.length < room || oldest === 0) return rows;
  const kept = rows.slice(0, room - oldest);
  const taken = new Set(kept.map(({ id }) => id));
  const old = await rowsOf(line, 'asc', oldest);
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
  const query = sql<Front>`
    WITH RECURSIVE ${LINES}
    SELECT work.kind, work.priority, work.ready_at FROM line CROSS JOIN work WHERE work.id = line.id`;
  const rows = await runPrepared<Front>(db, 'front of lines', [], () => ({ compile: () => query.compile(db) }));
  return rows.flatMap(({ kind, priority, ready_at: readyAt }) =>
    kinds && !kinds.includes(kind) ? [] : [{ kind, priority, readyAt }],
  );
}

/** So many rows are looked at for one of the kinds asked for, before the lines are sought. */
const NEAREST = 4;

/**
 * When the earliest open row may be claimed, ms; null if there is none. Of the kinds asked for nothing may be claimed
 * before: while others come first that are not due either, the answer is when to look again.
 */
export async function earliestReady(
  db: Kysely<Database>,
  now: number,
  kinds?: readonly string[],
): Promise<number | null> {
  const most = kinds ? NEAREST : 1;
  const rows = await runPrepared<{ kind: string; ready_at: number }>(db, 'earliest ready', [most], () =>
    db
      .selectFrom('work')
      .select(['kind', 'ready_at'])
      .where('state', '=', sql.lit('open'))
      .orderBy('ready_at')
      .limit(most),
  );
  const first = kinds ? rows.find(({ kind }) => kinds.includes(kind)) : rows[0];
  if (first || !kinds || rows.length < NEAREST) return first?.ready_at ?? null;
  const last = rows.at(-1)!.ready_at;
  if (last > now) return last;
  const lines = await frontOfLines(db, kinds);
  return lines.length === 0 ? null : Math.min(...lines.map(({ readyAt }) => readyAt));
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
