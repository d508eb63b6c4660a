import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatGeneral, formatValue, parseNumber } from './number.ts';

test('a value is written without exponent and reads back the same', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const text = formatValue(value);
      assert.match(text, /^(?:[+-]Inf|-?\d+(?:\.\d+)?)$/);
      if (Number.isFinite(value)) assert.ok(Object.is(Number(text), value), text);
    }),
  );
});

test('values as Go writes them', () => {
  assert.equal(formatValue(1e21), '1000000000000000000000');
  assert.equal(formatValue(1.5e-7), '0.00000015');
  assert.equal(formatValue(-1.25e22), '-12500000000000000000000');
  assert.equal(formatValue(NaN), 'NaN');
  assert.equal(formatValue(Infinity), '+Inf');
  assert.equal(formatValue(-0), '-0');
  assert.equal(formatGeneral(1e21), '1e+21');
  assert.equal(formatGeneral(0.00001), '1e-05');
  assert.equal(formatGeneral(0.0001), '0.0001');
});

test('numbers in all forms', () => {
  const forms: readonly (readonly [string, number | undefined])[] = [
    ['0x1F', 31],
    ['010', 8],
    ['09', 9],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['2.', 2],
    ['+Inf', Infinity],
    ['-inf', -Infinity],
    ['x', undefined],
    ['', undefined],
    ['1e', undefined],
  ];
  for (const [text, wanted] of forms) assert.equal(parseNumber(text), wanted, text);
  assert.ok(Number.isNaN(parseNumber('nan')));
});
