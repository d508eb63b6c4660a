import type { CoreTx } from './transaction.ts';

/** Something that one instance does for all, until it stops saying so: then another takes it over. */
export interface Hold {
  /** Grows with each change of the holder: what an older holder still wants to write is refused. */
  readonly fence: number;
  /** `kept` by the one that had it, `first` when nobody ever had it, `returned` to the same place, `taken` from another. */
  readonly by: 'kept' | 'first' | 'returned' | 'taken';
}

/** The last time that something went well, and how (a latency in ms, a count). */
export interface Vital {
  readonly name: string;
  readonly at: number;
  readonly value: number;
}

/** A page that is due while no row of work sends it. */
export interface StrandedPage {
  readonly id: string;
  readonly key: string;
  readonly incidentId: string;
  readonly channel: string;
  /** Its row of work was put aside after its last try: it is not tried again by itself. */
  readonly putAside: boolean;
}

/** What the engine asks of the database to look after itself. */
export interface UpkeepTx extends CoreTx {
  readonly upkeep: {
    /** Takes or keeps a hold until the instant; null while somebody else has it. */
    takeHold(
      name: string,
      who: { readonly holder: string; readonly place: string; readonly now: number; readonly until: number },
    ): Promise<Hold | null>;
    /** Whether the hold is still the one of that fence. Locks it to the end of the transaction. */
    stillHolds(name: string, fence: number): Promise<boolean>;
    /** Gives a hold back, so that nobody waits for its end. */
    dropHold(name: string, holder: string): Promise<void>;
    setVital(vital: Vital): Promise<void>;
    vital(name: string): Promise<Vital | null>;
    /** Pages due since before the instant that nothing sends. */
    strandedPages(createdBefore: number): Promise<StrandedPage[]>;
    /** Rows of the kinds that are due now, counted up to `most`, and since when the first has been due (ms). */
    backlog(kinds: readonly string[], now: number, most: number): Promise<{ rows: number; since: number | null }>;
    /** The instant of the newest row of the journal, ms. */
    lastInstant(): Promise<number | null>;
    /** What a database of its own machine shows on its clock, ms; null for the embedded one. */
    databaseNow(): Promise<number | null>;
  };
}
