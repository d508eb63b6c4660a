import type { SlotHistory } from './history.ts';
import { quantile } from './ring.ts';

/** How the level repeats itself: by time of week, by time of day, or not at all. */
export type Season = 'week' | 'day' | 'none';

/** What the history says about each slot of the week. */
export interface Profile {
  readonly season: Season;
  /** Expected level before the short-term level is applied. */
  readonly level: Float64Array;
  /** Typical size of a residual. */
  readonly spread: Float64Array;
  /** The level multiplies (counts, rates) rather than shifts (temperatures, balances). */
  readonly ratio: boolean;
  /** For each slot of the history (from `first`): what the profile without its own week or day says. */
  readonly without: Float64Array;
  readonly first: number;
}

/** The weekday slot that a slot of the history counts as, or -1 when a holiday keeps it out of the profile. */
export type SlotOfWeek = (slot: number) => number;

/** Smallest spread, as a share of the typical value: a level is never known better. */
const LEAST_SPREAD = 0.01;
/** Of a series that is mostly nothing: as a share of what comes when something comes. */
const LEAST_SPARSE = 0.6;
/** Share taken from the two slots beside a slot: evens out noise of single weeks without blunting peaks. */
const NEIGHBOUR = 0.1;
const MOST_DAYS = 10;

/**
 * Learns the profile: medians over the weeks, by the season that predicts held-out days best.
 * Cost: a few ms for 4 weeks of quarter hours.
 */
export function learnProfile(history: SlotHistory, slotOfWeek: SlotOfWeek): Profile {
  const { first, last, perDay, perWeek } = history;
  const count = last - first + 1;
  const values = new Float64Array(count);
  const owner = new Int32Array(count);
  const noises = new Float64Array(count);
  let negative = false;
  for (let index = 0; index < count; index++) {
    owner[index] = slotOfWeek(first + index);
    values[index] = history.mean(first + index);
    noises[index] = history.noise(first + index);
    if (values[index]! < 0) negative = true;
  }
  const typical = typicalOf(values);
  const ratio = !negative && typical > 0;
  const candidates = [flat(values, perWeek)];
  if (count >= 2 * perDay) candidates.push(seasonal('day', values, owner, perDay, perWeek));
  if (count >= 2 * perWeek) candidates.push(seasonal('week', values, owner, perWeek, perWeek));
  const said = candidates.map(({ without }) => levelled(values, without, perDay, ratio));
  const errors = said.map((line) => meanError(values, line));
  // A richer season must be better by 2 %, so that noise alone does not make one up.
  let best = 0;
  for (let index = 1; index < candidates.length; index++) {
    if (errors[index]! < errors[best]! * 0.98) best = index;
  }
  const chosen = candidates[best]!;
  const line = said[best]!;
  const spread = spreads(chosen, line, values, noises, owner, perDay, perWeek, leastSpread(values, typical), ratio);
  return { season: chosen.season, level: chosen.level, spread, ratio, without: chosen.without, first };
}

/** Median size; where most values are zero, the mean size; 0 where all are. */
function typicalOf(values: Float64Array): number {
  const sizes = values
    .filter((value) => !Number.isNaN(value))
    .map(Math.abs)
    .sort();
  const middle = medianOf(sizes);
  if (middle > 0 || sizes.length === 0) return middle;
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function leastSpread(values: Float64Array, typical: number): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const some = known.filter((value) => value !== 0);
  if (some.length === 0) return 1;
  if (some.length >= known.length / 2) return typical * LEAST_SPREAD;
  return (LEAST_SPARSE * some.reduce((sum, value) => sum + Math.abs(value), 0)) / some.length;
}

interface Candidate {
  readonly season: Season;
  readonly level: Float64Array;
  readonly without: Float64Array;
}

function flat(values: Float64Array, perWeek: number): Candidate {
  const middle = medianOf(values.filter((value) => !Number.isNaN(value)).sort());
  return {
    season: 'none',
    level: new Float64Array(perWeek).fill(middle),
    without: new Float64Array(values.length).fill(middle),
  };
}

function seasonal(
  season: 'day' | 'week',
  values: Float64Array,
  owner: Int32Array,
  period: number,
  perWeek: number,
): Candidate {
  const groups: number[][] = Array.from({ length: period }, () => []);
  for (let index = values.length - 1; index >= 0; index--) {
    const slot = owner[index]!;
    const group = slot < 0 ? null : groups[slot % period]!;
    if (group && !Number.isNaN(values[index]!) && (season === 'week' || group.length < MOST_DAYS)) group.push(index);
  }
  const level = new Float64Array(perWeek).fill(NaN);
  const without = new Float64Array(values.length).fill(NaN);
  const scratch: number[] = [];
  groups.forEach((group, slot) => {
    const middle = medianWithout(values, group, -1, scratch);
    for (let at = slot; at < perWeek; at += period) level[at] = middle;
    for (const index of group) without[index] = medianWithout(values, group, index, scratch);
  });
  // Slots that the groups did not reach (older days, holidays) take the profile itself.
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(without[index]!) && owner[index]! >= 0) without[index] = level[owner[index]!]!;
  }
  fillGaps(level);
  return { season, level: smooth(level, true), without: smooth(without, false) };
}

function medianWithout(values: Float64Array, group: readonly number[], left: number, scratch: number[]): number {
  scratch.length = 0;
  for (const index of group) {
    if (index === left) continue;
    const value = values[index]!;
    let at = scratch.length;
    while (at > 0 && scratch[at - 1]! > value) {
      scratch[at] = scratch[at - 1]!;
      at--;
    }
    scratch[at] = value;
  }
  const half = scratch.length >> 1;
  if (scratch.length === 0) return NaN;
  return scratch.length % 2 === 1 ? scratch[half]! : (scratch[half - 1]! + scratch[half]!) / 2;
}

function medianOf(sorted: ArrayLike<number>): number {
  return sorted.length === 0 ? 0 : quantile(sorted, 0.5);
}

/** A slot nobody has seen takes the one before it. */
function fillGaps(level: Float64Array): void {
  let known = level.find((value) => !Number.isNaN(value)) ?? 0;
  for (let index = 0; index < level.length; index++) {
    if (Number.isNaN(level[index]!)) level[index] = known;
    else known = level[index]!;
  }
}

function smooth(values: Float64Array, circular: boolean): Float64Array {
  const result = Float64Array.from(values);
  const count = values.length;
  const start = circular ? 0 : 1;
  for (let index = start; index < count - start; index++) {
    const before = values[(index + count - 1) % count]!;
    const after = values[(index + 1) % count]!;
    const mixed = NEIGHBOUR * (before + after) + (1 - 2 * NEIGHBOUR) * values[index]!;
    if (!Number.isNaN(mixed)) result[index] = mixed;
  }
  return result;
}

/** The held-out profile under the level of the day before each slot; NaN where that day is not known. */
function levelled(values: Float64Array, without: Float64Array, perDay: number, ratio: boolean): Float64Array {
  const said = new Float64Array(values.length).fill(NaN);
  let [realSum, saidSum, pairs] = [0, 0, 0];
  const pair = (index: number, sign: number): void => {
    if (Number.isNaN(values[index]!) || Number.isNaN(without[index]!)) return;
    realSum += sign * values[index]!;
    saidSum += sign * without[index]!;
    pairs += sign;
  };
  for (let index = 0; index < values.length; index++) {
    if (index >= perDay && pairs > perDay / 4) {
      const level = ratio ? (saidSum > 0 ? realSum / saidSum : 1) : (realSum - saidSum) / pairs;
      said[index] = ratio ? without[index]! * level : without[index]! + level;
    }
    pair(index, 1);
    if (index >= perDay) pair(index - perDay, -1);
  }
  return said;
}

/** Mean absolute error where both are known. */
function meanError(values: Float64Array, said: Float64Array): number {
  let error = 0;
  let counted = 0;
  for (let index = 0; index < values.length; index++) {
    const miss = Math.abs(values[index]! - said[index]!);
    if (Number.isNaN(miss)) continue;
    error += miss;
    counted++;
  }
  return counted > 0 ? error / counted : Infinity;
}

/**
 * Typical size of residuals around each slot, over all weeks, once the level is applied; never below the least. The
 * median, or the mean where single large ones make it larger: a slot that leaps now and then is known less well.
 */
function spreads(
  chosen: Candidate,
  said: Float64Array,
  values: Float64Array,
  noises: Float64Array,
  owner: Int32Array,
  perDay: number,
  perWeek: number,
  least: number,
  ratio: boolean,
): Float64Array {
  const period = chosen.season === 'week' ? perWeek : perDay;
  const groups: number[][] = Array.from({ length: period }, () => []);
  const all: number[] = [];
  for (let index = 0; index < values.length; index++) {
    // The first day has no level of a day before: the profile alone stands in.
    const expected = Number.isNaN(said[index]!) ? chosen.without[index]! : said[index]!;
    const residual = Math.abs(values[index]! - expected);
    if (Number.isNaN(residual) || owner[index]! < 0) continue;
    groups[owner[index]! % period]!.push(residual);
    all.push(residual);
  }
  const overall = medianOf(Float64Array.from(all).sort());
  const inner = innerNoise(noises, owner, period);
  const levelMean = chosen.level.reduce((sum, value) => sum + value, 0) / perWeek;
  const result = new Float64Array(perWeek);
  for (let slot = 0; slot < period; slot++) {
    const near = around(groups, slot);
    for (let at = slot; at < perWeek; at += period) {
      // Where little is known of a slot itself, counts say that the spread grows with the root of the level.
      const guess = overall * (ratio && levelMean > 0 ? Math.sqrt(Math.max(chosen.level[at]!, 0) / levelMean) : 1);
      const weight = near.length / (near.length + SPREAD_PRIOR);
      const size = Math.max(medianOf(near), heldMean(near, MOST_RESIDUAL * overall));
      const known = weight * size + (1 - weight) * guess;
      result[at] = Math.max(
        least,
        Math.hypot(known, inner[slot]!, TIMING * steepness(chosen.level, at)),
        overall * 0.1,
      );
    }
  }
  return result;
}

/** Mean of sizes, each held down to `most`. */
function heldMean(sizes: readonly number[], most: number): number {
  let sum = 0;
  for (const size of sizes) sum += Math.min(size, most);
  return sizes.length > 0 ? sum / sizes.length : 0;
}

/** A residual counts at most as so many typical ones. */
const MOST_RESIDUAL = 8;

/** What was seen in a slot and the two on either side, ascending. By insertion: there are some twenty. */
function around(groups: readonly (readonly number[])[], slot: number): number[] {
  const sorted: number[] = [];
  const period = groups.length;
  for (let offset = -2; offset <= 2; offset++) {
    for (const value of groups[(slot + offset + period) % period]!) {
      let at = sorted.length;
      while (at > 0 && sorted[at - 1]! > value) {
        sorted[at] = sorted[at - 1]!;
        at--;
      }
      sorted[at] = value;
    }
  }
  return sorted;
}

/** Half of a normal distribution lies within so many standard deviations. */
const MEDIAN_OF_NORMAL = 0.6745;

/** How far samples lie from the mean of their slot, around each slot of the period; 0 where a slot has one sample. */
function innerNoise(noises: Float64Array, owner: Int32Array, period: number): Float64Array {
  const groups: number[][] = Array.from({ length: period }, () => []);
  for (let index = 0; index < noises.length; index++) {
    if (owner[index]! >= 0 && !Number.isNaN(noises[index]!)) groups[owner[index]! % period]!.push(noises[index]!);
  }
  return Float64Array.from(groups, (_, slot) => {
    return MEDIAN_OF_NORMAL * Math.sqrt(medianOf(around(groups, slot)));
  });
}

/** The greater of the steps to the slots beside. */
function steepness(level: Float64Array, slot: number): number {
  const count = level.length;
  const here = level[slot]!;
  return Math.max(Math.abs(level[(slot + 1) % count]! - here), Math.abs(here - level[(slot + count - 1) % count]!));
}

const SPREAD_PRIOR = 10;
/** A day runs some minutes early or late: this share of a slot. */
const TIMING = 0.1;
