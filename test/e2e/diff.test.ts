import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines } from '../../web/src/improvement/diff.ts';

test('a changed line is one removed and one added, the rest stays', () => {
  assert.deepEqual(diffLines('a\nfor: 2m\nb\n', 'a\nfor: 1m\nb\n'), [
    { sign: ' ', text: 'a' },
    { sign: '-', text: 'for: 2m' },
    { sign: '+', text: 'for: 1m' },
    { sign: ' ', text: 'b' },
  ]);
});

test('both texts can be read back from the difference', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.join('\n'), after.join('\n'));
      assert.deepEqual(
        lines.filter((line) => line.sign !== '+').map((line) => line.text),
        before,
      );
      assert.deepEqual(
        lines.filter((line) => line.sign !== '-').map((line) => line.text),
        after,
      );
    }),
  );
});
