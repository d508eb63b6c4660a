import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { mappingThread, type MappingThread } from './mapping-thread.ts';

function open(t: TestContext, patience?: number): MappingThread {
  const thread = mappingThread(patience);
  t.after(() => thread.close());
  return thread;
}

const input = { body: { a: 1, text: 'x' }, headers: { 'x-kind': 'b' }, source: { name: 's', title: 'S', partner: '' } };

test('mappings see the body, headers and their source; what goes wrong comes back as it would without a thread', async (t) => {
  const thread = open(t);
  const mapping = '{"a": a, "kind": $headers."x-kind", "source": $source.name, "found": $find(text, "(x)")[1]}';
  assert.deepEqual(await thread.run(mapping, input), { a: 1, kind: 'b', source: 's', found: 'x' });
  await assert.rejects(thread.run('$number("x")', input), /the mapping failed: .*\(at character/);
  await assert.rejects(thread.run('$find(text, "(")', input), /is not an RE2 pattern/);
  await thread.close();
  await assert.rejects(thread.run('a', input), /not available/);
});

test('a mapping that takes all memory ends its thread alone; those that wait are done after it', async (t) => {
  const thread = open(t, 4000);
  const bomb = '$reduce([1..60], function($all, $one) { $all & $all }, "0123456789abcdef0123456789abcdef")';
  const results = await Promise.allSettled([
    thread.run(bomb, input),
    thread.run('a + 1', input),
    thread.run('text', input),
  ]);
  const [first, ...rest] = results;
  assert.equal(first?.status, 'rejected');
  assert.match(String(first.reason), /the mapping failed/);
  assert.deepEqual(
    rest.map((one) => (one.status === 'fulfilled' ? one.value : one.reason)),
    [2, 'x'],
  );
});

test('a mapping that looks at no limit is ended after the patience', async (t) => {
  const thread = open(t, 300);
  assert.equal(await thread.run('a', input), 1);
  // One call of a built-in function works for seconds without looking at JSONata's limit of time.
  const body = { a: 1, text: 'a'.repeat(99_000) };
  await assert.rejects(
    thread.run('$find(text, "([ab]*a[ab]{400})[cd]$")', { ...input, body }),
    /the mapping failed: it worked longer than 300 ms/,
  );
  assert.equal(await thread.run('a', input), 1, 'the next body has a new thread');
});
