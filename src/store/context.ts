import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

/** What the parts of one transaction share. */
export interface TxContext {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly clock: { now(): number };
  readonly ids: { next(prefix: string): string };
  readonly subscriptions: Readonly<Record<string, readonly { kind: string; priority: number }[]>>;
  readonly hints: (() => void)[];
  /** Facts written in this transaction, for hints after the commit. */
  readonly facts: WrittenFact[];
}

/** A fact that was written, as told to whoever listens for hints. */
export interface WrittenFact {
  readonly id: string;
  readonly fact: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly incidentId: string | null;
}

/** The next value of a counter; two transactions never get the same one. */
export async function nextValue({ db }: TxContext, name: string): Promise<number> {
  const row = await db
    .insertInto('counter')
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((row) => ({ value: row('counter.value', '+', 1) })))
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}
