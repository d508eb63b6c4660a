import type { Alert } from '../alert/alert.ts';
import { isQuiet } from '../alert/quiet.ts';
import type { Past } from './correlate/past.ts';
import { signOfAlert } from './place.ts';
import type { IncidentDeps } from './settings.ts';

/** How far back correlation learns, ms, and from how many alerts at most: the newest count. */
const BACK = { time: 30 * 86_400_000, alerts: 20_000 };
const PAGE = 500;
/** How many alerts that did not fire yet are looked at again. */
const PENDING_MOST = 2000;

/**
 * Teaches correlation what the stored alerts tell, beside the work of placing them: all of them when the program starts or
 * the topology changed, those that came since whenever it is asked. Every instance does so for itself; nothing is written.
 */
export class PastKeeper {
  readonly #deps: IncidentDeps;
  #past: Past | null = null;
  #last = '';
  readonly #pending = new Set<string>();

  constructor(deps: IncidentDeps) {
    this.#deps = deps;
  }

  /** Reads what came since the last time. @returns how many alerts were learnt from */
  async refresh(): Promise<number> {
    const settings = this.#deps.incidents();
    if (settings.past !== this.#past) {
      this.#past = settings.past;
      this.#last = '';
      this.#pending.clear();
    }
    const now = this.#deps.clock.now();
    const fresh = [...(await this.#fired()), ...(await this.#since(now - BACK.time))];
    let learnt = 0;
    for (const alert of fresh) {
      if (alert.state === 'pending') {
        if (this.#pending.size < PENDING_MOST) this.#pending.add(alert.id);
      } else if (!isQuiet(alert)) {
        this.#past.take(signOfAlert(settings, alert, now));
        learnt++;
      }
    }
    return learnt;
  }

  /** Those that had not fired when they were read. */
  async #fired(): Promise<Alert[]> {
    const ids = [...this.#pending];
    if (ids.length === 0) return [];
    this.#pending.clear();
    return this.#deps.store.read((tx) => tx.alerts.byIds(ids));
  }

  /** Alerts that came after the last one read, oldest first. */
  async #since(from: number): Promise<Alert[]> {
    const found: Alert[] = [];
    let after: string | undefined;
    do {
      const filter = { limit: PAGE, ...(after === undefined ? {} : { after }) };
      const { items, next } = await this.#deps.store.read((tx) => tx.alerts.list(filter));
      const fresh = items.filter(({ id, startsAt }) => id > this.#last && startsAt >= from);
      found.push(...fresh);
      after = fresh.length < items.length ? undefined : (next ?? undefined);
    } while (after !== undefined && found.length < BACK.alerts);
    this.#last = found[0]?.id ?? this.#last;
    return found.reverse();
  }
}
