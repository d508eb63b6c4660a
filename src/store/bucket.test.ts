import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../core/clock.ts';
import { idSource } from '../core/id.ts';
import { systemActor } from '../core/actor.ts';
import { Buckets } from './bucket.ts';
import { openStore } from './store.ts';

test('what comes faster than the bucket fills finds it empty, and others do not', () => {
  const buckets = new Buckets(3, 1);
  const take = (key: string, at: number): boolean => buckets.take(key, at);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((ms) => take('storm', ms)),
    [true, true, true, false, false],
  );
  assert.ok(take('other', 5));
  assert.ok(take('storm', 1005));
  assert.ok(!take('storm', 1006));
});

test('work of a fact that storms stands behind that of another one', async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 10, 24));
  const ids = idSource(() => clock.now(), Math.random);
  const subscriptions = { 'alert.fired': [{ kind: 'incident.attach', priority: 1, storm: 'name' }] };
  const store = await openStore({ sqlite: { directory: ':memory:' }, clock, ids, subscriptions, instance: 'one' });
  try {
    const fire = (name: string): Promise<void> =>
      store.transact(async (tx) => {
        const subject = { kind: 'alert', id: `${name}-${clock.now()}` } as const;
        await tx.journal.append({
          actor: systemActor('alert'),
          fact: 'alert.fired',
          subject,
          summary: name,
          data: { name },
        });
        clock.advance(1);
      });
    for (let n = 0; n < 60; n++) await fire('Storm');
    await fire('Other');
    const items = await store.claim({ limit: 100, leaseMs: 1000, now: clock.now() });
    assert.equal(items.length, 61, 'nothing is left out');
    const place = items.findIndex(({ payload }) => String(payload['subjectId']).startsWith('Other'));
    assert.ok(place <= 31, `the other one came as number ${place + 1}`);
    assert.equal(items.filter(({ priority }) => priority === 2).length, 30);
  } finally {
    await store.close();
  }
});
