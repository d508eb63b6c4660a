import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

/** Keys of the advisory locks; any numbers that nobody else in the database uses. */
const LOCKS = { correlation: 864_200_001, journal: 864_200_002, migration: 864_200_003 } as const;

const INT8 = 20;

export const postgresDialect: Dialect = {
  name: 'postgres',
  wholeNumber: 'bigint',
  number: 'double precision',
  appendOnlyJournal: [
    `CREATE FUNCTION journal_append_only() RETURNS trigger AS $$
     BEGIN
       IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL
          AND (OLD.id, OLD.at, OLD.recorded_at, OLD.actor_id, OLD.fact, OLD.subject_id, OLD.summary, OLD.data) = (NEW.id, NEW.at, NEW.recorded_at, NEW.actor_id, NEW.fact, NEW.subject_id, NEW.summary, NEW.data)
          AND OLD.reason IS NOT DISTINCT FROM NEW.reason AND OLD.incident_id IS NOT DISTINCT FROM NEW.incident_id AND OLD.cause_id IS NOT DISTINCT FROM NEW.cause_id
       THEN RETURN NEW; END IF;
       RAISE EXCEPTION 'the journal is append-only';
     END $$ LANGUAGE plpgsql`,
    'CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_append_only()',
  ],
  locksRows: true,
  async lock(db, name) {
    await sql`select pg_advisory_xact_lock(${LOCKS[name]})`.execute(db);
  },
};

/** Opens a pool; every connection works in `schema` when one is given. Whole numbers come back as numbers. */
export function openPostgres(url: string, schema: string | null): { db: Kysely<Schema>; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'lamplighter',
    ...(schema === null ? {} : { options: `-c search_path=${schema}` }),
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  return { db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] }), pool };
}

/** Runs `migrate` while no other instance does. */
export async function withMigrationLock(
  db: Kysely<Schema>,
  schema: string | null,
  migrate: (db: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCKS.migration})`.execute(transaction);
    if (schema !== null) await sql`create schema if not exists ${sql.id(schema)}`.execute(transaction);
    await migrate(transaction);
  });
}

/** Whether the database asks to run the transaction again: a serialization failure or a deadlock. */
export function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === '40001' || code === '40P01';
}

/** Whether the connection was lost or could not be had, so that it is not known what became of a commit. */
export function isConnectionLoss(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (
    typeof code === 'string' &&
    (/^(08|57P)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code))
  )
    return true;
  return (
    typeof message === 'string' &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      message,
    )
  );
}
