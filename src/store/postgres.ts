import { Kysely, PostgresDialect, sql, type SqlBool } from 'kysely';
import pg from 'pg';
import { Fault } from '../core/fault.ts';
import { commitUnknown, databaseAway, tell, type Backend, type Run } from './backend.ts';
import type { Flavour } from './flavour.ts';
import { migrate } from './migrate.ts';
import { Session } from './postgres-session.ts';
import { sendPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

const NEEDS_NO_SYNC = sql`SET LOCAL synchronous_commit TO off`;
const LOCK_NAME = sql`SELECT pg_advisory_xact_lock(hashtext('lamplighter ' || current_schema()), hashtext(${''}))`;

/** Rows are locked as they are read to be changed; named locks are advisory ones, apart for each schema. */
const POSTGRES: Flavour = {
  name: 'postgres',
  using: (table) => sql`${sql.ref(table)}`,
  lockRows: (query) => query.forUpdate(),
  forUpdate: sql`FOR UPDATE`,
  among: (column) => sql<SqlBool>`${sql.ref(column)} = ANY(${[]}::text[])`,
  list: (values) => values,
  needsNoSync: (db) => sendPrepared(db, 'needs no sync', [], () => ({ compile: () => NEEDS_NO_SYNC.compile(db) })),
  // Whatever follows in the transaction waits behind it, so nothing has to wait for its answer.
  lockName: (db, name) => sendPrepared(db, 'lock name', [name], () => ({ compile: () => LOCK_NAME.compile(db) })),
};

/**
 * Connects to a PostgreSQL that several instances may share.
 * @throws Fault `unavailable` when it cannot be reached, `conflict` when the schema is newer
 */
export async function openPostgresBackend(
  { url, schema }: { readonly url: string; readonly schema?: string },
  now: number,
): Promise<Backend> {
  const pool = openPool(url, schema);
  const connections: Connections = { pool, epoch: 0 };
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const transact = <R>(run: Run<R>): Promise<R> => retried(connections, () => once(connections, run));
  try {
    if (schema !== undefined) await createSchema(db, schema);
    await transact((tx) => migrate(tx, POSTGRES, now));
  } catch (error) {
    await db.destroy();
    throw refusedBy(error, url) ?? error;
  }
  return {
    flavour: POSTGRES,
    transact,
    read: (run) => retried(connections, () => readOnce(connections, run)),
    peek: (run) =>
      retried(connections, () => onConnection(connections, (session) => run(session.alone(connections.epoch)))),
    backup: () =>
      Promise.reject(new Fault('conflict', { what: 'PostgreSQL is backed up with its own tools, such as pg_dump.' })),
    durabilityProblems: () => retried(connections, () => durabilityProblems(db)),
    close: () => db.destroy(),
  };
}

/** What a start is told that cannot have its database: which one, and why. The password is not repeated. */
function refusedBy(error: unknown, url: string): Fault | null {
  const cause = error instanceof Fault && error.cause !== undefined ? error.cause : error;
  const why = ((cause instanceof Error ? cause.message : '') || codeOf(cause)).trim();
  const place = url.replace(/:[^:@/]*@/, '@').replace(/\?.*$/, '');
  if (error instanceof Fault && error.code === 'unavailable')
    return new Fault('unavailable', { what: `The PostgreSQL at ${place} (${why})` }, { cause: error });
  // 3D: no such database; 28: the name or password is wrong; 42501: it may not make the tables.
  if (!/^(3D|28|42501)/.test(codeOf(error))) return null;
  const what = `The PostgreSQL at ${place} cannot be used: ${why}. Make the database and its user, or change LAMPLIGHTER_DATABASE_URL.`;
  return new Fault('bad_request', { what }, { cause: error });
}

/** What a superuser may have turned off for the whole server. Each connection turns on what it can by itself. */
async function durabilityProblems(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string; setting: string }>`
    SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`.execute(
    db,
  );
  return rows
    .filter(({ setting }) => setting === 'off')
    .map(({ name }) => `PostgreSQL runs with ${name} = off: turn it on, or a loss of power loses what was answered.`);
}

function openPool(url: string, schema: string | undefined): pg.Pool {
  // Instants in milliseconds and counts are far below 2^53: numbers, as from SQLite.
  const types: pg.CustomTypesConfig = {
    getTypeParser: (type, format) => (type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format)),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    // A statement or a forgotten transaction that takes this long holds up everybody else.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    application_name: 'lamplighter',
    types,
    // Statements go out without waiting for the answers to those before them: see Session.
    pipeline: true,
    // A server or a role may have it off, to be faster: what is answered here is on the disk.
    // Plans are made for the values at hand: one that was kept from when a table was empty would read all of it later.
    options: `-c synchronous_commit=on -c plan_cache_mode=force_custom_plan${schema === undefined ? '' : ` -c search_path=${searchPath(schema)}`}`,
    // A connection that is half open never answers: it is closed, the caller is told, and asks again by another.
    query_timeout: 35_000,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that breaks between two statements of a transaction: the next statement tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** @throws Fault `bad_request` for a name that would need quotes */
function searchPath(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema;
  throw new Fault('bad_request', {
    what: `"${schema}" is not a schema name that Lamplighter takes. Use lower-case letters, digits and underscores, such as lamplighter.`,
  });
}

async function createSchema(db: Kysely<Database>, schema: string): Promise<void> {
  try {
    await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(schema)}`.execute(db);
  } catch (error) {
    // Two instances that start together may both find it missing.
    if (codeOf(error) !== '23505') throw connectionLost(error) ? databaseAway(error) : error;
  }
}

const sessions = new WeakMap<pg.PoolClient, Session>();

/** The pool with what all its connections share. */
interface Connections {
  readonly pool: pg.Pool;
  /** Grows when a table was found to be another one than a kept statement knows. */
  epoch: number;
}

/** Runs on a connection of the pool, which is given back in the end. */
async function onConnection<R>({ pool }: Connections, run: (session: Session) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  try {
    let session = sessions.get(client);
    if (!session) sessions.set(client, (session = new Session(client)));
    return await run(session);
  } finally {
    client.release();
  }
}

async function once<R>(connections: Connections, run: Run<R>): Promise<R> {
  const hints: (() => void)[] = [];
  const value = await onConnection(connections, async (session) => {
    session.begin('READ COMMITTED', connections.epoch);
    let result: R;
    try {
      result = await run(session.db, (hint) => hints.push(hint));
      if (session.failed) throw session.failed.error;
    } catch (error) {
      await rollBack(session);
      throw session.failed?.error ?? error;
    }
    await commit(session);
    return result;
  });
  tell(hints);
  return value;
}

async function commit(session: Session): Promise<void> {
  let command: string;
  try {
    command = await session.end('COMMIT');
  } catch (error) {
    throw connectionLost(error) ? commitUnknown(error) : error;
  }
  // A transaction that failed before is rolled back by COMMIT, without an error.
  if (session.failed) throw session.failed.error;
  if (command === 'ROLLBACK') throw new Error('the transaction had failed before its commit: an error was swallowed');
}

async function readOnce<R>(connections: Connections, run: Run<R>): Promise<R> {
  return onConnection(connections, async (session) => {
    session.begin('REPEATABLE READ READ ONLY', connections.epoch);
    try {
      return await run(session.db, () => undefined);
    } finally {
      await session.leave();
    }
  });
}

async function rollBack(session: Session): Promise<void> {
  try {
    await session.end('ROLLBACK');
  } catch {
    // The connection is gone, and with it the transaction; the pool replaces it. The first error says more.
  }
}

async function retried<R>(connections: Connections, run: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (isOutOfDate(error)) connections.epoch++;
      if (attempt < triesFor(error)) continue;
      throw connectionLost(error) ? databaseAway(error) : error;
    }
  }
}

/**
 * How often a transaction is run that ends like this. A serialization failure or a deadlock passes. When two
 * transactions both found a row missing and both inserted it, the second finds it when it runs again; a row that is
 * there for good fails every time. A connection that was lost before the commit is worth one more: it may have lain in
 * the pool while the server was restarted, and nothing was stored.
 */
function triesFor(error: unknown): number {
  const code = codeOf(error);
  if (code === '40001' || code === '40P01') return 8;
  if (code === '23505' || isOutOfDate(error)) return 3;
  return connectionLost(error) ? 2 : 1;
}

/** A newer version has changed a table meanwhile: what the server keeps of a statement names other columns. */
function isOutOfDate(error: unknown): boolean {
  return codeOf(error) === '0A000' && /cached plan/.test(String(error));
}

function connectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08|57P|53)/.test(code)) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'].includes(code))
    return true;
  return (
    error instanceof Error &&
    /Query read timeout|Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed/.test(
      error.message,
    )
  );
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : '';
}
