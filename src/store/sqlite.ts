import { mkdirSync, openSync, readFileSync, writeFileSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { Fault } from '../core/fault.ts';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  wholeNumber: 'integer',
  number: 'real',
  appendOnlyJournal: [
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    `CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
     WHEN OLD.sequence IS NOT NULL OR OLD.id <> NEW.id OR OLD.at <> NEW.at OR OLD.recorded_at <> NEW.recorded_at OR OLD.actor_id <> NEW.actor_id
       OR OLD.fact <> NEW.fact OR OLD.subject_id <> NEW.subject_id OR OLD.summary <> NEW.summary OR OLD.data <> NEW.data
       OR OLD.reason IS NOT NEW.reason OR OLD.incident_id IS NOT NEW.incident_id OR OLD.cause_id IS NOT NEW.cause_id
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  ],
  locksRows: false,
  // One writer at a time: nobody else is there to be held off.
  lock: async () => {},
};

const STATEMENTS_KEPT = 500;

/** One connection of node:sqlite with its prepared statements kept. */
export class SqliteConnection implements DatabaseConnection {
  readonly raw: DatabaseSync;
  readonly #statements = new Map<string, { statement: StatementSync; reads: boolean }>();

  constructor(path: string, readOnly = false) {
    this.raw = new DatabaseSync(path, { readOnly, timeout: 10_000 });
    if (!readOnly) {
      this.raw.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 2000',
      );
    }
    this.raw.exec('PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY');
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, reads } = this.#prepared(sql);
    const values = parameters as (string | number | null)[];
    if (reads) return { rows: statement.all(...values) as R[], numAffectedRows: 0n };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // oxlint-disable-next-line require-yield -- the port wants a generator; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not used');
  }

  exec(statement: string): void {
    this.raw.exec(statement);
  }

  close(): void {
    this.#statements.clear();
    this.raw.close();
  }

  #prepared(sql: string): { statement: StatementSync; reads: boolean } {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.delete(this.#statements.keys().next().value!);
    const statement = this.raw.prepare(sql);
    const made = { statement, reads: statement.columns().length > 0 };
    this.#statements.set(sql, made);
    return made;
  }
}

/** Kysely over one connection. Transactions are the store's: it alone sends BEGIN and COMMIT. */
export function kyselyOver(connection: SqliteConnection): Kysely<Schema> {
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: () => Promise.reject(new Error('use Store.transact')),
    commitTransaction: () => Promise.reject(new Error('use Store.transact')),
    rollbackTransaction: () => Promise.reject(new Error('use Store.transact')),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
  });
}

/** Holds a data directory for this process alone. The kernel lets go of it when the process ends, however it ends. */
export class DirectoryLock {
  readonly #database: DatabaseSync;

  /** @throws Fault `data_locked` naming the process that holds it */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const pidFile = join(directory, 'lock.pid');
    this.#database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      this.#database.close();
      throw new Fault('data_locked', { path: directory, pid: readPid(pidFile) }, { cause: error });
    }
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
    // The entry of a new directory is made durable too.
    closeSync(openSync(directory, 'r'));
  }

  release(): void {
    this.#database.close();
  }
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
