import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { BatchBuilder } from '../batch.ts';
import { openSeriesStore, type SeriesStore } from './series-store.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'series-erase-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newPath(): string {
  return join(folder, `${files++}.db`);
}

function open(path = newPath()): SeriesStore {
  return openSeriesStore({ path, now: () => NOW, outOfOrderMs: 2 * DAY });
}

/** Opens what a crash at this moment would leave. */
function afterCrash(path: string): { readonly store: SeriesStore; readonly path: string } {
  const copy = newPath();
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return { store: open(copy), path: copy };
}

async function fill(store: SeriesStore, name: string, times: readonly number[]): Promise<void> {
  const batch = new BatchBuilder();
  for (const time of times) batch.add({ __name__: name }, time, time % 1000);
  await store.write(batch.build());
}

function timesOf(store: SeriesStore, name: string): number[] {
  return store.select([{ name: '__name__', op: '=', value: name }], 0, Infinity).flatMap((slice) => [...slice.times]);
}

function erase(store: SeriesStore, name: string, from: number, to: number): { series: number; samples: number } {
  const erasure = store.erase([[{ name: '__name__', op: '=', value: name }]], from, to);
  while (erasure.turn());
  return erasure.found;
}

const every = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

describe('deleting a range', () => {
  test('only samples of that series within it go, ends included, from head, log and blocks', async () => {
    const path = newPath();
    const store = open(path);
    const all = every(NOW - DAY, NOW, 15_000);
    await fill(store, 'a', all);
    await fill(store, 'b', all);
    const [from, to] = [NOW - DAY / 2, NOW - 60_000];
    const left = all.filter((time) => time < from || time > to);
    assert.deepEqual(erase(store, 'a', from, to), { series: 0, samples: all.length - left.length });
    assert.deepEqual([timesOf(store, 'a'), timesOf(store, 'b')], [left, all]);
    const crashed = afterCrash(path);
    assert.deepEqual([timesOf(crashed.store, 'a'), timesOf(crashed.store, 'b')], [left, all]);
    crashed.store.close();
    store.close();
  });

  test('the newest samples may go: the series goes on from what is left', async () => {
    const path = newPath();
    let store = open(path);
    await fill(store, 'a', every(NOW - DAY, NOW, 60_000));
    erase(store, 'a', NOW - 3_600_000, NOW);
    assert.equal(timesOf(store, 'a').at(-1), NOW - 3_660_000);
    await fill(store, 'a', [NOW - 10_000, NOW]);
    store.close();
    store = open(path);
    assert.deepEqual(timesOf(store, 'a').slice(-3), [NOW - 3_660_000, NOW - 10_000, NOW]);
    assert.equal(store.stats().samples, timesOf(store, 'a').length);
    store.close();
  });

  test('a series without samples left is gone: its name, and its place under the limit', async () => {
    const store = openSeriesStore({ path: ':memory:', now: () => NOW, maxSeries: 1 });
    await fill(store, 'a', [NOW - 1000, NOW]);
    assert.deepEqual(erase(store, 'a', NOW - 2000, NOW), { series: 1, samples: 2 });
    assert.deepEqual(store.labelValues('__name__'), []);
    await fill(store, 'b', [NOW]);
    assert.deepEqual(timesOf(store, 'b'), [NOW]);
    store.close();
  });

  test('many series go in turns; those that are gone meanwhile are passed over', async () => {
    const store = openSeriesStore({ path: ':memory:', now: () => NOW });
    const batch = new BatchBuilder();
    for (let i = 0; i < 450; i++) batch.add({ __name__: 'm', i: String(i) }, NOW, i);
    await store.write(batch.build());
    const erasure = store.erase([[{ name: '__name__', op: '=', value: 'm' }]]);
    assert.equal(erasure.turn(), true);
    assert.equal(store.stats().series, 250);
    const other = store.erase([[{ name: 'i', op: '=', value: '449' }]]);
    assert.equal(other.turn(), false);
    while (erasure.turn());
    assert.deepEqual([erasure.found.series, other.found.series, store.stats().series], [449, 1, 0]);
    store.close();
  });

  test('late samples that fill up a block leave alone the block that starts in the second in which it ends', async () => {
    const store = open();
    await fill(store, 'a', every(NOW - 4_000_000, NOW - 3_800_000, 300));
    await fill(store, 'a', every(NOW - 4_400_000, NOW - 4_400_000 + 31, 1));
    store.compact();
    erase(store, 'a', NOW - 4_300_000, NOW);
    // Two blocks; the second one starts in the middle of a second.
    const second = every(NOW - 4_194_000, NOW - 4_194_000 + 542, 1);
    await fill(store, 'a', second);
    store.compact();
    // The first one becomes several, the last of which starts in that second as well.
    await fill(store, 'a', every(NOW - 4_842_000, NOW - 4_225_000, 1000));
    store.compact();
    assert.deepEqual(
      timesOf(store, 'a').filter((time) => time >= second[0]!),
      second,
    );
    store.close();
  });

  test('whatever is written, folded, deleted and reopened: what is left is what a plain list would hold', async () => {
    // Samples closer than a second, and edges of blocks within one second, are where keys could meet.
    const BASE = NOW - DAY;
    const act = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        at: fc.integer({ min: 0, max: 3000 }),
        count: fc.integer({ min: 1, max: 700 }),
        step: fc.constantFrom(1, 37, 300, 1000, 15_000),
      }),
      fc.record({ kind: fc.constant('compact' as const) }),
      fc.record({ kind: fc.constant('crash' as const) }),
      fc.record({
        kind: fc.constant('erase' as const),
        at: fc.integer({ min: 0, max: 3_000_000 }),
        length: fc.integer({ min: 0, max: 2_000_000 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 14 }), async (acts) => {
        let path = newPath();
        let store = open(path);
        const model = new Set<number>();
        for (const one of acts) {
          if (one.kind === 'write') {
            const times = every(BASE + one.at * 1000, BASE + one.at * 1000 + (one.count - 1) * one.step, one.step);
            await fill(store, 'a', times);
            for (const time of times) model.add(time);
          } else if (one.kind === 'compact') store.compact();
          else if (one.kind === 'crash') {
            const next = afterCrash(path);
            store.close();
            ({ store, path } = next);
          } else {
            const [from, to] = [BASE + one.at, BASE + one.at + one.length];
            const due = [...model].filter((time) => time >= from && time <= to);
            assert.equal(erase(store, 'a', from, to).samples, due.length);
            for (const time of due) model.delete(time);
          }
          assert.deepEqual(
            timesOf(store, 'a'),
            [...model].sort((a, b) => a - b),
          );
        }
        assert.equal(store.stats().samples, model.size);
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});
