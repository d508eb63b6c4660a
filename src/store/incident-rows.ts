import type { Kysely } from 'kysely';
import type { Incident, Link } from '../incident/incident.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../incident/ports.ts';
import { codec, type RowOf } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { pageOf, rowsToRead } from './page-of.ts';
import { insertNouns, insertRow, runPrepared } from './prepared.ts';
import { changeVersion, nextNumber } from './row-change.ts';
import type { Database } from './schema.ts';

/** How incidents lie in their table. */
export const INCIDENT = codec<Incident>({
  id: 'text',
  number: 'whole',
  title: 'text',
  summary: 'text',
  severity: 'text',
  state: 'text',
  phase: 'text',
  startedAt: 'whole',
  openedAt: 'whole',
  acceptedAt: 'whole',
  acceptedBy: 'text',
  resolvedAt: 'whole',
  components: 'json',
  functions: 'json',
  cities: 'json',
  cause: 'json',
  mergedInto: 'text',
  pinned: 'json',
  version: 'whole',
});
const LINK = codec<Link>({
  incidentId: 'text',
  memberKind: 'text',
  memberId: 'text',
  linkedAt: 'whole',
  linkedBy: 'text',
  reason: 'text',
  evidence: 'json',
  cameFrom: 'text',
});

/** Incidents and what belongs to them. */
export function incidentRows(db: Kysely<Database>, flavour: Flavour): IncidentTx['incidents'] {
  return {
    nextNumber: () => nextNumber(db, 'incident'),
    async insert(incident) {
      await insertRow(db, 'incident', INCIDENT.row(incident));
    },
    async byId(id) {
      const [row] = await runPrepared<RowOf<Incident>>(db, 'incident by id', [id], () =>
        db.selectFrom('incident').selectAll().where('id', '=', id),
      );
      return row ? INCIDENT.noun(row) : null;
    },
    update: (id, version, change) => changeVersion(db, 'incident', INCIDENT, id, version, change),
    async list({ states, since, after, limit }) {
      if (states?.length === 0) return { items: [], next: null };
      let query = db.selectFrom('incident').selectAll().orderBy('id', 'desc').limit(rowsToRead(limit));
      if (states !== undefined) query = query.where('state', 'in', states);
      if (since !== undefined)
        query = query.where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', since)]));
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(INCIDENT.noun), limit);
    },
    async live() {
      const rows = await runPrepared<RowOf<Incident>>(db, 'live incidents', ['open', 'accepted'], () =>
        db
          .selectFrom('incident')
          .selectAll()
          .where('state', 'in', ['open', 'accepted'])
          .orderBy('opened_at')
          .orderBy('id'),
      );
      return rows.map(INCIDENT.noun);
    },
    lockCorrelation: () => flavour.lockName(db, CORRELATION_LOCK),
    link: (link) => insertLinks(db, flavour, [link]),
    linkAll: (links) => insertLinks(db, flavour, links),
    async unlink(incidentId, memberKind, memberId) {
      await db
        .deleteFrom('incident_link')
        .where('incident_id', '=', incidentId)
        .where('member_kind', '=', memberKind)
        .where('member_id', '=', memberId)
        .execute();
    },
    async links(incidentId) {
      const rows = await db
        .selectFrom('incident_link')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('linked_at')
        .orderBy('member_id')
        .execute();
      return rows.map(LINK.noun);
    },
  };
}

function insertLinks(db: Kysely<Database>, flavour: Flavour, links: readonly Link[]): Promise<void> {
  return insertNouns(db, 'incident_link', LINK, links, {
    overNetwork: flavour.name === 'postgres',
    unlessThere: ['incident_id', 'member_kind', 'member_id'],
  });
}
