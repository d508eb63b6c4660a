import type { Alert } from '../alert/alert.ts';
import type { AlertTx } from '../alert/ports.ts';
import type { Deps } from '../core/transaction.ts';
import type { UpkeepTx } from '../core/upkeep.ts';
import {
  countLosses,
  type Deviation,
  type EnginePlan,
  type ExpectationTx,
  type StoredDeviation,
  type TickResult,
} from '../expectation/index.ts';
import { takeRuleEvents } from '../signal/index.ts';
import type { AlertEvent } from '../signal/signal.ts';
import type { EngineClient } from './engine-client.ts';
import type { RunnerLog } from './runner.ts';

const COUNT_MS = 60_000;
const OWN_SOURCE = /^(rule|watermark|band):/;
const HOLD = 'rules';
/** How long others wait for an instance that says nothing, and how often it says that it is there, ms. */
const HOLD_MS = 20_000;
const RENEW = 5000;
/** An instance that has had samples for this long has seen what a rule needs to say that something is over, ms. */
const WARM = 600_000;

/** Instances that share a database, as this one sees itself; null when the database is its own. */
export interface Sharing {
  /** This process among those on the database. */
  readonly holder: string;
  /** Where its samples are: the same again after a restart. */
  readonly place: string;
  /** All instances ask one metrics engine outside: what one sees, the others see. */
  readonly samplesShared: boolean;
}

/**
 * Asks the engine what deviates and hands it on to the alert stage. What could not be stored is kept and handed on
 * first the next time; what was stored as open is given back to the engine after a restart.
 *
 * On a shared database one instance at a time tells what its rules found. The others evaluate too, so that they know
 * what was when they take over, and keep it to themselves. One that takes over from another place without samples of
 * its own says at once what begins, and for ten minutes nothing about the end of what it has not seen itself.
 */
export class EngineTicker {
  readonly #engine: EngineClient;
  readonly #deps: Deps<AlertTx & ExpectationTx & UpkeepTx>;
  readonly #log: RunnerLog;
  readonly #sharing: Sharing | null;
  readonly #startedAt: number;
  #plan: EnginePlan | null = null;
  #pending: AlertEvent[] = [];
  /** The fence under which this instance tells, or null while another one does. */
  #fence: number | null = null;
  #lookedAt = -Infinity;
  /** When what another instance had found is given to the engine, ms; null when it has been. */
  #inheritAt: number | null = null;
  /** What deviations have cost by what is newest, so that a tick that could not be stored is made up for by the next. */
  readonly #losses = new Map<string, { readonly update: TickResult['losses'][number]; storedAt: number }>();

  constructor(
    engine: EngineClient,
    deps: Deps<AlertTx & ExpectationTx & UpkeepTx>,
    log: RunnerLog,
    sharing: Sharing | null = null,
  ) {
    this.#engine = engine;
    this.#deps = deps;
    this.#log = log;
    this.#sharing = sharing;
    this.#startedAt = deps.clock.now();
    if (!sharing) this.#fence = 0;
  }

  /** Whether this instance tells what rules find. */
  get tells(): boolean {
    return this.#fence !== null;
  }

  /** Gives the engine its plan and what is open. */
  async configure(plan: EnginePlan): Promise<void> {
    await this.#flush();
    const had = this.#fence !== null;
    this.#plan = plan;
    const taken = await this.#look(true);
    if (!this.tells) await this.#engine.configure(plan, []);
    else if (!taken) await this.#inherit();
    // Without a rule there is nothing to tell: another instance may have some.
    if (this.#sharing && had && !hasRules(plan)) await this.#giveUp();
  }

  /** Lets the engine evaluate what is due. @returns when it wants to be asked again (ms), and how many events there were */
  async tick(): Promise<{ readonly nextAt: number; readonly events: number }> {
    await this.#look(false);
    if (this.#inheritAt !== null && this.#deps.clock.now() >= this.#inheritAt) await this.#inherit();
    await this.#flush();
    const { events, losses, nextAt } = await this.#engine.tick();
    if (this.tells) this.#pending.push(...events);
    await this.#flush();
    if (this.tells) await this.#count(losses);
    return { nextAt, events: events.length };
  }

  /** Lets another instance tell from now on. */
  async close(): Promise<void> {
    if (this.#sharing && this.tells) await this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    const { holder } = this.#sharing!;
    this.#fence = null;
    await this.#deps.store.transact((tx) => tx.upkeep.dropHold(HOLD, holder));
  }

  /** Takes or keeps the hold. @returns whether it was taken now, and the engine was given what was open */
  async #look(atOnce: boolean): Promise<boolean> {
    const { clock, store } = this.#deps;
    const now = clock.now();
    if (!this.#sharing || !this.#plan || (!hasRules(this.#plan) && !this.tells)) return false;
    if (!atOnce && Math.abs(now - this.#lookedAt) < RENEW) return false;
    const { holder, place } = this.#sharing;
    const hold = await store.transact((tx) => tx.upkeep.takeHold(HOLD, { holder, place, now, until: now + HOLD_MS }));
    this.#lookedAt = now;
    if (!hold) {
      if (this.tells) this.#log.warn({ place }, 'another instance tells what rules find from now on');
      this.#fence = null;
      this.#pending = [];
      return false;
    }
    const before = this.#fence;
    this.#fence = hold.fence;
    if (before === hold.fence) return false;
    if (hold.by !== 'taken' || (await this.#isWarm(now))) await this.#inherit();
    else {
      this.#inheritAt = now + WARM;
      await this.#engine.configure(this.#plan, []);
    }
    this.#log.warn({ place, by: hold.by }, 'this instance tells what rules find from now on');
    return true;
  }

  async #isWarm(now: number): Promise<boolean> {
    if (this.#sharing?.samplesShared) return true;
    const first = await this.#engine.historyStart();
    return first !== null && first <= now - WARM && this.#startedAt <= now - WARM;
  }

  /** Gives the engine its plan and everything of its own that is open: what it does not see any more, it ends. */
  async #inherit(): Promise<void> {
    this.#inheritAt = null;
    const stored: StoredDeviation[] = [];
    let after: string | undefined;
    do {
      const page = await this.#deps.store.read((tx) =>
        tx.alerts.list({ states: ['pending', 'firing'], limit: 1000, ...(after === undefined ? {} : { after }) }),
      );
      for (const alert of page.items)
        if (OWN_SOURCE.test(alert.source)) stored.push({ source: alert.source, deviation: deviationOf(alert) });
      after = page.next ?? undefined;
    } while (after !== undefined);
    this.#pending.push(...(await this.#engine.configure(this.#plan!, stored)));
    await this.#flush();
  }

  /** Writes what deviations cost: at most once a minute for each that goes on, at once when it ends. */
  async #count(losses: TickResult['losses']): Promise<void> {
    for (const update of losses) {
      const key = `${update.fingerprint} ${update.from}`;
      this.#losses.set(key, { update, storedAt: this.#losses.get(key)?.storedAt ?? -Infinity });
    }
    const now = this.#deps.clock.now();
    const due = [...this.#losses.values()].filter(({ update, storedAt }) => !update.open || now - storedAt >= COUNT_MS);
    if (due.length === 0) return;
    try {
      const updates = due.map(({ update }) => update);
      await this.#deps.store.transact((tx) => countLosses(tx, this.#deps, updates));
    } catch (error) {
      this.#log.error(
        { losses: due.length, error: String(error) },
        'what was lost could not be stored; it is tried again',
      );
      return;
    }
    for (const entry of due) {
      if (entry.update.open) entry.storedAt = now;
      else this.#losses.delete(`${entry.update.fingerprint} ${entry.update.from}`);
    }
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    const fence = this.#fence;
    try {
      const told = await this.#deps.store.transact(async (tx) => {
        if (this.#sharing && (fence === null || !(await tx.upkeep.stillHolds(HOLD, fence)))) return false;
        await takeRuleEvents(tx, this.#deps, events);
        return true;
      });
      if (!told) this.#lookedAt = -Infinity;
      this.#pending = this.#pending.slice(events.length);
    } catch (error) {
      this.#log.error(
        { events: events.length, error: String(error) },
        'events of rules could not be stored; they are kept and tried again',
      );
      throw error;
    }
  }
}

function hasRules({ groups, watermarks, indicators }: EnginePlan): boolean {
  return groups.length + watermarks.length + indicators.length > 0;
}

function deviationOf(alert: Alert): Deviation {
  return {
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state,
    activeAt: alert.startsAt,
    firedAt: alert.firedAt,
    resolvedAt: alert.resolvedAt,
    value: alert.value ?? Number.NaN,
    keptSince: null,
  };
}
