/** Translates between a noun and its row: some fields are JSON text, some are 0 or 1. */
export interface Codec<T, Row> {
  toRow(noun: T): Row;
  /** A part of a noun, for updates. */
  toPart(change: Partial<T>): Partial<Row>;
  fromRow(row: Row): T;
}

/** The codec of a noun with these JSON and boolean fields. */
export function codec<T extends object, Row extends object>(
  json: readonly (keyof T & string)[],
  booleans: readonly (keyof T & string)[] = [],
): Codec<T, Row> {
  const encode = (noun: Partial<T>): Record<string, unknown> => {
    const row: Record<string, unknown> = { ...noun };
    for (const name of json) if (name in row) row[name] = JSON.stringify(row[name] ?? null);
    for (const name of booleans) if (name in row) row[name] = row[name] ? 1 : 0;
    return row;
  };
  return {
    toRow: (noun) => encode(noun) as Row,
    toPart: (change) => encode(change) as Partial<Row>,
    fromRow(row) {
      const noun = { ...row } as Record<string, unknown>;
      for (const name of json) noun[name] = JSON.parse(noun[name] as string);
      for (const name of booleans) noun[name] = noun[name] === 1;
      return noun as T;
    },
  };
}
