import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { AppOptions } from '../../src/app/app.ts';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../contract/place.ts';

/** Where a world keeps its data. */
export interface Place {
  readonly database: AppOptions['database'];
  /** The file of the series, or `:memory:`. */
  readonly series: string;
  remove(): Promise<void>;
}

/** A kind of database: gives an empty place. */
export interface Database {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** @param lasting it is closed and opened again: not in memory */
  fresh(lasting: boolean): Place;
}

let made = 0;

const sqlite: Database = {
  name: 'SQLite',
  fresh(lasting) {
    if (!lasting) {
      const nothing = (): Promise<void> => Promise.resolve();
      return { database: { sqlite: { directory: ':memory:' } }, series: ':memory:', remove: nothing };
    }
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-scenario-'));
    const remove = (): Promise<void> => Promise.resolve(rmSync(directory, { recursive: true, force: true }));
    return { database: { sqlite: { directory } }, series: join(directory, 'series.db'), remove };
  },
};

const postgres: Database = {
  name: 'PostgreSQL',
  fresh(lasting) {
    const schema = `scenario_${process.pid}_${++made}`;
    const directory = lasting ? mkdtempSync(join(tmpdir(), 'lamplighter-scenario-')) : null;
    return {
      database: { postgres: { url: POSTGRES_URL, schema } },
      series: directory === null ? ':memory:' : join(directory, 'series.db'),
      async remove() {
        await dropSchema(schema);
        if (directory !== null) rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};

/** Declares the same tests for both databases; where PostgreSQL cannot be reached, its part is skipped and says why. */
export function onBoth(what: string, declare: (database: Database) => void): void {
  onSqlite(what, declare);
  onPostgres(what, declare);
}

/** Declares tests for which one database is as good as the other. */
export function onSqlite(what: string, declare: (database: Database) => void): void {
  describe(`${what} (SQLite)`, () => declare(sqlite));
}

/** Declares tests that need a database shared by several processes. */
export function onPostgres(what: string, declare: (database: Database) => void): void {
  describe(`${what} (PostgreSQL)`, { skip: skipPostgres }, () => declare(postgres));
}
