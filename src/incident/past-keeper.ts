import type { Alert } from '../alert/alert.ts';
import { isQuiet } from '../alert/quiet.ts';
import { opensIncident } from '../alert/severity.ts';
import type { Past } from './correlate/past.ts';
import { signOf, type Sign } from './correlate/sign.ts';
import type { IncidentDeps, IncidentSettings } from './settings.ts';

/** How far back correlation learns, ms, and from how many alerts at most: the newest count. */
const BACK = { time: 30 * 86_400_000, alerts: 20_000 };
const PAGE = 500;
const GLANCE = 20;
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
    const { past } = settings;
    const now = this.#deps.clock.now();
    const signs = [...(await this.#fired(settings, now)), ...(await this.#since(settings, now))];
    for (const sign of signs) past.take(sign);
    return signs.length;
  }

  /** Those that had not fired when they were read. */
  async #fired(settings: IncidentSettings, now: number): Promise<Sign[]> {
    const ids = [...this.#pending];
    if (ids.length === 0) return [];
    this.#pending.clear();
    return this.#signs(settings, await this.#deps.store.read((tx) => tx.alerts.byIds(ids)), now);
  }

  /** Signs of the alerts that came after the last one read, oldest first. */
  async #since(settings: IncidentSettings, now: number): Promise<Sign[]> {
    const found: Sign[] = [];
    let after: string | undefined;
    let newest = this.#last;
    do {
      // Mostly little or nothing came since: a short page answers that.
      const limit = after === undefined && this.#last !== '' ? GLANCE : PAGE;
      const filter = { limit, ...(after === undefined ? {} : { after }) };
      const { items, next } = await this.#deps.store.read((tx) => tx.alerts.list(filter));
      const fresh = items.filter(({ id, startsAt }) => id > this.#last && startsAt >= now - BACK.time);
      // One page at a time, so that nothing else waits.
      found.push(...this.#signs(settings, fresh, now));
      if (after === undefined) newest = fresh[0]?.id ?? newest;
      after = fresh.length < items.length ? undefined : (next ?? undefined);
    } while (after !== undefined && found.length < BACK.alerts);
    this.#last = newest;
    return found.reverse();
  }

  /** Signs of those that fired and that people were told of; words are not asked. */
  #signs({ topology }: IncidentSettings, alerts: readonly Alert[], now: number): Sign[] {
    const signs: Sign[] = [];
    for (const alert of alerts) {
      const { id, state, labels, severity, startsAt } = alert;
      if (state === 'pending' && this.#pending.size < PENDING_MOST) this.#pending.add(id);
      if (state === 'pending' || isQuiet(alert)) continue;
      signs.push(signOf(topology, { labels, text: '', opens: opensIncident(severity), at: Math.min(startsAt, now) }));
    }
    return signs;
  }
}
