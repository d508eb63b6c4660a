import type { Kysely } from 'kysely';
import type { ActionTx } from '../action/ports.ts';
import { DELIVERY, PAGE, PUSH_DEVICE } from './action-codecs.ts';
import { changeRow } from './row-change.ts';
import type { Database } from './schema.ts';

type Actions = ActionTx['actions'];

/** What became of pages at the vendors, and the browsers that show them. */
export function deliveryRows(
  db: Kysely<Database>,
): Pick<
  Actions,
  | 'pagesTo'
  | 'pagesOfPerson'
  | 'bundledPages'
  | 'insertDelivery'
  | 'delivery'
  | 'deliveriesOf'
  | 'deliveriesOfPage'
  | 'deliveryByReference'
  | 'updateDelivery'
  | 'savePushDevice'
  | 'pushDevices'
  | 'deletePushDevice'
  | 'touchPushDevice'
> {
  return {
    async pagesTo(channels, address, since) {
      const rows = await db
        .selectFrom('page')
        .selectAll()
        .where('address', '=', address)
        .where('channel', 'in', [...channels])
        .where('created_at', '>=', since)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(PAGE.noun);
    },
    async pagesOfPerson(person, since) {
      const rows = await db
        .selectFrom('page')
        .selectAll()
        .where('person', '=', person)
        .where('created_at', '>=', since)
        .orderBy('id')
        .execute();
      return rows.map(PAGE.noun);
    },
    async bundledPages(person, channel) {
      const rows = await db
        .selectFrom('page')
        .selectAll()
        .where('person', '=', person)
        .where('channel', '=', channel)
        .where('state', '=', 'bundled')
        .orderBy('id')
        .execute();
      return rows.map(PAGE.noun);
    },
    async insertDelivery(delivery) {
      await db.insertInto('delivery').values(DELIVERY.row(delivery)).execute();
    },
    async delivery(id) {
      const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? DELIVERY.noun(row) : null;
    },
    async deliveriesOf(incidentId) {
      const rows = await db
        .selectFrom('delivery')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(DELIVERY.noun);
    },
    async deliveriesOfPage(pageId) {
      const rows = await db.selectFrom('delivery').selectAll().where('page_id', '=', pageId).orderBy('id').execute();
      return rows.map(DELIVERY.noun);
    },
    async deliveryByReference(vendor, references) {
      const row = await db
        .selectFrom('delivery')
        .selectAll()
        .where('vendor', '=', vendor)
        .where('reference', 'in', [...references])
        .orderBy('taken_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? DELIVERY.noun(row) : null;
    },
    async updateDelivery(id, change) {
      await changeRow(db, 'delivery', DELIVERY, id, change);
    },
    async savePushDevice(device) {
      const row = PUSH_DEVICE.row(device);
      await db
        .insertInto('push_device')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('endpoint').doUpdateSet({
            account: row.account,
            name: row.name,
            p256dh: row.p256dh,
            auth: row.auth,
            created_at: row.created_at,
          }),
        )
        .execute();
    },
    async pushDevices(account) {
      let query = db.selectFrom('push_device').selectAll().orderBy('id');
      if (account !== null) query = query.where('account', '=', account);
      return (await query.execute()).map(PUSH_DEVICE.noun);
    },
    async deletePushDevice(id) {
      const result = await db.deleteFrom('push_device').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async touchPushDevice(id, at) {
      await db.updateTable('push_device').set({ last_used_at: at }).where('id', '=', id).execute();
    },
  };
}
