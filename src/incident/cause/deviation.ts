import type { Measures } from './measures.ts';

/** What a node does in the window beyond what it does normally, in one metric. */
export interface Deviation {
  /** Excess in the metric's mass: failed requests, or seconds of waiting (rise x requests). Never negative. */
  readonly mass: number;
  /** How surprising it is: standard deviations (of the binomial tail, for failures). */
  readonly z: number;
  /** Present and normal value: the share that fails, or mean seconds. */
  readonly now: number;
  readonly normal: number;
  /** Requests in the window. */
  readonly requests: number;
}

export type CauseMetric = 'failures' | 'latency';

const NONE: Deviation = { mass: 0, z: 0, now: 0, normal: 0, requests: 0 };
/** How many requests the rows just before must have before they outweigh the normal period. */
const PRIOR_REQUESTS = 200;
/** The least that counts as one standard deviation of latency: a share of the normal value, and seconds. */
const FLOOR_RELATIVE = 0.05;
const FLOOR_SECONDS = 0.0005;

/** What a node does usually: in the normal period, in the rows just before, and at this time of day. */
export interface Usual {
  readonly normal: Measures | undefined;
  readonly before: Measures | undefined;
  /** What was seen at the same time of the days before, a value for each day: the share that fails, or mean seconds. */
  readonly daily: readonly number[];
}

/** Deviation of a node in the window against what it does usually. */
export function deviationOf(metric: CauseMetric, usual: Usual, window: Measures | undefined): Deviation {
  if (!window) return NONE;
  return metric === 'failures' ? ofFailures(usual, window) : ofLatency(usual, window);
}

/** The value of a metric over some rows: the share that fails, or mean seconds; NaN of none. */
export function valueOf(metric: CauseMetric, measures: Measures | undefined): number {
  if (!measures) return NaN;
  if (metric === 'latency') return weighted(measures).mean;
  const { failed, total } = counted(measures);
  return total > 0 ? failed / total : NaN;
}

/**
 * What is told as the value before: the usual one, or that of the rows just before where most of them were higher. A few
 * that fail already, since it began before it was noticed, do not count. NaN of nothing.
 */
export function toldBefore(metric: CauseMetric, { normal, before, daily }: Usual): number {
  const usual = metric === 'latency' ? median(present(normal?.latency)) : valueOf(metric, normal);
  const values = metric === 'latency' ? (before?.latency ?? []) : rates(before);
  return larger(larger(usual, median(present(values))), habit(daily));
}

function rates(measures: Measures | undefined): number[] {
  return (measures?.requests ?? []).map((requests, row) => (requests > 0 ? measures!.failures[row]! / requests : NaN));
}

/** What was seen on most of the days: one bad day is no habit. NaN of fewer than two days. */
function habit(daily: readonly number[]): number {
  const seen = daily.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  return seen.length < 2 ? NaN : seen[(seen.length - 1) >> 1]!;
}

function larger(value: number, other: number): number {
  return other > value ? other : value;
}

/** Availability by a binomial test of failed against total: deviations of a rate are weak in z. */
function ofFailures({ normal, before, daily }: Usual, window: Measures): Deviation {
  const usual = counted(normal);
  const earlier = counted(before);
  const now = counted(window);
  if (now.total <= 0) return NONE;
  const base = (usual.failed + 0.5) / (usual.total + 1000);
  const recent = (earlier.failed + base * PRIOR_REQUESTS) / (earlier.total + PRIOR_REQUESTS);
  const rate = Math.min(0.999, larger(Math.max(base, recent), habit(daily)));
  const mass = Math.max(0, now.failed - now.total * rate);
  const z = mass <= 0 ? 0 : zOfTail(logBinomialTail(Math.round(now.failed), Math.round(now.total), rate));
  return { mass, z, now: now.failed / now.total, normal: rate, requests: now.total };
}

function ofLatency({ normal, before, daily }: Usual, window: Measures): Deviation {
  const usual = present(normal?.latency);
  const now = weighted(window);
  if (usual.length < 3 || now.total <= 0) return { ...NONE, requests: now.total };
  const middle = median(usual);
  const earlier = before ? weighted(before) : { mean: NaN, total: 0 };
  const base = larger(earlier.total > 0 ? Math.max(middle, earlier.mean) : middle, habit(daily));
  const mad = median(usual.map((value) => Math.abs(value - middle)));
  // A slow drift over the day widens the levels but not the steps from row to row, and the base follows the drift.
  const steps = median(usual.slice(1).map((value, index) => Math.abs(value - usual[index]!)));
  const noise = earlier.total > 0 ? Math.min(mad, steps) : mad;
  const spread = Math.max(1.4826 * noise, FLOOR_RELATIVE * base, FLOOR_SECONDS);
  const rise = now.mean - base;
  return { mass: Math.max(0, rise) * now.total, z: rise / spread, now: now.mean, normal: base, requests: now.total };
}

function counted(measures: Measures | undefined): { failed: number; total: number } {
  let failed = 0;
  let total = 0;
  for (const [index, requests] of (measures?.requests ?? []).entries()) {
    const wrong = measures!.failures[index]!;
    if (!(requests > 0) || Number.isNaN(wrong)) continue;
    failed += Math.min(wrong, requests);
    total += requests;
  }
  return { failed, total };
}

function weighted(measures: Measures): { mean: number; total: number } {
  let sum = 0;
  let total = 0;
  for (const [index, seconds] of measures.latency.entries()) {
    const requests = measures.requests[index]!;
    if (!(requests > 0) || Number.isNaN(seconds)) continue;
    sum += seconds * requests;
    total += requests;
  }
  return { mean: total > 0 ? sum / total : NaN, total };
}

function present(values: readonly number[] | undefined): number[] {
  return (values ?? []).filter((value) => !Number.isNaN(value));
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Natural logarithm of the chance of at least `failed` of `total` at `rate`, summed exactly from the log-gamma. */
export function logBinomialTail(failed: number, total: number, rate: number): number {
  if (failed <= 0) return 0;
  let term =
    logGamma(total + 1) -
    logGamma(failed + 1) -
    logGamma(total - failed + 1) +
    failed * Math.log(rate) +
    (total - failed) * Math.log1p(-rate);
  let sum = term;
  for (let k = failed + 1; k <= total; k++) {
    term += Math.log((total - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    const next = sum + Math.log1p(Math.exp(term - sum));
    if (next - sum < 1e-12 && k > total * rate) break;
    sum = next;
  }
  return Math.min(0, sum);
}

/** Standard deviations of a normal distribution that are as rare as a log-probability (Abramowitz and Stegun 26.2.23). */
function zOfTail(logP: number): number {
  if (logP >= Math.log(0.5)) return 0;
  const t = Math.sqrt(-2 * logP);
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
}

/** Stirling's series, good to 1e-9 from 1 on: smaller numbers are raised by the recurrence first. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 8; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
