import type { Entry, NewEntry } from './journal.ts';
import type { NewWork } from './work.ts';

/** What every stage can do inside a transaction: write the journal, and put work in line. */
export interface CoreTx {
  readonly journal: {
    /** Writes one row and puts in line what the flow subscribes to its fact. Returns the row's id. */
    append(entry: NewEntry): Promise<string>;
    /** The same for many rows at once, in their order: cheaper than one by one. Returns their ids. */
    appendAll(entries: readonly NewEntry[]): Promise<string[]>;
    /** Rows of an incident's timeline, oldest first. */
    ofIncident(incidentId: string): Promise<Entry[]>;
    /** One row, or null. */
    byId(id: string): Promise<Entry | null>;
    /** Rows about one thing, oldest first. */
    ofSubject(kind: string, id: string): Promise<Entry[]>;
  };
  readonly work: {
    /** Puts a row in line unless an open one with the same kind and key exists; returns whether it was new. */
    enqueue(work: NewWork): Promise<boolean>;
    /** The same where nobody asks whether it was new: over a network it costs no wait. */
    put(work: NewWork): Promise<void>;
    /** Takes an open row out of line (nothing happens if there is none). */
    cancel(kind: string, key: string): Promise<void>;
    /** Whether there is an open row: in line, or in somebody's hand. */
    isOpen(kind: string, key: string): Promise<boolean>;
  };
  /** Runs after the commit, for hints (wake a worker, tell a browser); never for anything that must happen. */
  afterCommit(hint: () => void): void;
}

/** Runs a function in one transaction: all of it or nothing. */
export interface Transactor<Tx extends CoreTx> {
  /** Read and write; retried by the store when the database says that it was a conflict. */
  transact<R>(run: (tx: Tx) => Promise<R>): Promise<R>;
  /** Reads of one consistent state, beside the writer. */
  read<R>(run: (tx: Tx) => Promise<R>): Promise<R>;
}

/** What verbs and handlers are given: the store's transactions, the clock, ids. */
export interface Deps<Tx extends CoreTx> {
  readonly store: Transactor<Tx>;
  readonly clock: { now(): number };
  readonly ids: { next(prefix: string): string };
}

/** A page of a longer list: `after` is the last id of the page before. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
