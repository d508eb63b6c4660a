import type { SignalTx } from '../signal/ports.ts';
import type { Heartbeat, Observation, Quarantined, Signal } from '../signal/signal.ts';
import { codec } from './codec.ts';
import type { TxContext } from './context.ts';
import type { Schema } from './schema.ts';

const signals = codec<Signal, Schema['signal']>(['events', 'body']);
const heartbeats = codec<Heartbeat, Schema['heartbeat']>(['labels']);
const observations = codec<Observation, Schema['observation']>([], ['inTrip']);
const quarantined = codec<Quarantined, Schema['quarantine']>([]);

export function signalRows({ db }: TxContext): SignalTx['signals'] {
  return {
    async insert(signal) {
      const done = await db
        .insertInto('signal')
        .values(signals.toRow(signal))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async byId(id) {
      const row = await db.selectFrom('signal').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? signals.fromRow(row) : null;
    },
    async between(from, to) {
      const rows = await db
        .selectFrom('signal')
        .selectAll()
        .where('receivedAt', '>=', from)
        .where('receivedAt', '<', to)
        .orderBy('receivedAt')
        .orderBy('id')
        .execute();
      return rows.map(signals.fromRow);
    },
    async heartbeat(id) {
      const row = await db.selectFrom('heartbeat').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? heartbeats.fromRow(row) : null;
    },
    async heartbeats() {
      return (await db.selectFrom('heartbeat').selectAll().orderBy('id').execute()).map(heartbeats.fromRow);
    },
    async saveHeartbeat(heartbeat) {
      const { id: _, ...rest } = heartbeats.toRow(heartbeat);
      await db
        .insertInto('heartbeat')
        .values(heartbeats.toRow(heartbeat))
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async insertObservation(observation) {
      await db.insertInto('observation').values(observations.toRow(observation)).execute();
    },
    async observations({ incidentId, since, unattached, limit }) {
      let query = db
        .selectFrom('observation')
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit ?? 500);
      if (incidentId !== undefined) query = query.where('incidentId', '=', incidentId);
      if (since !== undefined) query = query.where('at', '>=', since);
      if (unattached) query = query.where('incidentId', 'is', null);
      return (await query.execute()).map(observations.fromRow);
    },
    async attachObservation(id, incidentId) {
      await db.updateTable('observation').set({ incidentId }).where('id', '=', id).execute();
    },
    async quarantine(row) {
      await db.insertInto('quarantine').values(quarantined.toRow(row)).execute();
    },
    async quarantined(limit) {
      return (await db.selectFrom('quarantine').selectAll().orderBy('id', 'desc').limit(limit).execute()).map(
        quarantined.fromRow,
      );
    },
  };
}
