import { Fault } from '../core/fault.ts';
import { commitUnknown, databaseAway, tell, type Run } from './backend.ts';
import { sqliteCode, type SqliteConnection } from './sqlite.ts';

/** How many callers may share one commit, and for how long a batch takes in more of them, ms. */
const MOST_IN_BATCH = 100;
const BATCH_MS = 5;

interface Job {
  readonly readOnly: boolean;
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
 * savepoint of its own, and none is answered before the commit is on the disk.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  #waiting: Job[] = [];
  #draining: Promise<void> | null = null;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  transact<R>(run: Run<R>, readOnly = false): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ readOnly, run, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nobody waits any more. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
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
      raw.exec('BEGIN IMMEDIATE');
    } catch (error) {
      this.#waiting.shift()?.reject(databaseAway(error));
      return;
    }
    const settled: Settled[] = [];
    const started = performance.now();
    while (this.#waiting.length > 0 && settled.length < MOST_IN_BATCH && raw.isTransaction) {
      settled.push(await this.#one(this.#waiting.shift()!));
      if (performance.now() - started > BATCH_MS) break;
    }
    answer(settled, this.#commit(settled));
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
      raw.exec('COMMIT');
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
    const { raw, db } = this.#connection;
    const hints: (() => void)[] = [];
    try {
      raw.exec(job.readOnly ? 'SAVEPOINT one; PRAGMA query_only = 1' : 'SAVEPOINT one');
      const value = await job.run(db, (hint) => hints.push(hint));
      if (job.readOnly) raw.exec('PRAGMA query_only = 0');
      raw.exec('RELEASE one');
      return { job, hints, result: { ok: true, value } };
    } catch (error) {
      return { job, hints: [], result: { ok: false, error: asFault(this.#undo(error)) } };
    }
  }

  /** Takes back what the caller did; when even that fails, the whole batch is rolled back. Returns what to answer. */
  #undo(error: unknown): unknown {
    const { raw } = this.#connection;
    try {
      raw.exec('PRAGMA query_only = 0');
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
