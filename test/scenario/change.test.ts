import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onSqlite } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const source = { name: 'flags', integration: 'json', labels: { service: 'booking' } };

onSqlite('Changes that sources tell', (database) => {
  test('are of the kind that they say, a deploy where they say none; a kind that is none is refused and kept', () =>
    inWorld(database, { config: { sources: [source] } }, async (world) => {
      const change = { status: 'change', summary: 'quick unlock is on', kind: 'flag' };
      await world.send('POST', '/in/flags', change);
      await world.send('POST', '/in/flags', { status: 'change', summary: 'booking 4.2 is live' });
      await world.settle();
      const { items } = await world.see<{ items: { kind: string; title: string; component: string }[] }>(
        '/ops/v1/changes',
      );
      assert.deepEqual(items.map(({ kind, title, component }) => `${kind} ${title} ${component}`).toSorted(), [
        'deploy booking 4.2 is live booking-backend',
        'flag quick unlock is on booking-backend',
      ]);
      const refused = await world.ask('POST', '/in/flags', { ...change, kind: 'party' }, await world.token('agent'));
      assert.equal(refused.statusCode, 400);
      assert.match(refused.payload, /it must be deploy, config, flag, campaign, other/);
      const [kept] = await world.app.store.read((tx) => tx.signals.quarantined(10));
      assert.match(kept?.reason ?? '', /kind is/);
    }));
});
