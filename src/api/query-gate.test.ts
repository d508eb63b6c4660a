import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryGate } from './query-gate.ts';

/** Work that ends when it is told to. */
function held(): { readonly work: () => Promise<string>; readonly end: () => void; readonly began: () => boolean } {
  let finish = (): void => {};
  let running = false;
  const work = (): Promise<string> => {
    running = true;
    return new Promise((resolve) => {
      finish = () => resolve('done');
    });
  };
  return { work, end: () => finish(), began: () => running };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const here = (): boolean => false;

test('so many run at once, others wait for their turn, and a full line is refused', async () => {
  const gate = new QueryGate(1, 1);
  const [first, second, third] = [held(), held(), held()];
  const one = gate.pass(first.work, here);
  const two = gate.pass(second.work, here);
  await settle();
  assert.deepEqual([first.began(), second.began()], [true, false]);
  await assert.rejects(gate.pass(third.work, here), { code: 'overloaded' });
  first.end();
  assert.equal(await one, 'done');
  await settle();
  assert.ok(second.began());
  second.end();
  assert.equal(await two, 'done');
  const again = gate.pass(third.work, here);
  await settle();
  third.end();
  assert.equal(await again, 'done', 'the place is free again');
});

test('what nobody waits for any more is not begun, and what fails gives its place on', async () => {
  const gate = new QueryGate(1, 5);
  const [first, left] = [held(), held()];
  const one = gate.pass(first.work, here);
  let gone = false;
  const two = gate.pass(left.work, () => gone);
  const three = gate.pass(() => Promise.reject(new Error('broken')), here);
  const four = gate.pass(() => Promise.resolve('last'), here);
  gone = true;
  first.end();
  await one;
  assert.equal(await two, null);
  assert.equal(left.began(), false);
  await assert.rejects(three, /broken/);
  assert.equal(await four, 'last');
});
