import { sql, type Kysely } from 'kysely';
import type { CoreTx } from '../core/transaction.ts';
import type { NewWork, Outcome, WorkItem } from '../core/work.ts';
import type { TxContext } from './context.ts';
import type { Dialect } from './dialect.ts';
import type { Schema, WorkRow } from './schema.ts';

const DEFAULT_PRIORITY = 5;

/** The lease was lost: another instance holds the row, or it is gone. Nothing of the transaction is kept. */
export class StaleLease extends Error {
  constructor(item: WorkItem) {
    super(`the lease on ${item.kind} ${item.key} was lost`);
    this.name = 'StaleLease';
  }
}

export function workRows(context: TxContext): CoreTx['work'] {
  const { db } = context;
  return {
    enqueue: (work) => enqueueWork(context, work),
    async cancel(kind, key) {
      await db.deleteFrom('work').where('kind', '=', kind).where('key', '=', key).execute();
    },
  };
}

/**
 * Puts a row in line. When one of this kind and key is there already, that one stays; if it is being done at this
 * moment, it is done once more afterwards, since its handler may have looked before this was asked for.
 */
export async function enqueueWork({ db, clock, ids }: TxContext, work: NewWork): Promise<boolean> {
  const dueAt = work.dueAt ?? clock.now();
  const payload = JSON.stringify(work.payload);
  const done = await db
    .insertInto('work')
    .values({
      id: ids.next('wrk'),
      kind: work.kind,
      key: work.key,
      dueAt,
      priority: work.priority ?? DEFAULT_PRIORITY,
      payload,
      causeId: work.causeId ?? null,
      attempt: 0,
      fence: 0,
      leaseOwner: null,
      leaseUntil: null,
      requeueAt: null,
      requeuePayload: null,
      error: null,
    })
    .onConflict((conflict) => conflict.columns(['kind', 'key']).doNothing())
    .executeTakeFirst();
  if ((done.numInsertedOrUpdatedRows ?? 0n) > 0n) return true;
  await db
    .updateTable('work')
    .set({ requeueAt: dueAt, requeuePayload: payload })
    .where('kind', '=', work.kind)
    .where('key', '=', work.key)
    .where('leaseOwner', 'is not', null)
    .execute();
  return false;
}

export interface ClaimOptions {
  readonly kinds: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  readonly now: number;
}

/** Takes due rows by lease, the most urgent first. Each claim raises the fence: an older holder is refused. */
export async function claimWork(
  db: Kysely<Schema>,
  dialect: Dialect,
  owner: string,
  { kinds, limit, leaseMs, now }: ClaimOptions,
): Promise<WorkItem[]> {
  let due = db
    .selectFrom('work')
    .select('id')
    .where('kind', 'in', kinds)
    .where('dueAt', '<=', now)
    .where((is) => is.or([is('leaseUntil', 'is', null), is('leaseUntil', '<=', now)]))
    .orderBy('priority')
    .orderBy('dueAt')
    .orderBy('id')
    .limit(limit);
  if (dialect.locksRows) due = due.forUpdate().skipLocked();
  const rows = await db
    .updateTable('work')
    .set((row) => ({
      leaseOwner: owner,
      leaseUntil: now + leaseMs,
      fence: row('fence', '+', 1),
      attempt: row('attempt', '+', 1),
    }))
    .where('id', 'in', due)
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.priority - b.priority || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1)).map(itemOf);
}

/** Makes sure, to the end of the transaction, that the item is still held. @throws StaleLease */
export async function holdLease(db: Kysely<Schema>, dialect: Dialect, item: WorkItem): Promise<void> {
  let query = db.selectFrom('work').select('fence').where('id', '=', item.id);
  if (dialect.locksRows) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (row?.fence !== item.fence) throw new StaleLease(item);
}

/** Writes what became of an item. */
export async function finishWork(context: TxContext, item: WorkItem, outcome: Outcome): Promise<void> {
  const { db } = context;
  if (outcome.kind === 'quarantine') return putAside(context, item, outcome.reason);
  const row = await db
    .selectFrom('work')
    .select(['requeueAt', 'requeuePayload'])
    .where('id', '=', item.id)
    .executeTakeFirst();
  const free = { leaseOwner: null, leaseUntil: null, requeueAt: null, requeuePayload: null, attempt: 0, error: null };
  if (row && row.requeueAt !== null) {
    const dueAt = outcome.kind === 'again' ? Math.min(outcome.dueAt, row.requeueAt) : row.requeueAt;
    await db
      .updateTable('work')
      .set({ ...free, dueAt, payload: row.requeuePayload! })
      .where('id', '=', item.id)
      .execute();
  } else if (outcome.kind === 'again') {
    const payload = outcome.payload ? { payload: JSON.stringify(outcome.payload) } : {};
    await db
      .updateTable('work')
      .set({ ...free, ...payload, dueAt: outcome.dueAt })
      .where('id', '=', item.id)
      .execute();
  } else {
    await db.deleteFrom('work').where('id', '=', item.id).execute();
  }
}

/** Takes a row out of line for good and keeps it whole, with the reason. */
export async function putAside({ db, clock }: TxContext, item: WorkItem, reason: string): Promise<void> {
  const body = JSON.stringify({ key: item.key, payload: item.payload, causeId: item.causeId });
  await db
    .insertInto('quarantine')
    .values({ id: item.id, kind: item.kind, receivedAt: clock.now(), reason: reason.slice(0, 4000), body })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await db.deleteFrom('work').where('id', '=', item.id).execute();
}

/** The earliest instant at which something of these kinds is due, or null. */
export async function nextDue(db: Kysely<Schema>, kinds: readonly string[]): Promise<number | null> {
  const row = await db
    .selectFrom('work')
    .select(
      sql<
        number | null
      >`min(case when lease_until is null or due_at > lease_until then due_at else lease_until end)`.as('at'),
    )
    .where('kind', 'in', kinds)
    .executeTakeFirst();
  return row?.at === null || row?.at === undefined ? null : Number(row.at);
}

/** Rows in line, by kind. */
export async function workCounts(db: Kysely<Schema>): Promise<{ kind: string; rows: number }[]> {
  const rows = await db
    .selectFrom('work')
    .select(['kind', sql<number>`count(*)`.as('rows')])
    .groupBy('kind')
    .execute();
  return rows.map(({ kind, rows: count }) => ({ kind, rows: Number(count) }));
}

function itemOf(row: WorkRow): WorkItem {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    dueAt: row.dueAt,
    priority: row.priority,
    payload: JSON.parse(row.payload) as WorkItem['payload'],
    causeId: row.causeId,
    attempt: row.attempt,
    fence: row.fence,
  };
}
