import type { Incident, Link } from '../incident/incident.ts';
import type { IncidentTx } from '../incident/ports.ts';
import { codec } from './codec.ts';
import { nextValue, type TxContext } from './context.ts';
import { pageOf } from './page-of.ts';
import type { Schema } from './schema.ts';

const incidents = codec<Incident, Schema['incident']>(['components', 'functions', 'cities', 'cause', 'pinned']);
const links = codec<Link, Schema['incidentLink']>([]);

export function incidentRows(context: TxContext): IncidentTx['incidents'] {
  const { db, dialect } = context;
  return {
    nextNumber: () => nextValue(context, 'incident'),
    async insert(incident) {
      await db.insertInto('incident').values(incidents.toRow(incident)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('incident').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? incidents.fromRow(row) : null;
    },
    async update(id, version, change) {
      const done = await db
        .updateTable('incident')
        .set({ ...incidents.toPart(change), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
    async list({ states, since, after, limit = 50 }) {
      let query = db
        .selectFrom('incident')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (states) query = query.where('state', 'in', states);
      if (since !== undefined) query = query.where('openedAt', '>=', since);
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(incidents.fromRow), limit);
    },
    async live() {
      return (
        await db.selectFrom('incident').selectAll().where('state', 'in', ['open', 'accepted']).orderBy('id').execute()
      ).map(incidents.fromRow);
    },
    lockCorrelation: () => dialect.lock(db, 'correlation'),
    async link(link) {
      const { incidentId: _i, memberKind: _k, memberId: _m, ...rest } = links.toRow(link);
      await db
        .insertInto('incidentLink')
        .values(links.toRow(link))
        .onConflict((conflict) => conflict.columns(['incidentId', 'memberKind', 'memberId']).doUpdateSet(rest))
        .execute();
    },
    async unlink(incidentId, memberKind, memberId) {
      await db
        .deleteFrom('incidentLink')
        .where('incidentId', '=', incidentId)
        .where('memberKind', '=', memberKind)
        .where('memberId', '=', memberId)
        .execute();
    },
    async links(incidentId) {
      const rows = await db
        .selectFrom('incidentLink')
        .selectAll()
        .where('incidentId', '=', incidentId)
        .orderBy('linkedAt')
        .orderBy('memberId')
        .execute();
      return rows.map(links.fromRow);
    },
  };
}
