import { closeSync, fdatasync, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Backend } from './backend.ts';
import { backupDatabase } from './backup.ts';
import { lockDirectory } from './data-lock.ts';
import { DATABASE_FILE } from './database-file.ts';
import { migrate } from './migrate.ts';
import { openSqlite, SQLITE } from './sqlite.ts';
import { SqliteReaders } from './sqlite-readers.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import { freeAbandonedRows } from './work-lease.ts';

/**
 * Opens the embedded database of a directory, or one that lives in memory only.
 * @throws Fault `data_locked` when another process uses the directory, `conflict` when the schema is newer
 */
export async function openSqliteBackend(directory: string, now: number): Promise<Backend> {
  const inMemory = directory === ':memory:';
  const lock = inMemory ? null : lockDirectory(directory);
  const path = inMemory ? ':memory:' : join(directory, DATABASE_FILE);
  try {
    const connection = openSqlite(path, { readOnly: false });
    const log = inMemory ? null : openLog(path);
    const writer = new SqliteWriter(connection, log?.sync ?? null);
    const readers = inMemory ? null : new SqliteReaders(path);
    const close = async (): Promise<void> => {
      await writer.idle();
      await readers?.close();
      log?.close();
      connection.raw.close();
    };
    try {
      await writer.transact(async (db) => {
        await migrate(db, SQLITE, now);
        // The lock on the directory proves that whoever held a lease is gone.
        await freeAbandonedRows(db);
      });
    } catch (error) {
      await close();
      throw error;
    }
    return {
      flavour: SQLITE,
      transact: (run) => writer.transact(run),
      read: (run) => (readers ? readers.read(run) : writer.transact(run, true)),
      backup: (file) => (inMemory ? backupMemory(writer, connection.raw, file) : backupDatabase(path, file)),
      // `synchronous = FULL` is set on the connection that writes.
      durabilityProblems: () => Promise.resolve([]),
      async close() {
        await close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/**
 * The write-ahead log of a database that is open, to be brought to the disk by a thread beside the main one. It stays the
 * same file for as long as a connection is open.
 */
function openLog(path: string): { readonly sync: () => Promise<void>; readonly close: () => void } {
  const file = openSync(`${path}-wal`, 'r+');
  return { sync: () => fdatasyncSoon(file), close: () => closeSync(file) };
}
const fdatasyncSoon = promisify(fdatasync);

/** A database in memory is copied by its own connection, between two batches. */
async function backupMemory(
  writer: SqliteWriter,
  raw: { prepare(sql: string): { run(file: string): unknown } },
  file: string,
): Promise<void> {
  await writer.idle();
  raw.prepare('VACUUM INTO ?').run(file);
}
