import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../core/fault.ts';
import { makeDirectory } from './make-directory.ts';
import { sqliteCode } from './sqlite.ts';

/** Keeps other processes out of a data directory until it is released or the process ends, however it ends. */
export interface DataLock {
  release(): void;
}

/** Names in a data directory that belong to the lock. */
export const LOCK_FILES: readonly string[] = ['lock', 'lock-journal', 'lock.pid'];

/**
 * Locks the directory, making it if needed. The lock is SQLite's own on a small file: the kernel drops it when the
 * process dies. The number of the process stands beside it, for the message only.
 * @throws Fault `data_locked` when another process holds it
 */
export function lockDirectory(directory: string): DataLock {
  makeDirectory(directory);
  const pidFile = join(directory, 'lock.pid');
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (sqliteCode(error) !== 5) throw error;
    throw new Fault('data_locked', { path: directory, pid: holder(pidFile) }, { cause: error });
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
