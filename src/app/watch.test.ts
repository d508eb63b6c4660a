import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawPage } from '../action/index.ts';
import { SimulatedClock } from '../core/clock.ts';
import { idSource } from '../core/id.ts';
import { Fault } from '../core/fault.ts';
import { openStore, type Store } from '../store/index.ts';
import { Watch } from './watch.ts';

const START = Date.UTC(2026, 10, 24);

async function watched(
  play: (bench: {
    readonly clock: SimulatedClock;
    readonly store: Store;
    readonly watch: Watch;
    readonly paged: RawPage[];
    readonly state: { away: boolean; pings: number; pingFails: boolean };
    readonly pass: (seconds: number) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const clock = new SimulatedClock(START);
  const ids = idSource(() => clock.now(), Math.random);
  const store = await openStore({ sqlite: { directory: ':memory:' }, clock, ids, subscriptions: {}, instance: 'one' });
  const state = { away: false, pings: 0, pingFails: false };
  const paged: RawPage[] = [];
  const away = {
    ...store,
    transact: (run: Parameters<Store['transact']>[0]) =>
      state.away ? Promise.reject(new Fault('unavailable', { what: 'The database' })) : store.transact(run),
  } as Store;
  const watch = new Watch({
    deps: { store: away, clock, ids },
    log: { warn: () => undefined, error: () => undefined },
    instance: 'one',
    elapsed: () => clock.now(),
    pageRaw: (raw) => Promise.resolve(paged.push(raw)),
    ping: () => () => {
      state.pings++;
      return state.pingFails ? Promise.reject(new Error('no')) : Promise.resolve();
    },
    pingEvery: () => 60_000,
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 5) {
      await watch.look();
      clock.advance(5000);
    }
  };
  try {
    await play({ clock, store, watch, paged, state, pass });
  } finally {
    await store.close();
  }
}

const canary = (store: Store, at: number): Promise<void> =>
  store.transact((tx) => tx.upkeep.setVital({ name: 'canary', at, value: 12 }));

test('a database that is away for half a minute is paged past it, again each quarter of an hour, and not when it is back', () =>
  watched(async ({ paged, state, pass, watch, clock, store }) => {
    await pass(10);
    state.away = true;
    await pass(30);
    assert.equal(paged.length, 0);
    await pass(5);
    assert.equal(paged.length, 1);
    assert.match(paged[0]!.text, /cannot use its database/);
    assert.ok(watch.blind);
    await pass(15 * 60);
    assert.equal(paged.length, 2);
    assert.notEqual(paged[0]!.key, paged[1]!.key);
    state.away = false;
    await canary(store, clock.now());
    await pass(60);
    assert.equal(paged.length, 2);
    assert.ok(!watch.blind);
  }));

test('a canary that does not come back for three minutes is paged', () =>
  watched(async ({ clock, store, paged, pass, watch }) => {
    for (let minute = 0; minute < 4; minute++) {
      await canary(store, clock.now());
      await pass(60);
    }
    assert.equal(paged.length, 0);
    await pass(130);
    assert.equal(paged.length, 1);
    assert.match(paged[0]!.text, /test page of each minute has not come back/);
    assert.ok(watch.muted);
  }));

test('the outside watch hears something only while all is well', () =>
  watched(async ({ state, watch, pass, clock }) => {
    await watch.tellAlive();
    await watch.tellAlive();
    assert.equal(state.pings, 1, 'not more often than asked for');
    clock.advance(60_000);
    state.pingFails = true;
    await watch.tellAlive();
    await watch.tellAlive();
    assert.equal(state.pings, 3, 'what failed is said again at the next round');
    state.pingFails = false;
    state.away = true;
    await pass(40);
    await watch.tellAlive();
    assert.equal(state.pings, 3, 'silence is the message');
  }));
