import type { Alert, Maintenance, Silence } from '../alert/alert.ts';
import type { AlertTx } from '../alert/ports.ts';
import { codec } from './codec.ts';
import type { TxContext } from './context.ts';
import { pageOf } from './page-of.ts';
import type { Schema } from './schema.ts';

const alerts = codec<Alert, Schema['alert']>(['labels', 'annotations']);
const silences = codec<Silence, Schema['silence']>(['matchers']);
const maintenances = codec<Maintenance, Schema['maintenance']>(['matchers'], ['announced']);

export function alertRows({ db, dialect }: TxContext): AlertTx['alerts'] {
  return {
    async openByFingerprint(fingerprint) {
      let query = db
        .selectFrom('alert')
        .selectAll()
        .where('fingerprint', '=', fingerprint)
        .where('state', '<>', 'resolved');
      if (dialect.locksRows) query = query.forUpdate();
      const row = await query.executeTakeFirst();
      return row ? alerts.fromRow(row) : null;
    },
    async byId(id) {
      const row = await db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? alerts.fromRow(row) : null;
    },
    async insert(alert) {
      await db.insertInto('alert').values(alerts.toRow(alert)).execute();
    },
    async update(id, change) {
      await db.updateTable('alert').set(alerts.toPart(change)).where('id', '=', id).execute();
    },
    async list({ states, incidentId, loose, since, after, limit = 100 }) {
      let query = db
        .selectFrom('alert')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (states) query = query.where('state', 'in', states);
      if (incidentId !== undefined) query = query.where('incidentId', '=', incidentId);
      if (loose) query = query.where('incidentId', 'is', null);
      if (since !== undefined) query = query.where('lastSeenAt', '>=', since);
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(alerts.fromRow), limit);
    },
    async expired(at, limit) {
      const rows = await db
        .selectFrom('alert')
        .selectAll()
        .where('state', '=', 'firing')
        .where('expiresAt', '<=', at)
        .orderBy('expiresAt')
        .limit(limit)
        .execute();
      return rows.map(alerts.fromRow);
    },
    async insertSilence(silence) {
      await db.insertInto('silence').values(silences.toRow(silence)).execute();
    },
    async silence(id) {
      const row = await db.selectFrom('silence').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? silences.fromRow(row) : null;
    },
    async endSilence(id, endsAt) {
      return (
        (await db.updateTable('silence').set({ endsAt }).where('id', '=', id).executeTakeFirst()).numUpdatedRows > 0n
      );
    },
    async silences(endingAfter) {
      let query = db.selectFrom('silence').selectAll().orderBy('id', 'desc');
      if (endingAfter !== undefined) query = query.where('endsAt', '>', endingAfter);
      return (await query.execute()).map(silences.fromRow);
    },
    async insertMaintenance(window) {
      await db.insertInto('maintenance').values(maintenances.toRow(window)).execute();
    },
    async endMaintenance(id, endsAt) {
      return (
        (await db.updateTable('maintenance').set({ endsAt }).where('id', '=', id).executeTakeFirst()).numUpdatedRows >
        0n
      );
    },
    async maintenances(endingAfter) {
      let query = db.selectFrom('maintenance').selectAll().orderBy('id', 'desc');
      if (endingAfter !== undefined) query = query.where('endsAt', '>', endingAfter);
      return (await query.execute()).map(maintenances.fromRow);
    },
  };
}
