import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test("Node's limits of memory are the same wherever the server is started", () => {
  const starters = [
    'bin/lamplighter.mjs',
    'demo/server-process.ts',
    'deploy/lamplighter.service',
    'Dockerfile',
    'package.json',
  ];
  const flags = starters.map((file) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    return [file, ...(text.match(/--max-(?:semi|old)-space-size=\d+/g) ?? [])];
  });
  const [, ...wanted] = flags[0]!;
  assert.equal(wanted.length, 2);
  assert.deepEqual(
    flags,
    starters.map((file) => [file, ...wanted]),
  );
});
