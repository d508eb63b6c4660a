import type { Kysely } from 'kysely';
import type { Alert, Maintenance, Silence } from '../alert/alert.ts';
import type { AlertFilter, AlertTx } from '../alert/ports.ts';
import type { PageOf } from '../core/transaction.ts';
import { codec } from './codec.ts';
import type { Flavour } from './flavour.ts';
import { pageOf, rowsToRead } from './page-of.ts';
import { changeRow } from './row-change.ts';
import type { Database } from './schema.ts';

const ALERT = codec<Alert>({
  id: 'text',
  fingerprint: 'text',
  source: 'text',
  name: 'text',
  labels: 'json',
  annotations: 'json',
  severity: 'text',
  state: 'text',
  startsAt: 'whole',
  firedAt: 'whole',
  resolvedAt: 'whole',
  expiresAt: 'whole',
  lastSeenAt: 'whole',
  value: 'real',
  generatorUrl: 'text',
  count: 'whole',
  incidentId: 'text',
  silencedBy: 'text',
  maintenanceBy: 'text',
  causeId: 'text',
});
const SILENCE = codec<Silence>({
  id: 'text',
  matchers: 'json',
  startsAt: 'whole',
  endsAt: 'whole',
  createdBy: 'text',
  comment: 'text',
});
const MAINTENANCE = codec<Maintenance>({
  id: 'text',
  title: 'text',
  matchers: 'json',
  startsAt: 'whole',
  endsAt: 'whole',
  createdBy: 'text',
  announced: 'flag',
});

/** Alerts, silences and maintenance windows. */
export function alertRows(db: Kysely<Database>, flavour: Flavour): AlertTx['alerts'] {
  return {
    async openByFingerprint(fingerprint) {
      const row = await flavour
        .lockRows(
          db
            .selectFrom('alert')
            .selectAll()
            .where('fingerprint', '=', fingerprint)
            .where('state', 'in', ['pending', 'firing']),
        )
        .executeTakeFirst();
      return row ? ALERT.noun(row) : null;
    },
    async byId(id) {
      const row = await db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? ALERT.noun(row) : null;
    },
    async insert(alert) {
      await db.insertInto('alert').values(ALERT.row(alert)).execute();
    },
    async update(id, change) {
      await changeRow(db, 'alert', ALERT, id, change);
    },
    list: (filter) => listAlerts(db, filter),
    async expired(at, limit) {
      const rows = await db
        .selectFrom('alert')
        .selectAll()
        .where('state', '=', 'firing')
        .where('expires_at', '<=', at)
        .orderBy('expires_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(ALERT.noun);
    },
    async insertSilence(silence) {
      await db.insertInto('silence').values(SILENCE.row(silence)).execute();
    },
    async silence(id) {
      const row = await db.selectFrom('silence').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? SILENCE.noun(row) : null;
    },
    endSilence: (id, endsAt) => changeRow(db, 'silence', SILENCE, id, { endsAt }),
    async silences(endingAfter) {
      let query = db.selectFrom('silence').selectAll().orderBy('ends_at').orderBy('id');
      if (endingAfter !== undefined) query = query.where('ends_at', '>', endingAfter);
      return (await query.execute()).map(SILENCE.noun);
    },
    async insertMaintenance(window) {
      await db.insertInto('maintenance').values(MAINTENANCE.row(window)).execute();
    },
    endMaintenance: (id, endsAt) => changeRow(db, 'maintenance', MAINTENANCE, id, { endsAt }),
    async maintenances(endingAfter) {
      let query = db.selectFrom('maintenance').selectAll().orderBy('ends_at').orderBy('id');
      if (endingAfter !== undefined) query = query.where('ends_at', '>', endingAfter);
      return (await query.execute()).map(MAINTENANCE.noun);
    },
  };
}

/** Newest first. With `since`, what was still wrong at that instant or began after it. */
async function listAlerts(db: Kysely<Database>, filter: AlertFilter): Promise<PageOf<Alert>> {
  const { states, incidentId, loose, since, after, limit } = filter;
  if (states?.length === 0) return { items: [], next: null };
  let query = db.selectFrom('alert').selectAll().orderBy('id', 'desc').limit(rowsToRead(limit));
  if (states !== undefined) query = query.where('state', 'in', states);
  if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId);
  if (loose) query = query.where('incident_id', 'is', null);
  if (since !== undefined)
    query = query.where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', since)]));
  if (after !== undefined) query = query.where('id', '<', after);
  return pageOf((await query.execute()).map(ALERT.noun), limit);
}
