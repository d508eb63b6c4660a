import { Ring, tailThreshold } from './ring.ts';

/** Points in the running means. */
export const WINDOW = 12;
const SAMPLES = 2048;
const LEAST_SAMPLES = 60;
/**
 * Thresholds in units of the band never rise above these, so that incidents of the past cannot make it blind. Above there
 * is more room: some series leap by habit, while below a fall to nothing is the most there can be.
 */
const MOST_BELOW = { point: 4, mean: 3 };
const MOST_ABOVE = { point: 6, mean: 4 };

/** Plain data of a scorer. */
export interface ScoreState {
  readonly point: readonly number[];
  readonly mean: readonly number[];
  readonly size: readonly number[];
  readonly thresholds: readonly number[];
  readonly window: readonly number[];
}

/**
 * How unusual residuals are, from three views: one point, the signed mean of 12 (a shift), the mean size of 12 (unrest).
 * Each is held against the tail of its own past; 1 is the threshold of alarm.
 */
export class Scorer {
  readonly #point: Ring;
  readonly #mean: Ring;
  readonly #size: Ring;
  readonly #window: Ring;
  /** Point above, point below, mean above, mean below, size. */
  #thresholds: number[];

  constructor(state?: ScoreState) {
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
  }

  /** The signed score of what is being looked at: beyond 1 or -1 is an alarm. */
  score(point: number): number {
    const [pointAbove, pointBelow, meanAbove, meanBelow, size] = this.#thresholds as [
      number,
      number,
      number,
      number,
      number,
    ];
    let best = point >= 0 ? point / pointAbove : point / pointBelow;
    if (this.#window.length < WINDOW) return best;
    const mean = this.#window.sum() / WINDOW;
    const shift = mean >= 0 ? mean / meanAbove : mean / meanBelow;
    if (Math.abs(shift) > Math.abs(best)) best = shift;
    const unrest = this.#window.absoluteSum() / WINDOW / size;
    if (unrest > Math.abs(best)) best = mean >= 0 ? unrest : -unrest;
    return best;
  }

  toState(): ScoreState {
    return {
      point: this.#point.toArray(),
      mean: this.#mean.toArray(),
      size: this.#size.toArray(),
      thresholds: this.#thresholds,
      window: this.#window.toArray(),
    };
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function mirrored(sorted: Float64Array): Float64Array {
  return sorted.map((value) => -value).reverse();
}
