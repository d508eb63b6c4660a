/**
 * Everything due later is a row of work, never only a timer: a fact to be taken by the next stage, a page to be sent, an
 * escalation to be looked at, a heartbeat to be missed.
 */
export interface NewWork {
  /** `stage.verb`, such as `page.send`: names the handler. */
  readonly kind: string;
  /** At most one open row per kind and key: enqueueing it again is silently the same row. */
  readonly key: string;
  /** Due instant, ms; at once if left out. */
  readonly dueAt?: number | undefined;
  /** An open row of the same kind and key that is due later is moved to this instant; else it stays where it is. */
  readonly sooner?: boolean | undefined;
  /** 0 is paging, 1 alert intake, 2 acceptances and incidents, 3 tickets, 4 member notices, 5 the rest. */
  readonly priority?: number | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Journal row or signal that caused it. */
  readonly causeId?: string | undefined;
}

/** A row that this instance holds by lease. `fence` grows with each claim: an old holder's writes are refused. */
export interface WorkItem {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly dueAt: number;
  readonly priority: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly causeId: string | null;
  /** 1 at the first try. Counted when the row is claimed, before its work runs: a try that ended the process counts. */
  readonly attempt: number;
  readonly fence: number;
  /** When the lease ends, ms of the clock: from then on somebody else may do the work. */
  readonly leaseEndsAt: number;
}

/** The holder slept longer than its lease: whoever holds the row now acts, and this one does not. */
export class LeaseEnded extends Error {
  override readonly name = 'LeaseEnded';

  constructor(item: WorkItem) {
    super(`The lease on ${item.kind} ${item.key} ended before its work was done: nothing was sent.`);
  }
}

/**
 * To be called right before the world is called: a process that was frozen after it claimed a row must not act when it
 * wakes.
 * @param now the present instant, ms
 * @throws LeaseEnded
 */
export function mustHold(item: WorkItem, now: number): void {
  if (now >= item.leaseEndsAt) throw new LeaseEnded(item);
}

/** What becomes of a row after its handler ran. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly dueAt: number; readonly payload?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'quarantine'; readonly reason: string };

/**
 * Does one kind of work. With `inside`, everything happens in one transaction together with the row's completion, so it
 * happens exactly once. With `outside`, the world is called first, under the lease and with the same idempotency key at
 * every try, and the settlement it returns runs in a transaction that is refused when the lease was lost.
 */
export type Handler<Tx> = {
  readonly kind: string;
  /**
   * Name of a lock that the transaction holds to its end. It is taken before the row is: who holds it may wait for the row,
   * and two that wait for each other are found by the database only after a second.
   */
  readonly lock?: string;
} & (
  | {
      inside(tx: Tx, item: WorkItem): Promise<Outcome>;
      /**
       * Does many rows in one transaction, with an outcome for each in their order: what is left out here is done one by
       * one. When it throws, nothing of it is stored, and each row is tried alone.
       */
      insideAll?(tx: Tx, items: readonly WorkItem[]): Promise<readonly Outcome[]>;
    }
  | { outside(item: WorkItem): Promise<(tx: Tx) => Promise<Outcome>> }
);

export const DONE: Outcome = { kind: 'done' };
