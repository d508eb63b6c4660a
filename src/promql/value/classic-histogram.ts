/** A bucket of a classic histogram: how many observations were at most `upper`. */
export interface ClassicBucket {
  readonly upper: number;
  count: number;
}

/** Buckets that differ by less than this share of their sum differ by rounding only. */
const ROUNDING = 1e-12;

/**
 * The q-quantile estimated from cumulative buckets, linear within a bucket. `forced` tells that counts fell from one
 * bucket to the next and were raised. Sorts and changes the buckets given.
 */
export function classicQuantile(q: number, buckets: ClassicBucket[]): { value: number; forced: boolean } {
  if (q !== q) return { value: NaN, forced: false };
  if (q < 0 || q > 1) return { value: q < 0 ? -Infinity : Infinity, forced: false };
  const merged = mergeEqual(buckets);
  const top = merged.at(-1);
  if (top?.upper !== Infinity) return { value: NaN, forced: false };
  const forced = forceMonotonic(merged);
  if (merged.length < 2 || top.count === 0 || top.count !== top.count) return { value: NaN, forced };
  return { value: locateRank(q * top.count, merged), forced };
}

function locateRank(rank: number, buckets: readonly ClassicBucket[]): number {
  const last = buckets.length - 1;
  let index = 0;
  while (index < last && !(buckets[index]!.count >= rank)) index++;
  const bucket = buckets[index]!;
  if (index === last) return buckets[last - 1]!.upper;
  if (index === 0 && bucket.upper <= 0) return bucket.upper;
  const below = index === 0 ? { upper: 0, count: 0 } : buckets[index - 1]!;
  return below.upper + (bucket.upper - below.upper) * ((rank - below.count) / (bucket.count - below.count));
}

/** The estimated share of observations between two values. Sorts and changes the buckets given. */
export function classicFraction(
  lower: number,
  upper: number,
  buckets: ClassicBucket[],
): { value: number; forced: boolean } {
  const merged = mergeEqual(buckets);
  const top = merged.at(-1);
  if (top?.upper !== Infinity) return { value: NaN, forced: false };
  const forced = forceMonotonic(merged);
  if (top.count === 0 || lower !== lower || upper !== upper) return { value: NaN, forced };
  if (lower >= upper) return { value: 0, forced };
  return { value: (rankOf(upper, merged) - rankOf(lower, merged)) / top.count, forced };
}

/** How many observations are estimated to lie below a value. */
function rankOf(value: number, buckets: readonly ClassicBucket[]): number {
  let rank = 0;
  let bound = (buckets[0]?.upper ?? 0) > 0 ? 0 : -Infinity;
  for (const bucket of buckets) {
    if (bound >= value) return rank;
    if (value < bucket.upper) {
      const share = (value - bound) / (bucket.upper - bound);
      return bound === -Infinity || bucket.upper === Infinity ? rank : rank + (bucket.count - rank) * share;
    }
    rank = bucket.count;
    bound = bucket.upper;
  }
  return rank;
}

/** In order of bounds, those with equal bounds (written differently, such as 1 and 1.0) added up. */
function mergeEqual(buckets: ClassicBucket[]): ClassicBucket[] {
  buckets.sort((a, b) => a.upper - b.upper || 0);
  const merged: ClassicBucket[] = [];
  for (const bucket of buckets) {
    const last = merged.at(-1);
    if (last !== undefined && last.upper === bucket.upper) last.count += bucket.count;
    else merged.push({ ...bucket });
  }
  return merged;
}

function forceMonotonic(buckets: ClassicBucket[]): boolean {
  let forced = false;
  let before = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    const isRounding = Math.abs(bucket.count - before) / (Math.abs(bucket.count) + Math.abs(before)) < ROUNDING;
    if (bucket.count < before && !isRounding) forced = true;
    if (bucket.count < before || isRounding) bucket.count = before;
    else before = bucket.count;
  }
  return forced;
}
