/** The data directory of the embedded database: one process at a time, backups, restores. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../src/core/fault.ts';
import { idSource } from '../../src/core/id.ts';
import { backupDatabase, DATABASE_FILE, openStore, restoreDatabase, type Store } from '../../src/store/index.ts';
import { START } from './place.ts';
import { entry, heartbeat, observation } from './sample.ts';

function open(directory: string): Promise<Store> {
  const ids = idSource(() => START, Math.random);
  return openStore({
    sqlite: { directory },
    clock: { now: () => START },
    ids,
    subscriptions: {},
    instance: 'one',
  });
}

function fault(code: Fault['code'], words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code && words.test(error.message);
}

async function holder(directory: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('holder.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
  });
  return child;
}

describe('data directory', () => {
  let root: string;
  let directory: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lamplighter-directory-'));
    directory = join(root, 'data');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('a second process is refused with the number of the first, and let in after kill -9', async () => {
    const child = await holder(directory);
    try {
      await assert.rejects(open(directory), fault('data_locked', new RegExp(`process ${child.pid}\\b`)));
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    const store = await open(directory);
    assert.equal((await store.read((tx) => tx.signals.heartbeat('hb')))?.title, 'written by the holder');
    await store.close();
  });

  test('the same process is refused too, until it closes; what failed to open leaves no lock', async () => {
    const store = await open(directory);
    await assert.rejects(open(directory), fault('data_locked', new RegExp(`process ${process.pid}\\b`)));
    await store.transact((tx) => tx.signals.saveHeartbeat(heartbeat('hb')));
    await store.close();
    const file = new DatabaseSync(join(directory, DATABASE_FILE));
    file.exec("INSERT INTO schema_version (version, name, applied_at) VALUES (99, 'future', 0)");
    await assert.rejects(open(directory), fault('conflict', /schema version 99/));
    file.exec('DELETE FROM schema_version WHERE version = 99');
    file.close();
    const again = await open(directory);
    assert.ok(await again.read((tx) => tx.signals.heartbeat('hb')));
    await again.close();
  });

  test('a backup of a store in use is one consistent state', async () => {
    const store = await open(directory);
    await store.transact((tx) => tx.journal.append(entry()));
    const stop = new AbortController();
    const writer = (async () => {
      for (let index = 0; !stop.signal.aborted; index++) {
        await store.transact(async (tx) => {
          await tx.signals.saveHeartbeat(heartbeat(`hb_${index}`));
          await tx.signals.insertObservation(observation(`obs_${index}`));
        });
      }
    })();
    const copy = join(root, 'backup', 'copy.sqlite');
    await store.backup(copy);
    stop.abort();
    await writer;
    await assert.rejects(store.backup(copy), fault('conflict', /exists already/));
    await store.close();

    const target = join(root, 'restored');
    restoreDatabase(copy, target, { name: DATABASE_FILE });
    const restored = await open(target);
    await restored.read(async (tx) => {
      assert.equal((await tx.signals.heartbeats()).length, (await tx.signals.observations({})).length);
      assert.equal((await tx.journal.ofSubject('alert', 'alt_1')).length, 1);
    });
    await restored.close();
    assert.equal(existsSync(`${copy}.part`), false);
  });

  test('a restore refuses what would destroy something', async () => {
    const store = await open(directory);
    await store.transact((tx) => tx.signals.saveHeartbeat(heartbeat('old')));
    const copy = join(root, 'copy.sqlite');
    await store.backup(copy);
    await store.transact((tx) => tx.signals.saveHeartbeat(heartbeat('new')));
    assert.throws(() => restoreDatabase(copy, directory, { name: DATABASE_FILE }), fault('data_locked', /process/));
    await store.close();
    assert.throws(
      () => restoreDatabase(copy, directory, { name: DATABASE_FILE }),
      fault('conflict', /not empty.*--force/),
    );
    const damaged = join(root, 'damaged.sqlite');
    const bytes = readFileSync(copy);
    bytes.fill(0xff, 4096, 40_960);
    writeFileSync(damaged, bytes);
    assert.throws(
      () => restoreDatabase(damaged, directory, { name: DATABASE_FILE, force: true }),
      fault('conflict', /damaged/),
    );
    writeFileSync(damaged, 'this is no database');
    assert.throws(
      () => restoreDatabase(damaged, directory, { name: DATABASE_FILE, force: true }),
      fault('conflict', /damaged/),
    );
    let kept = await open(directory);
    assert.equal((await kept.read((tx) => tx.signals.heartbeats())).length, 2, 'nothing was touched');
    await kept.close();
    restoreDatabase(copy, directory, { name: DATABASE_FILE, force: true });
    kept = await open(directory);
    assert.deepEqual(
      (await kept.read((tx) => tx.signals.heartbeats())).map(({ id }) => id),
      ['old'],
    );
    await kept.close();
  });

  test('another database of the directory goes with it; one that is held alone is said to be', async () => {
    const path = join(root, 'series.db');
    const series = new DatabaseSync(path);
    series.exec('PRAGMA user_version = 7; CREATE TABLE block (id INTEGER); INSERT INTO block VALUES (1)');
    const copy = join(root, 'series.copy');
    await backupDatabase(path, copy);
    restoreDatabase(copy, directory, { name: 'series.db' });
    const restored = new DatabaseSync(join(directory, 'series.db'));
    assert.deepEqual({ ...restored.prepare('PRAGMA user_version').get() }, { user_version: 7 });
    restored.close();
    assert.throws(
      () => restoreDatabase(copy, join(root, 'other'), { name: DATABASE_FILE }),
      fault('conflict', /damaged/),
      'it is no operations database',
    );
    series.exec('BEGIN EXCLUSIVE');
    await assert.rejects(backupDatabase(path, `${copy}.2`), fault('conflict', /held by a running server/));
    series.close();
    assert.equal(existsSync(`${copy}.2.part`), false);
  });

  test('what is not there is said', async () => {
    await assert.rejects(backupDatabase(join(root, 'none'), join(root, 'copy')), fault('not_found', /database/));
    assert.throws(
      () => restoreDatabase(join(root, 'none'), directory, { name: DATABASE_FILE }),
      fault('not_found', /backup/),
    );
  });
});
