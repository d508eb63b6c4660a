import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeDirectory } from './make-directory.ts';

describe('The data directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplighter-make-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is made with those above it, for this user alone; one that is there stays', () => {
    const path = join(folder, 'a', 'b');
    makeDirectory(path);
    makeDirectory(path);
    assert.equal(statSync(path).mode & 0o777, 0o700);
  });

  it('is refused in words where a file stands', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    assert.throws(() => makeDirectory(path), /"\S+file" is a file\. Name a directory/);
    assert.throws(() => makeDirectory(join(path, 'below')), /is a file/);
  });

  it('is refused, and not looked for without end, where there can be none', { skip: !existsSync('/proc/self') }, () => {
    const module = fileURLToPath(new URL('make-directory.ts', import.meta.url));
    const script = `const { makeDirectory } = await import(${JSON.stringify(module)}); makeDirectory('/proc/no-such/data');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(run.signal, null, 'it did not end by itself');
    assert.match(run.stderr, /cannot be made: ENOENT/);
  });
});
