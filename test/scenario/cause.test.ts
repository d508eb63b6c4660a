import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { Fault } from '../../src/core/fault.ts';
import { Calls } from '../support/calls.ts';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

type Evidence = z.infer<typeof contract.incidentEvidence>;

const CONFIG = { incidents: { cause: { calls: ['service-graph'] }, learn: [] } };
const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics' };
const BOOK = { alertname: 'BookingsFail', service: 'booking' };
const NORTH_FAILS = { 'telematics->carrier-north': 0.38, 'booking->telematics': 0.22, 'user->booking': 0.13 };

/** Lets minutes pass in which calls are made, and fail at these shares. */
async function pass(world: World, calls: Calls, minutes: number, failing: Readonly<Record<string, number>> = {}) {
  calls.failing.clear();
  for (const [call, share] of Object.entries(failing)) calls.failing.set(call, share);
  for (let minute = 0; minute < minutes; minute++) {
    await world.advance('1m');
    await world.record(calls.minute(world.clock.now()));
    await world.settle();
  }
}

async function withCalls(
  database: Parameters<typeof inWorld>[0],
  play: (world: World, calls: Calls) => Promise<void>,
): Promise<void> {
  await inWorld(database, { config: CONFIG }, async (world) => {
    const calls = new Calls();
    await world.record(calls.past(world.clock.now()));
    await pass(world, calls, 1);
    await play(world, calls);
  });
}

async function rankingOf(world: World): Promise<NonNullable<Evidence['ranking']>> {
  const { incident } = await world.incident();
  const { ranking } = await world.see<Evidence>(`/ops/v1/incidents/${incident.id}/evidence`);
  assert.ok(ranking);
  return ranking;
}

async function measuredFacts(world: World): Promise<string[]> {
  const { incident } = await world.incident();
  return (await world.journal(incident.id))
    .filter(({ fact }) => fact === 'incident.cause-measured')
    .map(({ summary }) => summary);
}

onBoth('What measures say of a cause', (database) => {
  test('a partner that only its callers see fail is named, and a deploy where it is felt is not', () =>
    withCalls(database, async (world, calls) => {
      await world.officer('POST', '/ops/v1/changes', {
        kind: 'deploy',
        component: 'telematics-gateway',
        title: 'gateway 7.1',
      });
      await pass(world, calls, 3, NORTH_FAILS);
      await world.alert(UNLOCK);
      // By the alerts alone it is the deploy: it is near, and that is where alerts are.
      await world.advance('1s');
      assert.deepEqual(
        [(await world.incident()).incident.cause?.component, (await world.incident()).incident.cause?.kind],
        ['telematics-gateway', 'change'],
      );
      await world.alert(BOOK);
      await pass(world, calls, 6, NORTH_FAILS);
      const { incident } = await world.incident();
      assert.deepEqual([incident.cause?.component, incident.cause?.kind], ['carrier-north', 'partner']);
      assert.ok(
        incident.cause?.reasons.includes(
          "Carrier North answers 38 % of Telematics gateway's requests with an error, 0.4 % before",
        ),
        JSON.stringify(incident.cause),
      );
      const { measures, measured, causes } = await rankingOf(world);
      assert.deepEqual([measured, measures?.abstained, measures?.first?.component], [true, null, 'carrier-north']);
      assert.deepEqual(
        causes[0]?.path.map(({ name }) => name),
        ['booking-backend', 'telematics-gateway', 'carrier-north'],
      );
      assert.ok(causes[0].probability > 0.8, String(causes[0].probability));
      const [told, ...more] = await measuredFacts(world);
      assert.match(told ?? '', /^The measures point at Carrier North \(\d+ %\)\.$/);
      assert.deepEqual(more, []);
    }));

  test('a deploy that broke its own service is named as the change', () =>
    withCalls(database, async (world, calls) => {
      await world.officer('POST', '/ops/v1/changes', {
        kind: 'deploy',
        component: 'booking-backend',
        title: 'booking 4.2',
      });
      await pass(world, calls, 2, { 'user->booking': 0.3 });
      await world.alert(BOOK);
      await pass(world, calls, 4, { 'user->booking': 0.3 });
      const { cause } = (await world.incident()).incident;
      assert.deepEqual([cause?.component, cause?.kind], ['booking-backend', 'change']);
      assert.ok(cause?.reasons.includes('its own callees are healthy'), JSON.stringify(cause));
    }));

  test('where nothing deviates the measures name nothing and say so; the alerts go on', () =>
    withCalls(database, async (world, calls) => {
      await world.alert(BOOK);
      await pass(world, calls, 4);
      const { measures, causes } = await rankingOf(world);
      assert.deepEqual([measures?.abstained, measures?.first], ['no-deviation', null]);
      assert.match(measures?.why ?? '', /^Booking backend does not deviate from normal \(0\.4 %, normally 0\.4 %/);
      assert.equal(causes[0]?.component, 'booking-backend');
      assert.deepEqual(await measuredFacts(world), ['The measures name no cause.']);
    }));

  test('with the engine away pages go out, nothing is put aside, and the cause comes when it is back', () =>
    withCalls(database, async (world, calls) => {
      const { engine } = world.app;
      const { prometheus } = engine;
      let asked = 0;
      engine.prometheus = () => {
        asked++;
        return Promise.reject(new Fault('unavailable', { what: 'The metrics engine' }));
      };
      await pass(world, calls, 2, NORTH_FAILS);
      await world.alert(UNLOCK);
      await pass(world, calls, 2, NORTH_FAILS);
      assert.equal(world.pages('amira', 'email').length, 1);
      const { measures, measured } = await rankingOf(world);
      assert.deepEqual([measured, measures?.abstained], [false, 'engine-away']);
      assert.ok(asked > 0);
      const counts = await world.app.store.workCounts();
      assert.deepEqual(
        counts.filter(({ state }) => state === 'quarantined'),
        [],
      );
      assert.ok(counts.some(({ kind }) => kind === 'incident.explain'));
      engine.prometheus = prometheus;
      await pass(world, calls, 5, NORTH_FAILS);
      assert.equal((await world.incident()).incident.cause?.component, 'carrier-north');
      assert.deepEqual(
        (await measuredFacts(world)).map((words) => words.replace(/ \(.*/, '')),
        ['The measures name no cause.', 'The measures point at Carrier North'],
      );
    }));

  test('once it is over nothing is asked any more', () =>
    withCalls(database, async (world, calls) => {
      await pass(world, calls, 2, NORTH_FAILS);
      await world.alert(UNLOCK);
      await pass(world, calls, 2, NORTH_FAILS);
      const { incident } = await world.incident();
      await world.officer('POST', `/ops/v1/incidents/${incident.id}/resolve`, { reason: 'rerouted' });
      const { prometheus } = world.app.engine;
      let asked = 0;
      world.app.engine.prometheus = (...given) => {
        asked++;
        return prometheus(...given);
      };
      await pass(world, calls, 10);
      assert.equal(asked, 0);
    }));
});
