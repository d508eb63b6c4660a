/** The databases that the contract is run on. Each call of `fresh` gives an empty one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'node:test';
import pg from 'pg';
import { SimulatedClock } from '../../src/core/clock.ts';
import { idSource, type IdSource } from '../../src/core/id.ts';
import { DATABASE_FILE, openStore, type Store, type StoreOptions } from '../../src/store/index.ts';

export const POSTGRES_URL = process.env['LAMPLIGHTER_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

export const START = Date.UTC(2026, 10, 24, 8);

/** An empty database with one store on it. */
export interface Fresh {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly ids: IdSource;
  /** Another instance on the same database; the same store where the database has one process only. */
  other(): Promise<Store>;
  /** Runs statements past the store, as somebody with access to the database would. Not for a database in memory. */
  tamper(...statements: readonly string[]): Promise<void>;
  /** Closes everything and removes the database. */
  remove(): Promise<void>;
}

export interface Place {
  readonly name: 'SQLite in memory' | 'SQLite in a file' | 'PostgreSQL';
  fresh(subscriptions?: StoreOptions['subscriptions']): Promise<Fresh>;
}

interface Parts {
  readonly clock: SimulatedClock;
  readonly ids: IdSource;
  readonly subscriptions: StoreOptions['subscriptions'];
  readonly instance: string;
  readonly random: () => number;
}

let made = 0;

function parts(subscriptions: StoreOptions['subscriptions'] = {}): Parts {
  const clock = new SimulatedClock(START);
  return {
    clock,
    ids: idSource(() => clock.now(), Math.random),
    subscriptions,
    instance: `instance-${++made}`,
    random: () => 0.5,
  };
}

const memory: Place = {
  name: 'SQLite in memory',
  async fresh(subscriptions) {
    const given = parts(subscriptions);
    const store = await openStore({ ...given, sqlite: { directory: ':memory:' } });
    return {
      ...given,
      store,
      other: () => Promise.resolve(store),
      tamper: () => Promise.reject(new Error('a database in memory has no second door')),
      remove: () => store.close(),
    };
  },
};

const file: Place = {
  name: 'SQLite in a file',
  async fresh(subscriptions) {
    const given = parts(subscriptions);
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-contract-'));
    const store = await openStore({ ...given, sqlite: { directory } });
    return {
      ...given,
      store,
      other: () => Promise.resolve(store),
      async tamper(...statements) {
        const database = new DatabaseSync(join(directory, DATABASE_FILE), { timeout: 5000 });
        try {
          for (const statement of statements) database.exec(statement);
        } finally {
          database.close();
        }
      },
      async remove() {
        await store.close();
        rmSync(directory, { recursive: true });
      },
    };
  },
};

/** Runs statements on a connection of their own. */
async function ask(schema: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: POSTGRES_URL, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function dropSchema(schema: string): Promise<void> {
  await ask(schema, [`DROP SCHEMA IF EXISTS ${schema} CASCADE`]);
}

const postgres: Place = {
  name: 'PostgreSQL',
  async fresh(subscriptions) {
    const given = parts(subscriptions);
    const schema = `contract_${process.pid}_${++made}`;
    const place = { postgres: { url: POSTGRES_URL, schema } };
    const store = await openStore({ ...given, ...place });
    const others: Store[] = [];
    return {
      ...given,
      store,
      async other() {
        const opened = await openStore({ ...given, ...place, instance: `instance-${++made}` });
        others.push(opened);
        return opened;
      },
      tamper: (...statements) => ask(schema, statements),
      async remove() {
        for (const opened of [store, ...others]) await opened.close();
        await dropSchema(schema);
      },
    };
  },
};

async function unreachable(): Promise<string | false> {
  const client = new pg.Client({ connectionString: POSTGRES_URL, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    await client.end();
    return false;
  } catch (error) {
    return `no PostgreSQL at ${POSTGRES_URL.replace(/\/\/.*@/, '//')} (${String((error as { code?: string }).code ?? error)}); LAMPLIGHTER_TEST_DATABASE_URL names another`;
  }
}

/** Why the tests on PostgreSQL are left out, or false. */
export const skipPostgres = await unreachable();

/** Declares the same tests for every database. */
export function onEachDatabase(what: string, declare: (place: Place) => void): void {
  for (const place of [memory, file, postgres]) {
    describe(`${what} on ${place.name}`, { skip: place === postgres && skipPostgres }, () => declare(place));
  }
}

const waiting: (() => void)[] = [];

/** Runs a function as another request would: not from within the calls of a transaction that is open. */
export function fromOutside<R>(run: () => Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    waiting.push(() => void run().then(resolve, reject));
  });
}

setInterval(() => {
  for (const run of waiting.splice(0)) run();
}, 5).unref();
