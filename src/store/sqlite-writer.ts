import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { SqliteConnection } from './sqlite.ts';

interface Waiting {
  run(db: Kysely<Schema>): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How many waiting transactions may share one commit, and so one write to the disk. */
const SHARED = 64;

/**
 * Runs transactions one after the other on the one writing connection. Those that wait while another commits share the
 * next commit: each in a savepoint of its own, each answered only when the commit is on the disk.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  readonly #db: Kysely<Schema>;
  readonly #queue: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(connection: SqliteConnection, db: Kysely<Schema>) {
    this.#connection = connection;
    this.#db = db;
  }

  /** Runs a transaction; resolves when it is durable. */
  transact<R>(run: (db: Kysely<Schema>) => Promise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing is running or waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    // Callers of the same turn of the event loop get into the first commit together.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, SHARED));
    this.#running = null;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const done: { waiting: Waiting; value: unknown }[] = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      for (const waiting of batch) {
        this.#connection.exec('SAVEPOINT one');
        try {
          done.push({ waiting, value: await waiting.run(this.#db) });
        } catch (error) {
          this.#connection.exec('ROLLBACK TO one');
          waiting.reject(error);
        }
        this.#connection.exec('RELEASE one');
      }
      this.#connection.exec('COMMIT');
    } catch (error) {
      // A full disk or a failing one: nothing of the batch is kept, and every caller is told.
      if (this.#connection.raw.isTransaction) this.#connection.exec('ROLLBACK');
      for (const waiting of batch) waiting.reject(error);
      return;
    }
    for (const { waiting, value } of done) waiting.resolve(value);
  }
}
