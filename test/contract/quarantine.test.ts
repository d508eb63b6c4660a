/** What was put aside, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onEachDatabase, START, type Fresh } from './place.ts';
import * as sample from './sample.ts';

onEachDatabase('quarantine', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
  });
  after(() => fresh.remove());

  test('what was put aside is settled, counted, trimmed and forgotten; doors show their state', async () => {
    await fresh.store.transact(async ({ signals }) => {
      for (let index = 1; index <= 5; index++) {
        const row = {
          id: `qub_${index}`,
          kind: 'webhook:a',
          receivedAt: START + index,
          reason: `why ${index}`,
          body: '{',
        };
        await signals.quarantine({ ...row, headers: { 'x-kind': 'b' }, cut: index === 5 });
      }
      await signals.quarantine({ id: 'qub_6', kind: 'webhook:b', receivedAt: START, reason: 'other', body: '' });
      await signals.insert(
        sample.signal('sig_9', { source: 'webhook:a', receivedAt: START + 9, idempotencyKey: 'k9' }),
      );
      await signals.settleQuarantined('qub_5', { state: 'retried', settledAt: START + 7, settledBy: 'amira' });
      const row = await signals.quarantinedById('qub_5');
      assert.deepEqual(
        [row?.state, row?.settledBy, row?.cut, row?.headers],
        ['retried', 'amira', true, { 'x-kind': 'b' }],
      );
      assert.equal(await signals.quarantinedById('qub_7'), null);
      assert.deepEqual(await signals.quarantineCount('webhook:a', START + 3), { since: 3, open: 4 });
      const page = await signals.quarantinedPage({ kind: 'webhook:a', limit: 2 });
      assert.deepEqual([page.items.map(({ id }) => id), page.next], [['qub_5', 'qub_4'], 'qub_4']);
      const rest = await signals.quarantinedPage({ kind: 'webhook:a', state: 'open', after: 'qub_4' });
      assert.deepEqual(
        rest.items.map(({ id }) => id),
        ['qub_3', 'qub_2', 'qub_1'],
      );
      assert.deepEqual(await signals.doorStates(['webhook:a', 'webhook:none']), [
        { door: 'webhook:a', lastReceivedAt: START + 9, lastRefusedAt: START + 5, lastReason: 'why 5', open: 4 },
        { door: 'webhook:none', lastReceivedAt: null, lastRefusedAt: null, lastReason: null, open: 0 },
      ]);
      assert.equal((await signals.byKey('webhook:a', 'k9'))?.id, 'sig_9');
      assert.equal(await signals.byKey('webhook:b', 'k9'), null);
      await signals.trimQuarantine('webhook:a', 2);
      assert.deepEqual(
        (await signals.quarantinedPage({ kind: 'webhook:a' })).items.map(({ id }) => id),
        ['qub_5', 'qub_4'],
      );
      assert.equal(await signals.forgetQuarantined(START + 5), 2);
      assert.deepEqual(
        (await signals.quarantinedPage({})).items.map(({ id }) => id),
        ['qub_5'],
      );
    });
  });
});
