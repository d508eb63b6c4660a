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
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const typical = typicalOf(known, negative);
  const ratio = !negative && typical > 0;
  const candidates = [flat(known, count, perWeek)];
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
  const spread = spreads(chosen, line, values, noises, owner, perDay, perWeek, leastSpread(known, typical), ratio);
  return { season: chosen.season, level: chosen.level, spread, ratio, without: chosen.without, first };
}

/** Median size; where most values are zero, the mean size; 0 where all are. */
function typicalOf(known: Float64Array, negative: boolean): number {
  const sizes = negative ? known.map(Math.abs).sort() : known;
  const middle = medianOf(sizes);
  if (middle > 0 || sizes.length === 0) return middle;
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function leastSpread(known: Float64Array, typical: number): number {
  let [some, sum] = [0, 0];
  for (const value of known) {
    if (value !== 0) some++;
    sum += Math.abs(value);
  }
  if (some === 0) return 1;
  return some >= known.length / 2 ? typical * LEAST_SPREAD : (LEAST_SPARSE * sum) / some;
}

interface Candidate {
  readonly season: Season;
  readonly level: Float64Array;
  readonly without: Float64Array;
}

function flat(known: Float64Array, count: number, perWeek: number): Candidate {
  const middle = medianOf(known);
  return {
    season: 'none',
    level: new Float64Array(perWeek).fill(middle),
    without: new Float64Array(count).fill(middle),
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
  const near = new Neighbours(groups);
  for (let slot = 0; slot < period; slot++) {
    near.gather(slot);
    for (let at = slot; at < perWeek; at += period) {
      // Where little is known of a slot itself, counts say that the spread grows with the root of the level.
      const guess = overall * (ratio && levelMean > 0 ? Math.sqrt(Math.max(chosen.level[at]!, 0) / levelMean) : 1);
      const weight = near.count / (near.count + SPREAD_PRIOR);
      const size = Math.max(near.median(), near.heldMean(MOST_RESIDUAL * overall));
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

/** What was seen in a slot and the two on either side, ascending. By insertion, because there are some twenty. */
class Neighbours {
  readonly #groups: readonly (readonly number[])[];
  readonly #sorted: Float64Array;
  count = 0;

  constructor(groups: readonly (readonly number[])[]) {
    this.#groups = groups;
    const most = groups.reduce((largest, { length }) => Math.max(largest, length), 0);
    this.#sorted = new Float64Array(5 * most);
  }

  gather(slot: number): void {
    const period = this.#groups.length;
    const sorted = this.#sorted;
    let count = 0;
    for (let offset = -2; offset <= 2; offset++) {
      const group = this.#groups[(slot + offset + period) % period]!;
      for (let index = 0; index < group.length; index++) {
        const value = group[index]!;
        let at = count++;
        while (at > 0 && sorted[at - 1]! > value) {
          sorted[at] = sorted[at - 1]!;
          at--;
        }
        sorted[at] = value;
      }
    }
    this.count = count;
  }

  /** 0 where nothing was seen. */
  median(): number {
    const half = this.count >> 1;
    if (this.count === 0) return 0;
    return this.count % 2 === 1 ? this.#sorted[half]! : (this.#sorted[half - 1]! + this.#sorted[half]!) / 2;
  }

  /** The mean, each value held down to `most`; 0 where nothing was seen. */
  heldMean(most: number): number {
    let sum = 0;
    for (let index = 0; index < this.count; index++) sum += Math.min(this.#sorted[index]!, most);
    return this.count > 0 ? sum / this.count : 0;
  }
}

/** A residual counts at most as so many typical ones. */
const MOST_RESIDUAL = 8;

/** Half of a normal distribution lies within so many standard deviations. */
const MEDIAN_OF_NORMAL = 0.6745;

/** How far samples lie from the mean of their slot, around each slot of the period; 0 where a slot has one sample. */
function innerNoise(noises: Float64Array, owner: Int32Array, period: number): Float64Array {
  const groups: number[][] = Array.from({ length: period }, () => []);
  for (let index = 0; index < noises.length; index++) {
    if (owner[index]! >= 0 && !Number.isNaN(noises[index]!)) groups[owner[index]! % period]!.push(noises[index]!);
  }
  const near = new Neighbours(groups);
  const result = new Float64Array(period);
  for (let slot = 0; slot < period; slot++) {
    near.gather(slot);
    result[slot] = MEDIAN_OF_NORMAL * Math.sqrt(near.median());
  }
  return result;
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
