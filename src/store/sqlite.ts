import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqlBool,
  sql,
} from 'kysely';
import type { Flavour } from './flavour.ts';
import { runsDirectly } from './prepared.ts';
import type { Database } from './schema.ts';

/** Statements kept prepared on a connection. Lists of different lengths make texts of their own. */
const KEPT_STATEMENTS = 400;

/** One writer at a time: what it reads, nobody changes. */
export const SQLITE: Flavour = {
  name: 'sqlite',
  using: (table, index) => sql`${sql.ref(table)} INDEXED BY ${sql.ref(index)}`,
  lockRows: (query) => query,
  forUpdate: sql``,
  among: (column) => sql<SqlBool>`${sql.ref(column)} IN (SELECT value FROM json_each(${'[]'}))`,
  list: (values) => JSON.stringify(values),
  needsNoSync: () => Promise.resolve(),
  lockName: () => Promise.resolve(),
};

/** An open SQLite file with its kysely face. Transactions are begun and ended on `raw`, by its owner. */
export interface SqliteConnection {
  readonly raw: DatabaseSync;
  readonly db: Kysely<Database>;
  /** How many statements that write have run. */
  written(): number;
  /** Runs with statements that write being refused. */
  readingOnly<R>(run: (db: Kysely<Database>) => Promise<R>): Promise<R>;
}

/**
 * Opens a connection with the settings that the promise "answered is durable" rests on.
 * @param path file, or `:memory:`
 * @param how.image what a database in memory begins with
 */
export function openSqlite(
  path: string,
  { readOnly, image }: { readonly readOnly: boolean; readonly image?: Uint8Array },
): SqliteConnection {
  const raw = new DatabaseSync(path, { readOnly, timeout: 5000, enableForeignKeyConstraints: true });
  try {
    if (image) raw.deserialize(image);
    // With NORMAL the database syncs its log before a checkpoint takes from it; the writer syncs it after each commit,
    // before anybody is answered, on another thread. The first write makes the log, so that it can be opened.
    if (!readOnly) {
      raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
      raw.exec('PRAGMA wal_autocheckpoint = 4000; BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT');
      raw.exec('PRAGMA synchronous = NORMAL');
    }
    raw.exec('PRAGMA cache_size = -16000');
    const connection = new PreparedConnection(raw);
    const db = new Kysely<Database>({ dialect: new NodeSqliteDialect(connection) });
    runsDirectly(db, (query) => connection.run(query));
    return {
      raw,
      db,
      written: () => connection.written,
      readingOnly: (run) => connection.readingOnly(() => run(db)),
    };
  } catch (error) {
    raw.close();
    throw error;
  }
}

/** The primary result code of SQLite (5 busy, 10 input or output, 13 full), or null for another error. */
export function sqliteCode(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null;
  return typeof code === 'number' ? code & 0xff : null;
}

/** Kysely on Node's own SQLite: one connection, statements kept prepared. */
class NodeSqliteDialect implements Dialect {
  readonly #connection: PreparedConnection;

  constructor(connection: PreparedConnection) {
    this.#connection = connection;
  }

  createDriver(): Driver {
    const connection = this.#connection;
    const refuse = (): Promise<never> => Promise.reject(new Error('transactions are begun by Store.transact'));
    return {
      init: () => Promise.resolve(),
      acquireConnection: () => Promise.resolve(connection),
      releaseConnection: () => Promise.resolve(),
      beginTransaction: refuse,
      commitTransaction: refuse,
      rollbackTransaction: refuse,
      destroy: () => Promise.resolve(),
    };
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it answers with rows. */
  readonly reads: boolean;
  readonly writes: boolean;
}

/** What a statement begins with that changes nothing; none here begins with WITH and goes on to write. */
const READS = /^\s*(SELECT|WITH|PRAGMA)\b/i;

class PreparedConnection implements DatabaseConnection {
  readonly #raw: DatabaseSync;
  readonly #kept = new Map<string, Prepared>();
  #readOnly = false;
  written = 0;

  constructor(raw: DatabaseSync) {
    this.#raw = raw;
  }

  // The statement runs at once; what it throws becomes a rejection like that of any other driver.
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.run(query);
  }

  async readingOnly<R>(run: () => Promise<R>): Promise<R> {
    this.#readOnly = true;
    try {
      return await run();
    } finally {
      this.#readOnly = false;
    }
  }

  run<R>({ sql, parameters }: CompiledQuery<unknown>): QueryResult<R> {
    const { statement, reads, writes } = this.#prepare(sql);
    if (writes) {
      if (this.#readOnly) throw new Error('a statement that writes was given to a read-only transaction');
      this.written++;
    }
    const values = parameters as readonly SQLInputValue[];
    if (reads) return { rows: statement.all(...values) as R[] };
    const { changes } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not used: lists are read by keyset');
  }

  #prepare(sql: string): Prepared {
    const known = this.#kept.get(sql);
    if (known) return known;
    const statement = this.#raw.prepare(sql);
    const prepared = { statement, reads: statement.columns().length > 0, writes: !READS.test(sql) };
    if (this.#kept.size >= KEPT_STATEMENTS) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
    this.#kept.set(sql, prepared);
    return prepared;
  }
}
