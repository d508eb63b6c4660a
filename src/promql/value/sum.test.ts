import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompensatedSum, quantileOf, RunningMean, RunningVariance } from './sum.ts';

test('small parts of a sum survive large ones', () => {
  const sum = new CompensatedSum();
  for (const value of [2, 1e100, 8, -1e100]) sum.add(value);
  assert.equal(sum.value, 10);
});

test('a mean stays within its values and does not overflow', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const mean = new RunningMean();
      for (const one of values) mean.add(one);
      const slack = Math.max(...values.map(Math.abs)) * 1e-9;
      assert.ok(mean.value >= Math.min(...values) - slack && mean.value <= Math.max(...values) + slack);
    }),
  );
});

test('equal values have no variance', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
      fc.integer({ min: 1, max: 20 }),
      (value, count) => {
        const variance = new RunningVariance();
        for (let k = 0; k < count; k++) variance.add(value);
        assert.equal(variance.value, 0);
      },
    ),
  );
});

test('quantiles: NaN comes first, ranks are interpolated', () => {
  assert.equal(quantileOf(0.5, Float64Array.of(3, 1, 2)), 2);
  assert.equal(quantileOf(0.6, Float64Array.of(1, NaN, 0)), 0.6 * 2 - 1);
  assert.ok(Number.isNaN(quantileOf(0.2, Float64Array.of(1, NaN, 0))));
  assert.equal(quantileOf(1, Float64Array.of(1, Infinity)), NaN);
  assert.equal(quantileOf(-1, Float64Array.of(1)), -Infinity);
  assert.ok(Number.isNaN(quantileOf(0.5, new Float64Array())));
});
