import type { CompiledQuery, Kysely } from 'kysely';
import type { Codec } from './codec.ts';
import { changePrepared, runPrepared, sendPrepared } from './prepared.ts';
import type { Database } from './schema.ts';

/** The columns that changes by id rely on; tables that lack one are kept out by the callers' types. */
type Plain = Kysely<Record<string, { id: string; version: number }>>;

type TableWith<Column extends string> = {
  [T in keyof Database]: Column extends keyof Database[T] ? T : never;
}[keyof Database];

/** Writes the fields given to the row with this id; returns whether there is one (true when nothing is to be written). */
export async function changeRow<N>(
  db: Kysely<Database>,
  table: TableWith<'id'>,
  codec: Codec<N>,
  id: string,
  change: Partial<NoInfer<N>>,
): Promise<boolean> {
  const set = codec.change(change as Partial<N>);
  if (Object.keys(set).length === 0) return true;
  const name = `change ${table} ${Object.keys(set).join()}`;
  const changed = await changePrepared(db, name, [...Object.values(set), id], () => changeOf(db, table, set));
  return changed > 0;
}

/** The same where it does not matter whether there is such a row. */
export async function writeChange<N>(
  db: Kysely<Database>,
  table: TableWith<'id'>,
  codec: Codec<N>,
  id: string,
  change: Partial<NoInfer<N>>,
): Promise<void> {
  const set = codec.change(change as Partial<N>);
  if (Object.keys(set).length === 0) return;
  await sendPrepared(db, `change ${table} ${Object.keys(set).join()}`, [...Object.values(set), id], () =>
    changeOf(db, table, set),
  );
}

function changeOf(db: Kysely<Database>, table: TableWith<'id'>, set: object): { compile(): CompiledQuery } {
  return (db as unknown as Plain).updateTable(table).set(set).where('id', '=', '');
}

/** Writes the fields given if the stored version is `version`, and raises it by one; false if somebody was faster. */
export async function changeVersion<N extends { readonly version: number }>(
  db: Kysely<Database>,
  table: TableWith<'version'>,
  codec: Codec<N>,
  id: string,
  version: number,
  change: Partial<Omit<N, 'version'>>,
): Promise<boolean> {
  const set = { ...codec.change(change as Partial<N>), version: version + 1 };
  const name = `change version ${table} ${Object.keys(set).join()}`;
  const changed = await changePrepared(db, name, [...Object.values(set), id, version], () =>
    (db as unknown as Plain)
      .updateTable(table)
      .set(set as object)
      .where('id', '=', id)
      .where('version', '=', version),
  );
  return changed > 0;
}

/** The next number of a counter, from 1. The row is held to the end of the transaction, so numbers have no gaps. */
export async function nextNumber(db: Kysely<Database>, name: string): Promise<number> {
  const [row] = await runPrepared<{ value: number }>(db, 'next number', [1, name], () =>
    db
      .updateTable('counter')
      .set((eb) => ({ value: eb('value', '+', 1) }))
      .where('name', '=', name)
      .returning('value'),
  );
  if (!row) throw new Error(`there is no counter ${name}`);
  return row.value;
}
