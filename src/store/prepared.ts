import type { CompiledQuery, InsertQueryBuilder, Kysely, QueryResult } from 'kysely';
import type { Database } from './schema.ts';

/** Runs a compiled query on a connection, without the layers that kysely puts around it. */
type Direct = (query: CompiledQuery<unknown>) => QueryResult<unknown> | Promise<QueryResult<unknown>>;
const direct = new WeakMap<Kysely<Database>, Direct>();

/** Says how prepared queries reach the connection of a database at once: kysely would go through a dozen promises. */
export function runsDirectly(db: Kysely<Database>, run: Direct): void {
  direct.set(db, run);
}

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
): QueryResult<R> | Promise<QueryResult<R>> {
  let queries = kept.get(db);
  if (!queries) kept.set(db, (queries = new Map()));
  let query = queries.get(name);
  if (!query) queries.set(name, (query = make().compile()));
  const whole = { ...query, parameters } as CompiledQuery<R>;
  const run = direct.get(db);
  return run ? (run(whole) as QueryResult<R> | Promise<QueryResult<R>>) : db.executeQuery(whole);
}

/** How many rows of one insert go to PostgreSQL at a time: below its limit of 65,535 parameters for any table here. */
export const MOST_ROWS = 500;

/**
 * Inserts rows that have all columns in the same order. The embedded database takes one prepared statement again and
 * again; over the network one statement carries many rows.
 * @param how.unlessThere columns of a key: rows that are there already are left as they are
 */
export async function insertRows(
  db: Kysely<Database>,
  table: keyof Database,
  rows: readonly object[],
  { overNetwork, unlessThere }: { readonly overNetwork: boolean; readonly unlessThere?: readonly string[] },
): Promise<void> {
  const insert = (values: readonly object[]): InsertQueryBuilder<Database, keyof Database, object> => {
    const query = db.insertInto(table).values(values as never) as unknown as InsertQueryBuilder<
      Database,
      keyof Database,
      object
    >;
    if (!unlessThere) return query;
    return query.onConflict((conflict) => conflict.columns(unlessThere as never).doNothing());
  };
  if (overNetwork) {
    for (let at = 0; at < rows.length; at += MOST_ROWS) await insert(rows.slice(at, at + MOST_ROWS)).execute();
    return;
  }
  for (const row of rows) await runPrepared(db, `insert ${table}`, Object.values(row), () => insert([row]));
}
