import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** What differs between the databases; everything else is shared. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly wholeNumber: 'integer' | 'bigint';
  readonly number: 'real' | 'double precision';
  /** Statements that make the database itself refuse changes of the journal. */
  readonly appendOnlyJournal: readonly string[];
  /** Whether several writers run at once, so that rows must be locked when they are read to be changed. */
  readonly locksRows: boolean;
  /** Holds off every other transaction that asks for the same lock, to the end of this one. */
  lock(db: Kysely<Schema>, name: 'correlation' | 'journal'): Promise<void>;
}
