import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { CoreTx } from '../core/transaction.ts';
import type { Handler, Outcome, WorkItem } from '../core/work.ts';

const MAX_ATTEMPTS = 5;
/** Calls of the world at once, and how many of them by one way out: a relay that hangs holds its own places only. */
const PARALLEL = 48;
const PER_WAY = 12;
/** A row whose way is full is looked at again after this long, ms; so many claims are made for rows by other ways. */
const WAY_FULL = 1000;
const CLAIMS = 8;
/** Rows inside the database that are claimed at once, and how many more of kinds that are done together. */
const CLAIMED = 50;
const CLAIMED_TOGETHER = 200;
/** Pages are tried for longer: 12 tries with the capped backoff are about 40 minutes. */
const MAX_PAGE_ATTEMPTS = 12;
/** After an outage the newest page goes first: who is woken by the oldest learns last what is on fire now. */
const NEWEST_FIRST = ['page.send'];
/** Paging, alerts and incidents: what is put aside here may be an interruption that nobody hears of. */
const LAST_URGENT = 2;

/** What the runner needs of the store. */
export interface WorkStore<Tx extends CoreTx> {
  claim(options: {
    kinds: readonly string[];
    limit: number;
    leaseMs: number;
    now: number;
    newestFirst?: readonly string[];
    doubtfulAlone?: boolean;
    insideOnly?: boolean;
    many?: { readonly kinds: readonly string[]; readonly limit: number };
  }): Promise<WorkItem[]>;
  giveBack(items: readonly WorkItem[], readyAt: number): Promise<void>;
  nextDue(kinds: readonly string[]): Promise<number | null>;
  /** @param lock name of a lock that is held from before the row is taken to the end */
  settle(item: WorkItem, run: (tx: Tx) => Promise<Outcome>, lock?: string): Promise<void>;
  /** Many rows in one transaction; returns those that are not this holder's any more. */
  settleAll?(
    items: readonly WorkItem[],
    run: (tx: Tx, held: readonly WorkItem[]) => Promise<readonly Outcome[]>,
    lock?: string,
  ): Promise<WorkItem[]>;
  fail(
    item: WorkItem,
    error: string,
    options: { now: number; maxAttempts: number; backoffMs: number; capMs: number },
  ): Promise<'again' | 'quarantined' | 'lost'>;
}

export interface RunnerLog {
  warn(data: Record<string, unknown>, text: string): void;
  error(data: Record<string, unknown>, text: string): void;
}

export interface RunnerOptions<Tx extends CoreTx> {
  readonly store: WorkStore<Tx>;
  readonly clock: Clock;
  readonly log: RunnerLog;
  /** Lease in real milliseconds: an accelerated clock stretches it. */
  readonly leaseMs: number;
  /** Called when a row was given up and put aside. */
  readonly onQuarantine: (item: WorkItem, error: string) => Promise<void>;
  /** Called after each handled row, for metrics. */
  readonly onDone?: (item: WorkItem, ms: number, ok: boolean) => void;
  /** Called when a row that called the world is done with: there is room for another. */
  readonly onFree?: () => void;
  /**
   * How many rows that stay inside the database are handed to it at once. The embedded one does them one after the other
   * all the same, but many share a commit; PostgreSQL would do them beside each other, so there it is one.
   */
  readonly together?: number;
  /**
   * How many rows of one priority that stay inside the database are done in one transaction, one after the other: for a
   * database to which each transaction is several journeys. Should one of them break it, each is done alone.
   */
  readonly shared?: number;
  /** How many rows that call the world are in flight at once, and how many of them by one way. */
  readonly parallel?: number;
  readonly perWay?: number;
  /** The way out that a row goes by: rows by one way hold up no others. The row's kind if left out. */
  readonly wayOf?: (item: WorkItem) => string;
}

/** What a lane has done. */
export interface Drained {
  /** Rows that were handled, or begun. */
  readonly rows: number;
  /** When the next row of the lane may be claimed, ms; null when there is none, or when it is to look again by itself. */
  readonly nextAt: number | null;
}

/**
 * Takes due rows by lease and hands them to their handlers. Rows that stay inside the database run one after the other;
 * rows that call the world run beside each other, in a lane of their own, so that a slow relay never holds up the rest.
 */
export class Runner<Tx extends CoreTx> {
  readonly #options: RunnerOptions<Tx>;
  readonly #handlers = new Map<string, Handler<Tx>>();
  readonly #insideKinds: string[] = [];
  readonly #outsideKinds: string[] = [];
  /** Kinds inside the database of which many rows are done in one transaction. */
  readonly #together: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  /** Rows that call the world now, by id, as they were claimed last. */
  readonly #held = new Map<string, WorkItem>();

  constructor(options: RunnerOptions<Tx>, handlers: readonly Handler<Tx>[]) {
    this.#options = options;
    for (const handler of handlers) {
      if (this.#handlers.has(handler.kind)) throw new Error(`two handlers for ${handler.kind}`);
      this.#handlers.set(handler.kind, handler);
      ('inside' in handler ? this.#insideKinds : this.#outsideKinds).push(handler.kind);
      if ('inside' in handler && handler.insideAll && options.store.settleAll) this.#together.push(handler.kind);
    }
  }

  /** Whether work of a kind calls the world, or stays inside the database. */
  laneOf(kind: string): 'inside' | 'outside' {
    return this.#outsideKinds.includes(kind) ? 'outside' : 'inside';
  }

  /** Handles what is due inside the database. Stops after `budget` rows. */
  async drainInside(budget = 500): Promise<Drained> {
    const { store, clock } = this.#options;
    for (let rows = 0; ;) {
      // Asked before each claim: a look is cheaper than a transaction that finds nothing, and mostly nothing is due.
      const nextAt = await store.nextDue(this.#insideKinds);
      if (nextAt === null || nextAt > clock.now() || rows >= budget) return { rows, nextAt };
      const many = { kinds: this.#together, limit: CLAIMED_TOGETHER };
      const items = await this.#claim(this.#insideKinds, CLAIMED, { insideOnly: true, doubtfulAlone: true, many });
      if (items.length === 0) return { rows, nextAt: null };
      await this.#runAll(items);
      rows += items.length;
    }
  }

  /** In the order they were claimed; neighbours of a kind and priority that are done together are one piece of work. */
  async #runAll(items: readonly WorkItem[]): Promise<void> {
    const { together = 1, shared = 1 } = this.#options;
    for (let at = 0; at < items.length;) {
      const { kind, priority } = items[at]!;
      const ofKind = this.#together.includes(kind);
      const goesWith = ({ kind: other, priority: its }: WorkItem): boolean => {
        if (ofKind) return other === kind && its === priority;
        if (this.#together.includes(other)) return false;
        return shared === 1 || (its === priority && this.#handlers.get(other)!.lock === this.#handlers.get(kind)!.lock);
      };
      const most = ofKind ? Infinity : Math.max(together, shared);
      let end = at + 1;
      while (end < items.length && end - at < most && goesWith(items[end]!)) end++;
      const run = items.slice(at, end);
      if (run.length > 1 && (ofKind || shared > 1)) await this.#runTogether(run);
      else await Promise.all(run.map((item) => this.#run(item)));
      at = end;
    }
  }

  /** One transaction for all; should it fail, each row has one of its own, so that one bad row stops no other. */
  async #runTogether(items: readonly WorkItem[]): Promise<void> {
    const { store, onDone, log } = this.#options;
    const { kind } = items[0]!;
    const started = performance.now();
    const sound = items.filter((item) => endedProcess(item, true) === null);
    const put: { readonly item: WorkItem; readonly outcome: Outcome }[] = [];
    let alone = items.filter((item) => !sound.includes(item));
    try {
      const run = async (tx: Tx, held: readonly WorkItem[]): Promise<readonly Outcome[]> => {
        const outcomes = await this.#insideAll(tx, held);
        put.splice(0, put.length, ...held.map((item, index) => ({ item, outcome: outcomes[index]! })));
        return outcomes;
      };
      const lost = await store.settleAll!(sound, run, this.#handlers.get(kind)!.lock);
      for (const { kind, id } of lost) log.warn({ kind, id }, 'lease lost: another instance has this row now');
      for (const { item } of put) onDone?.(item, (performance.now() - started) / put.length, true);
    } catch (error) {
      log.warn({ kind, rows: sound.length, error: String(error) }, 'work done one by one, not together');
      put.length = 0;
      alone = [...items];
    }
    for (const { item, outcome } of put) await this.#tellPutAside(item, outcome);
    for (const item of alone) await this.#run(item);
  }

  /** Rows of one kind by its own way of doing many, others one after the other. */
  async #insideAll(tx: Tx, items: readonly WorkItem[]): Promise<readonly Outcome[]> {
    const first = this.#inside(items[0]!);
    if (first.insideAll) return first.insideAll(tx, items);
    const outcomes: Outcome[] = [];
    for (const item of items) outcomes.push(await this.#inside(item).inside(tx, item));
    return outcomes;
  }

  #inside({ kind }: WorkItem): Extract<Handler<Tx>, { inside: unknown }> {
    const handler = this.#handlers.get(kind)!;
    if (!('inside' in handler)) throw new Error(`${kind} calls the world`);
    return handler;
  }

  /**
   * Starts what is due and calls the world, as far as there is room. It does not wait for it: a relay that hangs holds its
   * own places, and pages by other ways pass it.
   */
  async drainOutside(): Promise<Drained> {
    const { clock, store, perWay = PER_WAY, parallel = PARALLEL } = this.#options;
    let rows = 0;
    for (let claim = 0; claim < CLAIMS; claim++) {
      const room = parallel - this.#held.size;
      // Whoever ends makes room, and wakes this.
      if (room <= 0) return { rows, nextAt: null };
      const nextAt = await store.nextDue(this.#outsideKinds);
      if (nextAt === null || nextAt > clock.now()) return { rows, nextAt };
      const items = await this.#claim(this.#outsideKinds, room, { newestFirst: NEWEST_FIRST });
      const full: WorkItem[] = [];
      for (const item of items) {
        // The lease ended while the call is still under way (the clock was set): the call goes on under the new one.
        if (this.#held.has(item.id)) this.#held.set(item.id, item);
        else if (this.#inWay(item) >= perWay) full.push(item);
        else {
          this.#start(item);
          rows++;
        }
      }
      if (items.length === 0) return { rows, nextAt: null };
      if (full.length > 0) await store.giveBack(full, clock.now() + WAY_FULL * clock.speed);
    }
    return { rows, nextAt: null };
  }

  #inWay(item: WorkItem): number {
    const way = this.#wayOf(item);
    let count = 0;
    for (const held of this.#held.values()) if (this.#wayOf(held) === way) count++;
    return count;
  }

  #wayOf(item: WorkItem): string {
    return this.#options.wayOf?.(item) ?? item.kind;
  }

  #start(item: WorkItem): void {
    this.#held.set(item.id, item);
    const run = this.#run(item).finally(() => {
      this.#held.delete(item.id);
      this.#underWay.delete(run);
      this.#options.onFree?.();
    });
    this.#underWay.add(run);
  }

  /** Resolves when no call of the world is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #claim(
    kinds: readonly string[],
    limit: number,
    how: Pick<Parameters<WorkStore<Tx>['claim']>[0], 'newestFirst' | 'doubtfulAlone' | 'insideOnly' | 'many'>,
  ): Promise<WorkItem[]> {
    const { store, clock, leaseMs } = this.#options;
    return store.claim({ kinds, limit, leaseMs: leaseMs * clock.speed, now: clock.now(), ...how });
  }

  async #run(item: WorkItem): Promise<void> {
    const { store, onDone } = this.#options;
    const handler = this.#handlers.get(item.kind)!;
    const started = performance.now();
    let outcome: Outcome | null = null;
    const noted = (settlement: (tx: Tx) => Promise<Outcome>) => async (tx: Tx) => (outcome = await settlement(tx));
    try {
      const ended = endedProcess(item, 'inside' in handler);
      if (ended) await store.settle(item, noted(ended));
      else if ('inside' in handler)
        await store.settle(
          item,
          noted((tx) => handler.inside(tx, item)),
          handler.lock,
        );
      else {
        const settlement = await handler.outside(item);
        await store.settle(this.#held.get(item.id) ?? item, noted(settlement), handler.lock);
      }
      onDone?.(item, performance.now() - started, true);
    } catch (error) {
      onDone?.(item, performance.now() - started, false);
      await this.#failed(item, error);
      return;
    }
    await this.#tellPutAside(item, outcome);
  }

  /** A handler that puts its row aside by itself is told like one that failed: by a page where somebody would have been. */
  async #tellPutAside(item: WorkItem, outcome: Outcome | null): Promise<void> {
    if (outcome?.kind !== 'quarantine') return;
    const { log, onQuarantine } = this.#options;
    log.error({ kind: item.kind, id: item.id, reason: outcome.reason }, 'work put aside: it cannot be done');
    if (item.priority > LAST_URGENT) return;
    try {
      await onQuarantine(item, outcome.reason);
    } catch (error) {
      log.error({ kind: item.kind, id: item.id, error: String(error) }, 'nobody could be told of work put aside');
    }
  }

  async #failed(item: WorkItem, error: unknown): Promise<void> {
    const { store, clock, log, onQuarantine } = this.#options;
    if (error instanceof Error && (error.name === 'StaleLease' || error.name === 'LeaseEnded')) {
      log.warn({ kind: item.kind, id: item.id }, 'lease lost: another instance has this row now');
      return;
    }
    const text =
      error instanceof Fault ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    const maxAttempts = attemptsOf(item);
    log.warn({ kind: item.kind, id: item.id, attempt: item.attempt, error: text }, 'work failed');
    try {
      const became = await store.fail(this.#held.get(item.id) ?? item, text, {
        now: clock.now(),
        maxAttempts,
        backoffMs: 1000,
        capMs: 300_000,
      });
      if (became === 'quarantined') {
        log.error({ kind: item.kind, id: item.id, error: text }, 'work put aside after its last try');
        await onQuarantine(item, text);
      }
    } catch (second) {
      // The lease ends by itself and the row is taken again: nothing is lost.
      log.error({ kind: item.kind, id: item.id, error: String(second) }, 'work could not be marked as failed');
    }
  }
}

function attemptsOf(item: WorkItem): number {
  return item.kind.startsWith('page.') ? MAX_PAGE_ATTEMPTS : MAX_ATTEMPTS;
}

/**
 * A try that fails says so, so a row that comes with more tries than it has was in hand each time the process ended: it
 * is put aside unseen. Rows that call the world are in hand beside others and get twice as many.
 */
function endedProcess(item: WorkItem, inside: boolean): (() => Promise<Outcome>) | null {
  const most = attemptsOf(item) * (inside ? 1 : 2);
  if (item.attempt <= most) return null;
  const reason = `the process ended while this was in hand, or was frozen, at each of its last ${item.attempt - 1} tries`;
  return () => Promise.resolve({ kind: 'quarantine', reason });
}
