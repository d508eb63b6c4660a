import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pick, walk } from './walk.ts';

test('walk gives what is there, and says when the end was reached', () => {
  let ended = 0;
  const places = [{ n: 1 }, undefined, { n: 3 }];
  const all = walk(
    3,
    (index) => places[index],
    () => ended++,
  );
  assert.deepEqual([...all], [{ n: 1 }, { n: 3 }]);
  assert.equal(ended, 1);
  for (const one of all) if (one.n === 1) break;
  assert.equal(ended, 1);
});

test('pick leaves out what becomes nothing, and closes what it reads from when it ends early or fails', () => {
  let closed = 0;
  function* numbers(): Generator<number> {
    try {
      for (let n = 1; n <= 4; n++) yield n;
    } finally {
      closed++;
    }
  }
  const even = pick(numbers(), (n) => (n % 2 === 0 ? { n } : undefined));
  assert.deepEqual([...even], [{ n: 2 }, { n: 4 }]);
  assert.equal(closed, 1);
  for (const { n } of pick(numbers(), (n) => ({ n }))) if (n === 2) break;
  assert.equal(closed, 2);
  const failing = pick(numbers(), () => {
    throw new Error('no');
  });
  assert.throws(() => [...failing], /no/);
  assert.equal(closed, 3);
});
