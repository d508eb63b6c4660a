import { sql, type CompiledQuery, type Kysely, type QueryResult, type RawBuilder } from 'kysely';
import type { Database } from './schema.ts';

/** Runs a compiled query on a connection, without the layers that kysely puts around it. */
type Direct = (query: CompiledQuery<unknown>) => QueryResult<unknown> | Promise<QueryResult<unknown>>;
/** Sends a query whose answer nobody waits for: should it fail, its transaction does. */
type Send = (query: CompiledQuery<unknown>) => void;
const direct = new WeakMap<Kysely<Database>, { readonly run: Direct; readonly send: Send | null }>();

/**
 * Says how prepared queries reach the connection of a database at once: kysely would go through a dozen promises.
 * @param send for a connection over which a query may go out before the one before it is answered
 */
export function runsDirectly(db: Kysely<Database>, run: Direct, send: Send | null = null): void {
  direct.set(db, { run, send });
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

/**
 * The same for a statement of whose outcome nothing needs to be known. Over the network it goes out at once and is not
 * waited for: what fails is told by whatever follows it in the transaction, at the latest by the commit.
 */
export async function sendPrepared(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery },
): Promise<void> {
  await sendNow(db, name, parameters, make);
}

/** The same without a promise where there is nothing to wait for. */
function sendNow(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery },
): Promise<unknown> | null {
  const send = direct.get(db)?.send;
  if (send) {
    send(prepared(db, name, parameters, make));
    return null;
  }
  const sent = execute(db, name, parameters, make);
  return sent instanceof Promise ? sent : null;
}

function execute<R>(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery<R> },
): QueryResult<R> | Promise<QueryResult<R>> {
  const whole = prepared(db, name, parameters, make);
  const run = direct.get(db)?.run;
  return run ? (run(whole) as QueryResult<R> | Promise<QueryResult<R>>) : db.executeQuery(whole);
}

function prepared<R>(
  db: Kysely<Database>,
  name: string,
  parameters: readonly unknown[],
  make: () => { compile(): CompiledQuery<R> },
): CompiledQuery<R> {
  let queries = kept.get(db);
  if (!queries) kept.set(db, (queries = new Map()));
  let query = queries.get(name);
  if (!query) queries.set(name, (query = make().compile()));
  return { ...query, parameters } as CompiledQuery<R>;
}

/** Rows of one statement; more go in several. */
const MOST_ROWS = 1000;

/** What an insert does beside inserting. */
interface InsertHow {
  readonly overNetwork: boolean;
  /** Columns of a key: rows that are there already are left as they are. */
  readonly unlessThere?: readonly string[];
  /** What is to be done about rows that are there already, instead. */
  readonly onConflict?: RawBuilder<unknown>;
}

/**
 * Inserts rows that have all columns in the same order. The embedded database takes one prepared statement again and
 * again; over the network one statement carries many rows, as one parameter, so that it is the same for any number.
 */
export function insertRows(
  db: Kysely<Database>,
  table: keyof Database,
  rows: readonly object[],
  how: InsertHow,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  return insertNouns(db, table, { columns, values: (row: object) => Object.values(row), row: (row) => row }, rows, how);
}

/** The same for nouns, by what of their codec writes them. */
export async function insertNouns<N>(
  db: Kysely<Database>,
  table: keyof Database,
  codec: {
    readonly columns: readonly string[];
    readonly values: (noun: N) => readonly unknown[];
    readonly row: (noun: N) => object;
  },
  nouns: readonly N[],
  how: InsertHow,
): Promise<void> {
  if (nouns.length === 0) return;
  const { columns, values, row } = codec;
  if (how.overNetwork && nouns.length > 1) await insertMany(db, table, columns, nouns.map(row), how);
  else await insertEach(db, table, columns, nouns.map(values), how);
}

/** The words of an insert before and after its values. */
function partsOf(
  table: keyof Database,
  columns: readonly string[],
  { onConflict, unlessThere }: InsertHow,
): { readonly into: RawBuilder<unknown>; readonly list: RawBuilder<unknown>; readonly rest: RawBuilder<unknown> } {
  const list = sql.join(columns.map((column) => sql.ref(column)));
  const key = unlessThere && sql`ON CONFLICT (${sql.join(unlessThere.map((column) => sql.ref(column)))}) DO NOTHING`;
  return { into: sql`INSERT INTO ${sql.table(table)} (${list})`, list, rest: onConflict ?? key ?? sql`` };
}

async function insertMany(
  db: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  rows: readonly object[],
  how: InsertHow,
): Promise<void> {
  const make = () => {
    const { into, list, rest } = partsOf(table, columns, how);
    const many = sql`${into} SELECT ${list} FROM json_populate_recordset(NULL::${sql.table(table)}, ${''}::json) ${rest}`;
    return { compile: () => many.compile(db) };
  };
  const name = `insert many ${table}${conflictName(how)}`;
  for (let at = 0; at < rows.length; at += MOST_ROWS) {
    const part = JSON.stringify(rows.slice(at, at + MOST_ROWS).map(asJson));
    await sendPrepared(db, name, [part], make);
  }
}

async function insertEach(
  db: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  how: InsertHow,
): Promise<void> {
  const make = () => {
    const { into, rest } = partsOf(table, columns, how);
    const one = sql`${into} VALUES (${sql.join(rows[0]!)}) ${rest}`;
    return { compile: () => one.compile(db) };
  };
  const name = `insert ${table}${conflictName(how)}`;
  for (const values of rows) {
    const sent = sendNow(db, name, values, make);
    if (sent) await sent;
  }
}

/** Each clause is made once, and tells statements apart. */
const conflicts = new Map<RawBuilder<unknown>, string>();

function conflictName({ onConflict }: InsertHow): string {
  if (!onConflict) return '';
  let name = conflicts.get(onConflict);
  if (name === undefined) conflicts.set(onConflict, (name = ` on conflict ${conflicts.size}`));
  return name;
}

/** Inserts one row, with all its columns in the order that the table's rows have always. */
export function insertRow(db: Kysely<Database>, table: keyof Database, row: object): Promise<void> {
  return insertRows(db, table, [row], { overNetwork: false });
}

/** JSON has no numbers without end, and PostgreSQL reads their names. */
function asJson(row: object): object {
  const values = Object.entries(row);
  if (values.every(([, value]) => typeof value !== 'number' || Number.isFinite(value))) return row;
  return Object.fromEntries(
    values.map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ]),
  );
}
