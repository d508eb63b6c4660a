import type { Band, History } from '../band/band.ts';
import type { Expectation, Reading } from '../band/reading.ts';
import { GivenJudge } from './given-judge.ts';

/** What is known in advance of one series, by instant (ms). */
export interface Given {
  /** What the learnt level is multiplied by; 1 where no event is. */
  factor(time: number): number;
  /** The value that was forecast; NaN where none was. */
  forecast(time: number): number;
}

/** Below this share of the level an event is a closure: nothing can be learnt from it. */
const CLOSED = 0.05;

/**
 * The level to be expected of one series: learnt from its past, times the factor of the events that are on, or as it was
 * forecast. Where there is a forecast it is taken as it stands: whoever made it knew of the events.
 */
export class ExpectedLevel {
  readonly #band: Band;
  readonly #given: Given;
  #judge: GivenJudge | null = null;
  readonly #zone: string;
  #learntState: Reading['state'] = 'learning';

  private constructor(band: Band, zone: string, given: Given) {
    this.#band = band;
    this.#zone = zone;
    this.#given = given;
  }

  /** Learns from the past, with the events and forecasts of the past taken into account. */
  static fit(history: History, zone: string, given: Given, fit: (history: History) => Band): ExpectedLevel {
    const plain = Float64Array.from({ length: history.times.length }, (_, index) => {
      const factor = given.factor(history.times[index]!);
      return factor < CLOSED ? NaN : history.values[index]! / factor;
    });
    const level = new ExpectedLevel(fit({ times: history.times, values: plain }), zone, given);
    level.#observe(history);
    return level;
  }

  /** To be called when other forecasts were given: what was learnt about the former ones is forgotten. */
  forgetForecast(): void {
    this.#judge = null;
  }

  /** Holds one value against its level. @param time ms, not before the last one @param value NaN when there is none */
  next(time: number, value: number): Reading {
    const factor = this.#given.factor(time);
    const forecast = this.#given.forecast(time);
    const learnt = this.#learnt(time, value, factor);
    this.#learntState = learnt.state;
    if (Number.isNaN(forecast)) return learnt;
    this.#judge ??= new GivenJudge(this.#zone, this.#band.options);
    return this.#judge.judge(time, value, forecast, this.#ahead(time));
  }

  /** The level to be expected at an instant, with its band. */
  forecast(time: number): Expectation {
    const forecast = this.#given.forecast(time);
    const ahead = this.#ahead(time);
    if (!Number.isNaN(forecast)) {
      return (this.#judge ?? new GivenJudge(this.#zone, this.#band.options)).around(time, forecast, ahead);
    }
    const factor = this.#given.factor(time);
    return { expected: ahead.expected * factor, lower: ahead.lower * factor, upper: ahead.upper * factor };
  }

  /** What history alone said of the last value. */
  get learntState(): Reading['state'] {
    return this.#learntState;
  }

  /** What was forecast for an instant, NaN where nothing was. */
  given(time: number): number {
    return this.#given.forecast(time);
  }

  /** The factor of the events at an instant. */
  factor(time: number): number {
    return this.#given.factor(time);
  }

  #learnt(time: number, value: number, factor: number): Reading {
    if (factor === 1) return this.#band.next(time, value);
    if (factor >= CLOSED) {
      const reading = this.#band.next(time, value / factor);
      const { expected, lower, upper } = reading;
      return { ...reading, value, expected: expected * factor, lower: lower * factor, upper: upper * factor };
    }
    // Nearly nothing is expected: nothing is learnt, and whatever comes is fine.
    const { expected, upper } = this.#ahead(time);
    return {
      time,
      value,
      expected: expected * factor,
      lower: 0,
      upper: Math.max(upper * factor, 0),
      score: 0,
      state: 'ok',
      since: time,
      reason: 'an event is on during which next to nothing is expected',
    };
  }

  /** What history says of an instant, without what was given. */
  #ahead(time: number): Expectation {
    return this.#band.forecast(time);
  }

  /** Learns how wide the band around forecasts is from those of the past. */
  #observe({ times, values }: History): void {
    for (let index = 0; index < times.length; index++) {
      const forecast = this.#given.forecast(times[index]!);
      const value = values[index]!;
      if (Number.isNaN(forecast) || Number.isNaN(value)) continue;
      this.#judge ??= new GivenJudge(this.#zone, this.#band.options);
      this.#judge.observe(times[index]!, value, forecast, this.#ahead(times[index]!));
    }
  }
}
