import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { onBoth } from '../support/place.ts';
import { berlin, inWorld, type World } from '../support/world.ts';

type List = z.infer<typeof contract.maintenanceList>;

const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'berlin', severity: 'critical' };
const TILES = {
  name: 'tiles',
  title: 'Tiles are rebuilt',
  components: ['map-vendor'],
  rule: 'FREQ=DAILY',
  starts: '2026-09-15T13:00',
  for: '1h',
};
const MOVE = { name: 'move', matchers: ['service="maps"'], from: '2026-09-15T13:00', to: '2026-09-15T14:00' };

const list = (world: World): Promise<List> => world.see<List>('/ops/v1/maintenance');
const facts = async (world: World, kind: string, id: string): Promise<string[]> =>
  (await world.app.store.read((tx) => tx.journal.ofSubject(kind, id))).map(({ fact }) => fact);

onBoth('Announced work of the configuration', (database) => {
  for (const [what, maintenance] of [
    ['that recurs', [TILES]],
    ['once', [MOVE]],
  ] as const) {
    test(`work ${what} keeps quiet what it covers, in the zone of duty`, () =>
      inWorld(database, { at: '2026-09-15T12:00', config: { maintenance } }, async (world) => {
        await world.advance('65m');
        await world.alert(MAPS);
        assert.deepEqual(await world.incidents(), [], 'within it is quiet');
        const [window] = (await list(world)).items;
        assert.equal(window?.startsAt, berlin('2026-09-15T13:00'));
        await world.advance('56m');
        assert.equal((await world.incidents()).length, 1, 'at its end what still fires is told');
      }));
  }

  test('a reload with the same entries changes nothing; other words change it; without its entry it ends', () =>
    inWorld(database, { at: '2026-09-15T12:00', config: { maintenance: [TILES, MOVE] } }, async (world) => {
      await world.advance('10s');
      await world.reload({ maintenance: [TILES, MOVE] });
      await world.advance('10s');
      const plan = (await list(world)).plans[0]!;
      assert.equal(plan.title, 'Tiles are rebuilt');
      assert.deepEqual(await facts(world, 'maintenance-plan', plan.id), ['maintenance-plan.made']);
      const move = (await list(world)).items.find(({ title }) => title === 'move')!;
      assert.deepEqual(await facts(world, 'maintenance', move.id), ['maintenance.planned']);

      await world.reload({
        maintenance: [
          { ...TILES, for: '2h' },
          { ...MOVE, to: '2026-09-15T15:00' },
        ],
      });
      await world.advance('10s');
      assert.equal((await list(world)).plans[0]!.duration, 7_200_000);
      assert.equal((await list(world)).items.find(({ id }) => id === move.id)?.endsAt, berlin('2026-09-15T15:00'));

      await world.reload({ maintenance: [] });
      await world.advance('10s');
      assert.deepEqual((await list(world)).plans, []);
      assert.equal((await facts(world, 'maintenance-plan', plan.id)).at(-1), 'maintenance-plan.ended');
      assert.equal((await facts(world, 'maintenance', move.id)).at(-1), 'maintenance.ended');
      await world.advance('70m');
      await world.alert(MAPS);
      assert.equal((await world.incidents()).length, 1, 'nothing is expected any more');
    }));

  test('what a person ended stays ended until the entry says something else', () =>
    inWorld(database, { at: '2026-09-15T12:00', config: { maintenance: [TILES] } }, async (world) => {
      await world.advance('10s');
      const { id } = (await list(world)).plans[0]!;
      await world.officer('DELETE', `/ops/v1/maintenance/plans/${id}`);
      await world.reload({ maintenance: [TILES] });
      await world.advance('10s');
      assert.deepEqual((await list(world)).plans, []);
      await world.reload({ maintenance: [{ ...TILES, starts: '2026-09-15T14:00' }] });
      await world.advance('10s');
      assert.equal((await list(world)).plans[0]?.id, id);
    }));
});
