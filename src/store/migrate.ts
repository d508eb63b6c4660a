import { sql, type Kysely } from 'kysely';
import { Fault } from '../core/fault.ts';
import type { Flavour } from './flavour.ts';
import { MIGRATIONS, type Migration } from './migration/index.ts';
import type { Database } from './schema.ts';

/**
 * Brings the schema up to date. Runs inside a transaction of the caller, so that a step is there whole or not at all.
 * A database of a newer program is taken as it is when that program says that older ones can work with it: while
 * instances are replaced one by one, those of the version before go on, and may be started again.
 * @throws Fault `conflict` when the database was written by a newer version of the program that this one cannot work with
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
  if (current > migrations.length && !(await worksWith(db, current, migrations.length))) {
    refuseNewer(current, migrations.length);
  }
  for (const { version, name, statements } of migrations.slice(current)) {
    for (const statement of statements(flavour.name)) await sql.raw(statement).execute(db);
    await db.insertInto('schema_version').values({ version, name, applied_at: now }).execute();
  }
  if (current < migrations.length) await noteCompatibility(db, migrations);
}

const COMPATIBILITY = 'schema-compatibility';

/** Notes which older programs can work with the schema as it is now: those that know the last breaking step. */
async function noteCompatibility(db: Kysely<Database>, migrations: readonly Migration[]): Promise<void> {
  const worksFrom = Math.max(1, ...migrations.filter(({ breaking }) => breaking).map(({ version }) => version));
  const value = JSON.stringify({ version: migrations.length, worksFrom });
  await db
    .insertInto('setting')
    .values({ name: COMPATIBILITY, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Whether the newer program that wrote the database says that one which knows this many steps can work with it. */
async function worksWith(db: Kysely<Database>, version: number, known: number): Promise<boolean> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', COMPATIBILITY).executeTakeFirst();
  if (!row) return false;
  const note = JSON.parse(row.value) as { version: number; worksFrom: number };
  return note.version === version && known >= note.worksFrom;
}

/** @throws Fault `conflict` when `found` is above what this program knows */
export function refuseNewer(found: number, known = MIGRATIONS.length): void {
  if (found <= known) return;
  throw new Fault('conflict', {
    what: `The database has schema version ${found}; this program knows versions up to ${known}. It was written by a newer version of Lamplighter: start that version, or restore a backup made before the upgrade.`,
  });
}
