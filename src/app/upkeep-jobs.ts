import {
  fallbackPage,
  pageFallback,
  reconcileChains,
  reconcilePages,
  releaseCanary,
  type ActionServices,
} from '../action/index.ts';
import type { Config } from '../config/index.ts';
import type { Deps } from '../core/transaction.ts';
import { safeHttp } from '../outside/index.ts';
import type { Tx } from '../store/index.ts';
import type { EngineTicker } from './engine-ticker.ts';
import type { Load } from './load.ts';
import type { OwnMetrics } from './own-metrics.ts';
import type { Job } from './pump.ts';
import type { RunnerLog } from './runner.ts';
import type { SteadyClock } from './steady-clock.ts';
import { Watch } from './watch.ts';

const PING_TIMEOUT = 8000;
/** A step of the machine's clock that is worth a line in the log, ms. */
const NOTICED = 5000;

export interface UpkeepOptions {
  readonly deps: Deps<Tx>;
  readonly services: ActionServices;
  readonly metrics: OwnMetrics;
  readonly log: RunnerLog;
  readonly config: () => Config;
  readonly ticker: EngineTicker;
  readonly load: Load;
  /** The clock that can take over the time of a shared database; null when it cannot. */
  readonly steady: SteadyClock | null;
  /** Names this process. */
  readonly instance: string;
  /** A stopwatch that nobody sets, ms. */
  readonly elapsed: () => number;
}

/** The jobs by which the process looks after itself: canary, watch, reconciler, load. */
export function upkeepJobs(options: UpkeepOptions): Job[] {
  const { deps, metrics, load, instance, ticker } = options;
  const watch = watchOf(options);
  return [
    { name: 'canary', every: 60_000, run: () => releaseCanary(deps, instance) },
    {
      name: 'watch',
      every: 5000,
      run: async () => {
        await watch.look();
        metrics.blind.set(watch.blind || watch.muted ? 1 : 0);
      },
    },
    { name: 'clock', every: 30_000, run: () => compareClocks(options) },
    {
      name: 'load',
      every: 1000,
      run: async () => {
        await load.look().finally(() => metrics.load.set(load.level));
        metrics.tellsRules.set(ticker.tells ? 1 : 0);
      },
    },
    {
      name: 'reconcile',
      every: 15_000,
      run: async () => {
        await reconcile(options);
        await watch.tellAlive();
      },
    },
  ];
}

function watchOf({ deps, services, log, config, instance, elapsed }: UpkeepOptions): Watch {
  return new Watch({
    deps,
    log,
    instance,
    elapsed,
    pageRaw: (raw) => pageFallback(services, raw),
    ping: () => {
      const { alive, allow } = config().outside;
      if (!alive) return null;
      return async () => {
        const { status } = await safeHttp(allow)({ method: 'POST', url: alive.url, timeout: PING_TIMEOUT });
        if (status >= 300) throw new Error(`it answered HTTP ${status}`);
      };
    },
    pingEvery: () => config().outside.alive?.every ?? Infinity,
  });
}

/** Repairs what breaks a promise of the chain, and tells a person of each: it is a defect. */
async function reconcile({ deps, services, metrics, log }: UpkeepOptions): Promise<void> {
  const incidents = await reconcileChains(deps, services);
  const pages = await reconcilePages(deps);
  metrics.unattended.inc(incidents.length);
  metrics.strandedPages.inc(pages.length);
  for (const one of incidents) log.error({ ...one }, 'an open incident had no next action; repaired');
  for (const one of pages) log.error({ ...one }, 'a page was due and nothing sent it; repaired');
  if (incidents.length + pages.length === 0) return;
  const words = [
    ...incidents.map(
      ({ number, reason }) => `Incident ${number} had nothing planned (${reason}); its chain goes on now.`,
    ),
    ...pages.map(({ pageId, reason }) => `Page ${pageId} was due and nothing sent it (${reason}).`),
  ];
  const first = incidents[0]?.incidentId ?? pages[0]!.pageId;
  const raw = {
    key: `reconcile-${first}-${deps.clock.now()}`,
    subject: `Lamplighter repaired ${words.length} broken promise${words.length === 1 ? '' : 's'} of the chain`,
    text: `${words.join('\n')}\n\nThis should never happen: please report it with the log of the last minutes.`,
  };
  await deps.store.transact((tx) => tx.work.enqueue(fallbackPage(raw)).then(() => undefined));
}

/** Instances that share a database compare due times with its clock, whatever their machines show. */
async function compareClocks({ deps, steady, log }: UpkeepOptions): Promise<void> {
  if (!steady) return;
  const asked = Date.now();
  const shown = await deps.store.read((tx) => tx.upkeep.databaseNow());
  const answered = Date.now();
  // An answer that took long says little about when it was given.
  if (shown !== null && answered - asked < 1000) steady.follow(Math.round(shown - (asked + answered) / 2));
  const { ahead } = steady;
  if (ahead > NOTICED) log.warn({ ahead }, "the machine's clock was set back; this process goes on without the step");
}
