import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import type { Matcher, SeriesSlice } from '../../promql/port.ts';
import type { NativeHistogram } from '../../promql/value/histogram.ts';
import { BatchBuilder } from '../batch.ts';
import { rejectedCount } from './outcome.ts';
import { openSeriesStore, type SeriesStore } from './series-store.ts';

const START = 1_800_000_000_000;
const STEP = 15_000;
const latency = Object.freeze({ __name__: 'latency', job: 'a' });
const named: readonly Matcher[] = [{ name: '__name__', op: '=', value: 'latency' }];

function histogram(round: number): NativeHistogram {
  // The layout changes now and then, and counts begin anew once.
  const shift = round > 150 ? 1 : 0;
  const total = round > 200 ? round - 200 : round;
  return {
    schema: 2,
    count: 3 * total + 1,
    sum: total / 3,
    zeroThreshold: 2 ** -128,
    zeroCount: 1,
    positive: { offset: 4 - shift, counts: [total, 2 * total] },
    negative: { offset: 0, counts: [] },
    customValues: [],
    resetHint: 'unknown',
  };
}

function fill(store: SeriesStore, from: number, to: number): Promise<unknown>[] {
  return Array.from({ length: to - from }, (_, k) =>
    store.write(new BatchBuilder().addHistogram(latency, START + (from + k) * STEP, histogram(from + k)).build()),
  );
}

function held(store: SeriesStore, from = START, to = START + 1e9): SeriesSlice | undefined {
  return [...store.scan(named, from, to)][0];
}

function assertRounds(slice: SeriesSlice | undefined, rounds: readonly number[]): void {
  assert.deepEqual(
    [...slice!.times],
    rounds.map((round) => START + round * STEP),
  );
  assert.deepEqual(slice!.histograms, rounds.map(histogram));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, round) => round);

describe('native histograms', () => {
  test('a file of format 1, which knew none, is taken over with its samples', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'native-'));
    const path = join(folder, 'series.db');
    const options = { path, now: () => START + 300 * STEP };
    const plain = Object.freeze({ __name__: 'plain' });
    const values = (store: SeriesStore): number[] =>
      [...store.scan([{ name: '__name__', op: '=', value: 'plain' }], START, START + 1e9)].flatMap((slice) => [
        ...slice.values,
      ]);
    let store = openSeriesStore(options);
    const batch = new BatchBuilder();
    for (let round = 0; round < 200; round++) batch.add(plain, START + round * STEP, round);
    await store.write(batch.build());
    while (store.maintain());
    store.close();
    const file = new DatabaseSync(path);
    file.exec('DROP TABLE native; PRAGMA user_version = 1');
    file.close();
    store = openSeriesStore(options);
    assert.deepEqual(values(store), upTo(200));
    await Promise.all(fill(store, 0, 3));
    store.close();
    store = openSeriesStore(options);
    assert.deepEqual(values(store), upTo(200));
    assertRounds(held(store), upTo(3));
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are there at once, in blocks and runs, and after the file was opened anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'native-'));
    const options = { path: join(folder, 'series.db'), now: () => START + 300 * STEP };
    let store = openSeriesStore(options);
    const last = fill(store, 0, 260);
    assertRounds(held(store), upTo(260));
    await Promise.all(last);
    while (store.maintain());
    assertRounds(held(store), upTo(260));
    assertRounds(held(store, START + 100 * STEP, START + 102 * STEP), [100, 101, 102]);
    store.close();
    store = openSeriesStore(options);
    assertRounds(held(store), upTo(260));
    await Promise.all(fill(store, 260, 270));
    store.compact();
    assertRounds(held(store), upTo(270));
    store.close();
    rmSync(folder, { recursive: true });
  });

  test('the same again is silent, another one at the same instant is refused, and so is a number', async () => {
    const store = openSeriesStore({ path: ':memory:', now: () => START });
    const write = (batch: BatchBuilder): ReturnType<SeriesStore['write']> => store.write(batch.build());
    const first = await write(new BatchBuilder().addHistogram(latency, START, histogram(1)));
    assert.deepEqual([first.stored, first.histograms], [1, 1]);
    const again = await write(new BatchBuilder().addHistogram(latency, START, histogram(1)));
    assert.deepEqual([again.stored, again.duplicates, again.histograms], [0, 1, 1]);
    const other = await write(new BatchBuilder().addHistogram(latency, START, histogram(2)));
    assert.deepEqual([rejectedCount(other), other.histograms], [1, 0]);
    const float = await write(new BatchBuilder().add(latency, START, 1));
    assert.equal(float.rejected[0]!.reason, 'conflict');
    assert.deepEqual(held(store)!.histograms, [histogram(1)]);
    store.close();
  });

  test('late ones, a staleness marker and numbers in between keep their places', async () => {
    const store = openSeriesStore({ path: ':memory:', now: () => START });
    const batch = new BatchBuilder()
      .addHistogram(latency, START - 4000, histogram(4))
      .add(latency, START - 3000, 7)
      .addStale(latency, START - 2000);
    await store.write(batch.build());
    await store.write(new BatchBuilder().addHistogram(latency, START - 5000, histogram(5)).build());
    const { times, values, histograms } = held(store, 0)!;
    assert.deepEqual([...times], [START - 5000, START - 4000, START - 3000, START - 2000]);
    assert.deepEqual(histograms, [histogram(5), histogram(4), undefined, undefined]);
    assert.equal(values[2], 7);
    store.close();
  });

  test('deletion and retention take them along', async () => {
    let now = START + 300 * STEP;
    const store = openSeriesStore({ path: ':memory:', now: () => now, retentionMs: 86_400_000 });
    await Promise.all(fill(store, 0, 200));
    while (store.maintain());
    const erasure = store.erase([named], START + 50 * STEP, START + 149 * STEP);
    while (erasure.turn());
    assertRounds(held(store), [...upTo(50), ...upTo(50).map((round) => round + 150)]);
    now += 90_000_000;
    await Promise.all(fill(store, 6200, 6201));
    while (store.maintain());
    assertRounds(held(store), [6200]);
    store.close();
  });
});
