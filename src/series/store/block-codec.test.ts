import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBlock, encodeBlock } from './block-codec.ts';

function roundTrip(times: number[], bits: Uint32Array): Uint8Array {
  const columns = Float64Array.from(times);
  const data = encodeBlock(columns, bits, 0, times.length);
  const back = decodeBlock(data, times[0]!, times.length);
  assert.deepEqual([...back.times], times);
  assert.deepEqual([...back.bits], [...bits]);
  return data;
}

function bitsOf(values: readonly number[]): Uint32Array {
  return new Uint32Array(Float64Array.from(values).buffer);
}

const instants = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(15_000), fc.integer({ min: 1, max: 2 ** 31 })), {
    minLength: 1,
    maxLength: 300,
  })
  .map((steps) => {
    let at = 1_700_000_000_000;
    return steps.map((step) => (at += step));
  });

test('any bits come back as they were, ordinary and signalling NaNs included', () => {
  fc.assert(
    fc.property(instants, fc.array(fc.nat(0xffffffff), { minLength: 600, maxLength: 600 }), (times, words) => {
      roundTrip(times, Uint32Array.from(words.slice(0, times.length * 2)));
    }),
    { numRuns: 150 },
  );
});

test('numbers come back as they were, decimals, infinities and negative zero included', () => {
  const numbers = fc.oneof(
    fc.integer(),
    fc.integer({ min: -(10 ** 6), max: 10 ** 6 }).map((value) => value / 1000),
    fc.double(),
    fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 2 ** 50, 2 ** 50 - 1, -(2 ** 50) + 1, 2 ** 53, 1e300, 5e-324),
  );
  fc.assert(
    fc.property(
      instants,
      fc.oneof(
        fc.array(numbers, { minLength: 300, maxLength: 300 }),
        fc.array(fc.integer({ min: -(2 ** 49), max: 2 ** 49 }), { minLength: 300, maxLength: 300 }),
        fc.array(
          fc.integer({ min: 0, max: 9999 }).map((value) => value / 100),
          { minLength: 300, maxLength: 300 },
        ),
      ),
      (times, values) => {
        roundTrip(times, bitsOf(values.slice(0, times.length)));
      },
    ),
    { numRuns: 300 },
  );
});

test('a staleness marker keeps its bits in the middle of a decimal series', () => {
  const bits = bitsOf([1, 2, 3]);
  bits[2] = 2;
  bits[3] = 0x7ff00000;
  roundTrip([1, 2, 3], bits);
});

test('a regular counter and a regular gauge with two decimals take less than 2 bytes a sample', () => {
  const times = Array.from({ length: 200 }, (_, i) => 1_700_000_000_000 + i * 15_000);
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  let total = 1000;
  const counter = times.map(() => (total += Math.floor(random() * 60)));
  const gauge = times.map(() => Math.round(5000 + random() * 500) / 100);
  assert.ok(roundTrip(times, bitsOf(counter)).length < 200 * 2);
  assert.ok(roundTrip(times, bitsOf(gauge)).length < 200 * 2);
  assert.ok(roundTrip(times, bitsOf(times.map(() => 42.5))).length < 20);
});
