import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sliceSource, type Matcher } from './index.ts';
import { MemorySource } from './testing/memory-source.ts';

const ALL: readonly Matcher[] = [{ name: '__name__', op: '=~', value: '.+' }];
const EVER = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;

test('windows of fetched slices are those of the series themselves', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
  const matcher = fc.record({
    name: fc.constantFrom('__name__', 'k', 'absent'),
    op: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
    value: fc.constantFrom('a', 'b', '', '0|1', '.*'),
  });
  fc.assert(
    fc.property(
      fc.array(times, { maxLength: 4 }),
      fc.array(matcher),
      fc.nat(55),
      fc.nat(55),
      (columns, matchers, from, to) => {
        const memory = new MemorySource();
        columns.forEach((column, index) => {
          for (const time of column)
            memory.add({ __name__: index < 2 ? 'a' : 'b', k: String(index % 2) }, time, time * 2);
        });
        const fetched = sliceSource(memory.select(ALL, ...EVER));
        assert.deepEqual(fetched.select(matchers, from, to), memory.select(matchers, from, to));
      },
    ),
  );
});

test('histograms and staleness markers are cut with their samples', () => {
  const memory = new MemorySource();
  memory.add({ __name__: 'a' }, 1, 1);
  memory.add({ __name__: 'a' }, 2, 'stale');
  memory.add({ __name__: 'a' }, 3, {
    schema: 0,
    count: 1,
    sum: 1,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: { offset: 0, counts: [1] },
    negative: { offset: 0, counts: [] },
    customValues: [],
    resetHint: 'unknown',
  });
  const [cut] = sliceSource(memory.select(ALL, ...EVER)).select(ALL, 2, 3);
  assert.equal(new DataView(cut!.values.buffer, cut!.values.byteOffset).getBigUint64(0, true), 0x7ff0000000000002n);
  assert.deepEqual(
    cut!.histograms?.map((histogram) => histogram?.count),
    [undefined, 1],
  );
});
