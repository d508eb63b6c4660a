import { sql, type Kysely } from 'kysely';
import { compareText } from '../core/labels.ts';
import type { WorkItem } from '../core/work.ts';
import type { Flavour } from './flavour.ts';
import { changePrepared, runPrepared } from './prepared.ts';
import type { Database, WorkRow } from './schema.ts';
import { LAST_PRIORITY } from './work-rows.ts';

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

/** Takes due rows by lease, the most urgent and longest due first. */
export async function claimRows(
  db: Kysely<Database>,
  flavour: Flavour,
  owner: string,
  { kinds, limit, leaseMs, now, newestFirst = [], doubtfulAlone = false, many }: ClaimOptions,
): Promise<WorkItem[]> {
  if (limit <= 0) return [];
  const { lines, rowsOf } = await dueLines(db, flavour, kinds, now);
  let due: WorkRow[] = [];
  let room = limit;
  let roomForMany = many?.limit ?? 0;
  for (let priority = 0; priority <= LAST_PRIORITY && (room > 0 || roomForMany > 0); priority++) {
    const level: WorkRow[] = [];
    for (const line of lines) {
      if (line.priority !== priority) continue;
      if (many?.kinds.includes(line.kind)) {
        const rows = await rowsOf(line, 'asc', roomForMany);
        roomForMany -= rows.length;
        due.push(...rows);
      } else if (newestFirst.includes(line.kind)) level.push(...(await bothEnds(rowsOf, line, room)));
      else level.push(...(await rowsOf(line, 'asc', room)));
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
  flavour: Flavour,
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
  const locked: RowsOf = (line, order, limit) => rowsOfLine(db, flavour, line, now, order, limit);
  if (first.length > FEW) {
    const lines = (await frontOfLines(db, kinds)).filter(({ readyAt }) => readyAt <= now);
    return { lines, rowsOf: locked };
  }
  const rows = kinds ? first.filter(({ kind }) => kinds.includes(kind)) : first;
  const lines = new Map<string, Line>();
  for (const { kind, priority, ready_at: readyAt } of rows) {
    const name = `${priority} ${kind}`;
    if (!lines.has(name)) lines.set(name, { kind, priority, readyAt });
  }
  // Where there is one writer, what was read is what is there. Elsewhere the rows are locked as they are taken.
  const known: RowsOf = (line, order, limit) => Promise.resolve(endOf(rows, line, order).slice(0, Math.max(limit, 0)));
  return { lines: [...lines.values()], rowsOf: flavour.name === 'sqlite' ? known : locked };
}

function endOf(rows: readonly WorkRow[], { kind, priority }: Line, order: 'asc' | 'desc'): WorkRow[] {
  const own = rows.filter((row) => row.kind === kind && row.priority === priority);
  own.sort((one, other) => one.ready_at - other.ready_at || compareText(one.id, other.id));
  return order === 'asc' ? own : own.reverse();
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
