import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeriesEntry } from './entry.ts';
import { HeadPool } from './head-pool.ts';

const DAY = 86_400_000;

test('a head gives back what was put in, in order, also when it spans months', () => {
  const gap = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 40 * DAY, max: 90 * DAY }));
  fc.assert(
    fc.property(fc.array(fc.record({ gap, swap: fc.boolean() }), { maxLength: 60 }), (steps) => {
      const entry = new SeriesEntry(1, { __name__: 'm' }, new HeadPool());
      const times: number[] = [];
      let time = 1_700_000_000_000;
      for (const step of steps) times.push((time += step.gap));
      // Every second one may come before its neighbour.
      const order = [...times];
      for (let i = 1; i < order.length; i += 2)
        if (steps[i]!.swap) [order[i - 1], order[i]] = [order[i]!, order[i - 1]!];
      for (const one of order) {
        if (one > entry.newest) entry.append(one, one % 1000, 7);
        else entry.insert(one, one % 1000, 7);
      }
      const { times: held, bits } = entry.pending();
      assert.deepEqual([...held], times);
      assert.deepEqual(
        [...bits],
        times.flatMap((one) => [one % 1000, 7]),
      );
      for (const [index, one] of times.entries()) {
        assert.equal(entry.indexOf(one), index);
        assert.deepEqual([entry.timeAt(index), ...entry.wordsAt(index)], [one, one % 1000, 7]);
      }
      entry.settle({ ...entry.progress, samples: times.length, to: times.at(-1) ?? -Infinity });
      assert.deepEqual(
        Array.from({ length: entry.length }, (_, index) => entry.timeAt(index)),
        times.slice(-24),
      );
    }),
  );
});
