import { Fault } from '../core/fault.ts';
import type { Signal } from '../signal/signal.ts';
import { storeSignal } from '../signal/store-signal.ts';
import { applySignals } from './apply.ts';
import type { AlertDeps } from './deps.ts';
import type { AlertTx } from './ports.ts';

/** So many events share a transaction at most: a page waits no longer than it takes to apply them. */
const MOST_EVENTS = 500;

interface Waiting {
  readonly signal: Signal;
  /** @param fresh false when the sender's idempotency key was known */
  readonly resolve: (fresh: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The door of alerts: signals that arrive while others are being applied wait, and share the next transaction, so that a
 * hundred senders cost one look at the silences, one search for open alerts and one commit. Each is answered when what it
 * told is durable.
 */
export class AlertDoor {
  readonly #deps: AlertDeps;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(deps: AlertDeps) {
    this.#deps = deps;
  }

  /** Applies a signal. @returns false when the sender's idempotency key was known: nothing was done again */
  take(signal: Signal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ signal, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // The next transaction may run while this one is being committed.
      await new Promise<void>((ran) => {
        void this.#together(ran);
      });
    }
    this.#running = false;
  }

  /** One transaction for those who wait when it runs. */
  async #together(ran: () => void): Promise<void> {
    let group: Waiting[] | null = null;
    try {
      const fresh = await this.#deps.store.transact(async (tx) => {
        group ??= this.#group();
        const signals = group.map(({ signal }) => signal);
        const known = await applied(tx, this.#deps, signals);
        ran();
        return known;
      });
      for (const [index, { resolve }] of group!.entries()) resolve(fresh[index]!);
    } catch (error) {
      group ??= this.#group();
      for (const one of group) void this.#alone(one, error, group.length === 1);
    } finally {
      ran();
    }
  }

  #group(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const { signal } of this.#waiting) {
      events += signal.events.length;
      if (count > 0 && events > MOST_EVENTS) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /**
   * What failed together is applied alone, and what cannot be applied is stored with a row of work all the same: nothing
   * is lost, and the row is tried again or put aside.
   */
  async #alone({ signal, resolve, reject }: Waiting, error: unknown, wasAlone: boolean): Promise<void> {
    const { store } = this.#deps;
    if (error instanceof Fault) return reject(error);
    try {
      if (!wasAlone) {
        const one = await store
          .transact((tx) => applied(tx, this.#deps, [signal]))
          .catch((second: unknown) => {
            if (second instanceof Fault) throw second;
            return null;
          });
        if (one !== null) return resolve(one[0]!);
      }
      resolve(await store.transact((tx) => storeSignal(tx, signal)));
    } catch (last) {
      reject(last);
    }
  }
}

/** @returns for each signal whether it is a new one */
async function applied(tx: AlertTx, deps: AlertDeps, signals: readonly Signal[]): Promise<boolean[]> {
  const fresh: boolean[] = [];
  for (const signal of signals) {
    // A repeated key is found before anything is done.
    fresh.push(signal.idempotencyKey === null || (await tx.signals.insert(signal)));
  }
  const heard = signals.filter((_, index) => fresh[index]);
  if (heard.length === 0) return fresh;
  const telling = await applySignals(tx, deps, heard);
  for (const [index, signal] of heard.entries()) {
    const events = telling[index]!;
    if (signal.idempotencyKey !== null || events.length === 0) continue;
    // Nine of ten alerts only say that they still fire. That is written on the alert; kept is what said more.
    await tx.signals.insert({ ...signal, events: signal.body === null ? events : signal.events });
  }
  return fresh;
}
