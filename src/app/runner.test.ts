import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../core/clock.ts';
import { idSource } from '../core/id.ts';
import { DONE, mustHold, type Handler, type WorkItem } from '../core/work.ts';
import { openStore, type Store, type Tx } from '../store/index.ts';
import { Runner } from './runner.ts';

const START = Date.UTC(2026, 10, 24);
const LEASE = 15_000;
const QUIET = { warn: () => undefined, error: () => undefined };

interface Bench {
  readonly clock: SimulatedClock;
  readonly store: Store;
  readonly aside: string[];
  readonly runner: (
    handlers: readonly Handler<Tx>[],
    more?: { readonly perWay?: number; readonly parallel?: number; readonly shared?: number },
  ) => Runner<Tx>;
  readonly put: (
    kind: string,
    key: string,
    more?: { readonly way?: string; readonly priority?: number },
  ) => Promise<void>;
}

async function onBench(play: (bench: Bench) => Promise<void>): Promise<void> {
  const clock = new SimulatedClock(START);
  const ids = idSource(() => clock.now(), Math.random);
  const place = { sqlite: { directory: ':memory:' } };
  const store = await openStore({ ...place, clock, ids, subscriptions: {}, instance: 'one', random: () => 0.5 });
  const aside: string[] = [];
  const onQuarantine = (item: WorkItem, why: string): Promise<void> => {
    aside.push(`${item.key}: ${why}`);
    return Promise.resolve();
  };
  const wayOf = ({ kind, payload }: WorkItem): string => `${kind} ${String(payload['way'])}`;
  const shared = { store, clock, log: QUIET, leaseMs: LEASE, onQuarantine, wayOf };
  try {
    await play({
      clock,
      store,
      aside,
      runner: (handlers, more = {}) => new Runner<Tx>({ ...shared, ...more }, handlers),
      put: (kind, key, { way, priority = 0 } = {}) =>
        store.transact((tx) => tx.work.enqueue({ kind, key, priority, payload: { way } }).then(() => undefined)),
    });
  } finally {
    await store.close();
  }
}

/** A handler of the ways out of which some hang until they are let go. */
function sender(clock: SimulatedClock, hangs: (item: WorkItem) => boolean) {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const handler: Handler<Tx> = {
    kind: 'page.send',
    async outside(item) {
      mustHold(item, clock.now());
      sent.push(item.key);
      if (hangs(item)) await new Promise<void>((resolve) => waiting.push(resolve));
      return () => Promise.resolve(DONE);
    },
  };
  const letGo = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { handler, sent, letGo };
}

test('a way that hangs holds its own places and no others', () =>
  onBench(async ({ clock, runner, put }) => {
    for (let n = 0; n < 30; n++) await put('page.send', `mail-${n}`, { way: 'email' });
    for (let n = 0; n < 3; n++) await put('page.send', `hook-${n}`, { way: 'webhook' });
    const { handler, sent, letGo } = sender(clock, ({ payload }) => payload['way'] === 'email');
    const running = runner([handler], { parallel: 8, perWay: 4 });
    await running.drainOutside();
    assert.equal(sent.filter((key) => key.startsWith('mail')).length, 4);
    assert.equal(sent.filter((key) => key.startsWith('hook')).length, 3, 'all of them went past the others');
    letGo();
    for (let round = 0; round < 20 && sent.length < 33; round++) {
      clock.advance(1000);
      await running.drainOutside();
      letGo();
      await running.idle();
    }
    assert.equal(new Set(sent).size, 33, 'nobody was left behind');
    assert.equal(sent.length, 33, 'and nobody was sent twice');
  }));

test('after an outage the newest page goes first, and the oldest are not forgotten', () =>
  onBench(async ({ clock, runner, put }) => {
    for (let n = 0; n < 40; n++) {
      await put('page.send', String(n));
      clock.advance(1000);
    }
    const { handler, sent } = sender(clock, () => false);
    const running = runner([handler], { parallel: 8, perWay: 8 });
    await running.drainOutside();
    await running.idle();
    assert.deepEqual(new Set(sent), new Set(['39', '38', '37', '36', '35', '34', '0', '1']));
  }));

test('a row that ends the process each time is put aside, and those that were in hand beside it are not', () =>
  onBench(async ({ clock, runner, put, aside, store }) => {
    for (const key of ['a', 'b', 'poison', 'c']) await put('alert.take', key, { priority: 1 });
    const done: string[] = [];
    const handler: Handler<Tx> = {
      kind: 'alert.take',
      async inside(_tx, item) {
        done.push(item.key);
        return Promise.resolve(DONE);
      },
    };
    // A process that dies does no more than claim: nobody says how the try went.
    const dying = async (): Promise<void> => {
      const how = { limit: 20, leaseMs: LEASE, doubtfulAlone: true };
      for (;;) {
        const items = await store.claim({ kinds: ['alert.take'], now: clock.now(), ...how });
        const at = items.findIndex(({ key }) => key === 'poison');
        for (const item of at < 0 ? items : items.slice(0, at))
          await store.settle(item, (tx) => handler.inside(tx, item));
        if (at >= 0 || items.length === 0) return;
      }
    };
    for (let life = 0; life < 5; life++) {
      await dying();
      clock.advance(LEASE + 1);
    }
    assert.deepEqual(done.sort(), ['a', 'b', 'c'], 'those beside it were done by the next lives');
    await runner([handler]).drainInside();
    assert.deepEqual(done, ['a', 'b', 'c'], 'the poison was not touched again');
    assert.equal(aside.length, 1);
    assert.match(aside[0]!, /^poison: the process ended while this was in hand/);
    assert.deepEqual(await store.workCounts(), [{ kind: 'alert.take', state: 'quarantined', count: 1 }]);
  }));

test('who slept longer than the lease sends nothing when it wakes', () =>
  onBench(async ({ clock, runner, put, aside }) => {
    await put('page.send', 'a');
    const sent: string[] = [];
    const handler = (sleep: number): Handler<Tx> => ({
      kind: 'page.send',
      async outside(item) {
        clock.advance(sleep);
        mustHold(item, clock.now());
        sent.push(item.key);
        return () => Promise.resolve(DONE);
      },
    });
    const asleep = runner([handler(LEASE)]);
    await asleep.drainOutside();
    await asleep.idle();
    assert.deepEqual(sent, []);
    const awake = runner([handler(0)]);
    await awake.drainOutside();
    await awake.idle();
    assert.deepEqual(sent, ['a']);
    assert.deepEqual(aside, []);
  }));

test('the clock is set two hours on while a page is on its way: it is sent once, and settled', () =>
  onBench(async ({ clock, runner, put, store }) => {
    await put('page.send', 'a');
    const { handler, sent, letGo } = sender(clock, () => true);
    const running = runner([handler]);
    await running.drainOutside();
    clock.advance(7_200_000);
    await running.drainOutside();
    letGo();
    await running.idle();
    assert.deepEqual(sent, ['a']);
    assert.deepEqual(await store.workCounts(), []);
  }));

test('rows that are done together: one that breaks stops no other, and pages go before them', () =>
  onBench(async ({ runner, put, store, aside }) => {
    const order: string[] = [];
    let transactions = 0;
    const together: Extract<Handler<Tx>, { inside: unknown }> = {
      kind: 'alert.place',
      async inside(_, { key }) {
        if (key === 'a3') throw new Error('this one is broken');
        order.push(key);
        return DONE;
      },
      async insideAll(tx, items) {
        transactions++;
        const outcomes = [];
        for (const item of items) outcomes.push(await together.inside(tx, item));
        return outcomes;
      },
    };
    const page: Handler<Tx> = {
      kind: 'page.plan',
      async inside(_, { key }) {
        order.push(key);
        return DONE;
      },
    };
    for (let n = 0; n < 80; n++) await put('alert.place', `b${n}`, { priority: 1 });
    const running = runner([together, page]);
    await put('page.plan', 'urgent');
    assert.deepEqual(await running.drainInside(), { rows: 81, nextAt: null });
    assert.equal(order[0], 'urgent');
    assert.deepEqual([order.length, transactions], [81, 1], 'more than fit into a claim of others');
    order.length = 0;
    for (let n = 0; n < 5; n++) await put('alert.place', `a${n}`, { priority: 1 });
    await running.drainInside();
    // What the broken transaction did is taken back: the rows were done again, alone.
    assert.deepEqual(order.slice(-4), ['a0', 'a1', 'a2', 'a4']);
    assert.deepEqual(await store.workCounts(), [{ kind: 'alert.place', state: 'waiting', count: 1 }]);
    assert.deepEqual(aside, []);
  }));

test('rows that share a transaction: those of a priority and a lock, and one that breaks is tried again alone', () =>
  onBench(async ({ runner, put, store, aside }) => {
    const groups: string[][] = [];
    let last: Tx | null = null;
    const doing = (kind: string, lock?: string): Handler<Tx> => ({
      kind,
      ...(lock === undefined ? {} : { lock }),
      async inside(tx, { key }) {
        if (tx !== last) groups.push([]);
        last = tx;
        groups.at(-1)!.push(key);
        if (key === 'poison') throw new Error('this one is broken');
        await tx.work.put({ kind: 'later', key, payload: {} });
        return DONE;
      },
    });
    const running = runner([doing('chain.step'), doing('care.look'), doing('assess', 'correlation')], { shared: 3 });
    for (const key of ['a', 'b', 'c', 'd']) await put(key === 'b' ? 'care.look' : 'chain.step', key);
    await put('assess', 'locked');
    await put('care.look', 'less', { priority: 2 });
    await running.drainInside();
    assert.deepEqual(groups, [['a', 'b', 'c'], ['d'], ['locked'], ['less']]);
    groups.length = 0;
    for (const key of ['e', 'poison', 'f']) await put('chain.step', key);
    await running.drainInside();
    assert.deepEqual(groups, [['e', 'poison'], ['e'], ['poison'], ['f']]);
    const left = (await store.workCounts()).map(({ kind, state, count }) => `${kind} ${state} ${count}`);
    // What the broken transaction did is taken back: each row that is done has done its part once.
    assert.deepEqual(left, ['chain.step waiting 1', 'later due 8']);
    assert.deepEqual(aside, []);
  }));
