import type { Run } from './backend.ts';
import { openSqlite, type SqliteConnection } from './sqlite.ts';
import { asFault } from './sqlite-writer.ts';

/** Readings of a consistent state at the same time; more wait. */
const MOST = 4;

/** Connections that read beside the writer, each in a transaction of its own. */
export class SqliteReaders {
  readonly #path: string;
  readonly #all: SqliteConnection[] = [];
  readonly #idle: SqliteConnection[] = [];
  readonly #waiting: ((connection: SqliteConnection) => void)[] = [];

  #quiet: (() => void) | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async read<R>(run: Run<R>): Promise<R> {
    const connection = await this.#take();
    const { raw, db } = connection;
    try {
      raw.exec('BEGIN');
      return await run(db, () => undefined);
    } catch (error) {
      throw asFault(error);
    } finally {
      if (raw.isTransaction) raw.exec('ROLLBACK');
      const next = this.#waiting.shift();
      if (next) next(connection);
      else {
        this.#idle.push(connection);
        if (this.#idle.length === this.#all.length) this.#quiet?.();
      }
    }
  }

  /** Waits for the readings under way and closes. */
  async close(): Promise<void> {
    if (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) => {
        this.#quiet = resolve;
      });
    }
    for (const { raw } of this.#all) raw.close();
  }

  async #take(): Promise<SqliteConnection> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.length < MOST) {
      const opened = openSqlite(this.#path, { readOnly: true });
      this.#all.push(opened);
      return opened;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
