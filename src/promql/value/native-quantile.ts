import { boundedBuckets, CUSTOM_SCHEMA, type BoundedBucket, type NativeHistogram } from './histogram.ts';

/**
 * The q-quantile of a native histogram: exponential within exponential buckets, linear within custom ones and the zero
 * bucket. Source: native histogram specification, "interpolation within a bucket".
 */
export function nativeQuantile(q: number, histogram: NativeHistogram): number {
  if (q !== q || histogram.count === 0) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const buckets = fittedBuckets(histogram);
  const rank = q * histogram.count;
  let below = 0;
  for (const bucket of buckets) {
    if (below + bucket.count >= rank) return within(histogram, bucket, (rank - below) / bucket.count);
    below += bucket.count;
  }
  const top = buckets.at(-1);
  return histogram.schema === CUSTOM_SCHEMA && top !== undefined ? within(histogram, top, 1) : NaN;
}

/** The share of observations between two values. */
export function nativeFraction(lower: number, upper: number, histogram: NativeHistogram): number {
  if (histogram.count === 0 || lower !== lower || upper !== upper) return NaN;
  if (lower >= upper) return 0;
  const buckets = fittedBuckets(histogram);
  return (rankBelow(histogram, buckets, upper) - rankBelow(histogram, buckets, lower)) / histogram.count;
}

function rankBelow(histogram: NativeHistogram, buckets: readonly BoundedBucket[], value: number): number {
  let rank = 0;
  for (const bucket of buckets) {
    if (value <= bucket.lower) return rank;
    if (value < bucket.upper) return rank + bucket.count * shareBelow(histogram, bucket, value);
    rank += bucket.count;
  }
  return rank;
}

/** The zero bucket reaches to one side only when the histogram has observations on that side alone. */
function fittedBuckets(histogram: NativeHistogram): BoundedBucket[] {
  const buckets = boundedBuckets(histogram);
  const hasNegative = histogram.negative.counts.some((count) => count !== 0);
  const hasPositive = histogram.positive.counts.some((count) => count !== 0);
  return buckets.map((bucket) => {
    if (histogram.schema === CUSTOM_SCHEMA || bucket.lower >= 0 || bucket.upper <= 0) return bucket;
    if (!hasNegative && hasPositive) return { ...bucket, lower: 0 };
    return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
  });
}

function isLinear(histogram: NativeHistogram, bucket: BoundedBucket): boolean {
  return histogram.schema === CUSTOM_SCHEMA || (bucket.lower <= 0 && bucket.upper >= 0);
}

function within(histogram: NativeHistogram, bucket: BoundedBucket, share: number): number {
  let { lower } = bucket;
  const { upper } = bucket;
  if (histogram.schema === CUSTOM_SCHEMA) {
    if (upper === Infinity) return lower;
    if (lower === -Infinity) {
      if (upper <= 0) return upper;
      lower = 0;
    }
  }
  if (isLinear(histogram, bucket)) return lower + (upper - lower) * share;
  const size = [Math.abs(lower), Math.abs(upper)] as const;
  if (upper > 0) return size[0] * (size[1] / size[0]) ** share;
  return -(size[0] * (size[1] / size[0]) ** share);
}

function shareBelow(histogram: NativeHistogram, bucket: BoundedBucket, value: number): number {
  const { upper } = bucket;
  let { lower } = bucket;
  if (lower === -Infinity && upper > 0) lower = 0;
  if (upper === Infinity || lower === -Infinity || value <= lower) return 0;
  if (isLinear(histogram, bucket)) return (value - lower) / (upper - lower);
  return Math.log(value / lower) / Math.log(upper / lower);
}
