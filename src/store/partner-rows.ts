import type { Kysely } from 'kysely';
import type { AlarmRecord, AlarmTask, LedgerRow, PartnerHub, PartnerLink } from '../partner/nouns.ts';
import type { PartnerTx } from '../partner/ports.ts';
import { codec } from './codec.ts';
import { partnerTicketRows } from './partner-ticket-rows.ts';
import { writeChange, nextNumber } from './row-change.ts';
import { insertRow } from './prepared.ts';
import type { Database } from './schema.ts';

const ALARM = codec<AlarmRecord>({
  id: 'text',
  number: 'whole',
  partner: 'text',
  origin: 'text',
  key: 'text',
  remoteId: 'text',
  alarm: 'json',
  state: 'text',
  ackState: 'text',
  raisedAt: 'whole',
  changedAt: 'whole',
  clearedAt: 'whole',
  seenAt: 'whole',
});
const TASK = codec<AlarmTask>({ id: 'text', partner: 'text', kind: 'text', body: 'json', createdAt: 'whole' });
const HUB = codec<PartnerHub>({
  id: 'text',
  partner: 'text',
  callback: 'text',
  query: 'text',
  createdAt: 'whole',
  failures: 'whole',
});
const LINK = codec<PartnerLink>({
  id: 'text',
  partner: 'text',
  protocol: 'text',
  hubId: 'text',
  callback: 'text',
  state: 'text',
  lastOkAt: 'whole',
  lastEventAt: 'whole',
  lastError: 'text',
  failures: 'whole',
});
const LEDGER = codec<LedgerRow>({
  id: 'text',
  partner: 'text',
  incidentId: 'text',
  incidentNumber: 'whole',
  title: 'text',
  startedAt: 'whole',
  detectedAt: 'whole',
  noticedAt: 'whole',
  noticeBy: 'text',
  contactedAt: 'whole',
  acknowledgedAt: 'whole',
  promisedAt: 'whole',
  promiseBy: 'text',
  resolvedAt: 'whole',
  attributions: 'json',
});
const MOST_OPEN = 10_000;

type Partners = PartnerTx['partners'];

/** Everything of the exchange with partners. */
export function partnerRows(db: Kysely<Database>): Partners {
  return {
    ...alarmRows(db),
    ...taskRows(db),
    ...hubRows(db),
    ...partnerTicketRows(db),
    ...ledgerRows(db),
    async tidy(before) {
      const alarms = await db
        .deleteFrom('partner_alarm')
        .where('state', '=', 'cleared')
        .where('cleared_at', '<', before)
        .executeTakeFirst();
      const tasks = await db.deleteFrom('partner_task').where('created_at', '<', before).executeTakeFirst();
      return Number(alarms.numDeletedRows + tasks.numDeletedRows);
    },
  };
}

function alarmRows(
  db: Kysely<Database>,
): Pick<
  Partners,
  | 'nextAlarmNumber'
  | 'insertAlarm'
  | 'updateAlarm'
  | 'deleteAlarm'
  | 'alarmByNumber'
  | 'alarmByKey'
  | 'alarmByRemote'
  | 'openAlarms'
  | 'alarms'
> {
  const newest = () => db.selectFrom('partner_alarm').selectAll().orderBy('number', 'desc');
  return {
    nextAlarmNumber: () => nextNumber(db, 'alarm'),
    async insertAlarm(record) {
      await insertRow(db, 'partner_alarm', ALARM.row(record));
    },
    async updateAlarm(id, change) {
      await writeChange(db, 'partner_alarm', ALARM, id, change);
    },
    async deleteAlarm(id) {
      await db.deleteFrom('partner_alarm').where('id', '=', id).execute();
    },
    async alarmByNumber(number) {
      const row = await newest().where('number', '=', number).executeTakeFirst();
      return row ? ALARM.noun(row) : null;
    },
    async alarmByKey(partner, origin, key) {
      const row = await newest()
        .where('partner', '=', partner)
        .where('origin', '=', origin)
        .where('key', '=', key)
        .limit(1)
        .executeTakeFirst();
      return row ? ALARM.noun(row) : null;
    },
    async alarmByRemote(partner, remoteId) {
      const row = await newest()
        .where('partner', '=', partner)
        .where('remote_id', '=', remoteId)
        .limit(1)
        .executeTakeFirst();
      return row ? ALARM.noun(row) : null;
    },
    async openAlarms({ partner, origin, key, limit }) {
      let query = newest()
        .where('state', '<>', 'cleared')
        .limit(limit ?? MOST_OPEN);
      if (partner !== undefined) query = query.where('partner', '=', partner);
      if (origin !== undefined) query = query.where('origin', '=', origin);
      if (key !== undefined) query = query.where('key', '=', key);
      return (await query.execute()).map(ALARM.noun);
    },
    async alarms({ partner, offset, limit }) {
      let rows = newest().offset(offset).limit(limit);
      let all = db.selectFrom('partner_alarm').select((eb) => eb.fn.countAll<number>().as('count'));
      if (partner !== null) {
        rows = rows.where('partner', '=', partner);
        all = all.where('partner', '=', partner);
      }
      const { count } = await all.executeTakeFirstOrThrow();
      return { items: (await rows.execute()).map(ALARM.noun), total: Number(count) };
    },
  };
}

function taskRows(db: Kysely<Database>): Pick<Partners, 'insertTask' | 'task' | 'tasks'> {
  return {
    async insertTask(task) {
      await insertRow(db, 'partner_task', TASK.row(task));
    },
    async task(kind, id) {
      const row = await db
        .selectFrom('partner_task')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? TASK.noun(row) : null;
    },
    async tasks({ partner, kind, offset, limit }) {
      let rows = db
        .selectFrom('partner_task')
        .selectAll()
        .where('kind', '=', kind)
        .orderBy('id', 'desc')
        .offset(offset)
        .limit(limit);
      let all = db
        .selectFrom('partner_task')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('kind', '=', kind);
      if (partner !== null) {
        rows = rows.where('partner', '=', partner);
        all = all.where('partner', '=', partner);
      }
      const { count } = await all.executeTakeFirstOrThrow();
      return { items: (await rows.execute()).map(TASK.noun), total: Number(count) };
    },
  };
}

function hubRows(
  db: Kysely<Database>,
): Pick<Partners, 'insertHub' | 'hub' | 'hubsOf' | 'updateHub' | 'deleteHub' | 'links' | 'link' | 'saveLink'> {
  return {
    async insertHub(hub) {
      await insertRow(db, 'partner_hub', HUB.row(hub));
    },
    async hub(id) {
      const row = await db.selectFrom('partner_hub').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? HUB.noun(row) : null;
    },
    async hubsOf(partner) {
      const rows = await db
        .selectFrom('partner_hub')
        .selectAll()
        .where('partner', '=', partner)
        .orderBy('id')
        .execute();
      return rows.map(HUB.noun);
    },
    async updateHub(id, change) {
      await writeChange(db, 'partner_hub', HUB, id, change);
    },
    async deleteHub(id) {
      const result = await db.deleteFrom('partner_hub').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async links() {
      return (await db.selectFrom('partner_link').selectAll().orderBy('id').execute()).map(LINK.noun);
    },
    async link(id) {
      const row = await db.selectFrom('partner_link').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? LINK.noun(row) : null;
    },
    async saveLink(link) {
      const { id, ...rest } = LINK.row(link);
      await db
        .insertInto('partner_link')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
  };
}

function ledgerRows(
  db: Kysely<Database>,
): Pick<Partners, 'saveLedger' | 'ledgerRow' | 'ledgerOf' | 'ledger' | 'deleteLedger'> {
  return {
    async saveLedger(row) {
      const { id, ...rest } = LEDGER.row(row);
      await db
        .insertInto('partner_ledger')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async ledgerRow(id) {
      const row = await db.selectFrom('partner_ledger').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? LEDGER.noun(row) : null;
    },
    async ledgerOf(incidentId) {
      const rows = await db
        .selectFrom('partner_ledger')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(LEDGER.noun);
    },
    async ledger({ partner, since, until, limit }) {
      let query = db
        .selectFrom('partner_ledger')
        .selectAll()
        .where('started_at', '>=', since)
        .where('started_at', '<', until)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      if (partner !== undefined) query = query.where('partner', '=', partner);
      return (await query.execute()).map(LEDGER.noun);
    },
    async deleteLedger(id) {
      await db.deleteFrom('partner_ledger').where('id', '=', id).execute();
    },
  };
}
