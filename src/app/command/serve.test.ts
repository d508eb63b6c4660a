import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STARTER } from '../starter.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** A start that cannot be: one sentence of what is wrong, no stack, status 1. */
describe('A server that cannot start says why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplighter-serve-'));
  after(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'lamplighter.yaml');
  writeFileSync(config, STARTER);
  writeFileSync(join(folder, 'file'), '');

  for (const [what, args, env, words] of [
    [
      'a port beyond the last',
      ['--listen', '127.0.0.1:99999'],
      {},
      /^"127\.0\.0\.1:99999" is no address\. Write host:port/,
    ],
    ['a file for the data', ['--data', join(folder, 'file')], {}, /^"\S+file" is a file\. Name a directory/],
    [
      'a database of another kind',
      [],
      { LAMPLIGHTER_DATABASE_URL: 'mysql://x' },
      /^LAMPLIGHTER_DATABASE_URL is no address of a PostgreSQL/,
    ],
    [
      'a database that nobody answers for',
      [],
      { LAMPLIGHTER_DATABASE_URL: 'postgres://u:hush@127.0.0.1:10/x' },
      /^The PostgreSQL at postgres:\/\/u@127\.0\.0\.1:10\/x \(.*ECONNREFUSED.*\) is not available at the moment/,
    ],
    [
      'a token that is too short',
      [],
      { LAMPLIGHTER_BOOTSTRAP_TOKEN: 'short' },
      /^LAMPLIGHTER_BOOTSTRAP_TOKEN needs at least 32/,
    ],
  ] as const) {
    it(what, () => {
      const data = args.some((word) => word === '--data') ? [] : ['--data', join(folder, 'data')];
      const run = spawnSync(process.execPath, [MAIN, 'serve', '--config', config, ...data, ...args], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, LAMPLIGHTER_DATABASE_URL: '', ...env },
      });
      assert.deepEqual([run.status, run.signal], [1, null], run.stderr);
      assert.match(run.stderr, words);
      assert.doesNotMatch(run.stderr, /\n\s+at |hush/);
    });
  }
});
