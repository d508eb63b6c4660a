import { closeSync, fdatasync, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Backend } from './backend.ts';
import { backupDatabase } from './backup.ts';
import { lockDirectory } from './data-lock.ts';
import { DATABASE_FILE } from './database-file.ts';
import { migrate } from './migrate.ts';
import { openSqlite, SQLITE, type SqliteConnection } from './sqlite.ts';
import { SqliteMemory } from './sqlite-memory.ts';
import { SqliteReaders } from './sqlite-readers.ts';
import { asFault, SqliteWriter } from './sqlite-writer.ts';
import { freeAbandonedRows } from './work-lease.ts';

/** A database in memory, and what whoever plays its world asks of it between transactions. */
export interface MemoryBackend extends Backend {
  /** When the earliest open row may be claimed, ms; null if there is none. */
  readonly earliest: () => number | null;
  /** Kinds of work of which a row may be claimed at the instant, ms. */
  readonly dueKinds: (now: number) => readonly string[];
}

/** An empty database with the schema as it is now: tests open hundreds of them, and the migrations take 25 ms each time. */
let empty: Uint8Array | undefined;

/** Opens a database that lives in memory only. @param now ms */
export async function openMemoryBackend(now: number): Promise<MemoryBackend> {
  const connection = openSqlite(':memory:', { readOnly: false, ...(empty && { image: empty }) });
  const backend = await backendOn(connection, inOneConnection(connection), now);
  empty ??= connection.raw.serialize();
  const first = connection.raw.prepare(`SELECT ready_at FROM work WHERE state = 'open' ORDER BY ready_at LIMIT 1`);
  const kinds = connection.raw.prepare(`SELECT DISTINCT kind FROM work WHERE state = 'open' AND ready_at <= ?`);
  let seen = -1;
  let earliest: number | null = null;
  return {
    ...backend,
    earliest() {
      if (seen !== connection.written()) {
        seen = connection.written();
        earliest = (first.get()?.['ready_at'] as number | undefined) ?? null;
      }
      return earliest;
    },
    dueKinds: (now) => kinds.all(now).map(({ kind }) => kind as string),
  };
}

/**
 * Opens the embedded database of a directory, or one that lives in memory only (`:memory:`).
 * @throws Fault `data_locked` when another process uses the directory, `conflict` when the schema is newer
 */
export async function openSqliteBackend(directory: string, now: number): Promise<Backend> {
  if (directory === ':memory:') return openMemoryBackend(now);
  const lock = lockDirectory(directory);
  const path = join(directory, DATABASE_FILE);
  try {
    const connection = openSqlite(path, { readOnly: false });
    const backend = await backendOn(connection, inAFile(connection, path), now);
    return {
      ...backend,
      async close() {
        await backend.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function backendOn(connection: SqliteConnection, parts: Parts, now: number): Promise<Backend> {
  const close = async (): Promise<void> => {
    await parts.close();
    connection.raw.close();
  };
  try {
    await parts.transact(async (db) => {
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
    transact: parts.transact,
    read: parts.read,
    peek: parts.peek,
    backup: parts.backup,
    // `synchronous = FULL` is set on the connection that writes.
    durabilityProblems: () => Promise.resolve([]),
    close,
  };
}

type Parts = Pick<Backend, 'transact' | 'read' | 'peek' | 'backup' | 'close'>;

function inAFile(connection: SqliteConnection, path: string): Parts {
  const log = openLog(path);
  const writer = new SqliteWriter(connection, log.sync);
  const readers = new SqliteReaders(path);
  return {
    transact: (run) => writer.transact(run),
    read: (run) => readers.read(run),
    // On the connection that writes, whose pages are in memory. It may see what is committed in a moment.
    peek: async (run) => {
      try {
        return await run(connection.db);
      } catch (error) {
        throw asFault(error);
      }
    },
    backup: (file) => backupDatabase(path, file),
    async close() {
      await writer.idle();
      await readers.close();
      log.close();
    },
  };
}

function inOneConnection(connection: SqliteConnection): Parts {
  const memory = new SqliteMemory(connection);
  return {
    transact: (run) => memory.transact(run),
    read: (run) => memory.read(run),
    peek: (run) => memory.read(run),
    // Copied by its own connection, between two transactions.
    async backup(file) {
      await memory.idle();
      connection.raw.prepare('VACUUM INTO ?').run(file);
    },
    close: () => memory.idle(),
  };
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
