import { Chance, levelsToGoBackTo, type ChanceState } from './believe.ts';
import { dayPartTable } from './day-part.ts';
import { SlotHistory } from './history.ts';
import { Limits } from './limits.ts';
import { LocalTime } from './local-time.ts';
import { bandOptions, slotLength, type BandOptions, type DayLike } from './options.ts';
import type { Expectation, Reading } from './reading.ts';
import { learnProfile, type Profile } from './profile.ts';
import { LevelTrack, replay } from './replay.ts';
import { Scorer, type ScoreState } from './score.ts';
import { SlowView } from './slow.ts';
import { Watcher, type WatcherState } from './watcher.ts';

const DAY = 86_400_000;

export interface History {
  /** Ascending, ms. */
  readonly times: ArrayLike<number>;
  /** NaN is no data. */
  readonly values: ArrayLike<number>;
}

/** Everything a band knows, as JSON. */
export interface BandState {
  readonly version: 1;
  readonly zone: string;
  readonly options: BandOptions;
  readonly firstSlot: number;
  readonly means: readonly (number | null)[];
  readonly noises: readonly (number | null)[];
  readonly near: { readonly lower: readonly number[]; readonly upper: readonly number[] };
  readonly far: { readonly lower: readonly number[]; readonly upper: readonly number[] };
  readonly score: ScoreState;
  readonly chance: ChanceState;
  readonly watcher: WatcherState;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly carry: number;
  readonly anchor: number | null;
  readonly acceptedAt: number;
}

/** How the slow view sees a value. */
interface Drift {
  readonly level: number;
  readonly expected: number;
  readonly point: number;
  readonly score: number;
}

/**
 * The level that a series is expected to have, learnt from its own past: a median profile over the week in local time,
 * times a short-term level, with limits from what the residuals were in each part of the day.
 * Not pure inside, but free of clocks and I/O: the same calls give the same readings.
 */
export class Band {
  readonly options: BandOptions;
  readonly #local: LocalTime;
  readonly #dayLike: DayLike | null;
  readonly #slot: number;
  readonly #parts: Uint8Array;
  readonly #history: SlotHistory;
  readonly #near: Limits;
  readonly #far: Limits;
  readonly #scorer: Scorer;
  readonly #chance: Chance;
  readonly #watcher: Watcher;
  readonly #likeCache = new Map<number, number>();
  #profile: Profile | null = null;
  #slow: SlowView | null = null;
  /** The level that an alarm of the slow view is held against while it is open. */
  #anchor: number | null = null;
  /** Slot at which an alarm was last taken as the new normal. */
  #acceptedAt = 0;
  #track: LevelTrack | null = null;
  #firstTime = NaN;
  #lastTime = NaN;
  #day = -1;
  /** Smoothed residual in spreads: what is carried over from the last hours. */
  #carry = 0;
  /** The points seen while learning. */
  #young: { times: number[]; values: number[] } = { times: [], values: [] };

  private constructor(zone: string, options: BandOptions, dayLike: DayLike | null, state?: BandState) {
    this.options = options;
    this.#local = new LocalTime(zone);
    this.#dayLike = dayLike;
    this.#slot = slotLength(options.step);
    this.#parts = dayPartTable(options.dayParts);
    this.#history = new SlotHistory(DAY / this.#slot, options.weeks);
    this.#near = new Limits(state?.near.lower, state?.near.upper);
    this.#far = new Limits(state?.far.lower, state?.far.upper);
    this.#scorer = new Scorer(options.step, state?.score);
    this.#chance = new Chance(state?.chance);
    this.#watcher = new Watcher(options, state?.watcher);
  }

  /**
   * Learns from the past.
   * @param history what was measured; rows of known incidents should be NaN
   * @param zone IANA time zone whose wall clock the demand follows
   * @param given options; `step` is the distance between samples in ms
   * @param dayLike which weekday a holiday behaves like
   */
  static fit(
    history: History,
    zone: string,
    given: Partial<BandOptions> & Pick<BandOptions, 'step'>,
    dayLike: DayLike | null = null,
  ): Band {
    const band = new Band(zone, bandOptions(given), dayLike);
    band.#fit(history);
    return band;
  }

  /** A band as it was when `toState` was called. */
  static restore(state: BandState, dayLike: DayLike | null = null): Band {
    const band = new Band(state.zone, state.options, dayLike, state);
    band.#history.fill(state.firstSlot, state.means, state.noises);
    band.#firstTime = state.firstTime;
    band.#lastTime = state.lastTime;
    band.#carry = state.carry;
    band.#anchor = state.anchor;
    band.#acceptedAt = state.acceptedAt;
    if (!Number.isNaN(state.lastTime)) band.#day = band.#dayOf(state.lastTime);
    band.#learn();
    return band;
  }

  /**
   * Holds one value against its level, and learns from it unless an alarm is open.
   * @param time ms; not before the last one
   * @param value NaN when there is none at this instant
   */
  next(time: number, value: number): Reading {
    this.#enter(time);
    if (Number.isNaN(value)) return this.#silent(time);
    if (time - this.#lastTime > this.options.silence) {
      this.#scorer.restart();
      this.#carry = 0;
    }
    if (Number.isNaN(this.#firstTime)) this.#firstTime = time;
    this.#lastTime = time;
    this.#chance.observe(value);
    const slot = this.#slotAt(time);
    if (time - this.#firstTime < this.options.learn) return this.#learning(time, slot, value);
    if (this.#young.times.length > 0 || !this.#scorer.ready) this.#mature();
    if (!this.#profile || !this.#scorer.ready) return this.#learning(time, slot, value);
    return this.#judge(time, slot, value);
  }

  /** The level to be expected at an instant (ms), a day ahead or so, with the band that holds that far ahead. */
  forecast(time: number): Expectation {
    if (!this.#profile) return { expected: NaN, lower: NaN, upper: NaN };
    const expected = this.#floor(this.#levelled(time, 0));
    return { expected, ...this.#around(expected, this.#spreadAt(time), this.#partAt(time), this.#far) };
  }

  /** How the level was found to repeat: by week, by day, or not at all; null before anything was learnt. */
  get season(): Profile['season'] | null {
    return this.#profile?.season ?? null;
  }

  toState(): BandState {
    return {
      version: 1,
      zone: this.#local.zone,
      options: this.options,
      firstSlot: Math.max(0, this.#history.first),
      means: this.#history.toArray(),
      noises: this.#history.noises(),
      near: { lower: this.#near.lower, upper: this.#near.upper },
      far: { lower: this.#far.lower, upper: this.#far.upper },
      score: this.#scorer.toState(),
      chance: this.#chance.toState(),
      watcher: this.#watcher.toState(),
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      carry: this.#carry,
      anchor: this.#anchor,
      acceptedAt: this.#acceptedAt,
    };
  }

  /** Learns the profile anew from the slots it holds. Done by itself once a local day. */
  refit(): void {
    this.#learn();
    this.#scorer.calibrate((this.options.alarmRate * this.options.step) / DAY);
  }

  #judge(time: number, slot: number, value: number): Reading {
    const part = this.#partAt(time);
    const base = this.#levelled(time, 0);
    const spread = this.#spreadAt(time);
    // What is carried over from the last hours moves the level at most to the edge of the ordinary band.
    const carried = this.#track!.carryShare * this.#carry;
    const shift = Math.min(this.#far.upper[part]!, Math.max(this.#far.lower[part]!, carried)) * spread;
    const near = this.#floor(base + shift);
    const steadyResidual = (value - base) / spread;
    const residual = (value - near) / spread;
    const slack = this.#slackAt(time, base, spread);
    const point = this.#near.normalise(part, beyond(residual, slack));
    this.#scorer.push(this.#near.normalise(part, beyond(steadyResidual, slack)));
    const fast = this.#fastScore(time, value, base, spread, part, point);
    const drift = this.#drift(time, value, spread, part, fast);
    const { expected, score } = drift ?? { expected: near, score: fast };
    const verdict = this.#watcher.judge(time, value, expected, score, drift?.point ?? point);
    this.#anchor = verdict.state === 'ok' || verdict.learn ? null : (drift?.level ?? this.#anchor);
    if (verdict.learn) {
      if (verdict.state !== 'ok') this.#acceptedAt = slot;
      this.#scorer.remember(point);
      this.#history.add(slot, value);
      this.#near.track(part, residual, this.options.coverage);
      this.#far.track(part, (value - this.#levelled(time, this.#history.perDay >> 1)) / spread, this.options.coverage);
      this.#carry += this.#track!.carryPace(this.options.step) * (clip(steadyResidual) - this.#carry);
    } else {
      // In an alarm what was carried over fades: the last hours before it say less and less.
      this.#carry *= 1 - this.#track!.carryPace(this.options.step);
      // Not the level, but how high such a series leaps: what leaps often must leap higher to alarm.
      if (verdict.state === 'above' && verdict.since === time) this.#scorer.rememberLeap(point);
    }
    if (verdict.restart) this.#scorer.restart();
    const { lower, upper } = this.#around(expected, spread, part, this.#near);
    const { state, since, reason } = verdict;
    return { time, value, expected, lower, upper, score, state, since, reason };
  }

  /** The score of the fast views, as far as it is to be believed. */
  #fastScore(time: number, value: number, base: number, spread: number, part: number, point: number): number {
    const plain = this.#profile!.ratio ? this.#interpolated(this.#exactSlot(time), this.#baseOf) : base;
    const { least } = levelsToGoBackTo(base, plain);
    const lowest = this.#floor(least + this.#far.lower[part]! * spread);
    const seen = this.#scorer.score(point);
    const fast = collapsed(value, base, lowest) ? Math.min(-COLLAPSE_SCORE, seen) : seen;
    const back = fast < -1 && !this.#watcher.open && value >= least + this.#near.lower[part]! * spread;
    return back ? -1 : this.#chance.believed(fast, value, base);
  }

  /**
   * What the slow view says, when it opened the alarm that is open or would open one: then the level is that of last
   * week, because the short-term level has followed the drift. Null when the fast views are to be believed.
   */
  #drift(time: number, value: number, spread: number, part: number, fast: number): Drift | null {
    const at = (level: number): Pick<Drift, 'level' | 'expected' | 'point'> => {
      const expected = this.#interpolated(this.#exactSlot(time), this.#baseOf) * level;
      return { level, expected, point: this.#near.normalise(part, (value - expected) / spread) };
    };
    if (this.#anchor !== null) {
      const held = at(this.#anchor);
      return { ...held, score: held.point };
    }
    const seen = this.#watcher.open ? null : (this.#slow?.look(this.#acceptedAt) ?? null);
    if (!seen || Math.abs(seen.score) <= Math.max(1, Math.abs(fast))) return null;
    const drift = at(seen.level);
    const off = value - drift.expected;
    const large = Math.abs(off) >= this.options.minRelative * Math.abs(drift.expected);
    return large && off < 0 === seen.score < 0 ? { ...drift, score: seen.score } : null;
  }

  #fit({ times, values }: History): void {
    for (let index = 0; index < times.length; index++) {
      const slot = this.#slotAt(times[index]!);
      this.#history.advance(slot);
      if (Number.isNaN(values[index]!)) continue;
      this.#history.add(slot, values[index]!);
      if (Number.isNaN(this.#firstTime)) this.#firstTime = times[index]!;
      this.#lastTime = times[index]!;
      this.#watcher.observe(values[index]!);
      this.#chance.observe(values[index]!);
    }
    if (Number.isNaN(this.#lastTime)) return;
    this.#day = this.#dayOf(this.#lastTime);
    this.#learn();
    this.#calibrateFrom(times, values);
  }

  /** Residuals of the past against a profile that did not know their own week. */
  #calibrateFrom(times: ArrayLike<number>, values: ArrayLike<number>): void {
    if (!this.#profile || !this.#track) return;
    const points = { times, values, slotAt: (t: number) => this.#slotAt(t), partAt: (t: number) => this.#partAt(t) };
    const past = replay(points, this.#profile, this.#track, this.options, this.#spreadOfSlot);
    this.#near.seed(past.near, this.options.coverage, 1);
    this.#far.seed(past.far, this.options.coverage, FAR_WIDEN);
    for (let index = 0; index < past.parts.length; index++) {
      const part = past.parts[index]!;
      if (past.gaps[index] === 1) this.#scorer.restart();
      this.#scorer.push(this.#near.normalise(part, past.steady[index]!));
      this.#scorer.remember(this.#near.normalise(part, past.point[index]!));
    }
    this.#scorer.calibrate((this.options.alarmRate * this.options.step) / DAY);
  }

  #learn(): void {
    if (this.#history.last < 0) return;
    const slotOfWeek = (slot: number): number => (this.#isHoliday(slot) ? -1 : slot % this.#history.perWeek);
    this.#profile = learnProfile(this.#history, slotOfWeek);
    this.#track = new LevelTrack(this.#history, this.#profile, this.#baseOf, this.#spreadOfSlot);
    this.#slow = new SlowView(this.#history, this.#profile, this.#track, SLOW_SHARE * this.options.alarmRate);
  }

  /** Closes slots and days that have passed. */
  #enter(time: number): void {
    const slot = this.#slotAt(time);
    const entered = slot > this.#history.last;
    if (entered) this.#history.advance(slot);
    const day = this.#dayOf(time);
    if (day > this.#day && !Number.isNaN(this.#firstTime)) {
      this.#day = day;
      this.refit();
    } else if (entered) {
      this.#track?.advance();
      this.#slow?.advance();
    }
  }

  /** Ends the learning: what was seen meanwhile becomes the past that residuals are held against. */
  #mature(): void {
    this.#learn();
    // After a restart in the middle of learning only the slots are left: they stand for the points.
    const { times, values } = this.#young.times.length >= this.#history.perDay ? this.#young : this.#slotPoints();
    this.#calibrateFrom(times, values);
    this.#young = { times: [], values: [] };
  }

  #slotPoints(): { times: number[]; values: number[] } {
    const means = this.#history.toArray();
    const times = means.map((_, index) => {
      const wall = (this.#history.first + index + 0.5) * this.#slot;
      return wall - this.#local.offset(wall - this.#local.offset(wall));
    });
    return { times, values: means.map((mean) => mean ?? NaN) };
  }

  #learning(time: number, slot: number, value: number): Reading {
    this.#history.add(slot, value);
    this.#watcher.observe(value);
    if (this.#young.times.length < MOST_YOUNG) {
      this.#young.times.push(time);
      this.#young.values.push(value);
    }
    const nothing = { expected: NaN, lower: NaN, upper: NaN };
    const said = this.#profile && this.#scorer.ready ? this.forecast(time) : nothing;
    return {
      time,
      value,
      ...said,
      score: 0,
      state: 'learning',
      since: this.#firstTime,
      reason: 'there is not enough history yet',
    };
  }

  #silent(time: number): Reading {
    const said = this.forecast(time);
    const verdict = this.#watcher.silence(
      time,
      this.#lastTime,
      this.#scorer.ready && time - this.#firstTime >= this.options.learn,
    );
    return { time, value: NaN, ...said, score: 0, ...verdict };
  }

  #around(expected: number, spread: number, part: number, limits: Limits): { lower: number; upper: number } {
    return {
      lower: this.#floor(expected + limits.lower[part]! * spread),
      upper: expected + limits.upper[part]! * spread,
    };
  }

  #floor(value: number): number {
    return this.#profile!.ratio ? Math.max(0, value) : value;
  }

  /** The profile at an instant under the level of `ago` slots before now. */
  #levelled(time: number, ago: number): number {
    return this.#track!.apply(this.#interpolated(this.#exactSlot(time), this.#baseOf), ago);
  }

  #spreadAt(time: number): number {
    return this.#interpolated(this.#exactSlot(time), this.#spreadOfSlot);
  }

  /** Between the middles of slots when samples are denser than slots. */
  #interpolated(exact: number, at: (slot: number) => number): number {
    if (this.options.step >= this.#slot) return at(Math.floor(exact));
    const before = Math.floor(exact - 0.5);
    const weight = exact - 0.5 - before;
    return (1 - weight) * at(before) + weight * at(before + 1);
  }

  /** How far the level itself lies off half a slot earlier or later, in spreads: a day may run early or late. */
  #slackAt(time: number, base: number, spread: number): { readonly least: number; readonly most: number } {
    const exact = this.#exactSlot(time);
    const early = this.#track!.apply(this.#interpolated(exact - 0.5, this.#baseOf), 0);
    const late = this.#track!.apply(this.#interpolated(exact + 0.5, this.#baseOf), 0);
    return {
      least: (Math.min(early, base, late) - base) / spread,
      most: (Math.max(early, base, late) - base) / spread,
    };
  }

  readonly #baseOf = (slot: number): number => this.#profile!.level[this.#slotLike(slot)]!;
  readonly #spreadOfSlot = (slot: number): number => this.#profile!.spread[this.#slotLike(slot)]!;

  /** Slot of the week that stands for this slot: its own, or that of the weekday a holiday is like. */
  #slotLike(slot: number): number {
    const { perDay, perWeek } = this.#history;
    if (!this.#dayLike) return slot % perWeek;
    const day = Math.floor(slot / perDay);
    return ((day + this.#likeShift(day)) % 7) * perDay + (slot % perDay);
  }

  #isHoliday(slot: number): boolean {
    return this.#dayLike !== null && this.#likeShift(Math.floor(slot / this.#history.perDay)) !== 0;
  }

  #likeShift(day: number): number {
    const known = this.#likeCache.get(day);
    if (known !== undefined) return known;
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    const like = this.#dayLike!(date);
    // 1970-01-01 was a Thursday, ISO weekday 4.
    const shift = like === null ? 0 : (like - 1 - ((day + 3) % 7) + 7) % 7;
    if (this.#likeCache.size > 1000) this.#likeCache.clear();
    this.#likeCache.set(day, shift);
    return shift;
  }

  /** The day that is learnt as one: from one refit to the next. */
  #dayOf(time: number): number {
    return Math.floor((this.#local.local(time) - this.options.refitAfter) / DAY);
  }

  #exactSlot(time: number): number {
    return this.#local.local(time) / this.#slot;
  }

  #slotAt(time: number): number {
    return Math.floor(this.#exactSlot(time));
  }

  #partAt(time: number): number {
    return this.#parts[Math.floor((this.#local.local(time) % DAY) / 60_000)]!;
  }
}

/** Day-ahead residuals of the past come from weeks on both sides; the future has only one. */
const FAR_WIDEN = 1.35;

/** The slow view has few windows to learn from: its tail may be wider. */
const SLOW_SHARE = 4;

/** Next to nothing where the band stays well away from nothing: an outage, whatever the tails say. */
function collapsed(value: number, base: number, lower: number): boolean {
  return lower > COLLAPSE_BAND * base && value >= 0 && value < COLLAPSE_SHARE * lower;
}

const COLLAPSE_BAND = 0.4;
const COLLAPSE_SHARE = 0.1;
const COLLAPSE_SCORE = 1.6;
/** Two weeks of minutes. */
const MOST_YOUNG = 20_160;

/** What of a residual lies beyond the slack. */
function beyond(residual: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return residual > most ? residual - most : residual < least ? residual - least : 0;
}

function clip(residual: number): number {
  return Math.max(-8, Math.min(8, residual));
}
