import { sql, type Kysely } from 'kysely';
import { Fault } from '../core/fault.ts';
import type { Flavour } from './flavour.ts';
import { MIGRATIONS, type Migration } from './migration/index.ts';
import type { Database } from './schema.ts';

/**
 * Brings the schema up to date. Runs inside a transaction of the caller, so that a step is there whole or not at all.
 * @throws Fault `conflict` when the database was written by a newer version of the program
 */
export async function migrate(
  db: Kysely<Database>,
  flavour: Flavour,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await flavour.lockName(db, 'migrate');
  await sql`CREATE TABLE IF NOT EXISTS schema_version (
    version bigint NOT NULL PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)`.execute(db);
  const rows = await db.selectFrom('schema_version').select('version').orderBy('version', 'desc').limit(1).execute();
  const current = rows[0]?.version ?? 0;
  refuseNewer(current, migrations.length);
  for (const { version, name, statements } of migrations.slice(current)) {
    for (const statement of statements(flavour.name)) await sql.raw(statement).execute(db);
    await db.insertInto('schema_version').values({ version, name, applied_at: now }).execute();
  }
}

/** @throws Fault `conflict` when `found` is above what this program knows */
export function refuseNewer(found: number, known = MIGRATIONS.length): void {
  if (found <= known) return;
  throw new Fault('conflict', {
    what: `The database has schema version ${found}; this program knows versions up to ${known}. It was written by a newer version of Lamplighter: start that version, or restore a backup made before the upgrade.`,
  });
}
