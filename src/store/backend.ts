import type { Kysely } from 'kysely';
import { Fault } from '../core/fault.ts';
import type { Flavour } from './flavour.ts';
import type { Database } from './schema.ts';

/** A part of a transaction: its connection, and where hints for after the commit go. */
export type Run<R> = (db: Kysely<Database>, hint: (hint: () => void) => void) => Promise<R>;

/** A database as the store uses it. */
export interface Backend {
  readonly flavour: Flavour;
  /** Runs in one transaction and resolves once it is durable. Runs again when the database says it was a conflict. */
  transact<R>(run: Run<R>): Promise<R>;
  /** Reads one consistent state; writes are refused. */
  read<R>(run: Run<R>): Promise<R>;
  /** Reads with statements that each see what is committed by then, or will be in a moment: for a look that decides nothing. */
  peek<R>(run: (db: Kysely<Database>) => Promise<R>): Promise<R>;
  /** Writes a consistent copy to the file, which must not exist. */
  backup(file: string): Promise<void>;
  /** Settings of the database by which a commit that was answered may be gone after a loss of power. */
  durabilityProblems(): Promise<string[]>;
  close(): Promise<void>;
}

/** Tells what was only hinted at. A hint that throws changes nothing: what it announced is committed. */
export function tell(hints: readonly (() => void)[]): void {
  for (const hint of hints) {
    try {
      hint();
    } catch {
      // What must happen is a row of work; a lost hint costs one polling interval.
    }
  }
}

/** The database is away; nothing was stored. */
export function databaseAway(cause: unknown): Fault {
  return new Fault('unavailable', { what: 'The database' }, { cause });
}

/** The connection broke while a commit was under way: the caller checks by its key before it does it again. */
export function commitUnknown(cause: unknown): Fault {
  const what = 'The answer of the database to a commit (it may or may not be stored)';
  return new Fault('unavailable', { what }, { cause });
}
