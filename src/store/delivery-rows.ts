import type { Kysely } from 'kysely';
import type { Delivery, Page } from '../action/nouns.ts';
import type { ActionTx } from '../action/ports.ts';
import { compareText } from '../core/labels.ts';
import { DELIVERY, PAGE, PUSH_DEVICE } from './action-codecs.ts';
import type { RowOf } from './codec.ts';
import { insertRow, runPrepared } from './prepared.ts';
import { writeChange } from './row-change.ts';
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
      const rows = await runPrepared<RowOf<Page>>(db, 'pages of a person', [person, since], () =>
        db.selectFrom('page').selectAll().where('person', '=', '').where('created_at', '>=', 0).orderBy('id'),
      );
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
      await insertRow(db, 'delivery', DELIVERY.row(delivery));
    },
    async delivery(id) {
      const [row] = await runPrepared<RowOf<Delivery>>(db, 'delivery', [id], () =>
        db.selectFrom('delivery').selectAll().where('id', '=', ''),
      );
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
      const rows = await runPrepared<RowOf<Delivery>>(db, 'deliveries of a page', [pageId], () =>
        db.selectFrom('delivery').selectAll().where('page_id', '=', '').orderBy('id'),
      );
      return rows.map(DELIVERY.noun);
    },
    async deliveryByReference(vendor, references) {
      const name = `delivery by ${references.length} references`;
      const rows = await runPrepared<RowOf<Delivery>>(db, name, [vendor, ...references], () =>
        db
          .selectFrom('delivery')
          .selectAll()
          .where('vendor', '=', '')
          .where('reference', 'in', [...references]),
      );
      // The newest of the few that a vendor gave the same reference.
      const [row] = rows.sort((one, other) => other.taken_at - one.taken_at || compareText(other.id, one.id));
      return row ? DELIVERY.noun(row) : null;
    },
    async updateDelivery(id, change) {
      await writeChange(db, 'delivery', DELIVERY, id, change);
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
