import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { AccessTx } from '../access/ports.ts';
import { Fault } from '../core/fault.ts';
import type { Transactor } from '../core/transaction.ts';
import type { Outcome, WorkItem } from '../core/work.ts';
import type { ImprovementTx } from '../improvement/ports.ts';
import { systemActor } from '../core/actor.ts';
import { accessRows } from './access-rows.ts';
import { actionRows } from './action-rows.ts';
import { alertRows } from './alert-rows.ts';
import type { TxContext, WrittenFact } from './context.ts';
import type { Dialect } from './dialect.ts';
import { incidentRows } from './incident-rows.ts';
import { journalRows, sealJournal, verifyJournal, type JournalVerdict } from './journal.ts';
import { improvementRows, retroRows, ticketRows } from './lasting-rows.ts';
import { migrate } from './migrate.ts';
import { isConflict, isConnectionLoss, openPostgres, postgresDialect, withMigrationLock } from './postgres.ts';
import type { Schema } from './schema.ts';
import { signalRows } from './signal-rows.ts';
import { DirectoryLock, kyselyOver, SqliteConnection, sqliteDialect } from './sqlite.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import {
  claimWork,
  finishWork,
  holdLease,
  nextDue,
  putAside,
  workCounts,
  workRows,
  type ClaimOptions,
} from './work.ts';

/** Everything that a transaction offers. */
export type Tx = ImprovementTx & AccessTx;

/** Name of the file of the operations database in a data directory. */
export const DATABASE_FILE = 'operations.db';

export interface StoreOptions {
  /** A data directory or ':memory:', or the address of a PostgreSQL. */
  readonly database: { readonly directory: string } | { readonly url: string; readonly schema?: string };
  readonly clock: { now(): number };
  readonly ids: { next(prefix: string): string };
  /** The work that each fact of the journal leads to. */
  readonly subscriptions: Readonly<Record<string, readonly { kind: string; priority: number }[]>>;
  /** Name of this instance in leases. */
  readonly instance: string;
  /** A number in [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Told which facts were committed: a hint, never to be relied on. */
  readonly onFacts?: (facts: readonly WrittenFact[]) => void;
}

export interface FailOptions {
  readonly now: number;
  readonly maxAttempts: number;
  /** First pause and longest pause between tries, ms. */
  readonly backoffMs: number;
  readonly capMs: number;
}

interface Backend {
  readonly dialect: Dialect;
  write<R>(run: (db: Kysely<Schema>) => Promise<R>): Promise<R>;
  read<R>(run: (db: Kysely<Schema>) => Promise<R>): Promise<R>;
  /** Copies the database to a file, if that is how it is backed up. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

/** The operations database: transactions, work by lease, the sealed journal. */
export class Store implements Transactor<Tx> {
  readonly #backend: Backend;
  readonly #options: StoreOptions;

  constructor(backend: Backend, options: StoreOptions) {
    this.#backend = backend;
    this.#options = options;
  }

  get dialect(): Dialect['name'] {
    return this.#backend.dialect.name;
  }

  async transact<R>(run: (tx: Tx) => Promise<R>): Promise<R> {
    let context: TxContext | null = null;
    const result = await this.#backend.write(async (db) => {
      // Made anew at each try: hints of a try that was rolled back are not run.
      context = this.#context(db);
      return run(txOf(context));
    });
    this.#afterCommit(context);
    return result;
  }

  read<R>(run: (tx: Tx) => Promise<R>): Promise<R> {
    return this.#backend.read((db) => run(txOf(this.#context(db))));
  }

  /** Takes due rows of work by lease. */
  claim(options: ClaimOptions): Promise<WorkItem[]> {
    return this.#backend.write((db) => claimWork(db, this.#backend.dialect, this.#options.instance, options));
  }

  /**
   * Runs what becomes of an item together with its completion, in one transaction.
   * @throws StaleLease when the lease was lost; nothing is kept then
   */
  async settle(item: WorkItem, run: (tx: Tx) => Promise<Outcome>): Promise<void> {
    let context: TxContext | null = null;
    await this.#backend.write(async (db) => {
      context = this.#context(db);
      await holdLease(db, this.#backend.dialect, item);
      await finishWork(context, item, await run(txOf(context)));
    });
    this.#afterCommit(context);
  }

  /** Marks an item as failed: tried again later with a growing pause and full jitter, or put aside after the last try. */
  async fail(
    item: WorkItem,
    error: string,
    { now, maxAttempts, backoffMs, capMs }: FailOptions,
  ): Promise<'again' | 'quarantined' | 'lost'> {
    let context: TxContext | null = null;
    const became = await this.#backend.write(async (db) => {
      context = this.#context(db);
      const row = await db.selectFrom('work').select('fence').where('id', '=', item.id).executeTakeFirst();
      if (row?.fence !== item.fence) return 'lost';
      if (item.attempt >= maxAttempts) {
        await putAside(context, item, error);
        await journalRows(context).append({
          actor: systemActor('work'),
          fact: 'work.quarantined',
          subject: { kind: 'work', id: item.id },
          incidentId: incidentOf(item),
          causeId: item.causeId ?? undefined,
          summary: `${item.kind} was put aside after ${item.attempt} tries`,
          reason: error.split('\n')[0]!.slice(0, 500),
        });
        return 'quarantined';
      }
      const ceiling = Math.min(capMs, backoffMs * 2 ** (item.attempt - 1));
      const dueAt = now + Math.round(ceiling * (0.1 + 0.9 * this.#options.random()));
      await db
        .updateTable('work')
        .set({ dueAt, leaseOwner: null, leaseUntil: null, error: error.slice(0, 4000) })
        .where('id', '=', item.id)
        .execute();
      return 'again';
    });
    this.#afterCommit(context);
    return became;
  }

  /** Gives back what this instance holds, so that another one need not wait for the leases to end. */
  async releaseLeases(): Promise<void> {
    await this.#backend.write((db) =>
      db
        .updateTable('work')
        .set({ leaseOwner: null, leaseUntil: null })
        .where('leaseOwner', '=', this.#options.instance)
        .execute(),
    );
  }

  /** The earliest instant at which something of these kinds is due, or null. */
  nextDue(kinds: readonly string[]): Promise<number | null> {
    return this.#backend.read((db) => nextDue(db, kinds));
  }

  /** Rows in line, by kind. */
  workCounts(): Promise<{ kind: string; rows: number }[]> {
    return this.#backend.read(workCounts);
  }

  /** Seals new rows of the journal into the hash chain; returns how many. */
  sealJournal(limit = 1000): Promise<number> {
    return this.#backend.write((db) => sealJournal(db, this.#backend.dialect, limit));
  }

  /** Names the first row of the journal that was edited, deleted or moved. */
  verifyJournal(): Promise<JournalVerdict> {
    return this.#backend.read(verifyJournal);
  }

  /** A value kept for the program itself, such as a generated secret; `make` is called when there is none. */
  async setting(name: string, make: () => string): Promise<string> {
    return this.#backend.write(async (db) => {
      await db
        .insertInto('setting')
        .values({ name, value: make() })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirstOrThrow()).value;
    });
  }

  /** Copies the embedded database to a new file while it is in use. @throws Fault `bad_request` on PostgreSQL */
  copyTo(path: string): Promise<void> {
    return this.#backend.copyTo(path);
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  #context(db: Kysely<Schema>): TxContext {
    const { clock, ids, subscriptions } = this.#options;
    return { db, dialect: this.#backend.dialect, clock, ids, subscriptions, hints: [], facts: [] };
  }

  #afterCommit(context: TxContext | null): void {
    if (!context) return;
    for (const hint of context.hints) hint();
    if (context.facts.length > 0) this.#options.onFacts?.(context.facts);
  }
}

function incidentOf(item: WorkItem): string | undefined {
  const id = item.payload['incidentId'];
  return typeof id === 'string' ? id : undefined;
}

function txOf(context: TxContext): Tx {
  return {
    journal: journalRows(context),
    work: workRows(context),
    afterCommit: (hint) => void context.hints.push(hint),
    access: accessRows(context),
    signals: signalRows(context),
    alerts: alertRows(context),
    incidents: incidentRows(context),
    actions: actionRows(context),
    tickets: ticketRows(context),
    retros: retroRows(context),
    improvements: improvementRows(context),
  };
}

/**
 * Opens the database, brings its schema up to date and, for a data directory, holds it for this process.
 * @throws Fault `data_locked`, `unavailable`, `conflict` (a newer schema)
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { database } = options;
  const backend =
    'url' in database
      ? await postgresBackend(database.url, database.schema ?? null)
      : await sqliteBackend(database.directory);
  return new Store(backend, options);
}

async function sqliteBackend(directory: string): Promise<Backend> {
  const inMemory = directory === ':memory:';
  const lock = inMemory ? null : new DirectoryLock(directory);
  const path = inMemory ? ':memory:' : join(directory, DATABASE_FILE);
  const connection = new SqliteConnection(path);
  const db = kyselyOver(connection);
  const writer = new SqliteWriter(connection, db);
  await writer.transact((transaction) => migrate(transaction, sqliteDialect));
  const reader = inMemory ? null : new SqliteConnection(path, true);
  const readerDb = reader && kyselyOver(reader);
  let reads: Promise<void> = Promise.resolve();
  return {
    dialect: sqliteDialect,
    write: (run) => writer.transact(run),
    read: (run) => {
      if (!reader || !readerDb) return writer.transact(run);
      // One after the other, each in a transaction: what one call reads is one state of the database.
      const result = reads.then(async () => {
        reader.exec('BEGIN');
        try {
          return await run(readerDb);
        } finally {
          reader.exec('COMMIT');
        }
      });
      reads = result.then(
        () => {},
        () => {},
      );
      return result;
    },
    async copyTo(target) {
      connection.raw.prepare('VACUUM INTO ?').run(target);
    },
    async close() {
      await writer.idle();
      await reads;
      reader?.close();
      connection.close();
      lock?.release();
    },
  };
}

const CONFLICT_TRIES = 5;

async function postgresBackend(url: string, schema: string | null): Promise<Backend> {
  const { db, pool } = openPostgres(url, schema);
  const tell = (error: unknown): unknown =>
    isConnectionLoss(error) ? new Fault('unavailable', { what: 'The database' }, { cause: error }) : error;
  try {
    await withMigrationLock(db, schema, (transaction) => migrate(transaction, postgresDialect));
  } catch (error) {
    await pool.end();
    throw tell(error);
  }
  return {
    dialect: postgresDialect,
    async write(run) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await db.transaction().execute(run);
        } catch (error) {
          if (!isConflict(error) || attempt >= CONFLICT_TRIES) throw tell(error);
        }
      }
    },
    async read(run) {
      try {
        return await db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read').execute(run);
      } catch (error) {
        throw tell(error);
      }
    },
    copyTo: () =>
      Promise.reject(
        new Fault('bad_request', { what: 'A PostgreSQL is backed up with its own tools, such as pg_dump.' }),
      ),
    async close() {
      await db.destroy();
    },
  };
}
