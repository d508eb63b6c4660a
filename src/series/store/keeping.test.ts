import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, mock, test } from 'node:test';
import { Fault } from '../../core/fault.ts';
import { BatchBuilder } from '../batch.ts';
import type { SampleBatch } from '../batch.ts';
import { openSeriesStore } from './series-store.ts';
import type { SeriesStore } from './series-store.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const folder = mkdtempSync(join(tmpdir(), 'series-keep-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newPath(): string {
  return join(folder, `${files++}.db`);
}

function code(wanted: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === wanted;
}

function run(name: string, from: number, to: number, step: number): SampleBatch {
  const batch = new BatchBuilder();
  const labels = Object.freeze({ __name__: name });
  for (let time = from; time <= to; time += step) batch.add(labels, time, time % 1000);
  return batch.build();
}

function timesOf(store: SeriesStore, name: string): number[] {
  return store.select([{ name: '__name__', op: '=', value: name }], 0, Infinity).flatMap((slice) => [...slice.times]);
}

/** Opens what a crash at this moment would leave. */
function afterCrash(path: string): SeriesStore {
  const copy = newPath();
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return openSeriesStore({ path: copy, now: () => NOW });
}

/** The real one, which the tests below stand in front of. */
const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')!.value as (
  this: DatabaseSync,
  sql: string,
) => void;

describe('retention', () => {
  test('old blocks and ended series go, the rest stays, also after reopening', async () => {
    const path = newPath();
    let now = NOW;
    const open = (): SeriesStore => openSeriesStore({ path, now: () => now, retentionMs: 10 * DAY });
    let store = open();
    await store.write(run('ended', NOW - 9 * DAY, NOW - 5 * DAY, HOUR));
    await store.write(run('going_on', NOW - 9 * DAY, NOW, HOUR / 4));
    store.compact();
    const { diskBytes } = store.stats();
    now = NOW + 5 * DAY + 3 * HOUR;
    while (store.maintain());
    assert.deepEqual(timesOf(store, 'ended'), []);
    assert.deepEqual(store.labelValues('__name__'), ['going_on']);
    const left = timesOf(store, 'going_on');
    assert.ok(left.length > 0 && left.every((time) => time >= now - 10 * DAY));
    assert.equal(left.at(-1), NOW);
    assert.ok(store.stats().diskBytes <= diskBytes);
    store.close();
    store = open();
    assert.deepEqual(timesOf(store, 'ended'), []);
    assert.ok(timesOf(store, 'going_on').length >= left.length);
    assert.equal(store.stats().series, 1);
    store.close();
  });
});

describe('deleting', () => {
  test('matching series go with all samples and stay away; the same labels start anew', async () => {
    const path = newPath();
    let store = openSeriesStore({ path, now: () => NOW });
    await store.write(run('a', NOW - DAY, NOW - HOUR, MINUTE_STEP));
    await store.write(run('b', NOW - DAY, NOW - HOUR, MINUTE_STEP));
    const erasure = store.erase([[{ name: '__name__', op: '=', value: 'b' }]]);
    assert.equal(erasure.turn(), false);
    assert.deepEqual(erasure.found, { series: 1, samples: 1381 });
    assert.deepEqual([timesOf(store, 'b'), store.labelValues('__name__')], [[], ['a']]);
    store.close();
    // The log still names the deleted series: a series that is new now must not inherit its samples.
    store = openSeriesStore({ path, now: () => NOW });
    assert.deepEqual(timesOf(store, 'b'), []);
    await store.write(run('c', NOW, NOW, 1));
    await store.write(run('b', NOW, NOW, 1));
    store.close();
    store = openSeriesStore({ path, now: () => NOW });
    assert.deepEqual([timesOf(store, 'b'), timesOf(store, 'c')], [[NOW], [NOW]]);
    assert.ok(timesOf(store, 'a').length > 1000);
    store.close();
  });
});

const MINUTE_STEP = 60_000;

describe('durability', () => {
  test('what was acknowledged is there after a crash, with series and metadata', async () => {
    const path = newPath();
    const store = openSeriesStore({ path, now: () => NOW });
    const metadata = { name: 'a', type: 'gauge', help: 'h', unit: '' };
    await store.write({ ...run('a', NOW - HOUR, NOW, 1000), metadata: [metadata] });
    const crashed = afterCrash(path);
    assert.deepEqual(timesOf(crashed, 'a'), timesOf(store, 'a'));
    assert.deepEqual(crashed.metadata(), [metadata]);
    crashed.close();
    store.close();
  });

  test('a failed commit is answered with a fault, and the repeated batch is durable before it is acknowledged', async () => {
    const path = newPath();
    const store = openSeriesStore({ path, now: () => NOW, maxPendingSamples: 50 });
    await store.write(run('before', NOW, NOW, 1));
    const failing = mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, sql: string) {
      if (sql === 'COMMIT') throw new Error('disk full');
      exec.call(this, sql);
    });
    const batch = run('a', NOW - 99, NOW, 1);
    await assert.rejects(store.write(batch), code('unavailable'));
    await assert.rejects(store.write(run('b', NOW, NOW, 1)), code('overloaded'));
    failing.mock.restore();
    store.maintain();
    const outcome = await store.write(batch);
    assert.deepEqual([outcome.stored, outcome.duplicates], [0, 100]);
    const crashed = afterCrash(path);
    assert.equal(timesOf(crashed, 'a').length, 100);
    crashed.close();
    store.close();
  });

  test('batches written together share one commit', async () => {
    const store = openSeriesStore({ path: newPath(), now: () => NOW });
    let commits = 0;
    const counting = mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, sql: string) {
      if (sql === 'COMMIT') commits++;
      exec.call(this, sql);
    });
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.write(run(`m${i}`, NOW, NOW, 1))));
    counting.mock.restore();
    assert.equal(commits, 1);
    store.close();
  });

  test('a file in use, a file that is no store and a closed store are refused with a clear fault', async () => {
    const path = newPath();
    const store = openSeriesStore({ path, now: () => NOW });
    assert.throws(() => openSeriesStore({ path, now: () => NOW }), code('data_locked'));
    store.close();
    await assert.rejects(store.write(run('a', NOW, NOW, 1)), code('unavailable'));
    assert.throws(() => openSeriesStore({ path: join(folder, 'absent', 'x.db'), now: () => NOW }), code('unavailable'));
  });

  test('the log is folded at its limit, so that there is little to recover', async () => {
    const store = openSeriesStore({ path: newPath(), now: () => NOW, logLimitBytes: 100_000 });
    for (let round = 0; round < 300; round++) {
      const batch = new BatchBuilder();
      for (let i = 0; i < 100; i++) batch.add({ __name__: 'm', i: String(i) }, NOW - HOUR + round * 1000, round);
      await store.write(batch.build());
    }
    const { logBytes, samples, headSamples } = store.stats();
    assert.equal(samples, 30_000);
    assert.ok(logBytes < 250_000 && headSamples < 15_000, `${logBytes} bytes, ${headSamples} samples`);
    store.close();
  });
});
