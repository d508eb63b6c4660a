import type { NativeHistogram } from '../../promql/index.ts';
import type { ExponentialBuckets, ExponentialHalf } from './model.ts';

/** Powers of two that become bounds: from a billionth up to about a billion. What is smaller counts with the first. */
const LOWEST = -30;
const HIGHEST = 40;
const SIZE = HIGHEST - LOWEST + 1;
const POWERS = Array.from({ length: SIZE }, (_, index) => 2 ** (LOWEST + index));
const BOTH_SIDES = [...POWERS.map((bound) => -bound).reverse(), 0, ...POWERS];
const ONE_SIDE = [0, ...POWERS];
/** Beyond this no bucket has a width that a number can hold. */
const MOST_SCALE = 20;

/** A histogram with the bounds of this program: one count more than bounds, not cumulative. */
export interface ClassicBuckets {
  /** Shared by all; not to be written to. */
  readonly bounds: number[];
  readonly buckets: number[];
}

/**
 * An exponential histogram as one with explicit bounds, the powers of two. Bucket i of scale s covers
 * (2^(i / 2^s), 2^((i + 1) / 2^s)], so with a scale from 0 on each lies within one of ours and nothing is lost but its
 * fineness; with a scale below 0 all of it counts up to its upper bound. Bounds do not depend on the point: the series
 * stay the same while the sender changes its scale.
 * @returns the buckets, or why the point cannot be taken
 * Source: opentelemetry-specification metrics/data-model.md, "ExponentialHistogram".
 */
export function classicBuckets(given: ExponentialBuckets): ClassicBuckets | string {
  const { scale, zeroCount, zeroThreshold, positive, negative } = given;
  const mistake = mistakeOf(given);
  if (mistake !== null) return mistake;
  const twoSided = negative.counts.some((count) => count !== 0);
  const bounds = twoSided ? BOTH_SIDES : ONE_SIDE;
  const zero = twoSided ? SIZE : 0;
  const buckets = new Array<number>(bounds.length + 1).fill(0);
  const add = (index: number, count: number): void => {
    buckets[index]! += count;
  };
  eachPower(positive, scale, (power, count) => add(zero + 1 + placeOf(power), count));
  // The values from -2^k up to -2^(k-1) count below -2^(k-1), which the mirror has one place nearer to zero.
  eachPower(negative, scale, (power, count) => add(zero - placeOf(power), count));
  add(zeroThreshold === 0 ? zero : zero + 1 + placeOf(Math.ceil(Math.log2(zeroThreshold))), zeroCount);
  return { bounds, buckets };
}

/** Which of the powers, counted from the first, a value up to 2^power lies below; SIZE is beyond all. */
function placeOf(power: number): number {
  return Math.min(Math.max(power, LOWEST), HIGHEST + 1) - LOWEST;
}

/** Hands over each count with the smallest power of two that none of its values is larger than. */
function eachPower(
  { offset, counts }: ExponentialHalf,
  scale: number,
  take: (power: number, count: number) => void,
): void {
  counts.forEach((count, index) => {
    if (count === 0) return;
    const at = offset + index;
    take(scale >= 0 ? Math.floor(at / 2 ** scale) + 1 : (at + 1) * 2 ** -scale, count);
  });
}

/** Why an exponential histogram cannot be taken, or null. */
function mistakeOf({ scale, zeroCount, zeroThreshold, positive, negative }: ExponentialBuckets): string | null {
  if (!Number.isInteger(scale) || Math.abs(scale) > MOST_SCALE)
    return `of an exponential histogram whose scale is not between -${MOST_SCALE} and ${MOST_SCALE}`;
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity))
    return 'of an exponential histogram whose zero threshold is not a number from 0';
  if (zeroCount < 0 || [positive, negative].some(({ counts }) => counts.some((count) => count < 0)))
    return 'of an exponential histogram with a count below zero';
  return null;
}

/** The finest and the coarsest schema of native histograms, and the zero threshold of those that name none. */
const FINEST = 8;
const COARSEST = -4;
const USUAL_THRESHOLD = 2 ** -128;

/**
 * An exponential histogram as a native one. Bucket i of ours ends where bucket i - 1 of theirs does; a scale beyond 8 is
 * made coarser, one below -4 cannot be taken.
 * @returns the histogram, or why the point cannot be taken
 * Source: opentelemetry-specification compatibility/prometheus_and_openmetrics.md, "Exponential Histograms".
 */
export function nativeHistogram(
  given: ExponentialBuckets,
  count: number,
  sum: number | null,
): NativeHistogram | string {
  const mistake = mistakeOf(given);
  if (mistake !== null) return mistake;
  const { scale, zeroCount, zeroThreshold, positive, negative } = given;
  if (scale < COARSEST) return `of an exponential histogram whose scale is below ${COARSEST}`;
  const inside = [...positive.counts, ...negative.counts].reduce((total, one) => total + one, zeroCount);
  if (inside !== count) return 'of an exponential histogram whose count is not that of its buckets';
  const shift = Math.max(0, scale - FINEST);
  const runOf = ({ offset, counts }: ExponentialHalf): NativeHistogram['positive'] => {
    if (counts.length === 0) return { offset: 0, counts: [] };
    const place = (index: number): number => Math.floor(index / 2 ** shift) + 1;
    const first = place(offset);
    const merged = new Array<number>(place(offset + counts.length - 1) - first + 1).fill(0);
    counts.forEach((one, index) => (merged[place(offset + index) - first]! += one));
    return { offset: first, counts: merged };
  };
  return {
    schema: scale - shift,
    count,
    sum: sum ?? Number.NaN,
    zeroThreshold: zeroThreshold === 0 ? USUAL_THRESHOLD : zeroThreshold,
    zeroCount,
    positive: runOf(positive),
    negative: runOf(negative),
    customValues: [],
    resetHint: 'unknown',
  };
}
