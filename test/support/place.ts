import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import pg from 'pg';
import type { AppOptions } from '../../src/app/app-options.ts';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../contract/place.ts';

/** Where a world keeps its data. */
export interface Place {
  readonly database: AppOptions['database'];
  /** The file of the series, or `:memory:`. */
  readonly series: string;
  /** Breaks every connection to the database, as its restart would. */
  interrupt(): Promise<void>;
  remove(): Promise<void>;
}

/** A kind of database: gives an empty place. */
export interface Database {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** @param lasting it is closed and opened again: not in memory */
  fresh(lasting: boolean): Place;
}

let made = 0;

function noConnections(): Promise<void> {
  return Promise.reject(new Error('an embedded database has no connections to break'));
}

/**
 * The address under which the connections of one schema carry its name. Commits are not waited for on the disk: no
 * scenario takes the power away, and each of them commits some thousand times.
 */
function named(schema: string): string {
  const url = new URL(POSTGRES_URL);
  url.searchParams.set('application_name', schema);
  url.searchParams.set('options', `-c synchronous_commit=off -c search_path=${schema}`);
  return url.href;
}

/** Ends the connections that carry the name of the schema, and no others: test files run beside each other. */
async function breakConnections(schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: POSTGRES_URL });
  await client.connect();
  try {
    const found = 'FROM pg_stat_activity WHERE application_name = $1';
    const { rowCount } = await client.query(`SELECT pg_terminate_backend(pid) ${found}`, [schema]);
    if (!rowCount) throw new Error(`there is no connection named ${schema} to break`);
  } finally {
    await client.end();
  }
}

const sqlite: Database = {
  name: 'SQLite',
  fresh(lasting) {
    if (!lasting) {
      const nothing = (): Promise<void> => Promise.resolve();
      const database = { sqlite: { directory: ':memory:' } };
      return { database, series: ':memory:', interrupt: noConnections, remove: nothing };
    }
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-scenario-'));
    const remove = (): Promise<void> => Promise.resolve(rmSync(directory, { recursive: true, force: true }));
    return {
      database: { sqlite: { directory } },
      series: join(directory, 'series.db'),
      interrupt: noConnections,
      remove,
    };
  },
};

const postgres: Database = {
  name: 'PostgreSQL',
  fresh(lasting) {
    const schema = `scenario_${process.pid}_${++made}`;
    const directory = lasting ? mkdtempSync(join(tmpdir(), 'lamplighter-scenario-')) : null;
    return {
      database: { postgres: { url: named(schema), schema } },
      series: directory === null ? ':memory:' : join(directory, 'series.db'),
      interrupt: () => breakConnections(schema),
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
