import type { CompiledQuery, Kysely } from 'kysely';
import type { TemporaryDuty } from '../action/nouns.ts';
import type { ActionTx } from '../action/ports.ts';
import { OVERRIDE } from './action-codecs.ts';
import { ABSENCE, CALL, FEED, HANDOVER, SWAP, TEMPORARY } from './duty-codecs.ts';
import type { RowOf } from './codec.ts';
import { writeChange } from './row-change.ts';
import { insertRow, runPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

type Actions = ActionTx['actions'];

/** Overrides, temporary schedules and absences: what the plan is made of. */
export function dutyRows(
  db: Kysely<Database>,
): Pick<
  Actions,
  | 'insertOverride'
  | 'cancelOverride'
  | 'overrides'
  | 'insertTemporaryDuty'
  | 'temporaryDuties'
  | 'cancelTemporaryDuty'
  | 'insertAbsence'
  | 'cancelAbsence'
  | 'absences'
> {
  return {
    async insertOverride(override) {
      await insertRow(db, 'duty_override', OVERRIDE.row(override));
    },
    cancelOverride: (id, at) => cancel(db, 'duty_override', id, at),
    async overrides(endingAfter) {
      return (await standing(db, 'duty_override', endingAfter)).map(OVERRIDE.noun);
    },
    async insertTemporaryDuty(schedule) {
      await insertRow(db, 'temporary_duty', TEMPORARY.row(schedule));
    },
    async temporaryDuties() {
      const rows = await runPrepared<RowOf<TemporaryDuty>>(db, 'temporary duties', [], () =>
        db.selectFrom('temporary_duty').selectAll().where('cancelled_at', 'is', null).orderBy('id'),
      );
      return rows.map(TEMPORARY.noun);
    },
    cancelTemporaryDuty: (id, at) => cancel(db, 'temporary_duty', id, at),
    async insertAbsence(absence) {
      await insertRow(db, 'duty_absence', ABSENCE.row(absence));
    },
    cancelAbsence: (id, at) => cancel(db, 'duty_absence', id, at),
    async absences(endingAfter) {
      return (await standing(db, 'duty_absence', endingAfter)).map(ABSENCE.noun);
    },
  };
}

/** Rows that nobody cancelled and that are not over, the first one first. */
function standing<T extends 'duty_override' | 'duty_absence'>(
  db: Kysely<Database>,
  table: T,
  endingAfter: number,
): Promise<Database[T][]> {
  return runPrepared<Database[T]>(
    db,
    `standing ${table}`,
    [endingAfter],
    () =>
      db
        .selectFrom<'duty_override' | 'duty_absence'>(table)
        .selectAll()
        .where('cancelled_at', 'is', null)
        .where('ends_at', '>', 0)
        .orderBy('starts_at')
        .orderBy('id') as unknown as { compile(): CompiledQuery<Database[T]> },
  );
}

async function cancel(
  db: Kysely<Database>,
  table: 'duty_override' | 'temporary_duty' | 'duty_absence',
  id: string,
  at: number,
): Promise<boolean> {
  const result = await db
    .updateTable(table)
    .set({ cancelled_at: at })
    .where('id', '=', id)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Swaps, hand-overs, calls to people and calendars: what happens around the plan. */
export function handoverRows(
  db: Kysely<Database>,
): Pick<
  Actions,
  | 'insertSwap'
  | 'swap'
  | 'swaps'
  | 'answerSwap'
  | 'insertHandover'
  | 'handover'
  | 'handovers'
  | 'updateHandover'
  | 'insertFeed'
  | 'feeds'
  | 'feedByHash'
  | 'updateFeed'
> {
  return {
    async insertSwap(swap) {
      await insertRow(db, 'duty_swap', SWAP.row(swap));
    },
    async swap(id) {
      const row = await db.selectFrom('duty_swap').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? SWAP.noun(row) : null;
    },
    async swaps(endingAfter) {
      const rows = await db
        .selectFrom('duty_swap')
        .selectAll()
        .where('ends_at', '>', endingAfter)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(SWAP.noun);
    },
    async answerSwap(id, state, at) {
      const result = await db
        .updateTable('duty_swap')
        .set({ state, answered_at: at })
        .where('id', '=', id)
        .where('state', '=', 'asked')
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async insertHandover(handover) {
      const added = await db
        .insertInto('duty_handover')
        .values(HANDOVER.row(handover))
        .onConflict((conflict) => conflict.columns(['to', 'at']).doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },
    async handover(id) {
      const row = await db.selectFrom('duty_handover').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? HANDOVER.noun(row) : null;
    },
    async handovers(since, limit) {
      const rows = await db
        .selectFrom('duty_handover')
        .selectAll()
        .where('at', '>=', since)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(HANDOVER.noun);
    },
    async updateHandover(id, change) {
      await writeChange(db, 'duty_handover', HANDOVER, id, change);
    },
    async insertFeed(feed) {
      await insertRow(db, 'duty_feed', FEED.row(feed));
    },
    async feeds() {
      return (await db.selectFrom('duty_feed').selectAll().orderBy('id').execute()).map(FEED.noun);
    },
    async feedByHash(hash) {
      const row = await db.selectFrom('duty_feed').selectAll().where('secret_hash', '=', hash).executeTakeFirst();
      return row ? FEED.noun(row) : null;
    },
    async updateFeed(id, change) {
      await writeChange(db, 'duty_feed', FEED, id, change);
    },
  };
}

/** Messages to one person that are no page of an incident. */
export function callRows(
  db: Kysely<Database>,
): Pick<Actions, 'insertCall' | 'call' | 'callByAnswerHash' | 'calls' | 'updateCall'> {
  return {
    async insertCall(call) {
      const added = await db
        .insertInto('duty_call')
        .values(CALL.row(call))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },
    async call(id) {
      const row = await db.selectFrom('duty_call').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? CALL.noun(row) : null;
    },
    async callByAnswerHash(hash) {
      const row = await db
        .selectFrom('duty_call')
        .selectAll()
        .where('answer_hash', '=', hash)
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      return row ? CALL.noun(row) : null;
    },
    async calls(kind, since) {
      const rows = await db
        .selectFrom('duty_call')
        .selectAll()
        .where('kind', '=', kind)
        .where('created_at', '>=', since)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(CALL.noun);
    },
    async updateCall(id, change) {
      await writeChange(db, 'duty_call', CALL, id, change);
    },
  };
}
