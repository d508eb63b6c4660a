import type { Alert } from '../alert/alert.ts';
import type { AlertTx } from '../alert/ports.ts';
import type { Deps } from '../core/transaction.ts';
import type { Deviation, EnginePlan, StoredDeviation } from '../expectation/index.ts';
import { takeRuleEvents } from '../signal/index.ts';
import type { AlertEvent } from '../signal/signal.ts';
import type { EngineClient } from './engine-client.ts';
import type { RunnerLog } from './runner.ts';

const OWN_SOURCE = /^(rule|watermark|band):/;

/**
 * Asks the engine what deviates and hands it on to the alert stage. What could not be stored is kept and handed on
 * first the next time; what was stored as open is given back to the engine after a restart.
 */
export class EngineTicker {
  readonly #engine: EngineClient;
  readonly #deps: Deps<AlertTx>;
  readonly #log: RunnerLog;
  #pending: AlertEvent[] = [];

  constructor(engine: EngineClient, deps: Deps<AlertTx>, log: RunnerLog) {
    this.#engine = engine;
    this.#deps = deps;
    this.#log = log;
  }

  /** Gives the engine its plan and what is open. */
  async configure(plan: EnginePlan): Promise<void> {
    await this.#flush();
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
    this.#pending.push(...(await this.#engine.configure(plan, stored)));
    await this.#flush();
  }

  /** Lets the engine evaluate what is due. @returns when it wants to be asked again (ms), and how many events there were */
  async tick(): Promise<{ readonly nextAt: number; readonly events: number }> {
    await this.#flush();
    const { events, nextAt } = await this.#engine.tick();
    this.#pending.push(...events);
    await this.#flush();
    return { nextAt, events: events.length };
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    try {
      await this.#deps.store.transact((tx) => takeRuleEvents(tx, this.#deps, events));
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
