/** What became of pages at the vendors, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onEachDatabase, START, type Fresh } from './place.ts';
import * as sample from './sample.ts';

onEachDatabase('deliveries', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
    await fresh.store.transact((tx) => tx.incidents.insert(sample.incident('inc_1', 1001)));
  });
  after(() => fresh.remove());

  test('pages by person and address, deliveries by reference, browsers by account', async () => {
    await fresh.store.transact(async ({ actions }) => {
      assert.equal(await actions.insertPage(sample.page('pag_1', 'key', 'inc_1')), true);
      assert.equal((await actions.pagesOfPerson('ada', START)).length, 1);
      assert.equal((await actions.pagesOfPerson('ada', START + 1)).length, 0);
      assert.equal((await actions.bundledPages('ada', 'email')).length, 0);
      await actions.updatePage('pag_1', { state: 'bundled' });
      assert.equal((await actions.bundledPages('ada', 'email')).length, 1);
      assert.equal((await actions.bundledPages('ada', 'sms')).length, 0);
      assert.equal((await actions.pagesTo(['email', 'sms'], 'ada@example.org', START)).length, 1);
      assert.equal((await actions.pagesTo(['email'], 'ada@example.org', START + 1)).length, 0, 'older');
      assert.equal((await actions.pagesTo(['sms'], 'ada@example.org', START)).length, 0, 'another channel');
      const first = sample.delivery('dlv_1', 'pag_1', 'inc_1');
      const second = { ...sample.delivery('dlv_2', 'pag_1', 'inc_1'), takenAt: START + 5 };
      await actions.insertDelivery(first);
      await actions.insertDelivery(second);
      assert.deepEqual(await actions.delivery('dlv_1'), first);
      assert.deepEqual(await actions.deliveriesOfPage('pag_1'), [first, second]);
      assert.deepEqual(await actions.deliveriesOf('inc_1'), [first, second]);
      assert.equal((await actions.deliveryByReference('north', ['x', 'ref-1']))?.id, 'dlv_2', 'the newest');
      assert.equal(await actions.deliveryByReference('south', ['ref-1']), null);
      await actions.updateDelivery('dlv_1', { state: 'delivered', receiptAt: START + 9, receipt: 'DELIVRD' });
      assert.equal((await actions.delivery('dlv_1'))?.receipt, 'DELIVRD');
      const device = sample.device('psh_1', 'ada');
      await actions.savePushDevice(device);
      await actions.savePushDevice({ ...sample.device('psh_2', 'bob'), endpoint: 'https://push.example/2' });
      await actions.savePushDevice({ ...device, id: 'psh_3', name: 'renewed' });
      assert.deepEqual(await actions.pushDevices('ada'), [{ ...device, name: 'renewed' }], 'one per endpoint');
      assert.equal((await actions.pushDevices(null)).length, 2);
      await actions.touchPushDevice('psh_1', START + 1);
      assert.equal((await actions.pushDevices('ada'))[0]?.lastUsedAt, START + 1);
      assert.equal(await actions.deletePushDevice('psh_1'), true);
      assert.equal(await actions.deletePushDevice('psh_1'), false);
    });
  });
});
