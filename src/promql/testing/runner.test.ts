import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPromqlTest } from './runner.ts';

const LOAD = 'load 1m\n  m{a="1"} 1 2+1x2 _ stale\n  m{a="2"} {{schema:0 count:2 sum:3 buckets:[2]}}x3\n\n';

/** What the runner reports about one evaluation on the data above. */
function failuresOf(text: string): string[] {
  return runPromqlTest(LOAD + text, 'x.test').failures.map(({ line, got, wanted }) => `${line}: ${got} / ${wanted}`);
}

test('what is right passes', () => {
  const text = `${LOAD}eval instant at 1m m{a="1"}\n  m{a="1"} 2\n\neval range from 0 to 5m step 1m m{a="1"}\n  m{a="1"} 1 2 3 4 4 _\n`;
  assert.deepEqual(runPromqlTest(text, 'x.test'), { passed: 2, failed: 0, skipped: 0, failures: [] });
});

const WRONG = [
  'eval instant at 1m m{a="1"}\n  m{a="1"} 2.001',
  'eval instant at 1m m{a="1"}\n  m{a="2"} 2',
  'eval instant at 1m m{a="1"}',
  'eval instant at 1m m{a="3"}\n  m{a="3"} 2',
  'eval instant at 0 m{a="2"}\n  m{a="2"} {{schema:0 count:2 sum:3 buckets:[1 1]}}',
  'eval instant at 0 sort(m)\n  expect fail',
  'eval instant at 0 vector(1) + on(x) (vector(1) or m{a="1"})\n  expect fail msg: something else',
  'eval instant at 0 m{a="1"}\n  expect warn\n  m{a="1"} 1',
  'eval instant at 1m rate(m[5m])\n  expect no_info\n  {a="1"} 1\n  {a="2"} 0',
  'eval instant at 0 "a"\n  expect string "b"',
  'eval range from 0 to 1m step 1m m{a="1"}\n  m{a="1"} 1 _',
  'eval instant at 0 nosuch(m)\n',
  'eval instant at 0 (vector(1) or label_replace(vector(2), "a", "b", "", ""))\n  expect ordered\n  {a="b"} 2\n  {} 1',
];

for (const text of WRONG) {
  test(`what is wrong is reported: ${JSON.stringify(text.split('\n')[0])}`, () => {
    const failures = failuresOf(text);
    assert.equal(failures.length, 1);
    assert.match(failures[0]!, /^5: /);
  });
}

test('functions behind flags that are not built are skipped, not passed', () => {
  const { passed, skipped } = runPromqlTest('eval instant at 0 info(m)\n', 'x.test');
  assert.deepEqual([passed, skipped], [0, 1]);
});

test('a line that is no command is reported with its number', () => {
  const { failures } = runPromqlTest('\nevaluate m\n', 'x.test');
  assert.match(failures[0]!.got, /^line 2: /);
});
