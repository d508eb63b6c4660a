import { DAY_PARTS } from './day-part.ts';
import type { SlotHistory } from './history.ts';
import type { BandOptions } from './options.ts';
import type { Profile } from './profile.ts';

/** How much of the last day's level is believed for the next. */
const LEVEL_POWER = 0.8;
const LEVEL_MOST = 5;
/** Slots over which residuals are carried on. */
const CARRY_SLOTS = 4;
const CARRY_MOST = 0.95;

/** The short-term level: how the last day compared with the profile, for each slot of the history and now. */
export class LevelTrack {
  readonly #history: SlotHistory;
  readonly #profile: Profile;
  readonly #baseOf: (slot: number) => number;
  readonly #slotMs: number;
  /** Level at the beginning of each slot from `first`. */
  readonly #levels: number[] = [];
  readonly #learntUntil: number;
  /** How much of a smoothed residual is left after one slot, from 0 to 0.8. */
  readonly carryShare: number;

  constructor(
    history: SlotHistory,
    profile: Profile,
    baseOf: (slot: number) => number,
    spreadOf: (slot: number) => number,
  ) {
    this.#history = history;
    this.#profile = profile;
    this.#baseOf = baseOf;
    this.#slotMs = 86_400_000 / history.perDay;
    this.#learntUntil = history.last;
    for (let slot = profile.first; slot <= history.last; slot++) this.#levels.push(0);
    this.#fill();
    this.carryShare = this.#carryShare(spreadOf);
  }

  /** To be called when the history has moved on by a slot or more. */
  advance(): void {
    for (let slot = this.#profile.first + this.#levels.length; slot <= this.#history.last; slot++) {
      this.#levels.push(this.#levelAt(slot));
    }
  }

  /** A profile value under the level of `ago` slots before the newest. */
  apply(base: number, ago: number): number {
    return this.applyAt(base, this.#history.last - ago);
  }

  /** A profile value under the level that was known when `slot` began. */
  applyAt(base: number, slot: number): number {
    const level = this.#levels[Math.max(0, slot - this.#profile.first)] ?? (this.#profile.ratio ? 1 : 0);
    return this.#profile.ratio ? base * level : base + level;
  }

  /** What the profile says of a slot of the past without having seen its own week. */
  said(slot: number): number {
    const known = slot <= this.#learntUntil ? this.#profile.without[slot - this.#profile.first] : undefined;
    return known === undefined || Number.isNaN(known) ? this.#baseOf(slot) : known;
  }

  /** How fast a smoothed residual follows, per sample. */
  carryPace(step: number): number {
    return 1 - Math.exp(-step / (CARRY_SLOTS * this.#slotMs));
  }

  #fill(): void {
    const { first } = this.#profile;
    const { perDay, last } = this.#history;
    let [real, said, pairs] = [0, 0, 0];
    const add = (slot: number, sign: number): void => {
      const mean = this.#history.mean(slot);
      if (Number.isNaN(mean)) return;
      real += sign * mean;
      said += sign * this.said(slot);
      pairs += sign;
    };
    for (let slot = first; slot <= last; slot++) {
      this.#levels[slot - first] = this.#combine(real, said, pairs);
      add(slot, 1);
      if (slot - perDay >= first) add(slot - perDay, -1);
    }
  }

  #levelAt(slot: number): number {
    let [real, said, pairs] = [0, 0, 0];
    for (let before = slot - this.#history.perDay; before < slot; before++) {
      const mean = this.#history.mean(before);
      if (Number.isNaN(mean)) continue;
      real += mean;
      said += this.said(before);
      pairs++;
    }
    return this.#combine(real, said, pairs);
  }

  /** The less of the last day is known, the less it counts. */
  #combine(real: number, said: number, pairs: number): number {
    const share = (LEVEL_POWER * pairs) / this.#history.perDay;
    if (!this.#profile.ratio) return pairs > 0 ? (share * (real - said)) / pairs : 0;
    if (!(said > 0) || !(real > 0)) return 1;
    return Math.min(LEVEL_MOST, Math.max(1 / LEVEL_MOST, (real / said) ** share));
  }

  /** Regression of a slot's residual on what was carried over from those before it. */
  #carryShare(spreadOf: (slot: number) => number): number {
    const { first } = this.#profile;
    let [carry, cross, square] = [0, 0, 0];
    const pace = 1 - Math.exp(-1 / CARRY_SLOTS);
    for (let slot = first + this.#history.perDay; slot <= this.#history.last; slot++) {
      const mean = this.#history.mean(slot);
      const residual = (mean - this.applyAt(this.said(slot), slot)) / spreadOf(slot);
      if (Number.isNaN(residual)) continue;
      const held = Math.max(-5, Math.min(5, residual));
      cross += carry * held;
      square += carry * carry;
      carry += pace * (held - carry);
    }
    return square > 0 ? Math.max(0, Math.min(CARRY_MOST, cross / square)) : 0;
  }
}

/** Points of the past, and how to place them. */
export interface Points {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  slotAt(time: number): number;
  partAt(time: number): number;
}

/** Residuals of the past in spreads: next to now (with what is carried over) and half a day ahead. */
export interface Past {
  readonly near: number[][];
  readonly far: number[][];
  /** In the order of time, for the running means. */
  readonly parts: Uint8Array;
  readonly point: Float64Array;
  readonly steady: Float64Array;
  /** 1 where a gap stands before the point. */
  readonly gaps: Uint8Array;
}

const MOST_POINTS = 20_000;

/** Replays the past against the profile that did not know each point's own week. */
export function replay(
  points: Points,
  profile: Profile,
  track: LevelTrack,
  options: BandOptions,
  spreadOf: (slot: number) => number,
): Past {
  const count = points.times.length;
  const near: number[][] = DAY_PARTS.map(() => []);
  const far: number[][] = DAY_PARTS.map(() => []);
  const [parts, gaps] = [new Uint8Array(count), new Uint8Array(count)];
  const [point, steady] = [new Float64Array(count), new Float64Array(count)];
  const pace = track.carryPace(options.step);
  // With dense samples every n-th is kept for the quantiles: sorting all would cost more than it tells.
  const stride = Math.max(1, Math.floor(count / MOST_POINTS));
  const halfDay = Math.round(43_200_000 / slotMs(profile));
  const upset = upsetPoints(points, profile, track, spreadOf);
  let [carry, last, kept] = [0, NaN, 0];
  for (let index = 0; index < count; index++) {
    const value = points.values[index]!;
    const time = points.times[index]!;
    const slot = points.slotAt(time);
    if (Number.isNaN(value) || slot < profile.first || upset[index] === 1) continue;
    const gap = time - last > options.silence;
    if (gap) carry = 0;
    last = time;
    const [spread, part, said] = [spreadOf(slot), points.partAt(time), track.said(slot)];
    const base = (value - track.applyAt(said, slot)) / spread;
    const residual = base - track.carryShare * carry;
    carry += pace * (Math.max(-8, Math.min(8, base)) - carry);
    if (index % stride === 0) {
      near[part]!.push(residual);
      far[part]!.push((value - track.applyAt(said, slot - halfDay)) / spread);
    }
    parts[kept] = part;
    gaps[kept] = gap ? 1 : 0;
    point[kept] = residual;
    steady[kept] = base;
    kept++;
  }
  return {
    near,
    far,
    parts: parts.subarray(0, kept),
    point: point.subarray(0, kept),
    steady: steady.subarray(0, kept),
    gaps: gaps.subarray(0, kept),
  };
}

const UPSET_WINDOW = 12;
const UPSET_SIZE = 4;
const UPSET_SHARE = 0.1;

/**
 * Marks stretches of the past that would have been alarms: residuals of several spreads for many points on end, such as
 * a holiday nobody announced. They must not widen the band. Where they are a tenth of all, they are the habit of the
 * series and stay.
 */
function upsetPoints(
  points: Points,
  profile: Profile,
  track: LevelTrack,
  spreadOf: (slot: number) => number,
): Uint8Array {
  const count = points.times.length;
  const marks = new Uint8Array(count);
  const known: number[] = [];
  const sums = [0];
  for (let index = 0; index < count; index++) {
    const slot = points.slotAt(points.times[index]!);
    if (Number.isNaN(points.values[index]!) || slot < profile.first) continue;
    const residual = Math.abs(points.values[index]! - track.applyAt(track.said(slot), slot)) / spreadOf(slot);
    known.push(index);
    sums.push(sums.at(-1)! + Math.min(residual, 20));
  }
  let marked = 0;
  for (let from = 0; from + UPSET_WINDOW <= known.length; from++) {
    if (sums[from + UPSET_WINDOW]! - sums[from]! <= UPSET_SIZE * UPSET_WINDOW) continue;
    for (let at = from; at < from + UPSET_WINDOW; at++) {
      if (marks[known[at]!] === 0) marked++;
      marks[known[at]!] = 1;
    }
  }
  return marked > UPSET_SHARE * known.length ? new Uint8Array(count) : marks;
}

function slotMs(profile: Profile): number {
  return (7 * 86_400_000) / profile.level.length;
}
