import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const LOUDER = [
  {
    name: 'everybody',
    steps: [
      { do: 'page', target: 'focal', by: ['email'] },
      { do: 'page', target: 'lena', by: ['email'] },
    ],
  },
];

onBoth('Configuration', (database) => {
  test('a reload with a mistake is refused and the running configuration stays', () =>
    inWorld(database, {}, async (world) => {
      const chains = [{ name: 'everybody', steps: [{ do: 'page', target: 'nobody-we-know', by: ['email'] }] }];
      await assert.rejects(world.reload({ chains }), /nobody-we-know/);
      await world.alert(UNLOCK);
      await world.advance('5m');
      assert.equal(world.pages('jonas', 'email').length, 1);
    }));

  test('a running chain keeps the steps it was started with; the next one takes the new ones', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.reload({ chains: LOUDER });
      await world.advance('5m');
      assert.equal(world.pages('jonas', 'email').length, 1, 'the old step');
      assert.equal(world.pages('lena', 'email').length, 0);
      await world.alert({ alertname: 'MapTilesSlow', service: 'maps', city: 'lisbon' });
      await world.advance('10s');
      assert.equal(world.pages('lena', 'email').length, 1, 'the new step');
      assert.equal(world.pages('jonas', 'email').length, 1);
    }));
});
