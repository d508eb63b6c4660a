import type { Kysely } from 'kysely';
import type { SignalTx } from '../signal/ports.ts';
import type { Heartbeat, Observation, PingUrl, Signal } from '../signal/signal.ts';
import type { StatusPage } from '../signal/status-page/entry.ts';
import { codec, type RowOf } from './codec.ts';
import { insertRow, runPrepared } from './prepared.ts';
import { QUARANTINED, quarantineRows } from './quarantine-rows.ts';
import type { Database } from './schema.ts';

const SIGNAL = codec<Signal>({
  id: 'text',
  source: 'text',
  receivedAt: 'whole',
  idempotencyKey: 'text',
  events: 'json',
  body: 'json',
});
const HEARTBEAT = codec<Heartbeat>({
  id: 'text',
  title: 'text',
  every: 'whole',
  cron: 'text',
  zone: 'text',
  grace: 'whole',
  runtime: 'whole',
  labels: 'json',
  state: 'text',
  watchedSince: 'whole',
  lastSeenAt: 'whole',
  startedAt: 'whole',
  lastRuntime: 'whole',
  lastExit: 'whole',
});
const PING_URL = codec<PingUrl>({
  id: 'text',
  heartbeatId: 'text',
  secretHash: 'text',
  createdBy: 'text',
  createdAt: 'whole',
  revokedAt: 'whole',
});
const OBSERVATION = codec<Observation>({
  id: 'text',
  at: 'whole',
  agent: 'text',
  text: 'text',
  functionName: 'text',
  city: 'text',
  inTrip: 'flag',
  incidentId: 'text',
});

const STATUS_PAGE = codec<StatusPage>({
  id: 'text',
  etag: 'text',
  modified: 'text',
  form: 'text',
  askedAt: 'whole',
  readAt: 'whole',
  failingSince: 'whole',
  error: 'text',
  lost: 'flag',
  open: 'json',
});

/** Signals as received, heartbeats, observations, and what could not be taken. */
export function signalRows(db: Kysely<Database>): SignalTx['signals'] {
  return {
    async insert(signal) {
      const row = SIGNAL.row(signal);
      const added = await runPrepared(db, 'insert signal', Object.values(row), () =>
        db
          .insertInto('signal')
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(['source', 'idempotency_key']).where('idempotency_key', 'is not', null).doNothing(),
          )
          .returning('id'),
      );
      return added.length > 0;
    },
    async byId(id) {
      const row = await db.selectFrom('signal').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? SIGNAL.noun(row) : null;
    },
    async byKey(source, key) {
      const row = await db
        .selectFrom('signal')
        .selectAll()
        .where('source', '=', source)
        .where('idempotency_key', '=', key)
        .executeTakeFirst();
      return row ? SIGNAL.noun(row) : null;
    },
    async between(from, to) {
      const rows = await db
        .selectFrom('signal')
        .selectAll()
        .where('received_at', '>=', from)
        .where('received_at', '<', to)
        .orderBy('received_at')
        .orderBy('id')
        .execute();
      return rows.map(SIGNAL.noun);
    },
    async heartbeat(id) {
      const row = await db.selectFrom('heartbeat').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? HEARTBEAT.noun(row) : null;
    },
    async heartbeats() {
      return (await db.selectFrom('heartbeat').selectAll().orderBy('id').execute()).map(HEARTBEAT.noun);
    },
    async saveHeartbeat(heartbeat) {
      const { id, ...rest } = HEARTBEAT.row(heartbeat);
      await db
        .insertInto('heartbeat')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async insertPingUrl(url) {
      await insertRow(db, 'ping_url', PING_URL.row(url));
    },
    async pingUrl(secretHash) {
      const row = await db
        .selectFrom('ping_url')
        .selectAll()
        .where('secret_hash', '=', secretHash)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return row ? PING_URL.noun(row) : null;
    },
    async pingUrls() {
      const rows = await db.selectFrom('ping_url').selectAll().where('revoked_at', 'is', null).orderBy('id').execute();
      return rows.map(PING_URL.noun);
    },
    async revokePingUrl(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('ping_url')
        .set({ revoked_at: Math.round(at) })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async insertObservation(observation) {
      await insertRow(db, 'observation', OBSERVATION.row(observation));
    },
    async observations({ incidentId, since, unattached, limit }) {
      const values = [incidentId, since, limit].filter((value) => value !== undefined);
      const shape = `${incidentId !== undefined} ${since !== undefined} ${unattached === true} ${limit !== undefined}`;
      const rows = await runPrepared<RowOf<Observation>>(db, `observations ${shape}`, values, () => {
        let query = db.selectFrom('observation').selectAll().orderBy('at', 'desc').orderBy('id', 'desc');
        if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId);
        if (since !== undefined) query = query.where('at', '>=', since);
        if (unattached) query = query.where('incident_id', 'is', null);
        return limit === undefined ? query : query.limit(limit);
      });
      return rows.map(OBSERVATION.noun);
    },
    async attachObservation(id, incidentId) {
      await db.updateTable('observation').set({ incident_id: incidentId }).where('id', '=', id).execute();
    },
    async quarantine(row) {
      await db
        .insertInto('quarantined')
        .values(QUARANTINED.row({ headers: {}, cut: false, ...row, state: 'open', settledAt: null, settledBy: null }))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async quarantined(limit) {
      const rows = await db
        .selectFrom('quarantined')
        .selectAll()
        .where('state', '=', 'open')
        .orderBy('received_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(QUARANTINED.noun);
    },
    ...quarantineRows(db),
    async statusPage(id) {
      const row = await db.selectFrom('status_page').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? STATUS_PAGE.noun(row) : null;
    },
    async statusPages() {
      return (await db.selectFrom('status_page').selectAll().orderBy('id').execute()).map(STATUS_PAGE.noun);
    },
    async saveStatusPage(page) {
      const { id, ...rest } = STATUS_PAGE.row(page);
      await db
        .insertInto('status_page')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
  };
}
