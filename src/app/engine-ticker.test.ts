import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../core/clock.ts';
import { idSource } from '../core/id.ts';
import type { EnginePlan } from '../expectation/index.ts';
import { openSharedMemory } from '../store/index.ts';
import type { EngineClient } from './engine-client.ts';
import { EngineTicker } from './engine-ticker.ts';

const START = Date.UTC(2026, 10, 24);
const QUIET = { warn: () => undefined, error: () => undefined };
/** One rule is enough to be worth telling of. */
const PLAN = { groups: [{}], watermarks: [], indicators: [] } as unknown as EnginePlan;

async function shared() {
  const clock = new SimulatedClock(START);
  const database = await openSharedMemory(START);
  const ids = idSource(() => clock.now(), Math.random);
  const instance = (name: string, place: string, historyStart: number | null) => {
    const store = database.as(name, { clock, ids, subscriptions: {} });
    /** How many open deviations the engine was given, at each configuration. */
    const given: number[] = [];
    const event = { fingerprint: name, source: 'rule:a/b', labels: { alertname: name }, annotations: {} };
    const fired = { ...event, status: 'firing', startsAt: START, endsAt: null, generatorUrl: null, value: 1 };
    const engine = {
      configure: (_plan: unknown, stored: readonly unknown[]) => {
        given.push(stored.length);
        return Promise.resolve([]);
      },
      tick: () => Promise.resolve({ events: [fired], losses: [], nextAt: Infinity }),
      historyStart: () => Promise.resolve(historyStart),
    } as unknown as EngineClient;
    const sharing = { holder: name, place, samplesShared: false };
    return { ticker: new EngineTicker(engine, { store, clock, ids }, QUIET, sharing), given, store };
  };
  return { clock, database, instance };
}

test('one instance tells what rules find; when it is gone another does, and ends nothing that it has not seen', async () => {
  const { clock, database, instance } = await shared();
  const one = instance('one', 'here', START - 3_600_000);
  const two = instance('two', 'there', null);
  try {
    await one.ticker.configure(PLAN);
    await two.ticker.configure(PLAN);
    assert.ok(one.ticker.tells && !two.ticker.tells);
    await one.ticker.tick();
    await two.ticker.tick();
    const line = await one.store.claim({ limit: 10, leaseMs: 1000, now: clock.now() });
    assert.equal(line.length, 1, 'what the second one found stays with it');
    // The first one dies: its hold ends by itself.
    clock.advance(25_000);
    await two.ticker.tick();
    assert.ok(two.ticker.tells);
    const inherited = two.given.length;
    clock.advance(540_000);
    await two.ticker.tick();
    assert.equal(two.given.length, inherited, 'it waits until it has had samples for ten minutes');
    clock.advance(61_000);
    await two.ticker.tick();
    assert.equal(two.given.length, inherited + 1, 'then it takes over what was open');
    await one.ticker.tick();
    assert.ok(!one.ticker.tells, 'the first one, awake again, says no more');
    await two.ticker.close();
    clock.advance(5001);
    await one.ticker.tick();
    assert.ok(one.ticker.tells, 'one that stops is followed at once');
  } finally {
    await database.close();
  }
});
