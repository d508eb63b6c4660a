import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileMatcher } from '../../promql/index.ts';
import type { Matcher, MatchOp } from '../../promql/port.ts';
import { BatchBuilder } from '../batch.ts';
import { openSeriesStore } from './series-store.ts';
import type { SeriesStore } from './series-store.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function matcher(name: string, op: MatchOp, value: string): Matcher {
  return { name, op, value };
}

async function filled(): Promise<SeriesStore> {
  const store = openSeriesStore({ path: ':memory:', now: () => NOW });
  const batch = new BatchBuilder()
    .add({ __name__: 'trips', city: 'berlin', fleet: 'a' }, NOW - 10 * MINUTE, 1)
    .add({ __name__: 'trips', city: 'hamburg' }, NOW - 5 * MINUTE, 1)
    .add({ __name__: 'cars', city: 'berlin' }, NOW, 1)
    .add({ __name__: 'cars' }, NOW, 1)
    .addMetadata({ name: 'trips', type: 'counter', help: 'Trips started.', unit: '' });
  await store.write(batch.build());
  return store;
}

describe('listing', () => {
  test('names, values and series, of all, of those that match, and of a time', async () => {
    const store = await filled();
    assert.deepEqual(store.labelNames(), ['__name__', 'city', 'fleet']);
    assert.deepEqual(store.labelNames([matcher('__name__', '=', 'cars')]), ['__name__', 'city']);
    assert.deepEqual(store.labelNames([], NOW - 6 * MINUTE, NOW), ['__name__', 'city']);
    assert.deepEqual(store.labelValues('city'), ['berlin', 'hamburg']);
    assert.deepEqual(store.labelValues('city', [matcher('__name__', '=', 'cars')]), ['berlin']);
    assert.deepEqual(store.labelValues('city', [], NOW - 6 * MINUTE, NOW - MINUTE), ['hamburg']);
    assert.deepEqual(store.labelValues('nothing'), []);
    assert.deepEqual(store.seriesLabels([matcher('city', '=', 'hamburg')]), [{ __name__: 'trips', city: 'hamburg' }]);
    assert.deepEqual(store.metadata('trips'), [{ name: 'trips', type: 'counter', help: 'Trips started.', unit: '' }]);
    assert.deepEqual(store.metadata('cars'), []);
    const { perMetric, series, samples } = store.stats();
    assert.deepEqual(perMetric, [
      { name: 'cars', series: 2 },
      { name: 'trips', series: 2 },
    ]);
    assert.deepEqual([series, samples], [4, 4]);
    store.close();
  });
});

test('any matchers choose the series that each of them accepts', async () => {
  const store = openSeriesStore({ path: ':memory:', now: () => NOW });
  const batch = new BatchBuilder();
  const all: Record<string, string>[] = [];
  for (const a of ['', 'x', 'y', 'xy']) {
    for (const b of ['', 'x', '1', '2', '3']) {
      for (const name of ['m', 'n']) {
        const labels = Object.fromEntries(Object.entries({ __name__: name, a, b }).filter(([, value]) => value !== ''));
        all.push(labels);
        batch.add(labels, NOW, 1);
      }
    }
  }
  await store.write(batch.build());
  const one = fc.record({
    name: fc.constantFrom('__name__', 'a', 'b', 'absent'),
    op: fc.constantFrom<MatchOp>('=', '!=', '=~', '!~'),
    value: fc.constantFrom('', 'x', 'y', 'm', '1', 'x.*', '.*', '.+', '1|2', 'x|', '[123]', 'zz'),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), (matchers) => {
      const expected = all.filter((labels) => matchers.every((m) => compileMatcher(m)(labels[m.name] ?? '')));
      assert.deepEqual(
        store.select(matchers, 0, NOW).map((slice) => slice.labels),
        expected,
      );
    }),
    { numRuns: 500 },
  );
  store.close();
});

test('a list of matchers that comes again finds what was added and misses what was deleted', async () => {
  const store = await filled();
  const lists = [
    [matcher('__name__', '=', 'trips')],
    [matcher('city', '=', 'berlin')],
    [matcher('city', '=~', 'b.*|h.*'), matcher('fleet', '!=', 'z')],
    [],
  ];
  const counts = (): number[] => lists.map((list) => store.select(list, 0, NOW).length);
  assert.deepEqual(counts(), [2, 2, 3, 4]);
  assert.deepEqual(counts(), [2, 2, 3, 4]);
  const more = new BatchBuilder()
    .add({ __name__: 'trips', city: 'bonn' }, NOW, 1)
    .add({ __name__: 'x', city: 'bonn' }, NOW, 1);
  await store.write(more.build());
  assert.deepEqual(counts(), [3, 2, 5, 6]);
  const erasure = store.erase([[matcher('city', '=', 'berlin')]]);
  while (erasure.turn());
  assert.deepEqual(counts(), [2, 0, 3, 4]);
  store.close();
});
