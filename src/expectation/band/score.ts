import { Ring, tailThreshold } from './ring.ts';

/** Points in the running means. */
export const WINDOW = 12;
/** Of so many points, all but one must be high (or low) to be sustained. */
const SUSTAINED = 4;
/** With samples no further apart than this a mean of 12 is soon there; else the sustained view stands beside it, ms. */
const DENSE = 1_800_000;
const SAMPLES = 2048;
const LEAST_SAMPLES = 60;
const LEAST_SUSTAINED = 0.7;
/**
 * Thresholds in units of the band never rise above these, so that incidents of the past cannot make it blind. Above there
 * is more room: some series leap by habit, while below a fall to nothing is the most there can be.
 */
const MOST_BELOW = { point: 4, mean: 3, sustained: 3.5 };
const MOST_ABOVE = { point: 6, mean: 4, sustained: 4.5 };

/** Plain data of a scorer. */
export interface ScoreState {
  readonly point: readonly number[];
  readonly mean: readonly number[];
  readonly size: readonly number[];
  readonly sustained: readonly number[];
  readonly thresholds: readonly number[];
  readonly window: readonly number[];
}

/**
 * How unusual residuals are, from three views: one point, the signed mean of 12 (a shift), the mean size of 12 (unrest);
 * with samples more than half an hour apart a fourth: three of the last four points (a burst of some hours).
 * Each is held against the tail of its own past; 1 is the threshold of alarm.
 */
export class Scorer {
  readonly #point: Ring;
  readonly #mean: Ring;
  readonly #size: Ring;
  readonly #sustained: Ring;
  readonly #window: Ring;
  readonly #dense: boolean;
  /** Above and below: point, mean; size; above and below: sustained. */
  #thresholds: number[];

  /** @param step distance between samples, ms */
  constructor(step: number, state?: ScoreState) {
    this.#dense = step <= DENSE;
    this.#sustained = new Ring(SAMPLES, state?.sustained);
    this.#point = new Ring(SAMPLES, state?.point);
    this.#mean = new Ring(SAMPLES, state?.mean);
    this.#size = new Ring(SAMPLES, state?.size);
    this.#window = new Ring(WINDOW, state?.window);
    this.#thresholds = [...(state?.thresholds ?? [])];
  }

  /** Whether enough has been seen to judge. */
  get ready(): boolean {
    return this.#thresholds.length > 0;
  }

  /** Takes a residual (in units of the band) into the running means. */
  push(steady: number): void {
    this.#window.push(steady);
  }

  /** Keeps the first point of an alarm above, for the tail alone. */
  rememberLeap(point: number): void {
    this.#point.push(point);
  }

  /** Keeps what was just pushed as part of the ordinary past. */
  remember(point: number): void {
    this.#point.push(point);
    if (this.#window.length < WINDOW) return;
    if (!this.#dense) this.#sustained.push(sustained(this.#window.latest(SUSTAINED)));
    this.#mean.push(this.#window.sum() / WINDOW);
    this.#size.push(this.#window.absoluteSum() / WINDOW);
  }

  /** Forgets the running means, after a gap or an alarm. */
  restart(): void {
    this.#window.clear();
  }

  /** Sets the thresholds anew from the past. `rate` is the probability of a false alarm per point. */
  calibrate(rate: number): void {
    if (this.#point.length < LEAST_SAMPLES) return;
    const each = rate / 5;
    const [point, mean, size] = [this.#point.sorted(), this.#mean.sorted(), this.#size.sorted()];
    // The means of 12 overlap, so that one excursion is seen some 12 times.
    this.#thresholds = [
      clamp(tailThreshold(point, each), 1, MOST_ABOVE.point),
      clamp(tailThreshold(mirrored(point), each), 1, MOST_BELOW.point),
      clamp(tailThreshold(mean, each), 0.5, MOST_ABOVE.mean),
      clamp(tailThreshold(mirrored(mean), each), 0.5, MOST_BELOW.mean),
      clamp(tailThreshold(size, each), 0.7, MOST_ABOVE.mean),
    ];
    if (this.#dense) return;
    const long = this.#sustained.sorted();
    this.#thresholds.push(
      clamp(tailThreshold(long, each), LEAST_SUSTAINED, MOST_ABOVE.sustained),
      clamp(tailThreshold(mirrored(long), each), LEAST_SUSTAINED, MOST_BELOW.sustained),
    );
  }

  /** The signed score of what is being looked at: beyond 1 or -1 is an alarm. */
  score(point: number): number {
    const [pointAbove, pointBelow, meanAbove, meanBelow, size, longAbove, longBelow] = this
      .#thresholds as unknown as Views;
    let best = point >= 0 ? point / pointAbove : point / pointBelow;
    if (this.#window.length < WINDOW) return best;
    const mean = this.#window.sum() / WINDOW;
    const shift = mean >= 0 ? mean / meanAbove : mean / meanBelow;
    if (Math.abs(shift) > Math.abs(best)) best = shift;
    if (longAbove !== undefined && longBelow !== undefined) {
      const held = sustained(this.#window.latest(SUSTAINED));
      const long = held >= 0 ? held / longAbove : held / longBelow;
      if (Math.abs(long) > Math.abs(best)) best = long;
    }
    const unrest = this.#window.absoluteSum() / WINDOW / size;
    if (unrest > Math.abs(best)) best = mean >= 0 ? unrest : -unrest;
    return best;
  }

  toState(): ScoreState {
    return {
      point: this.#point.toArray(),
      mean: this.#mean.toArray(),
      size: this.#size.toArray(),
      sustained: this.#sustained.toArray(),
      thresholds: this.#thresholds,
      window: this.#window.toArray(),
    };
  }
}

type Views = readonly [number, number, number, number, number, number?, number?];

/** What all but one of the points reach at least, on the same side; 0 where they are on both. */
function sustained(points: readonly number[]): number {
  const sorted = [...points].sort((a, b) => a - b);
  const [second, third] = [sorted[1]!, sorted.at(-2)!];
  return second > 0 ? second : third < 0 ? third : 0;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function mirrored(sorted: Float64Array): Float64Array {
  return sorted.map((value) => -value).reverse();
}
