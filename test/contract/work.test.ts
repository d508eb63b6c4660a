/** Work by lease: order, fences, retries, and what happens when two instances want the same row. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DONE, type Outcome, type WorkItem } from '../../src/core/work.ts';
import { StaleLease, type Store } from '../../src/store/index.ts';
import { fromOutside, onEachDatabase, START, type Fresh } from './place.ts';
import { entry, heartbeat } from './sample.ts';

const LEASE = 15_000;
const RETRY = { maxAttempts: 3, backoffMs: 1000, capMs: 3000 };

onEachDatabase('work', (place) => {
  let fresh: Fresh;
  let store: Store;
  beforeEach(async () => {
    fresh = await place.fresh();
    store = fresh.store;
  });
  afterEach(() => fresh.remove());

  const put = (key: string, more: { kind?: string; dueAt?: number; priority?: number } = {}): Promise<boolean> =>
    store.transact((tx) => tx.work.enqueue({ kind: 'page.send', key, payload: { key }, causeId: 'jrn_1', ...more }));
  const claim = (from = store, limit = 10): Promise<WorkItem[]> =>
    from.claim({ kinds: ['page.send', 'page.late'], limit, leaseMs: LEASE, now: fresh.clock.now() });
  const keys = (items: readonly WorkItem[]): string[] => items.map(({ key }) => key);

  test('one open row for a kind and key', async () => {
    assert.equal(await put('a'), true);
    assert.equal(await put('a', { dueAt: START + 5 }), false);
    assert.equal(await put('a', { kind: 'page.late' }), true);
    const [item] = await store.claim({ kinds: ['page.send'], limit: 5, leaseMs: LEASE, now: START });
    assert.deepEqual(
      { ...item, id: '' },
      {
        id: '',
        kind: 'page.send',
        key: 'a',
        dueAt: START,
        priority: 5,
        payload: { key: 'a' },
        causeId: 'jrn_1',
        attempt: 1,
        fence: 1,
        leaseEndsAt: START + LEASE,
      },
    );
    assert.equal(await put('a'), false, 'a leased row is open still');
    await store.settle(item!, () => Promise.resolve(DONE));
    assert.equal(await put('a'), true);
  });

  test('the most urgent first, then the longest due; nothing before it is due; only the kinds asked for', async () => {
    await put('later', { dueAt: START + 1 });
    await put('p5-new', { dueAt: START - 1 });
    await put('p5-old', { dueAt: START - 9, kind: 'page.late' });
    await put('p0', { priority: 0 });
    await put('p2', { priority: 2, dueAt: START - 100 });
    await put('other', { kind: 'retro.prefill', priority: 0 });
    assert.deepEqual(keys(await claim(store, 3)), ['p0', 'p2', 'p5-old']);
    assert.deepEqual(keys(await claim(store)), ['p5-new']);
    assert.deepEqual(keys(await claim(store)), []);
    assert.deepEqual(await store.claim({ kinds: [], limit: 5, leaseMs: LEASE, now: START }), []);
    assert.deepEqual(keys(await store.claim({ limit: 5, leaseMs: LEASE, now: START + 1 })), ['other', 'later']);
  });

  for (const many of [3, 60]) {
    test(`the order is the same behind ${many} rows that were due before, and so is when to look again`, async () => {
      const kinds = ['page.send'];
      for (let index = 0; index < many; index++)
        await put(`r${index}`, { kind: 'retro.prefill', dueAt: START - 500 - index });
      assert.deepEqual(await claim(), [], 'nothing of these kinds');
      if (many > 30) assert.equal(await store.nextDue(kinds), null, 'those before are due, and no others are in line');
      await put('p3', { priority: 3, dueAt: START - 2 });
      await put('p1', { priority: 1, dueAt: START - 1 });
      await put('p3-old', { priority: 3, dueAt: START - 300 });
      await put('later', { dueAt: START + 700 });
      assert.equal(await store.nextDue(kinds), START - 300);
      const one = { kinds, limit: 1, leaseMs: LEASE, now: START, newestFirst: kinds };
      assert.deepEqual(keys(await store.claim(one)), ['p1']);
      assert.deepEqual(keys(await store.claim({ ...one, limit: 2 })), ['p3-old', 'p3']);
      const again = await store.nextDue(kinds);
      assert.equal(again, START + 700);
    });
  }

  test('when to look again is never later than the next row, though others are nearer', async () => {
    for (let index = 0; index < 9; index++)
      await put(`r${index}`, { kind: 'retro.prefill', dueAt: START + 10 + index });
    await put('a', { dueAt: START + 5000 });
    let looks = 0;
    for (;;) {
      const next = (await store.nextDue(['page.send']))!;
      assert.ok(next <= START + 5000 && next > fresh.clock.now() && ++looks < 20, `${next}`);
      fresh.clock.set(next);
      if ((await claim()).length > 0) return;
    }
  });

  test('two instances that claim at once never get the same row', async () => {
    await store.transact(async (tx) => {
      for (let index = 0; index < 60; index++) {
        await tx.work.enqueue({ kind: 'page.send', key: `k${index}`, payload: {} });
      }
    });
    const other = await fresh.other();
    const rounds = await Promise.all(Array.from({ length: 12 }, (_, index) => claim(index % 2 ? store : other, 5)));
    const taken = keys(rounds.flat());
    assert.equal(new Set(taken).size, taken.length);
    assert.equal(taken.length, 60);
  });

  test('a row whose lease ended is taken by another, and the first holder is refused', async () => {
    await put('a');
    const [first] = await claim();
    fresh.clock.advance(LEASE - 1);
    assert.equal(await store.nextDue(['page.send']), START + LEASE);
    assert.deepEqual(await claim(await fresh.other()), []);
    fresh.clock.advance(1);
    const [second] = await claim(await fresh.other());
    assert.equal(second?.id, first?.id);
    assert.deepEqual([second?.fence, second?.attempt], [2, 2]);
    let ran = false;
    await assert.rejects(
      store.settle(first!, () => {
        ran = true;
        return Promise.resolve(DONE);
      }),
      StaleLease,
    );
    assert.equal(ran, false, 'a stale holder writes nothing');
    assert.equal(await store.fail(first!, 'late', { now: fresh.clock.now(), ...RETRY }), 'lost');
    await store.settle(second!, () => Promise.resolve(DONE));
    await assert.rejects(
      store.settle(second!, () => Promise.resolve(DONE)),
      StaleLease,
    );
  });

  test('a lease that ended while nobody else came is still good', async () => {
    await put('a');
    const [item] = await claim();
    fresh.clock.advance(LEASE * 2);
    await store.settle(item!, () => Promise.resolve(DONE));
    assert.equal(await store.nextDue(), null);
  });

  test('many rows are settled in one transaction, each with its outcome', async () => {
    const { store } = fresh;
    for (const key of ['a', 'b', 'c', 'd']) await put(key);
    const items = await claim();
    fresh.clock.advance(LEASE + 1);
    const others = await claim(await fresh.other());
    await store.settle(
      others.find(({ key }) => key === 'd')!,
      () => Promise.resolve(DONE),
    );
    const run = (outcomes: Readonly<Record<string, Outcome>>) => (_: unknown, held: readonly WorkItem[]) =>
      Promise.resolve(held.map(({ key }) => outcomes[key] ?? DONE));
    const lost = await store.settleAll(items, run({}));
    assert.deepEqual(lost.map(({ key }) => key).toSorted(), ['a', 'b', 'c', 'd'], 'others hold them now');
    await assert.rejects(
      store.settleAll(others, async (tx) => {
        await tx.signals.saveHeartbeat(heartbeat('hb'));
        throw new Error('one of them broke');
      }),
      /one of them broke/,
    );
    assert.equal(await store.read((tx) => tx.signals.heartbeat('hb')), null);
    const again: Outcome = { kind: 'again', dueAt: fresh.clock.now() + 500 };
    const stale = await store.settleAll(others, run({ b: again, c: { kind: 'quarantine', reason: 'strange' } }));
    assert.deepEqual(
      stale.map(({ key }) => key),
      ['d'],
    );
    assert.equal(await store.nextDue(), fresh.clock.now() + 500);
    assert.deepEqual(
      (await store.workCounts()).map(({ state, count }) => [state, count]),
      [
        ['quarantined', 1],
        ['waiting', 1],
      ],
    );
  });

  test('what the handler wrote and the completion are one', async () => {
    await put('a');
    const [item] = await claim();
    await assert.rejects(
      store.settle(item!, async (tx) => {
        await tx.signals.saveHeartbeat(heartbeat('hb'));
        throw new Error('handler broke');
      }),
      /handler broke/,
    );
    assert.equal(await store.read((tx) => tx.signals.heartbeat('hb')), null);
    await store.settle(item!, async (tx) => {
      await tx.signals.saveHeartbeat(heartbeat('hb'));
      return DONE;
    });
    assert.ok(await store.read((tx) => tx.signals.heartbeat('hb')));
    assert.deepEqual(await store.workCounts(), []);
  });

  test('again: later, with a new payload, and tries counted anew', async () => {
    await put('a');
    const [item] = await claim();
    await store.settle(item!, () => Promise.resolve({ kind: 'again', dueAt: START + 500, payload: { step: 2 } }));
    assert.equal(await store.nextDue(['page.send']), START + 500);
    assert.deepEqual(await claim(), []);
    fresh.clock.advance(500);
    const [again] = await claim();
    assert.deepEqual([again?.id, again?.attempt, again?.fence, again?.payload], [item?.id, 1, 2, { step: 2 }]);
  });

  test('a handler may put its own kind and key in line again', async () => {
    await put('a');
    const [item] = await claim();
    await store.settle(item!, async (tx) => {
      await tx.work.cancel('page.send', 'a');
      assert.equal(
        await tx.work.enqueue({ kind: 'page.send', key: 'a', dueAt: START + 9, payload: { round: 2 } }),
        true,
      );
      return DONE;
    });
    fresh.clock.advance(9);
    const [second] = await claim();
    assert.deepEqual(second?.payload, { round: 2 });
    await store.settle(second!, async (tx) => {
      await tx.work.enqueue({ kind: 'page.send', key: 'a', dueAt: START + 500, payload: { round: 3 } });
      return { kind: 'again', dueAt: START + 100 };
    });
    assert.equal(await store.nextDue(), START + 100, 'one row, at the earlier instant');
    fresh.clock.set(START + 100);
    assert.deepEqual(
      (await claim()).map(({ payload }) => payload),
      [{ round: 3 }],
    );
  });

  test('a row that is asked for sooner moves there; later it stays, and a lease that runs is not shortened', async () => {
    const sooner = (dueAt: number): Promise<boolean> =>
      store.transact((tx) => tx.work.enqueue({ kind: 'page.send', key: 'a', dueAt, sooner: true, payload: {} }));
    assert.equal(await sooner(START + 500), true);
    assert.equal(await sooner(START + 100), false);
    assert.equal(await store.nextDue(), START + 100);
    await sooner(START + 300);
    assert.equal(await store.nextDue(), START + 100);
    fresh.clock.set(START + 100);
    const [item] = await claim();
    await sooner(START + 1);
    assert.deepEqual(await claim(), [], 'somebody has it');
    await store.settle(item!, async () => DONE);
  });

  test('work that is taken out of line is not done, even by who had claimed it', async () => {
    await put('a');
    const [item] = await claim();
    await store.transact((tx) => tx.work.cancel('page.send', 'a'));
    await store.transact((tx) => tx.work.cancel('page.send', 'none'));
    await assert.rejects(
      store.settle(item!, () => Promise.resolve(DONE)),
      StaleLease,
    );
  });

  test('a failure is tried again after a growing, capped and jittered pause, then put aside whole', async () => {
    await put('a');
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const [item] = await claim();
      assert.equal(item?.attempt, attempt);
      const now = fresh.clock.now();
      assert.equal(await store.fail(item!, 'relay is busy', { now, ...RETRY }), 'again');
      const next = await store.nextDue(['page.send']);
      pauses.push(next! - now);
      fresh.clock.set(next!);
    }
    assert.deepEqual(pauses, [500, 1000], 'half of 1000 and of 2000: the jitter of these tests is one half');
    const [last] = await claim();
    const became = await store.fail(last!, 'relay is gone', { now: fresh.clock.now(), ...RETRY });
    assert.equal(became, 'quarantined');
    assert.equal(await store.nextDue(), null);
    assert.deepEqual(await store.workCounts(), [{ kind: 'page.send', state: 'quarantined', count: 1 }]);
    await store.read(async (tx) => {
      const [aside] = await tx.signals.quarantined(5);
      assert.deepEqual([aside?.id, aside?.reason], [last?.id, 'relay is gone']);
      assert.deepEqual((JSON.parse(aside!.body) as WorkItem).payload, { key: 'a' });
      const [fact] = await tx.journal.ofSubject('work', last!.id);
      assert.deepEqual([fact?.fact, fact?.reason, fact?.causeId], ['work.quarantined', 'relay is gone', 'jrn_1']);
    });
    assert.equal(await put('a'), true, 'a new row of the same key goes on');
  });

  test('the pause is capped, and a handler can put its row aside at once', async () => {
    await put('a');
    const options = { maxAttempts: 50, backoffMs: 1000, capMs: 3000 };
    for (let attempt = 1; attempt <= 6; attempt++) {
      const [item] = await claim();
      await store.fail(item!, 'no', { now: fresh.clock.now(), ...options });
      if (attempt > 2) assert.equal(await store.nextDue(), fresh.clock.now() + 1500);
      fresh.clock.set((await store.nextDue())!);
    }
    const [item] = await claim();
    await store.settle(item!, () => Promise.resolve({ kind: 'quarantine', reason: 'it cannot be read' }));
    assert.equal((await store.read((tx) => tx.signals.quarantined(1)))[0]?.reason, 'it cannot be read');
  });

  test('a clean stop gives the leases back', async () => {
    await put('a');
    await claim();
    assert.deepEqual(await store.workCounts(), [{ kind: 'page.send', state: 'leased', count: 1 }]);
    assert.equal(await store.releaseLeases(), 1);
    const other = await fresh.other();
    const [item] = await claim(other);
    assert.deepEqual([item?.attempt, item?.fence], [1, 2], 'the try that was given back does not count');
    await put('b', { dueAt: START + 5 });
    assert.deepEqual(await store.workCounts(), [
      { kind: 'page.send', state: 'leased', count: 1 },
      { kind: 'page.send', state: 'waiting', count: 1 },
    ]);
  });

  test('work asked for while its handler runs is not lost', async () => {
    // The handler has looked already when somebody changes what it looked at and asks for the same work.
    await put('a');
    const [item] = await claim();
    const other = await fresh.other();
    let asked: Promise<boolean> = Promise.resolve(false);
    await store.settle(item!, async (tx) => {
      assert.equal(await tx.signals.heartbeat('hb'), null);
      asked = fromOutside(() =>
        other.transact(async (late) => {
          await late.signals.saveHeartbeat(heartbeat('hb'));
          return late.work.enqueue({ kind: 'page.send', key: 'a', payload: { late: true } });
        }),
      );
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      return DONE;
    });
    assert.equal(await asked, true, 'a row of its own');
    assert.equal((await claim()).length, 1);
  });

  test('a handler waits for who asked for the same work and is not done yet', async () => {
    await put('a');
    const [item] = await claim();
    const other = await fresh.other();
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const asking = other.transact(async (tx) => {
      assert.equal(await tx.work.enqueue({ kind: 'page.send', key: 'a', payload: {} }), false);
      asked();
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      await tx.signals.saveHeartbeat(heartbeat('hb'));
    });
    await isAsked;
    await store.settle(item!, async (tx) => {
      assert.ok(await tx.signals.heartbeat('hb'), 'it sees what the other one changed');
      return DONE;
    });
    await asking;
  });

  test('who holds the lock of a kind of work may ask for a row that another one is about to do', async () => {
    if (place.name !== 'PostgreSQL') return;
    await put('a');
    const [item] = await claim();
    const other = await fresh.other();
    const tries = { settling: 0, asking: 0 };
    let settling: Promise<void> = Promise.resolve();
    await other.transact(async (tx) => {
      tries.asking++;
      await tx.incidents.lockCorrelation();
      await tx.incidents.live();
      settling = fromOutside(() =>
        store.settle(
          item!,
          async () => {
            tries.settling++;
            return DONE;
          },
          'correlation',
        ),
      );
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      assert.equal(await tx.work.enqueue({ kind: 'page.send', key: 'a', payload: {} }), false);
    });
    await settling;
    // Two that wait for each other are done by the database's trying one of them again, a second later.
    assert.deepEqual(tries, { settling: 1, asking: 1 });
  });

  test('a fact and its work are one, with a key of their own and a delay', async () => {
    await fresh.remove();
    fresh = await place.fresh({
      'alert.fired': [
        { kind: 'page.send', priority: 1 },
        { kind: 'page.late', priority: 3, delay: 500 },
      ],
    });
    store = fresh.store;
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.journal.append(entry());
        throw new Error('no');
      }),
    );
    assert.equal(await store.nextDue(), null);
    const id = await store.transact((tx) => tx.journal.append(entry({ incidentId: 'inc_1' })));
    await store.transact((tx) => tx.journal.append(entry({ fact: 'constructor' })));
    const payload = { entryId: id, subjectKind: 'alert', subjectId: 'alt_1', incidentId: 'inc_1' };
    const [now] = await claim();
    assert.deepEqual(
      [now?.kind, now?.key, now?.priority, now?.causeId, now?.payload],
      ['page.send', id, 1, id, payload],
    );
    fresh.clock.advance(500);
    assert.deepEqual(
      (await claim()).map(({ kind, payload: given }) => [kind, given]),
      [['page.late', payload]],
    );
  });
});
