import { sql, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import { start } from './migration/start.ts';
import { Fault } from '../core/fault.ts';
import type { Schema } from './schema.ts';

/** The steps of the schema in their order; forward only. A step that was released is never changed. */
const MIGRATIONS: readonly ((db: Kysely<unknown>, dialect: Dialect) => Promise<void>)[] = [start];

/**
 * Brings the schema to this program's version, within the caller's transaction.
 * @throws Fault `conflict` when the database was written by a newer Lamplighter
 */
export async function migrate(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  await sql`create table if not exists schema_version (version integer not null)`.execute(db);
  const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(db);
  const version = rows[0]?.version ?? 0;
  if (version > MIGRATIONS.length) {
    throw new Fault('conflict', {
      what: `The database has schema ${version}, this program knows ${MIGRATIONS.length}. Start the newer program, or restore a backup from before the upgrade.`,
    });
  }
  for (const step of MIGRATIONS.slice(version)) await step(db as unknown as Kysely<unknown>, dialect);
  if (rows.length === 0) await sql`insert into schema_version (version) values (${MIGRATIONS.length})`.execute(db);
  else await sql`update schema_version set version = ${MIGRATIONS.length}`.execute(db);
}
