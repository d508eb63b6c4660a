import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTS } from './acts.ts';

test('the acts are numbered in the order in which they are played', () => {
  assert.deepEqual(
    ACTS.map(({ number }) => number),
    Array.from({ length: 14 }, (_, index) => index + 1),
  );
});
