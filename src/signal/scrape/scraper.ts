import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { ACCEPT } from '../exposition/index.ts';
import type { ScrapeJob } from './config.ts';
import type { ScrapedPage, ScrapeOutcome } from './intake.ts';
import { activeTarget, targetsOf, type ActiveTarget, type Target, type TargetState } from './target.ts';

/** Most bytes of a page. */
const MAX_PAGE_BYTES = 64 << 20;

/** Fetches a page, safely: no other address than the targets' own. */
export type FetchPage = (request: {
  readonly method: 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Real milliseconds. */
  readonly timeout: number;
  readonly maxBytes: number;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}>;

/** Where pages go. Resolves when their samples are durable. */
export interface PageSink {
  writePage(scraped: ScrapedPage): Promise<ScrapeOutcome>;
  /** The target is no longer scraped as of `at` (ms). */
  endTarget(target: string, at: number): Promise<void>;
}

export interface ScraperOptions {
  readonly fetch: FetchPage;
  readonly sink: PageSink;
  readonly clock: Clock;
  /** A stopwatch, ms. */
  readonly elapsed: () => number;
  readonly onError: (target: Target, error: unknown) => void;
  /** Some samples of a page were not stored: told when it begins, not with each scrape. */
  readonly onRefused: (target: Target, why: string) => void;
}

interface Slot {
  target: Target;
  readonly state: TargetState;
  dueAt: number;
  running: boolean;
  refusing: boolean;
}

/** The data of GET /api/v1/targets. */
export interface TargetList {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly never[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

/**
 * Scrapes each target at its own instants. Nothing here waits for time: `tick` starts what is due and says when it wants
 * to be called again. Targets do not wait for each other, and none is scraped beside itself: a scrape that is still
 * running when the next is due takes its place.
 */
export class Scraper {
  readonly #options: ScraperOptions;
  #slots = new Map<string, Slot>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  /** Takes the jobs of a configuration. Targets that stay keep their state; the series of those that go are ended. */
  async configure(jobs: readonly ScrapeJob[]): Promise<void> {
    const now = this.#options.clock.now();
    const before = this.#slots;
    this.#slots = new Map();
    for (const target of targetsOf(jobs)) {
      const state: TargetState = { health: 'unknown', lastError: '', lastScrape: null, lastDuration: 0 };
      const known = before.get(target.key);
      const slot: Slot = known ?? { target, state, dueAt: 0, running: false, refusing: false };
      if (!known || known.target.every !== target.every) slot.dueAt = firstDue(target, now);
      slot.target = target;
      this.#slots.set(target.key, slot);
    }
    for (const key of before.keys()) if (!this.#slots.has(key)) await this.#options.sink.endTarget(key, now);
  }

  /** Starts what is due. @returns when to call again, ms; undefined without targets */
  tick(): number | undefined {
    const now = this.#options.clock.now();
    let next: number | undefined;
    for (const slot of this.#slots.values()) {
      if (slot.dueAt <= now) {
        const { every } = slot.target;
        const at = scrapeInstant(slot, now);
        // Instants that were missed (the process slept) are left out.
        slot.dueAt += (Math.floor((now - slot.dueAt) / every) + 1) * every;
        if (!slot.running) this.#start(slot, at);
      }
      if (next === undefined || slot.dueAt < next) next = slot.dueAt;
    }
    return next;
  }

  /** Waits for the scrapes under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /**
   * The targets as Prometheus' GET /api/v1/targets shows them.
   * @param state active, dropped (there are none) or any @param pool only those of this job
   */
  targets(state = 'any', pool: string | null = null): TargetList {
    const shown = [...this.#slots.values()].filter(({ target }) => pool === null || target.job === pool);
    const activeTargets = state === 'dropped' ? [] : shown.map((slot) => activeTarget(slot.target, slot.state));
    return { activeTargets, droppedTargets: [], droppedTargetCounts: {} };
  }

  #start(slot: Slot, at: number): void {
    slot.running = true;
    const run = this.#scrape(slot, at)
      .catch((error: unknown) => {
        slot.state.health = 'down';
        slot.state.lastError = error instanceof Error ? error.message : String(error);
        this.#options.onError(slot.target, error);
      })
      .finally(() => {
        slot.running = false;
        this.#running.delete(run);
      });
    this.#running.add(run);
  }

  async #scrape(slot: Slot, at: number): Promise<void> {
    const { target, state } = slot;
    const started = this.#options.elapsed();
    const fetched = await this.#fetch(target);
    const duration = (this.#options.elapsed() - started) / 1000;
    // A target that was taken away meanwhile must not come back by its last page.
    if (this.#slots.get(target.key) !== slot) return;
    const { key, labels, honorLabels, sampleLimit } = target;
    const scraped = { target: key, labels, honorLabels, sampleLimit, at, duration, ...fetched };
    const { error, refused } = await this.#options.sink.writePage(scraped);
    if (refused !== '' && !slot.refusing) this.#options.onRefused(target, refused);
    slot.refusing = refused !== '';
    state.health = error === '' ? 'up' : 'down';
    state.lastError = error;
    state.lastScrape = at;
    state.lastDuration = duration;
  }

  async #fetch(target: Target): Promise<Pick<ScrapedPage, 'page' | 'error'>> {
    const headers = {
      accept: ACCEPT,
      'x-prometheus-scrape-timeout-seconds': String(target.timeout / 1000),
      ...(target.authorization === null ? {} : { authorization: target.authorization }),
    };
    const timeout = Math.max(1, target.timeout / this.#options.clock.speed);
    try {
      const answer = await this.#options.fetch({
        method: 'GET',
        url: target.url,
        headers,
        timeout,
        maxBytes: MAX_PAGE_BYTES,
      });
      if (answer.status !== 200) return { page: null, error: `the target answered with status ${answer.status}` };
      const type = answer.headers['content-type'];
      return { page: { text: answer.body, contentType: typeof type === 'string' ? type : '' }, error: '' };
    } catch (error) {
      if (error instanceof Fault) return { page: null, error: error.message };
      throw error;
    }
  }
}

/**
 * The instant that a scrape's samples carry: the planned one if it is hardly late, so that samples stand at even
 * distances, else the present.
 */
function scrapeInstant({ dueAt, target }: Slot, now: number): number {
  return now - dueAt <= target.every / 100 ? dueAt : now;
}

/** The first instant of a target: its place within the interval depends on its name, so that targets spread out. */
function firstDue(target: Target, now: number): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < target.key.length; i++) hash = Math.imul(hash ^ target.key.charCodeAt(i), 16_777_619);
  const offset = (hash >>> 0) % target.every;
  return now + ((((offset - now) % target.every) + target.every) % target.every);
}
