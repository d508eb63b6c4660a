import type { Kysely } from 'kysely';
import type { DoorState, SignalTx } from '../signal/ports.ts';
import type { Quarantined } from '../signal/signal.ts';
import { codec } from './codec.ts';
import { pageOf, rowsToRead } from './page-of.ts';
import type { Database } from './schema.ts';

export const QUARANTINED = codec<Quarantined>({
  id: 'text',
  kind: 'text',
  receivedAt: 'whole',
  reason: 'text',
  body: 'text',
  headers: 'json',
  cut: 'flag',
  state: 'text',
  settledAt: 'whole',
  settledBy: 'text',
});

type QuarantineMethods = Pick<
  SignalTx['signals'],
  | 'quarantinedPage'
  | 'quarantinedById'
  | 'settleQuarantined'
  | 'quarantineCount'
  | 'trimQuarantine'
  | 'forgetQuarantined'
  | 'doorStates'
>;

/** What was put aside, beyond putting it there. Ids of bodies begin with the time, so they order as they came. */
export function quarantineRows(db: Kysely<Database>): QuarantineMethods {
  return {
    async quarantinedPage({ kind, state, after, limit }) {
      let query = db.selectFrom('quarantined').selectAll().orderBy('id', 'desc').limit(rowsToRead(limit));
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (state !== undefined) query = query.where('state', '=', state);
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(QUARANTINED.noun), limit);
    },
    async quarantinedById(id) {
      const row = await db.selectFrom('quarantined').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? QUARANTINED.noun(row) : null;
    },
    async settleQuarantined(id, change) {
      await db.updateTable('quarantined').set(QUARANTINED.change(change)).where('id', '=', id).execute();
    },
    async quarantineCount(kind, since) {
      const counts = await db
        .selectFrom('quarantined')
        .select((eb) => [
          eb.fn.count<number | string>('id').filterWhere('received_at', '>=', since).as('since'),
          eb.fn.count<number | string>('id').filterWhere('state', '=', 'open').as('open'),
        ])
        .where('kind', '=', kind)
        .executeTakeFirstOrThrow();
      return { since: Number(counts.since), open: Number(counts.open) };
    },
    async trimQuarantine(kind, keep) {
      const oldest = await db
        .selectFrom('quarantined')
        .select('id')
        .where('kind', '=', kind)
        .orderBy('id', 'desc')
        .offset(keep)
        .limit(1)
        .executeTakeFirst();
      if (!oldest) return;
      await db.deleteFrom('quarantined').where('kind', '=', kind).where('id', '<=', oldest.id).execute();
    },
    async forgetQuarantined(before) {
      const gone = await db.deleteFrom('quarantined').where('received_at', '<', before).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
    async doorStates(doors) {
      const states: DoorState[] = [];
      for (const door of doors) {
        const received = await db
          .selectFrom('signal')
          .select('received_at')
          .where('source', '=', door)
          .orderBy('received_at', 'desc')
          .limit(1)
          .executeTakeFirst();
        const refused = await db
          .selectFrom('quarantined')
          .select(['received_at', 'reason'])
          .where('kind', '=', door)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        const { open } = refused ? await this.quarantineCount(door, 0) : { open: 0 };
        states.push({
          door,
          lastReceivedAt: received?.received_at ?? null,
          lastRefusedAt: refused?.received_at ?? null,
          lastReason: refused?.reason ?? null,
          open,
        });
      }
      return states;
    },
  };
}
