/** How a field of a noun lies in its column. Booleans are 0 or 1 and JSON is text, so that the queries fit both databases. */
type Kind = 'text' | 'whole' | 'real' | 'flag' | 'json';

type KindOf<V> = [V] extends [boolean]
  ? 'flag'
  : [V] extends [string | null]
    ? 'text'
    : [V] extends [number | null]
      ? 'whole' | 'real'
      : 'json';

type ColumnOf<V> = [V] extends [boolean]
  ? number
  : [V] extends [string | number | null]
    ? V
    : null extends V
      ? string | null
      : string;

type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : S;

/** The row of a noun: its fields in snake case, as they lie in the database. */
export type RowOf<N> = { -readonly [K in keyof N & string as Snake<K>]: ColumnOf<N[K]> };

/** Translates between a noun and its row. */
export interface Codec<N> {
  readonly row: (noun: N) => RowOf<N>;
  readonly columns: readonly (keyof RowOf<N> & string)[];
  /** The values of a row in the order of its columns. */
  readonly values: (noun: N) => unknown[];
  readonly noun: (row: RowOf<N>) => N;
  /** The columns of the fields that are given; fields that are undefined are left alone. */
  readonly change: (change: Partial<N>) => Partial<RowOf<N>>;
}

/** Makes the codec of a noun; every field must be listed with its kind. */
export function codec<N>(kinds: { readonly [K in keyof N]-?: KindOf<N[K]> }): Codec<N> {
  const fields = Object.entries(kinds as Record<string, Kind>).map(([field, kind]) => ({
    field,
    kind,
    column: snake(field),
  }));
  return {
    row(noun) {
      const row: Record<string, unknown> = {};
      for (const { field, column, kind } of fields) row[column] = write(kind, (noun as Record<string, unknown>)[field]);
      return row as RowOf<N>;
    },
    columns: fields.map(({ column }) => column as keyof RowOf<N> & string),
    values(noun) {
      return fields.map(({ field, kind }) => write(kind, (noun as Record<string, unknown>)[field]));
    },
    noun(row) {
      const noun: Record<string, unknown> = {};
      for (const { field, column, kind } of fields) noun[field] = read(kind, (row as Record<string, unknown>)[column]);
      return noun as N;
    },
    change(change) {
      const row: Record<string, unknown> = {};
      for (const { field, column, kind } of fields) {
        const value = (change as Record<string, unknown>)[field];
        if (value !== undefined) row[column] = write(kind, value);
      }
      return row as Partial<RowOf<N>>;
    },
  };
}

function snake(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function write(kind: Kind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'text':
      return storableText(value as string);
    case 'whole':
      return Math.round(value as number);
    case 'real':
      // SQLite keeps NaN as NULL; PostgreSQL is told to do the same.
      return Number.isNaN(value) ? null : value;
    case 'flag':
      return value ? 1 : 0;
    case 'json':
      return JSON.stringify(value);
  }
}

function read(kind: Kind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'flag') return value === 1;
  if (kind === 'json') return JSON.parse(value as string);
  return value;
}

/** PostgreSQL refuses U+0000 in text, and halves of surrogate pairs are no UTF-8: both become the replacement character. */
export function storableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text).toWellFormed();
}
