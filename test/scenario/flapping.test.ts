import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'berlin' };
/** It fires for a minute and is over for six: each time its incident has long been resolved. */
const flip = async (world: World): Promise<void> => {
  await world.alert(MAPS);
  await world.advance('1m');
  await world.over(MAPS);
  await world.advance('6m');
};
const newest = async (world: World) => (await world.allAlerts()).at(-1)!;
const pages = (world: World): number => world.pages('amira', 'email').length;

onBoth('Flapping', (database) => {
  test('an alert that ends too often counts as firing, stays one, pages no more, and is over when it is calm', () =>
    inWorld(database, { config: { alerts: { flapping: { times: 3, within: '30m', calm: '15m' } } } }, async (world) => {
      await flip(world);
      await flip(world);
      assert.deepEqual([(await world.allAlerts()).length, (await newest(world)).flappingSince], [2, null]);
      await flip(world);
      const held = await newest(world);
      assert.deepEqual([held.state, typeof held.flappingSince], ['firing', 'number']);
      // Somebody has it; without that the chain would go on asking.
      await world.accept(world.link('amira'));
      const paged = pages(world);
      const rows = (await world.allAlerts()).length;
      for (let count = 0; count < 6; count++) await flip(world);
      assert.equal(pages(world), paged, 'nobody is paged for the same thing again');
      assert.equal((await world.allAlerts()).length, rows);
      const { id, state, incidentId } = await newest(world);
      assert.equal(state, 'firing');
      const facts = (await world.app.store.read((tx) => tx.journal.ofSubject('alert', id))).map(({ fact }) => fact);
      assert.deepEqual(facts.filter((fact) => fact === 'alert.flapping').length, 1);
      assert.ok(
        (await world.detail(incidentId!)).timeline.some(({ summary }) => summary.startsWith('Flaps: it ended 3')),
      );
      await world.advance('8m');
      assert.equal((await newest(world)).state, 'firing');
      await world.advance('1m');
      assert.equal((await newest(world)).state, 'resolved');
      const last = (await world.app.store.read((tx) => tx.journal.ofSubject('alert', id))).at(-1);
      assert.deepEqual([last?.fact, last?.reason], ['alert.resolved', 'calm-again']);
      await world.advance('6m');
      assert.equal((await world.detail(incidentId!)).incident.state, 'resolved');
    }));

  test('an end that is said again does not put calm off, and one that fires on ends like any other', () =>
    inWorld(database, { config: { alerts: { flapping: { times: 2, within: '20m', calm: '10m' } } } }, async (world) => {
      await flip(world);
      await world.alert(MAPS);
      await world.over(MAPS);
      for (let minute = 0; minute < 9; minute++) {
        await world.advance('1m');
        await world.over(MAPS);
      }
      assert.equal((await newest(world)).state, 'firing');
      await world.advance('1m');
      assert.equal((await newest(world)).state, 'resolved');
      await world.alert(MAPS);
      await world.over(MAPS);
      assert.equal((await newest(world)).state, 'firing', 'it flaps again');
      await world.alert(MAPS);
      await world.advance('25m');
      await world.over(MAPS);
      assert.equal((await newest(world)).state, 'resolved');
    }));

  test('switched off, each end is an end', () =>
    inWorld(database, { config: { alerts: { flapping: false } } }, async (world) => {
      for (let count = 0; count < 8; count++) {
        await world.alert(MAPS);
        await world.over(MAPS);
      }
      assert.equal((await world.allAlerts()).length, 8);
      assert.equal((await newest(world)).state, 'resolved');
    }));
});
