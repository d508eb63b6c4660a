import { formatGeneral } from './number.ts';

/** Schema number of histograms whose bucket bounds are listed one by one. */
export const CUSTOM_SCHEMA = -53;

/** A run of neighbouring buckets: `counts[k]` belongs to the bucket with index `offset + k`. Counts are absolute. */
interface BucketRun {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** What the writer says about this sample and the one before. */
export type ResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge';

/**
 * A native histogram. With an exponential schema s, bucket i covers (2^((i-1)/2^s), 2^(i/2^s)]; with the custom schema
 * it covers (customValues[i-1], customValues[i]], the last one reaching to +Inf.
 */
export interface NativeHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: BucketRun;
  readonly negative: BucketRun;
  readonly customValues: readonly number[];
  readonly resetHint: ResetHint;
}

/** One bucket with its bounds, in ascending order of value. */
export interface BoundedBucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Upper bound of a bucket index on the positive side. */
function boundOf(histogram: NativeHistogram, index: number): number {
  if (histogram.schema === CUSTOM_SCHEMA) {
    if (index < 0) return -Infinity;
    return histogram.customValues[index] ?? Infinity;
  }
  return 2 ** (index * 2 ** -histogram.schema);
}

/** All populated buckets from the lowest value to the highest, the zero bucket included. */
export function boundedBuckets(histogram: NativeHistogram): BoundedBucket[] {
  const found: BoundedBucket[] = [];
  const { positive, negative } = histogram;
  for (let k = negative.counts.length - 1; k >= 0; k--) {
    const index = negative.offset + k;
    const count = negative.counts[k]!;
    if (count !== 0) found.push({ lower: -boundOf(histogram, index), upper: -boundOf(histogram, index - 1), count });
  }
  if (histogram.zeroCount !== 0) {
    found.push({ lower: -histogram.zeroThreshold, upper: histogram.zeroThreshold, count: histogram.zeroCount });
  }
  positive.counts.forEach((count, k) => {
    const index = positive.offset + k;
    if (count !== 0) found.push({ lower: boundOf(histogram, index - 1), upper: boundOf(histogram, index), count });
  });
  return found;
}

/** The text Prometheus shows: `{count:20, sum:10, [-0.001,0.001]:2, (0.5,1]:1}`. */
export function printHistogram(histogram: NativeHistogram): string {
  const parts = [`count:${formatGeneral(histogram.count)}`, `sum:${formatGeneral(histogram.sum)}`];
  for (const { lower, upper, count } of boundedBuckets(histogram)) {
    const isZero = lower === -upper && upper === histogram.zeroThreshold && histogram.schema !== CUSTOM_SCHEMA;
    const open = isZero || upper <= 0 ? '[' : '(';
    const close = !isZero && upper <= 0 ? ')' : ']';
    parts.push(`${open}${formatGeneral(lower)},${formatGeneral(upper)}${close}:${formatGeneral(count)}`);
  }
  return `{${parts.join(', ')}}`;
}

/** Whether two histograms hold the same observations in the same layout. Reset hints do not count. */
export function equalHistograms(a: NativeHistogram, b: NativeHistogram, same = Object.is as NumberTest): boolean {
  return (
    a.schema === b.schema &&
    same(a.count, b.count) &&
    same(a.sum, b.sum) &&
    same(a.zeroCount, b.zeroCount) &&
    a.zeroThreshold === b.zeroThreshold &&
    equalRuns(a.positive, b.positive, same) &&
    equalRuns(a.negative, b.negative, same) &&
    equalBounds(a, b)
  );
}

type NumberTest = (a: number, b: number) => boolean;

function equalRuns(a: BucketRun, b: BucketRun, same: NumberTest): boolean {
  const from = Math.min(a.offset, b.offset);
  const to = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  for (let index = from; index < to; index++) if (!same(countAt(a, index), countAt(b, index))) return false;
  return true;
}

function equalBounds(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.customValues.length === b.customValues.length &&
    a.customValues.every((bound, index) => bound === b.customValues[index])
  );
}

function countAt(run: BucketRun, index: number): number {
  return run.counts[index - run.offset] ?? 0;
}

/** Every count and the sum times the factor. */
export function scaleHistogram(histogram: NativeHistogram, factor: number): NativeHistogram {
  const scaleRun = (run: BucketRun): BucketRun => ({ ...run, counts: run.counts.map((count) => count * factor) });
  return {
    ...histogram,
    count: histogram.count * factor,
    sum: histogram.sum * factor,
    zeroCount: histogram.zeroCount * factor,
    positive: scaleRun(histogram.positive),
    negative: scaleRun(histogram.negative),
    resetHint: factor < 0 ? 'gauge' : histogram.resetHint,
  };
}

/**
 * a + sign * b in the coarser of both layouts, or undefined when the layouts cannot be brought together (an exponential
 * one with a custom one, or two different lists of custom bounds).
 */
export function combineHistograms(a: NativeHistogram, b: NativeHistogram, sign: 1 | -1): NativeHistogram | undefined {
  if ((a.schema === CUSTOM_SCHEMA) !== (b.schema === CUSTOM_SCHEMA) || !equalBounds(a, b)) return undefined;
  const schema = Math.min(a.schema, b.schema);
  const zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  const left = widenZero(coarsen(a, schema), zeroThreshold);
  const right = widenZero(coarsen(b, schema), zeroThreshold);
  return {
    schema,
    zeroThreshold,
    count: left.count + sign * right.count,
    sum: left.sum + sign * right.sum,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    positive: combineRuns(left.positive, right.positive, sign),
    negative: combineRuns(left.negative, right.negative, sign),
    customValues: a.customValues,
    resetHint: a.resetHint === 'gauge' || b.resetHint === 'gauge' ? 'gauge' : 'unknown',
  };
}

function combineRuns(a: BucketRun, b: BucketRun, sign: 1 | -1): BucketRun {
  if (b.counts.length === 0) return a;
  const offset = a.counts.length === 0 ? b.offset : Math.min(a.offset, b.offset);
  const end = Math.max(a.counts.length === 0 ? offset : a.offset + a.counts.length, b.offset + b.counts.length);
  const counts: number[] = [];
  for (let index = offset; index < end; index++) counts.push(countAt(a, index) + sign * countAt(b, index));
  return { offset, counts };
}

/** The same observations in a coarser exponential schema. */
function coarsen(histogram: NativeHistogram, schema: number): NativeHistogram {
  const shift = histogram.schema - schema;
  if (shift <= 0) return histogram;
  const merge = (run: BucketRun): BucketRun => {
    if (run.counts.length === 0) return run;
    const target = (index: number): number => ((index - 1) >> shift) + 1;
    const offset = target(run.offset);
    const counts = Array.from({ length: target(run.offset + run.counts.length - 1) - offset + 1 }, () => 0);
    run.counts.forEach((count, k) => (counts[target(run.offset + k) - offset]! += count));
    return { offset, counts };
  };
  return { ...histogram, schema, positive: merge(histogram.positive), negative: merge(histogram.negative) };
}

/** Moves buckets that lie within the wider zero bucket into it. */
function widenZero(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (histogram.zeroThreshold >= threshold || histogram.schema === CUSTOM_SCHEMA) return histogram;
  let { zeroCount } = histogram;
  const swallow = (run: BucketRun): BucketRun => {
    let dropped = 0;
    while (dropped < run.counts.length && boundOf(histogram, run.offset + dropped - 1) < threshold) {
      zeroCount += run.counts[dropped]!;
      dropped++;
    }
    return { offset: run.offset + dropped, counts: run.counts.slice(dropped) };
  };
  const positive = swallow(histogram.positive);
  const negative = swallow(histogram.negative);
  return { ...histogram, zeroThreshold: threshold, zeroCount, positive, negative };
}

/**
 * Whether a counter histogram started anew between two samples. Decided by the counts alone: a hint repeated by a
 * subquery would otherwise count the same reset several times.
 */
export function isHistogramReset(before: NativeHistogram, now: NativeHistogram): boolean {
  if (now.count < before.count || now.zeroCount < before.zeroCount) return true;
  if (now.schema > before.schema || now.zeroThreshold < before.zeroThreshold) return true;
  if (now.schema === CUSTOM_SCHEMA && !equalBounds(before, now)) return true;
  const coarse = widenZero(coarsen(before, now.schema), now.zeroThreshold);
  const shrank = (a: BucketRun, b: BucketRun): boolean => a.counts.some((count, k) => countAt(b, a.offset + k) < count);
  return shrank(coarse.positive, now.positive) || shrank(coarse.negative, now.negative);
}
