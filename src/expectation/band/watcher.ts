import type { BandStateName } from './reading.ts';
import type { BandOptions } from './options.ts';

/** What is decided about one value, and why. */
export interface Verdict {
  readonly state: BandStateName;
  readonly since: number;
  readonly reason: string;
  /** Whether the value may be learnt from. */
  readonly learn: boolean;
  /** Whether the running means begin anew. */
  readonly restart: boolean;
}

/** Plain data of a watcher. */
export interface WatcherState {
  readonly open: 'below' | 'above' | null;
  readonly openSince: number;
  readonly calm: number;
  readonly quietUntil: number;
  readonly okSince: number;
  readonly lastValue: number | null;
  readonly run: number;
  readonly longestRun: number;
}

/** An alarm closes when so many values in a row were this near (in units of the band), or on the other side. */
const CLOSE_POINT = 0.7;
const CLOSE_AFTER = 3;
/** For so many steps after an alarm another needs a higher score: it would be the same event. */
const QUIET_STEPS = 24;
const QUIET_SCORE = 1.5;
/** A value stands still when it repeats this many times, and thrice as often as it ever did. */
const FLAT_LEAST = 12;
const FLAT_FACTOR = 3;

/** Opens and closes alarms with hysteresis; sees silence and values that stand still. */
export class Watcher {
  readonly #options: BandOptions;
  #open: 'below' | 'above' | null = null;
  #openSince = 0;
  #calm = 0;
  #quietUntil = -Infinity;
  #okSince = NaN;
  #lastValue: number | null = null;
  #run = 1;
  #longestRun = 1;

  constructor(options: BandOptions, state?: WatcherState) {
    this.#options = options;
    if (!state) return;
    this.#open = state.open;
    this.#openSince = state.openSince;
    this.#calm = state.calm;
    this.#quietUntil = state.quietUntil;
    this.#okSince = state.okSince;
    this.#lastValue = state.lastValue;
    this.#run = state.run;
    this.#longestRun = state.longestRun;
  }

  /** Whether an alarm is open. */
  get open(): boolean {
    return this.#open !== null;
  }

  /** A value of the past: learns how often values repeat. */
  observe(value: number): void {
    this.#count(value);
    if (this.#run > this.#longestRun) this.#longestRun = this.#run;
  }

  judge(time: number, value: number, expected: number, score: number, point: number): Verdict {
    this.#count(value);
    if (Number.isNaN(this.#okSince)) this.#okSince = time;
    const flat = this.#standsStill();
    if (flat && this.#open === null) {
      const since = time - (this.#run - 1) * this.#options.step;
      return {
        state: 'nodata',
        since,
        reason: `the value has not moved ${this.#run} times in a row`,
        learn: false,
        restart: true,
      };
    }
    if (this.#open !== null) return this.#opened(time, score, point);
    const needed = time < this.#quietUntil ? QUIET_SCORE : 1;
    const deviation = Math.abs(value - expected);
    const large = deviation >= this.#options.minRelative * Math.abs(expected) && deviation >= this.#options.minAbsolute;
    const side = value < expected ? 'below' : 'above';
    if (Math.abs(score) <= needed || !large || score < 0 !== (side === 'below')) {
      return { state: 'ok', since: this.#okSince, reason: 'the value is as expected', learn: true, restart: false };
    }
    this.#open = side;
    this.#openSince = time;
    this.#calm = 0;
    return this.#alarm(time, score);
  }

  /** No value at this instant. Open alarms stay as they are until silence has lasted long enough. */
  silence(time: number, lastTime: number, judging: boolean): Pick<Verdict, 'state' | 'since' | 'reason'> {
    if (!judging) return { state: 'learning', since: time, reason: 'there is not enough history yet' };
    if (!(time - lastTime < this.#options.silence)) {
      return { state: 'nodata', since: lastTime, reason: 'there is no data' };
    }
    if (this.#open) return { state: this.#open, since: this.#openSince, reason: 'there is no data for a moment' };
    return { state: 'ok', since: this.#okSince, reason: 'there is no data for a moment' };
  }

  toState(): WatcherState {
    return {
      open: this.#open,
      openSince: this.#openSince,
      calm: this.#calm,
      quietUntil: this.#quietUntil,
      okSince: this.#okSince,
      lastValue: this.#lastValue,
      run: this.#run,
      longestRun: this.#longestRun,
    };
  }

  #opened(time: number, score: number, point: number): Verdict {
    this.#calm = Math.abs(point) < CLOSE_POINT || point < 0 !== (this.#open === 'below') ? this.#calm + 1 : 0;
    if (this.#calm < CLOSE_AFTER) return this.#alarm(time, score);
    this.#open = null;
    this.#okSince = time;
    this.#quietUntil = time + QUIET_STEPS * this.#options.step;
    return { state: 'ok', since: time, reason: 'the value is back at its level', learn: true, restart: true };
  }

  #alarm(time: number, score: number): Verdict {
    const accepted = time - this.#openSince >= this.#options.acceptAfter;
    const reason = accepted
      ? 'the value has been off for so long that it is being learnt as the new level'
      : `the score ${score.toFixed(2)} is beyond 1`;
    return { state: this.#open!, since: this.#openSince, reason, learn: accepted, restart: false };
  }

  #standsStill(): boolean {
    return this.#run >= Math.max(FLAT_LEAST, FLAT_FACTOR * this.#longestRun);
  }

  #count(value: number): void {
    if (value === this.#lastValue) {
      this.#run++;
    } else {
      // A run counts as habit once it is over, and only if it was not an alarm: a growing one must not excuse itself.
      if (!this.#standsStill()) this.#longestRun = Math.max(this.#longestRun, this.#run);
      this.#run = 1;
    }
    this.#lastValue = value;
  }
}
