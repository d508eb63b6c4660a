import { sql, type Kysely } from 'kysely';
import type { UpkeepTx } from '../core/upkeep.ts';
import type { Flavour } from './flavour.ts';
import { runPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

const MOST_STRANDED = 1000;

/** A page that nothing sends, as it is read. */
interface Stranded {
  readonly id: string;
  readonly key: string;
  readonly incident_id: string;
  readonly channel: string;
  readonly put_aside: number | boolean;
}

/** What the engine asks of the database to look after itself. */
export function upkeepRows(db: Kysely<Database>, flavour: Flavour): UpkeepTx['upkeep'] {
  return {
    async takeHold(name, { holder, place, now, until }) {
      await flavour.lockName(db, `hold ${name}`);
      const found = await db.selectFrom('hold').selectAll().where('name', '=', name).executeTakeFirst();
      const row = { name, holder, place, until_at: Math.round(until) };
      if (!found) {
        await db
          .insertInto('hold')
          .values({ ...row, fence: 1 })
          .execute();
        return { fence: 1, by: 'first' };
      }
      const mine = found.holder === holder;
      if (!mine && found.until_at > now) return null;
      const fence = mine ? found.fence : found.fence + 1;
      await db
        .updateTable('hold')
        .set({ ...row, fence })
        .where('name', '=', name)
        .execute();
      return { fence, by: mine ? 'kept' : found.place === place ? 'returned' : 'taken' };
    },
    async stillHolds(name, fence) {
      const query = db.selectFrom('hold').select('fence').where('name', '=', name);
      return (await flavour.lockRows(query).executeTakeFirst())?.fence === fence;
    },
    async dropHold(name, holder) {
      await db.updateTable('hold').set({ until_at: 0 }).where('name', '=', name).where('holder', '=', holder).execute();
    },
    async setVital({ name, at, value }) {
      await db
        .insertInto('vital')
        .values({ name, at, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ at, value }))
        .execute();
    },
    async vital(name) {
      return (await db.selectFrom('vital').selectAll().where('name', '=', name).executeTakeFirst()) ?? null;
    },
    async strandedPages(createdBefore) {
      const rowOf = (state: 'open' | 'quarantined') => sql<number>`EXISTS (
        SELECT 1 FROM work WHERE kind = 'page.send' AND work.key = page.key AND work.state = ${sql.lit(state)})`;
      const rows = await runPrepared<Stranded>(db, 'stranded pages', [createdBefore, MOST_STRANDED], () =>
        db
          .selectFrom('page')
          .select(['id', 'key', 'incident_id', 'channel', rowOf('quarantined').as('put_aside')])
          .where(sql<boolean>`page.state IN ('due', 'bundled')`)
          .where('created_at', '<', createdBefore)
          .where(sql<boolean>`NOT ${rowOf('open')}`)
          .where(
            sql<boolean>`NOT EXISTS (SELECT 1 FROM work WHERE kind = 'page.bundle'
              AND work.key = page.person || '/' || page.channel AND work.state = 'open')`,
          )
          .limit(MOST_STRANDED),
      );
      return rows.map(({ id, key, incident_id: incidentId, channel, put_aside: aside }) => ({
        id,
        key,
        incidentId,
        channel,
        putAside: Boolean(aside),
      }));
    },
    async backlog(kinds, now, most) {
      const due = db
        .selectFrom('work')
        .select('ready_at')
        .where('state', '=', sql.lit('open'))
        .where('kind', 'in', kinds)
        .where('ready_at', '<=', now)
        .orderBy('ready_at')
        .limit(most);
      const row = await db
        .selectFrom(due.as('due'))
        .select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.min('ready_at').as('since')])
        .executeTakeFirstOrThrow();
      return { rows: row.rows, since: row.since };
    },
    async lastInstant() {
      const row = await db
        .selectFrom('journal')
        .select('recorded_at')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.recorded_at ?? null;
    },
    async databaseNow() {
      if (flavour.name === 'sqlite') return null;
      const { rows } = await sql<{ now: number }>`
        SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint) AS now`.execute(db);
      return rows[0]?.now ?? null;
    },
  };
}
