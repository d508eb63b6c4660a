import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { onBoth } from '../support/place.ts';
import { berlin, inWorld, type World } from '../support/world.ts';

type Heartbeats = z.infer<typeof contract.heartbeatList>;

const HOUR = 3_600_000;
const NIGHTLY = { name: 'nightly', title: 'Nightly run', cron: '30 2 * * *', zone: 'Europe/Berlin', grace: '1h' };
const shown = async (world: World): Promise<Heartbeats['items'][number]> =>
  (await world.see<Heartbeats>('/ops/v1/heartbeats')).items[0]!;
const words = async (world: World, name = 'HeartbeatMissed'): Promise<string | undefined> =>
  (await world.allAlerts()).findLast((one) => one.name === name && one.state === 'firing')?.annotations['summary'];
const until = (world: World, at: number): Promise<void> => world.advance(`${at - world.clock.now()}ms`);
/** An address of the heartbeat, as a path. */
const addressOf = async (world: World, name = 'nightly'): Promise<string> => {
  const made = await world.officer<{ url: string }>('POST', `/ops/v1/heartbeats/${name}/addresses`);
  return new URL(made.url).pathname;
};

onBoth('Heartbeats', (database) => {
  test('work by cron: it is missed at its time with its grace, and the alert says what was due when', () =>
    inWorld(database, { at: '2026-09-15T01:00', config: { heartbeats: [NIGHTLY] } }, async (world) => {
      assert.equal((await shown(world)).dueAt, berlin('2026-09-15T02:30'));
      await until(world, berlin('2026-09-15T02:50'));
      const path = await addressOf(world);
      await world.ask('GET', path);
      await world.settle();
      const { dueAt, overdueAt, state } = await shown(world);
      assert.deepEqual([state, dueAt, overdueAt], ['alive', berlin('2026-09-16T02:30'), berlin('2026-09-16T03:30')]);
      await world.sleep('23h');
      await until(world, berlin('2026-09-16T03:30') - 1);
      assert.equal(await words(world), undefined);
      await until(world, berlin('2026-09-16T03:30'));
      assert.equal(
        await words(world),
        'Nightly run: expected by "30 2 * * *" and 1h more; was due at 2026-09-16 02:30 Europe/Berlin, late for 1h; last heard at 2026-09-15 02:50 Europe/Berlin',
      );
      await world.advance('10m');
      await world.ask('GET', path);
      await world.settle();
      assert.equal(await words(world), undefined);
      const history = (await shown(world)).history.slice(-3);
      assert.deepEqual(
        history.map(({ state: was }) => was),
        ['alive', 'missed', 'alive'],
      );
    }));

  for (const [change, at, due] of [
    ['summer', '2026-03-29T01:00', '2026-03-29T03:30'],
    ['winter', '2026-10-25T01:00', '2026-10-25T02:30'],
  ] as const) {
    test(`in the night of the change to ${change} time it is expected once`, () =>
      inWorld(database, { at, config: { heartbeats: [NIGHTLY] } }, async (world) => {
        const first = (await shown(world)).dueAt!;
        assert.equal(first, berlin(due));
        await until(world, first + 60_000);
        await world.ask('GET', await addressOf(world));
        await until(world, first + 3 * HOUR);
        assert.equal(await words(world), undefined);
        const days = ((await shown(world)).dueAt! - first) / HOUR;
        assert.equal(days, change === 'summer' ? 23 : 25);
      }));
  }

  test('work that begins in time and does not end is told after its longest run, not before', () =>
    inWorld(
      database,
      { at: '2026-09-15T01:00', config: { heartbeats: [{ ...NIGHTLY, grace: '5m', runtime: '2h' }] } },
      async (world) => {
        const path = await addressOf(world);
        await until(world, berlin('2026-09-15T02:30'));
        await world.ask('GET', `${path}/start`);
        await until(world, berlin('2026-09-15T04:29'));
        assert.equal(await words(world), undefined, 'it runs');
        await until(world, berlin('2026-09-15T04:30'));
        assert.match((await words(world)) ?? '', /began at 2026-09-15 02:30 Europe\/Berlin and did not end within 2h/);
      },
    ));

  test('a paused heartbeat is not expected and its alert ends; it is again when resumed, or heard', () =>
    inWorld(
      database,
      { config: { heartbeats: [{ name: 'nightly', title: 'Run', every: '10m', grace: '1m' }] } },
      async (world) => {
        await world.advance('11m');
        assert.match((await words(world)) ?? '', /expected every 10m and 1m more; .* it was never heard/);
        await world.officer('POST', '/ops/v1/heartbeats/nightly/pause');
        assert.equal(await words(world), undefined);
        await world.advance('2h');
        assert.equal(await words(world), undefined);
        const { state, dueAt } = await shown(world);
        assert.deepEqual([state, dueAt], ['paused', null]);
        const again = await world.ask('POST', '/ops/v1/heartbeats/nightly/pause', undefined, await world.token('duty'));
        assert.equal(again.statusCode, 409);
        await world.officer('POST', '/ops/v1/heartbeats/nightly/resume');
        await world.advance('10m');
        assert.equal(await words(world), undefined, 'it counts from then on');
        await world.advance('1m');
        assert.ok(await words(world));
        await world.officer('POST', '/ops/v1/heartbeats/nightly/pause');
        await world.ask('GET', await addressOf(world));
        await world.settle();
        assert.equal((await shown(world)).state, 'alive');
        await world.advance('11m');
        assert.ok(await words(world));
      },
    ));

  test('pings as programs of others send them: with a body of any type, with what they printed', () =>
    inWorld(database, { config: { heartbeats: [NIGHTLY] } }, async (world) => {
      const path = await addressOf(world);
      const types = ['application/x-www-form-urlencoded', 'text/plain', 'application/octet-stream', 'application/json'];
      for (const type of types) {
        const answer = await world.post(`${path}/1`, 'printed: {not json', { 'content-type': type });
        assert.equal(answer.statusCode, 204, `${type}: ${answer.payload}`);
        assert.equal((await shown(world)).state, 'failed');
        assert.equal((await world.post(path, '', {})).statusCode, 204);
        assert.equal((await shown(world)).state, 'alive');
      }
      assert.equal((await world.post(`${path}/fail`, '', { 'content-type': 'text/plain' })).statusCode, 204);
      assert.equal((await shown(world)).state, 'failed');
      const heard = (await shown(world)).lastSeenAt;
      await world.advance('1m');
      assert.equal((await world.post(`${path}/log`, 'a line', { 'content-type': 'text/plain' })).statusCode, 204);
      assert.equal((await shown(world)).lastSeenAt, heard, 'a line of a log is no sign of life');
    }));
});
