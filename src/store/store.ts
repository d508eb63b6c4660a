import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { Transactor } from '../core/transaction.ts';
import type { Outcome, WorkItem } from '../core/work.ts';
import type { Backend, Run } from './backend.ts';
import { Buckets } from './bucket.ts';
import { sealRows, verifyChain, type JournalCheck } from './journal-chain.ts';
import type { Database } from './schema.ts';
import { openMemoryBackend, openSqliteBackend } from './sqlite-backend.ts';
import { rowsOn, type RowContext, type Tx } from './transaction.ts';
import { claimRows, earliestReady, type ClaimOptions } from './work-claim.ts';
import {
  countRows,
  failRow,
  giveBackRows,
  releaseRows,
  settleRow,
  settleRows,
  type FailOptions,
  type WorkCount,
} from './work-lease.ts';

/** Facts of one name whose work is done in its turn; more than these stand behind the others. */
const STORM_AT_ONCE = 30;
const STORM_PER_SECOND = 5;

/** The operations database: transactions for the stages, leases for work, the sealed journal. */
export interface Store extends Transactor<Tx> {
  readonly database: 'sqlite' | 'postgres';
  /** Takes due rows by lease, the most urgent and longest due first. */
  claim(options: ClaimOptions): Promise<WorkItem[]>;
  /**
   * Runs the handler's part and completes, reschedules or quarantines the row in the same transaction.
   * @param lock name of a lock that is taken before the row is, and held to the end
   * @throws StaleLease when the row is not this holder's any more; then nothing is stored
   */
  settle(item: WorkItem, run: (tx: Tx) => Promise<Outcome>, lock?: string): Promise<void>;
  /**
   * The same for many rows in one transaction: `run` is given those that are still this holder's, and answers with an
   * outcome for each. When it throws, nothing is stored. @returns rows that are not this holder's any more
   */
  settleAll(
    items: readonly WorkItem[],
    run: (tx: Tx, held: readonly WorkItem[]) => Promise<readonly Outcome[]>,
    lock?: string,
  ): Promise<WorkItem[]>;
  /** Reschedules a row that failed, or puts it aside after its last try; `lost` when somebody else has it. */
  fail(item: WorkItem, error: string, options: FailOptions): Promise<'again' | 'quarantined' | 'lost'>;
  /** Puts claimed rows back untried; they may be claimed again at `readyAt` (ms). */
  giveBack(items: readonly WorkItem[], readyAt: number): Promise<void>;
  /**
   * When the earliest open row may be claimed, ms of the clock; null if there is none. Of these kinds nothing may be
   * claimed before, so that it is early enough to look again then.
   */
  nextDue(kinds?: readonly string[]): Promise<number | null>;
  /** How much work there is, for metrics. */
  workCounts(): Promise<WorkCount[]>;
  /** Gives back what this instance holds; returns how many rows. `close` does it too. */
  releaseLeases(): Promise<number>;
  /** Seals up to `limit` rows of the journal into the chain; returns how many. */
  sealJournal(limit: number): Promise<number>;
  /** Walks the whole chain and names the first row that was edited, deleted or moved. */
  verifyJournal(): Promise<JournalCheck>;
  /** Writes a consistent copy of the embedded database to a file that does not exist yet. */
  backup(file: string): Promise<void>;
  /** Settings of the database by which a commit that was answered may be gone after a loss of power; none when all is well. */
  durabilityProblems(): Promise<string[]>;
  /** Waits for what is under way, gives back the leases and closes. */
  close(): Promise<void>;
}

/** Which database: the embedded one in a directory (or `:memory:`), or a PostgreSQL with a schema in it. */
type Place =
  | { readonly sqlite: { readonly directory: string }; readonly postgres?: never }
  | { readonly postgres: { readonly url: string; readonly schema?: string }; readonly sqlite?: never };

export type StoreOptions = Place &
  RowContext & {
    /** Names this process among those that share the database. */
    readonly instance: string;
    /** A number in [0, 1) for the jitter of retries; seeded in simulations. */
    readonly random?: () => number;
  };

/**
 * Opens the database, makes or updates its schema.
 * @throws Fault `data_locked` when another process uses the directory, `conflict` when a newer version of the program
 *   wrote the database, `unavailable` when it cannot be reached
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { sqlite, postgres, clock } = options;
  if (!postgres) return storeOn(await openSqliteBackend(sqlite.directory, clock.now()), options);
  // Its driver is loaded where it is used.
  const { openPostgresBackend } = await import('./postgres.ts');
  return storeOn(await openPostgresBackend(postgres, clock.now()), options);
}

/** A database as several instances see it: for simulations, in which they share one in memory. */
export interface SharedDatabase {
  /** The store of an instance. Closing it gives its leases back and leaves the database open. */
  as(instance: string, options: Omit<StoreOptions, 'instance' | 'sqlite' | 'postgres'>): Store;
  /** When the earliest open row may be claimed, ms; null if there is none. To be asked while nobody is in a transaction. */
  earliest(): number | null;
  /** Kinds of work of which a row may be claimed at the instant (ms). To be asked while nobody is in a transaction. */
  dueKinds(now: number): readonly string[];
  close(): Promise<void>;
}

/** Opens a database in memory that several instances of this process share. @param now ms */
export async function openSharedMemory(now: number): Promise<SharedDatabase> {
  const backend = await openMemoryBackend(now);
  const shared: Backend = { ...backend, close: () => Promise.resolve() };
  return {
    as: (instance, options) => storeOn(shared, { ...options, instance }),
    earliest: backend.earliest,
    dueKinds: backend.dueKinds,
    close: () => backend.close(),
  };
}

function storeOn(backend: Backend, options: Omit<StoreOptions, 'sqlite' | 'postgres'>): Store {
  const { clock, instance, random = Math.random } = options;
  const { flavour } = backend;
  const context = { ...options, buckets: new Buckets(STORM_AT_ONCE, STORM_PER_SECOND) };
  const parts = new WeakMap<Kysely<Database>, Omit<Tx, 'afterCommit'>>();
  const within = withinOneTransaction();
  const txOn = (db: Kysely<Database>, hint: (hint: () => void) => void): Tx => {
    let rows = parts.get(db);
    if (!rows) parts.set(db, (rows = rowsOn(db, flavour, context)));
    return { ...rows, afterCommit: hint };
  };
  const transact = <R>(run: Run<R>): Promise<R> => within((guard) => backend.transact(guard(run)));
  const read = <R>(run: Run<R>): Promise<R> => within((guard) => backend.read(guard(run)));
  return {
    database: flavour.name,
    transact: (run) => transact((db, hint) => run(txOn(db, hint))),
    read: (run) => read((db, hint) => run(txOn(db, hint))),
    claim: (claim) => transact((db) => claimRows(db, flavour, instance, claim)),
    settle: (item, run, lock) =>
      transact(async (db, hint) => {
        if (lock !== undefined) await flavour.lockName(db, lock);
        await settleRow(db, txOn(db, hint), item, clock.now(), run);
      }),
    settleAll: (items, run, lock) =>
      transact(async (db, hint) => {
        if (lock !== undefined) await flavour.lockName(db, lock);
        return settleRows(db, flavour, txOn(db, hint), items, clock.now(), run);
      }),
    fail: (item, error, fail) =>
      transact((db, hint) => failRow(db, flavour, txOn(db, hint), item, error, fail, random)),
    giveBack: (items, readyAt) => transact((db) => giveBackRows(db, items, readyAt)),
    nextDue: (kinds) => backend.peek((db) => earliestReady(db, clock.now(), kinds)),
    workCounts: () => read((db) => countRows(db, flavour, clock.now())),
    releaseLeases: () => transact((db) => releaseRows(db, instance)),
    sealJournal: (limit) => transact((db) => sealRows(db, flavour, limit)),
    verifyJournal: () => read(verifyChain),
    backup: (file) => backend.backup(file),
    durabilityProblems: () => backend.durabilityProblems(),
    async close() {
      try {
        await transact((db) => releaseRows(db, instance));
      } finally {
        await backend.close();
      }
    },
  };
}

/**
 * Refuses a transaction begun inside another one, which would wait for itself: inside, only `tx` is used.
 */
function withinOneTransaction(): <R>(begin: (guard: (run: Run<R>) => Run<R>) => Promise<R>) => Promise<R> {
  const current = new AsyncLocalStorage<{ open: boolean }>();
  return async (begin) => {
    if (current.getStore()?.open) {
      throw new Error('a transaction was begun inside a transaction: use the tx that the outer one was given');
    }
    return begin((run) => async (db, hint) => {
      const state = { open: true };
      try {
        return await current.run(state, () => run(db, hint));
      } finally {
        state.open = false;
      }
    });
  };
}
