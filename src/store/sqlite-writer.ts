import type { StatementSync } from 'node:sqlite';
import { Fault } from '../core/fault.ts';
import { commitUnknown, databaseAway, tell, type Run } from './backend.ts';
import { sqliteCode, type SqliteConnection } from './sqlite.ts';

/** How many callers may share one commit. */
const MOST_IN_BATCH = 200;
/**
 * For how long a batch takes in more callers, ms: as long as the disk took for the last commit, within these bounds. On
 * a slow disk more of them share a commit, so that half of the time at least is work and not waiting.
 */
const BATCH_MS = { least: 5, most: 25 };

interface Job {
  readonly run: Run<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A caller that has run, and waits for the commit to be answered. */
interface Settled {
  readonly job: Job;
  readonly hints: readonly (() => void)[];
  readonly result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };
}

/**
 * The one writer. Callers run one after the other; those that wait at the same time share a commit, each inside a
 * savepoint of its own, and none is answered before the commit is on the disk. While the disk is at it, the next batch
 * runs.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  readonly #sync: () => Promise<void>;
  #unsynced: Settled[] = [];
  #syncing: Promise<void> | null = null;
  #waiting: Job[] = [];
  #draining: Promise<void> | null = null;
  #commitMs = 0;
  readonly #kept = new Map<string, StatementSync>();

  /** @param sync brings the log to the disk: the connection's own commits do not wait for that */
  constructor(connection: SqliteConnection, sync: () => Promise<void>) {
    this.#connection = connection;
    this.#sync = sync;
  }

  transact<R>(run: Run<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nobody waits any more. */
  async idle(): Promise<void> {
    while (this.#draining || this.#syncing) await (this.#draining ?? this.#syncing);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Let the program take in what has arrived: those callers join this batch, and the world is not starved by it.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      await this.#batch();
    }
    this.#draining = null;
  }

  async #batch(): Promise<void> {
    const { raw } = this.#connection;
    try {
      this.#run('BEGIN IMMEDIATE');
    } catch (error) {
      this.#waiting.shift()?.reject(databaseAway(error));
      return;
    }
    const settled: Settled[] = [];
    const started = performance.now();
    const budget = Math.min(Math.max(this.#commitMs, BATCH_MS.least), BATCH_MS.most);
    while (this.#waiting.length > 0 && settled.length < MOST_IN_BATCH && raw.isTransaction) {
      settled.push(await this.#one(this.#waiting.shift()!));
      if (performance.now() - started > budget) break;
    }
    const fault = this.#commit(settled);
    if (fault) {
      answer(settled, fault);
      return;
    }
    this.#unsynced.push(...settled);
    this.#syncing ??= this.#makeDurable();
  }

  /**
   * Brings what was committed to the disk, beside the batches that follow, and answers it then. One turn is for all that
   * was committed before it began: the slower the disk, the more callers share it.
   */
  async #makeDurable(): Promise<void> {
    while (this.#unsynced.length > 0) {
      const settled = this.#unsynced;
      this.#unsynced = [];
      const began = performance.now();
      try {
        await this.#sync();
        answer(settled, null);
      } catch (error) {
        // It is written, but whether it would outlast a power cut is not known.
        answer(settled, commitUnknown(error));
      }
      this.#commitMs = performance.now() - began;
    }
    this.#syncing = null;
  }

  /** Runs a statement that stands around every caller: it is read by the database once. */
  #run(sql: 'BEGIN IMMEDIATE' | 'SAVEPOINT one' | 'RELEASE one' | 'COMMIT'): void {
    let statement = this.#kept.get(sql);
    if (!statement) this.#kept.set(sql, (statement = this.#connection.raw.prepare(sql)));
    statement.run();
  }

  /** Ends the batch; returns what went wrong for all of it, or null. */
  #commit(settled: readonly Settled[]): Fault | null {
    const { raw } = this.#connection;
    if (!raw.isTransaction) {
      // Some errors (disk full, input or output) end the whole transaction: what ran before in it is gone as well.
      const last = settled.at(-1)?.result;
      return databaseAway(last && !last.ok ? last.error : null);
    }
    try {
      this.#run('COMMIT');
      return null;
    } catch (error) {
      try {
        if (raw.isTransaction) raw.exec('ROLLBACK');
      } catch {
        // The next BEGIN fails then, and says so to its caller.
      }
      // On a full disk SQLite has taken it all back; of another error it is not known how far it came.
      return sqliteCode(error) === 13 ? databaseAway(error) : commitUnknown(error);
    }
  }

  async #one(job: Job): Promise<Settled> {
    const { db } = this.#connection;
    const hints: (() => void)[] = [];
    try {
      this.#run('SAVEPOINT one');
      const value = await job.run(db, (hint) => hints.push(hint));
      this.#run('RELEASE one');
      return { job, hints, result: { ok: true, value } };
    } catch (error) {
      return { job, hints: [], result: { ok: false, error: asFault(this.#undo(error)) } };
    }
  }

  /** Takes back what the caller did; when even that fails, the whole batch is rolled back. Returns what to answer. */
  #undo(error: unknown): unknown {
    const { raw } = this.#connection;
    try {
      if (raw.isTransaction) raw.exec('ROLLBACK TO one; RELEASE one');
      return error;
    } catch (second) {
      if (raw.isTransaction) raw.exec('ROLLBACK');
      return second;
    }
  }
}

function answer(settled: readonly Settled[], fault: Fault | null): void {
  for (const { job, result } of settled) {
    if (!result.ok) job.reject(result.error);
    else if (fault) job.reject(fault);
    else job.resolve(result.value);
  }
  if (!fault) for (const { hints } of settled) tell(hints);
}

/** A disk that is full or failing is the database being away; everything else keeps its own words. */
export function asFault(error: unknown): unknown {
  const code = sqliteCode(error);
  return code === 5 || code === 10 || code === 13 ? databaseAway(error) : error;
}
