import type { StatementSync } from 'node:sqlite';
import { tell, type Run } from './backend.ts';
import type { SqliteConnection } from './sqlite.ts';
import { asFault } from './sqlite-writer.ts';

/**
 * A database in memory, for tests and simulations: callers run one after the other, each in a transaction of its own. There
 * is no disk whose time they could share, so nobody waits for others to join, and a run is the same on every machine.
 */
export class SqliteMemory {
  readonly #connection: SqliteConnection;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollBack: StatementSync;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#begin = connection.raw.prepare('BEGIN IMMEDIATE');
    this.#commit = connection.raw.prepare('COMMIT');
    this.#rollBack = connection.raw.prepare('ROLLBACK');
  }

  transact<R>(run: Run<R>): Promise<R> {
    return this.#inTurn(() => this.#write(run));
  }

  /** Reads one state: nobody writes meanwhile, and statements that would are refused. */
  read<R>(run: Run<R>): Promise<R> {
    return this.#inTurn(() => this.#connection.readingOnly((db) => run(db, () => undefined)));
  }

  /** Resolves when nobody waits any more. */
  async idle(): Promise<void> {
    for (let last: unknown = null; last !== this.#last;) {
      last = this.#last;
      await this.#last;
    }
  }

  #inTurn<R>(run: () => Promise<R>): Promise<R> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw asFault(error);
    });
  }

  async #write<R>(run: Run<R>): Promise<R> {
    const hints: (() => void)[] = [];
    this.#begin.run();
    let value: R;
    try {
      value = await run(this.#connection.db, (hint) => hints.push(hint));
      this.#commit.run();
    } catch (error) {
      if (this.#connection.raw.isTransaction) this.#rollBack.run();
      throw error;
    }
    tell(hints);
    return value;
  }
}
