import type { CompiledQuery, InsertQueryBuilder, Kysely, QueryResult } from 'kysely';
import type { Database } from './schema.ts';

/** Compiled queries by connection and name: what runs thousands of times a second is not put together each time. */
const kept = new WeakMap<Kysely<Database>, Map<string, CompiledQuery>>();

/** Runs a query that is put together once for a connection; `parameters` take the places of those it was made with. */
export async function runPrepared<R>(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery<R> },
): Promise<R[]> {
  return (await execute(db, name, parameters, make)).rows;
}

/** The same for a statement that changes rows; returns how many it changed. */
export async function changePrepared(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery },
): Promise<number> {
  return Number((await execute(db, name, parameters, make)).numAffectedRows ?? 0n);
}

function execute<R>(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery<R> },
): Promise<QueryResult<R>> {
  let queries = kept.get(db);
  if (!queries) kept.set(db, (queries = new Map()));
  let query = queries.get(name);
  if (!query) queries.set(name, (query = make().compile()));
  return db.executeQuery({ ...query, parameters } as CompiledQuery<R>);
}

/** How many rows of one insert go to PostgreSQL at a time: below its limit of 65,535 parameters for any table here. */
const MOST_ROWS = 500;

/**
 * Inserts rows that have all columns in the same order. The embedded database takes one prepared statement again and
 * again; over the network one statement carries many rows.
 */
export async function insertRows(
  db: Kysely<Database>,
  table: keyof Database,
  rows: readonly object[],
  { overNetwork }: { readonly overNetwork: boolean },
): Promise<void> {
  const insert = (values: readonly object[]): InsertQueryBuilder<Database, keyof Database, object> =>
    db.insertInto(table).values(values as never) as unknown as InsertQueryBuilder<Database, keyof Database, object>;
  if (overNetwork) {
    for (let at = 0; at < rows.length; at += MOST_ROWS) await insert(rows.slice(at, at + MOST_ROWS)).execute();
    return;
  }
  for (const row of rows) await runPrepared(db, `insert ${table}`, Object.values(row), () => insert([row]));
}
