import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/core/clock.ts';
import { idSource } from '../../src/core/id.ts';
import { DATABASE_FILE, openStore, type Store } from '../../src/store/index.ts';

test('what a process held when it died is taken up at once by the next one on the same directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-abandoned-'));
  const clock = new SimulatedClock(Date.UTC(2026, 10, 24));
  const open = (place: string, instance: string): Promise<Store> => {
    const ids = idSource(() => clock.now(), Math.random);
    return openStore({ sqlite: { directory: join(directory, place) }, clock, ids, subscriptions: {}, instance });
  };
  const claim = (store: Store) => store.claim({ kinds: ['page.send'], limit: 5, leaseMs: 15_000, now: clock.now() });
  try {
    const dying = await open('before', 'one');
    await dying.transact((tx) => tx.work.enqueue({ kind: 'page.send', key: 'a', payload: {} }).then(() => undefined));
    const [held] = await claim(dying);
    // The file as it is while the lease is held is what the disk would have after a kill.
    mkdirSync(join(directory, 'after'));
    await dying.backup(join(directory, 'after', DATABASE_FILE));
    await dying.close();
    const next = await open('after', 'two');
    const [taken] = await claim(next);
    assert.equal(taken?.id, held!.id);
    assert.equal(taken.attempt, 2, 'the try that died is counted');
    assert.ok(taken.fence > held!.fence, 'the one that died could not write any more');
    await next.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
