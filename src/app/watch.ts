import { CANARY, type RawPage } from '../action/index.ts';
import type { Deps } from '../core/transaction.ts';
import type { UpkeepTx } from '../core/upkeep.ts';
import type { RunnerLog } from './runner.ts';

/** How long the database may be away, and canaries may be missing, before somebody is paged past it, ms. */
const BLIND_AFTER = 30_000;
const CANARY_AFTER = 180_000;
/** How often it is said again, ms. */
const AGAIN = 900_000;
/** A database that does not answer for this long is as good as one that refuses, ms. */
const ANSWER = 10_000;

export interface WatchOptions {
  readonly deps: Deps<UpkeepTx>;
  readonly log: RunnerLog;
  /** Names this process in what it says. */
  readonly instance: string;
  /** A stopwatch that nobody sets, ms. */
  readonly elapsed: () => number;
  /** Pages somebody without the database. */
  readonly pageRaw: (raw: RawPage) => Promise<unknown>;
  /** Tells an outside watch that all is well; null when none is configured. */
  readonly ping: () => (() => Promise<void>) | null;
  /** How often it is told, ms. */
  readonly pingEvery: () => number;
}

/** Something that is wrong, since when (by the stopwatch), and when it was last said. */
interface Trouble {
  readonly since: number;
  saidAt: number | null;
}

/**
 * Looks whether this process can do its work at all: whether the database takes writes, and whether canaries come back.
 * What it finds wrong it pages past the database and past the line of work, because those are what may be broken.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #startedAt: number;
  readonly #trouble: { blind: Trouble | null; canary: Trouble | null } = { blind: null, canary: null };
  #pingedAt: number | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#startedAt = options.deps.clock.now();
  }

  /** Whether the database takes no writes. */
  get blind(): boolean {
    return this.#trouble.blind !== null;
  }

  /** Whether canaries do not come back. */
  get muted(): boolean {
    return this.#trouble.canary !== null;
  }

  /** To be run every 5 s. */
  async look(): Promise<void> {
    const { deps } = this.#options;
    let canaryAt: number | null = null;
    try {
      canaryAt = await within(
        ANSWER,
        deps.store.transact(async (tx) => {
          await tx.upkeep.setVital({ name: 'written', at: deps.clock.now(), value: 1 });
          return (await tx.upkeep.vital(CANARY))?.at ?? null;
        }),
      );
    } catch (error) {
      await this.#wrong('blind', BLIND_AFTER, `it cannot use its database: ${String(error)}`);
      return;
    }
    this.#right('blind');
    const quiet = deps.clock.now() - Math.max(canaryAt ?? 0, this.#startedAt);
    if (quiet > CANARY_AFTER)
      await this.#wrong(
        'canary',
        0,
        `its own test page of each minute has not come back for ${Math.round(quiet / 1000)} s`,
      );
    else this.#right('canary');
  }

  /** Tells the outside watch, when all is well and it is time. To be called when the reconciler has done its round. */
  async tellAlive(): Promise<void> {
    const { elapsed, log, ping, pingEvery } = this.#options;
    const send = ping();
    if (!send || this.blind || this.muted) return;
    if (this.#pingedAt !== null && elapsed() - this.#pingedAt < pingEvery()) return;
    this.#pingedAt = elapsed();
    try {
      await send();
    } catch (error) {
      this.#pingedAt = null;
      log.warn({ error: String(error) }, 'the outside watch could not be told that all is well');
    }
  }

  async #wrong(what: 'blind' | 'canary', after: number, why: string): Promise<void> {
    const { elapsed, instance, log, pageRaw } = this.#options;
    const now = elapsed();
    const trouble = (this.#trouble[what] ??= { since: now, saidAt: null });
    log.warn({ what, for: now - trouble.since, why }, 'this instance cannot page by its usual way');
    if (now - trouble.since < after || (trouble.saidAt !== null && now - trouble.saidAt < AGAIN)) return;
    trouble.saidAt = now;
    const text = `Lamplighter (${instance}) may not get pages out: ${why}.\n\nThis message went past the database and the line of work. Alerts that cannot be stored are refused, and their senders send them again. Look at the server and its database now.`;
    const key = `${what}-${instance}-${this.#startedAt}-${Math.round(now)}`;
    try {
      await pageRaw({ key, subject: 'Lamplighter may not get pages out', text });
    } catch (error) {
      trouble.saidAt = null;
      log.error({ what, error: String(error) }, 'nobody could be told that pages may not get out');
    }
  }

  #right(what: 'blind' | 'canary'): void {
    const { elapsed, log } = this.#options;
    const trouble = this.#trouble[what];
    if (!trouble) return;
    this.#trouble[what] = null;
    log.warn({ what, for: elapsed() - trouble.since }, 'this instance can page by its usual way again');
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
