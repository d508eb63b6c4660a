import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gaussian, uniform, wandering } from './noise.ts';

test('the same coordinates give the same number, other coordinates another', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.nat(), (seed, stream, index) => {
      const value = uniform(seed, stream, index);
      assert.equal(value, uniform(seed, stream, index));
      assert.ok(value >= 0 && value < 1);
    }),
  );
  assert.notEqual(uniform(1, 'a', 5), uniform(2, 'a', 5));
  assert.notEqual(uniform(1, 'a', 5), uniform(1, 'b', 5));
  assert.notEqual(uniform(1, 'a', 5), uniform(1, 'a', 6));
});

test('normal numbers have a mean of 0 and a deviation of 1', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => gaussian(7, 'mean', index));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.03, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.05, `variance ${variance}`);
});

test('wandering noise meets the independent numbers and does not jump between them', () => {
  assert.equal(wandering(7, 'drift', 3), gaussian(7, 'drift', 3));
  for (let position = 0; position < 10; position += 0.01) {
    const step = wandering(7, 'drift', position + 0.01) - wandering(7, 'drift', position);
    assert.ok(Math.abs(step) < 0.15, `a step of ${step} at ${position}`);
  }
});
