import { DAY_PARTS, dayPartTable } from '../band/day-part.ts';
import { Limits } from '../band/limits.ts';
import { LocalTime } from '../band/local-time.ts';
import type { BandOptions } from '../band/options.ts';
import type { Expectation, Reading } from '../band/reading.ts';
import { Scorer } from '../band/score.ts';
import { Watcher } from '../band/watcher.ts';

const DAY = 86_400_000;
/** Half width of the band around a forecast, as a share of it, where history says nothing. */
const UNKNOWN_WIDTH = 0.3;
const LEAST_WIDTH = 0.02;
const MOST_WIDTH = 2;
/** Until enough was seen, a point counts in these units. */
const YOUNG_POINT = 1.5;
const COLLAPSE_SHARE = 0.1;
const COLLAPSE_BAND = 0.4;
const COLLAPSE_SCORE = 1.6;

/**
 * Holds values against a forecast that was given. Its band is as wide, in relation, as the learnt one, and then moved by
 * what comes until the wanted share lies inside, for each part of the day apart: a forecast that is always some percent
 * too high does not alarm all day. The level itself stays the forecast.
 */
export class GivenJudge {
  readonly #options: BandOptions;
  readonly #local: LocalTime;
  readonly #parts: Uint8Array;
  readonly #limits = new Limits(
    DAY_PARTS.map(() => -1),
    DAY_PARTS.map(() => 1),
  );
  readonly #scorer: Scorer;
  readonly #watcher: Watcher;
  #lastTime = -Infinity;
  #day = -1;

  constructor(zone: string, options: BandOptions) {
    this.#options = options;
    this.#local = new LocalTime(zone);
    this.#parts = dayPartTable(options.dayParts);
    this.#scorer = new Scorer(options.step);
    this.#watcher = new Watcher(options);
  }

  /** The band around a forecast. @param learnt what history says of the same instant; NaN where it says nothing */
  around(time: number, forecast: number, learnt: Expectation): Expectation {
    const part = this.#partAt(time);
    const [below, above] = widths(forecast, learnt);
    return {
      expected: forecast,
      lower: floored(forecast, forecast + this.#limits.lower[part]! * below),
      upper: forecast + this.#limits.upper[part]! * above,
    };
  }

  /** Takes a value of the past: only the limits learn. */
  observe(time: number, value: number, forecast: number, learnt: Expectation): void {
    const residual = residualOf(value, forecast, learnt);
    const part = this.#partAt(time);
    const point = this.#limits.normalise(part, residual);
    this.#scorer.push(point);
    this.#scorer.remember(point);
    this.#limits.track(part, residual, this.#options.coverage);
    this.#lastTime = time;
  }

  /** Holds one value against the forecast for its instant. @param value NaN when there is none */
  judge(time: number, value: number, forecast: number, learnt: Expectation): Reading {
    const band = this.around(time, forecast, learnt);
    if (Number.isNaN(value)) {
      const last = this.#lastTime === -Infinity ? time : this.#lastTime;
      return { time, value, ...band, score: 0, ...this.#watcher.silence(time, last, true) };
    }
    if (time - this.#lastTime > this.#options.silence) this.#scorer.restart();
    this.#lastTime = time;
    this.#calibrate(time);
    const part = this.#partAt(time);
    const residual = residualOf(value, forecast, learnt);
    const point = this.#limits.normalise(part, residual);
    this.#scorer.push(point);
    const usual = this.#scorer.ready ? this.#scorer.score(point) : point / YOUNG_POINT;
    const score = collapsed(value, forecast, band.lower) ? Math.min(-COLLAPSE_SCORE, usual) : usual;
    const verdict = this.#watcher.judge(time, value, forecast, score, point);
    if (verdict.learn) {
      this.#scorer.remember(point);
      this.#limits.track(part, residual, this.#options.coverage);
    }
    if (verdict.restart) this.#scorer.restart();
    return { time, value, ...band, score, state: verdict.state, since: verdict.since, reason: verdict.reason };
  }

  #calibrate(time: number): void {
    const day = Math.floor(this.#local.local(time) / DAY);
    if (day === this.#day && this.#scorer.ready) return;
    this.#day = day;
    this.#scorer.calibrate((this.#options.alarmRate * this.#options.step) / DAY);
  }

  #partAt(time: number): number {
    return this.#parts[Math.floor((this.#local.local(time) % DAY) / 60_000)]!;
  }
}

/** In units of the band that history gives. */
function residualOf(value: number, forecast: number, learnt: Expectation): number {
  const [below, above] = widths(forecast, learnt);
  return (value - forecast) / (value < forecast ? below : above);
}

/** Half widths below and above, in the unit of the value. */
function widths(forecast: number, { expected, lower, upper }: Expectation): [below: number, above: number] {
  const size = Math.max(Math.abs(forecast), Number.MIN_VALUE);
  const share = (width: number): number =>
    Number.isFinite(width) && Math.abs(expected) > 0
      ? Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width / Math.abs(expected)))
      : UNKNOWN_WIDTH;
  return [share(expected - lower) * size, share(upper - expected) * size];
}

function collapsed(value: number, forecast: number, lower: number): boolean {
  return lower > COLLAPSE_BAND * forecast && value >= 0 && value < COLLAPSE_SHARE * lower;
}

function floored(forecast: number, lower: number): number {
  return forecast >= 0 ? Math.max(0, lower) : lower;
}
