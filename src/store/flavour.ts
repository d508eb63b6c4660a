import type { Kysely, RawBuilder, SqlBool } from 'kysely';
import type { Database } from './schema.ts';

/** A query that can end in a locking clause. */
interface Lockable<Q> {
  forUpdate(): Q;
}

/** What differs between the databases inside a transaction. Each has one, in sqlite.ts and postgres.ts. */
export interface Flavour {
  readonly name: 'sqlite' | 'postgres';
  /**
   * A table to be read by one index. The embedded database knows nothing of how often a value occurs, and would sort ten
   * thousand open alerts to show the first hundred.
   */
  using(table: string, index: string): RawBuilder<unknown>;
  /** Locks the rows read to the end of the transaction, waiting for others; where there is one writer, nothing. */
  lockRows<Q extends Lockable<Q>>(query: Q): Q;
  /** The same at the end of a query that is written out. */
  readonly forUpdate: RawBuilder<unknown>;
  /**
   * Whether a column holds one of a list of texts. The list is one parameter, made by `list`, so that lists of all lengths
   * are one statement.
   */
  among(column: string): RawBuilder<SqlBool>;
  list(values: readonly string[]): unknown;
  /** The transaction need not be on the disk when its commit is answered: who reads it sees it, a loss of power may undo it. */
  needsNoSync(db: Kysely<Database>): Promise<void>;
  /** Holds a lock of this name to the end of the transaction, across instances. */
  lockName(db: Kysely<Database>, name: string): Promise<void>;
}
