/** The Prometheus API of this server, as far as the pages ask it. */
import { call, pathOf } from '../access/call.ts';
import { serverNow } from '../shell/clock.ts';

type Labels = Record<string, string>;
type Point = [at: number, value: string];

interface Answer<T> {
  data: T;
  warnings?: string[];
}
type QueryData =
  | { resultType: 'matrix'; result: { metric: Labels; values?: Point[] }[] }
  | { resultType: 'vector'; result: { metric: Labels; value?: Point }[] }
  | { resultType: 'scalar' | 'string'; result: Point };

/** One line of a result: its name in words, and its values at the steps of the range. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}
export interface Result {
  readonly query: string;
  readonly lines: readonly Line[];
  readonly warnings: readonly string[];
}

const POINTS = 240;
/** Steps a person can read off an axis, in seconds. */
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** The series as PromQL writes it: `name{label="value"}`. */
function nameOf(metric: Labels, query: string): string {
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length === 0 ? name || query : `${name}{${inner.join(', ')}}`;
}

/** Asks one query over the milliseconds up to now, or at this instant when `span` is null. @throws ProblemError */
export async function ask(query: string, span: number | null): Promise<Result> {
  const now = serverNow() / 1000;
  const step = STEPS.find((each) => (span ?? 0) / 1000 / each <= POINTS) ?? 3600;
  const end = Math.floor(now / step) * step;
  const path =
    span === null
      ? pathOf('/api/v1/query', { query, time: now })
      : pathOf('/api/v1/query_range', { query, start: end - span / 1000, end, step });
  const { data, warnings = [] } = await call<Answer<QueryData>>('GET', path);
  return { query, lines: linesOf(data, query), warnings };
}

function linesOf(data: QueryData, query: string): Line[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values = [] }) => ({ name: nameOf(metric, query), points: values }));
    case 'vector':
      return data.result.map(({ metric, value }) => ({
        name: nameOf(metric, query),
        points: value === undefined ? [] : [value],
      }));
    default:
      return [{ name: query, points: [data.result] }];
  }
}

export interface Target {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly labels: Labels;
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly lastError: string;
}

/** What this server scrapes. @throws ProblemError */
export async function askTargets(): Promise<readonly Target[]> {
  const { data } = await call<Answer<{ activeTargets: Target[] }>>('GET', '/api/v1/targets?state=active');
  return data.activeTargets;
}
