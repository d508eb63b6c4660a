import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import { makeDirectory } from './make-directory.ts';
import { LOCK_FILES, lockDirectory } from './data-lock.ts';
import { DATABASE_FILE } from './database-file.ts';
import { refuseNewer } from './migrate.ts';

/**
 * Writes a consistent copy of a database that may be in use. It runs in a thread of its own: a large copy does not hold
 * up the program. The target appears under its name only when it is whole and on the disk.
 * @param path the database
 * @param target the file to write; it must not exist
 * @throws Fault `conflict` when the target exists or another process keeps the database to itself, `not_found` when there is no such database
 */
export async function backupDatabase(path: string, target: string): Promise<void> {
  if (!existsSync(path)) throw new Fault('not_found', { what: 'database', id: path });
  if (existsSync(target)) throw new Fault('conflict', { what: `${target} exists already. Name a new file.` });
  makeDirectory(dirname(target));
  const part = `${target}.part`;
  rmSync(part, { force: true });
  const worker = new Worker(new URL('backup-worker.ts', import.meta.url), { workerData: { path, part } });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  } catch (error) {
    rmSync(part, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    // A database that its process holds for itself alone (the series) cannot be read from outside.
    if (!/locked/.test(why)) throw error;
    const what = `${path} is held by a running server. Stop the server for the backup.`;
    throw new Fault('conflict', { what }, { cause: error });
  }
  putInPlace(part, target);
}

/**
 * Puts a backup back as the database of a data directory that nobody uses.
 * @param source the file that `backupDatabase` wrote
 * @param directory the data directory
 * @param name the database's name in it
 * @throws Fault `data_locked` when the directory is in use, `conflict` when it is not empty (without `force`), or when
 *   the backup is damaged or newer than this program
 */
export function restoreDatabase(
  source: string,
  directory: string,
  { name, force = false }: { readonly name: string; readonly force?: boolean },
): void {
  if (!existsSync(source)) throw new Fault('not_found', { what: 'backup', id: source });
  const lock = lockDirectory(directory);
  try {
    const present = readdirSync(directory).filter((entry) => !LOCK_FILES.includes(entry));
    if (present.length > 0 && !force) {
      const what = `The data directory ${directory} is not empty (${present.slice(0, 3).join(', ')}). Name an empty one, or give --force to replace what is in it.`;
      throw new Fault('conflict', { what });
    }
    const target = join(directory, name);
    const part = `${target}.part`;
    copyFileSync(source, part);
    try {
      checkDatabase(part, source, name === DATABASE_FILE);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
    // The log of the old database must not be applied to the new one.
    for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true });
    putInPlace(part, target);
  } finally {
    lock.release();
  }
}

/** Other databases of the directory (the series) have no schema version of ours: their own store checks that. */
function checkDatabase(file: string, source: string, isOurs: boolean): void {
  const damaged = (why: string, cause?: unknown): Fault =>
    new Fault('conflict', { what: `The backup ${source} is damaged: ${why}. Nothing was restored.` }, { cause });
  let version = 0;
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const integrity = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0];
      if (integrity !== 'ok') throw damaged(String(integrity));
      if (database.prepare('PRAGMA foreign_key_check').get()) throw damaged('rows refer to rows that are missing');
      if (isOurs) {
        const row = database.prepare('SELECT max(version) AS version FROM schema_version').get();
        version = Number(row?.['version'] ?? 0);
        if (version === 0) throw damaged('it is not a database of Lamplighter');
      }
    } finally {
      database.close();
    }
  } catch (error) {
    throw error instanceof Fault ? error : damaged(error instanceof Error ? error.message : String(error), error);
  }
  refuseNewer(version);
}

function putInPlace(part: string, target: string): void {
  sync(part);
  renameSync(part, target);
  sync(dirname(target));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
