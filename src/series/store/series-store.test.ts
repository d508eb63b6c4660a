import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Matcher } from '../../promql/port.ts';
import { BatchBuilder } from '../batch.ts';
import type { SeriesStoreOptions } from './options.ts';
import { describeRejections } from './outcome.ts';
import { openSeriesStore } from './series-store.ts';
import type { SeriesStore } from './series-store.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'series-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function newPath(): string {
  return join(folder, `${files++}.db`);
}

function open(options: Partial<SeriesStoreOptions> = {}): SeriesStore {
  return openSeriesStore({ path: ':memory:', now: () => NOW, ...options });
}

function eq(name: string, value: string): Matcher {
  return { name, op: '=', value };
}

function read(store: SeriesStore, name: string, from = 0, to = NOW * 2): [number, number][] {
  const slices = store.select([eq('__name__', name)], from, to);
  assert.ok(slices.length <= 1);
  return slices.flatMap((slice) => [...slice.times].map((time, i): [number, number] => [time, slice.values[i]!]));
}

const trips = Object.freeze({ __name__: 'trips_total', city: 'berlin' });

describe('writing', () => {
  test('samples come back, in the window asked for only, both ends included', async () => {
    const store = open();
    const batch = new BatchBuilder();
    for (let i = 0; i < 5; i++) batch.add(trips, NOW - 5000 + i * 1000, i);
    assert.equal((await store.write(batch.build())).stored, 5);
    assert.deepEqual(read(store, 'trips_total', NOW - 4000, NOW - 2000), [
      [NOW - 4000, 1],
      [NOW - 3000, 2],
      [NOW - 2000, 3],
    ]);
    assert.deepEqual(store.select([eq('__name__', 'trips_total')], NOW, NOW), []);
    assert.deepEqual(store.select([eq('city', 'berlin')], 0, NOW)[0]!.labels, { ...trips });
    store.close();
  });

  test('the same sample again is silent, another value at its instant is refused with the reason', async () => {
    const store = open();
    await store.write(new BatchBuilder().add(trips, NOW, 1).build());
    const again = await store.write(new BatchBuilder().add(trips, NOW, 1).build());
    assert.deepEqual([again.stored, again.duplicates, again.rejected.length], [0, 1, 0]);
    const other = await store.write(
      new BatchBuilder()
        .add(trips, NOW, 2)
        .add(trips, NOW + 1, 3)
        .build(),
    );
    assert.equal(other.stored, 1);
    assert.deepEqual(
      other.rejected.map(({ reason, count }) => [reason, count]),
      [['conflict', 1]],
    );
    assert.match(
      describeRejections(other),
      /1 sample\(s\) at an instant .*trips_total\{city="berlin"\} at 1800000000000/,
    );
    assert.equal(store.stats().rejected.conflict, 1);
    store.close();
  });

  test('four weeks of history go in order, late samples within the window go in, later ones do not', async () => {
    const store = open({ outOfOrderMs: 60_000 });
    const history = new BatchBuilder();
    for (let time = NOW - 28 * DAY; time <= NOW; time += 3_600_000) history.add(trips, time, time);
    assert.equal((await store.write(history.build())).rejected.length, 0);
    const late = new BatchBuilder()
      .add(trips, NOW - 60_000, 1)
      .add(trips, NOW - 60_001, 2)
      .build();
    const outcome = await store.write(late);
    assert.deepEqual([outcome.stored, outcome.rejected.map((one) => one.reason)], [1, ['out_of_order']]);
    assert.deepEqual(read(store, 'trips_total', NOW - 60_001, NOW), [
      [NOW - 60_000, 1],
      [NOW, NOW],
    ]);
    store.close();
  });

  test('too old, too new, broken times and labels, and series beyond the limit are refused and leave no series', async () => {
    const store = open({ retentionMs: DAY, aheadMs: 1000, maxSeries: 1 });
    const batch = new BatchBuilder()
      .add({ __name__: 'a' }, NOW - DAY - 1, 1)
      .add({ __name__: 'b' }, NOW + 1001, 1)
      .add({ __name__: 'c' }, -1, 1)
      .add({ __name__: 'd' }, NaN, 1)
      .add({ job: 'x' }, NOW, 1)
      .add({ __name__: 'e' }, NOW, 1)
      .add({ __name__: 'f' }, NOW, 1);
    const outcome = await store.write(batch.build());
    assert.deepEqual(Object.fromEntries(outcome.rejected.map(({ reason, count }) => [reason, count])), {
      too_old: 1,
      too_new: 1,
      time_invalid: 2,
      labels_invalid: 1,
      series_limit: 1,
    });
    assert.deepEqual([outcome.stored, outcome.newSeries, store.stats().series], [1, 1, 1]);
    store.close();
  });

  test('a staleness marker keeps its bits through head, block and file', async () => {
    const path = newPath();
    const bitsOf = (store: SeriesStore): bigint => {
      const slice = store.select([eq('city', 'berlin')], 0, NOW)[0]!;
      return new BigUint64Array(slice.values.buffer, slice.values.byteOffset, slice.values.length)[1]!;
    };
    let store = open({ path });
    await store.write(
      new BatchBuilder()
        .add(trips, NOW - 2, 1)
        .addStale(trips, NOW - 1)
        .add(trips, NOW, NaN)
        .build(),
    );
    assert.equal(bitsOf(store), 0x7ff0000000000002n);
    store.close();
    store = open({ path });
    assert.equal(bitsOf(store), 0x7ff0000000000002n);
    store.compact();
    store.close();
    store = open({ path });
    assert.equal(bitsOf(store), 0x7ff0000000000002n);
    store.close();
  });
});

test('whatever is written in whatever order, the store answers like a plain map, across cuts and reopening', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('run' as const), count: fc.integer({ min: 1, max: 260 }) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('late' as const),
        back: fc.integer({ min: 0, max: 700 }),
        offset: fc.integer({ min: -500, max: 500 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'compact' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.constantFrom(10, 700, 15_000), async (steps, interval) => {
      const path = newPath();
      const window = { outOfOrderMs: 30 * DAY, retentionMs: 60 * DAY };
      let store = open({ path, ...window });
      const model = new Map<number, number>();
      let newest = NOW - 20 * DAY;
      for (const one of steps) {
        const batch = new BatchBuilder();
        if (one.kind === 'run') {
          for (let i = 0; i < one.count; i++) {
            newest += interval;
            batch.add(trips, newest, newest % 97);
            model.set(newest, newest % 97);
          }
        } else if (one.kind === 'late') {
          const time = newest - one.back * interval + one.offset;
          batch.add(trips, time, time % 97);
          model.set(time, time % 97);
          newest = Math.max(newest, time);
        } else if (one.kind === 'compact') store.compact();
        else {
          store.close();
          store = open({ path, ...window });
        }
        assert.deepEqual((await store.write(batch.build())).rejected, []);
        const expected = [...model].sort((a, b) => a[0] - b[0]);
        assert.deepEqual(read(store, 'trips_total'), expected);
        const middle = newest - 100 * interval;
        assert.deepEqual(
          read(store, 'trips_total', middle, newest - interval),
          expected.filter(([time]) => time >= middle && time <= newest - interval),
        );
        assert.equal(store.stats().samples, model.size);
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});
