import { formatDuration } from '../../core/duration.ts';
import { labelsKey, type Labels } from '../../core/labels.ts';
import type { ScrapeJob } from './config.ts';

/** One page to be fetched again and again. */
export interface Target {
  /** Names the target as long as job, address and labels stay. */
  readonly key: string;
  readonly job: string;
  readonly url: string;
  /** As it is written in the configuration. */
  readonly address: string;
  /** `job`, `instance` and the labels of the job. */
  readonly labels: Labels;
  readonly every: number;
  readonly timeout: number;
  readonly honorLabels: boolean;
  readonly sampleLimit: number | null;
  readonly authorization: string | null;
}

/** How a target does, as of its last scrape. */
export interface TargetState {
  health: 'up' | 'down' | 'unknown';
  lastError: string;
  /** Instant, ms; null before the first scrape. */
  lastScrape: number | null;
  /** Seconds. */
  lastDuration: number;
}

/** All targets of the configuration. */
export function targetsOf(jobs: readonly ScrapeJob[]): Target[] {
  return jobs.flatMap((job) => job.targets.map((address) => targetOf(job, address)));
}

function targetOf(job: ScrapeJob, address: string): Target {
  const url = new URL(/^https?:\/\//i.test(address) ? address : `${job.scheme}://${address}${job.path}`);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const labels = Object.freeze({ ...job.labels, job: job.job, instance: `${url.hostname}:${port}` });
  return {
    key: JSON.stringify([job.job, url.href, labelsKey(job.labels)]),
    job: job.job,
    url: url.href,
    address,
    labels,
    every: job.every,
    timeout: job.timeout,
    honorLabels: job.honor_labels,
    sampleLimit: job.sample_limit,
    authorization: job.authorization ? `${job.authorization.type} ${job.authorization.credentials}` : null,
  };
}

/**
 * Host names and addresses that the configuration names as targets: who may write it may have them called, private ones
 * too.
 */
export function scrapeHosts(jobs: readonly ScrapeJob[]): string[] {
  return [...new Set(targetsOf(jobs).map(({ url }) => new URL(url).hostname.replace(/^\[|\]$/g, '')))];
}

/** A target in the form of Prometheus' GET /api/v1/targets. */
export interface ActiveTarget {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  /** RFC 3339. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: TargetState['health'];
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** Go's zero time, which Prometheus shows for "never". */
const NEVER = '0001-01-01T00:00:00Z';

/** Writes a target as Prometheus does. Source: prometheus/prometheus docs/querying/api.md, "Targets". */
export function activeTarget(target: Target, state: TargetState): ActiveTarget {
  const url = new URL(target.url);
  const every = formatDuration(target.every);
  const timeout = formatDuration(target.timeout);
  return {
    discoveredLabels: {
      __address__: url.host,
      __metrics_path__: url.pathname,
      __scheme__: url.protocol.slice(0, -1),
      __scrape_interval__: every,
      __scrape_timeout__: timeout,
      job: target.job,
    },
    labels: target.labels,
    scrapePool: target.job,
    scrapeUrl: target.url,
    globalUrl: target.url,
    lastError: state.lastError,
    lastScrape: state.lastScrape === null ? NEVER : new Date(state.lastScrape).toISOString(),
    lastScrapeDuration: state.lastDuration,
    health: state.health,
    scrapeInterval: every,
    scrapeTimeout: timeout,
  };
}
