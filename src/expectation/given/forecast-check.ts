/** How far a forecast was from what came, over the last while. */
export interface ForecastFit {
  /** Sum of the errors over the sum of the values; signed: above 0 the forecast was too high. */
  readonly bias: number;
  /** Sum of the sizes of the errors over the sum of the values. */
  readonly wape: number;
  /** How much of the window was compared, ms. */
  readonly span: number;
}

/** Limits of a forecast, as shares, and the window over which it is compared, ms. */
export interface ForecastLimits {
  readonly within: number;
  readonly bias: number;
  readonly wape: number;
}

const BUCKETS = 48;
/** How much of the window must be there before anything is said. */
const LEAST_SHARE = 0.5;
/** Once off, it is off until it is this much better than the limit: a report that flaps is read by nobody. */
const BETTER = 0.8;

interface Bucket {
  slot: number;
  actual: number;
  error: number;
  size: number;
  points: number;
}

/** Compares a forecast with what came, continuously, over a sliding window. */
export class ForecastCheck {
  readonly limits: ForecastLimits;
  readonly #length: number;
  readonly #step: number;
  readonly #buckets: Bucket[] = [];
  #off = false;

  /** @param step distance between values, ms */
  constructor(limits: ForecastLimits, step: number) {
    this.limits = limits;
    this.#length = Math.max(step, limits.within / BUCKETS);
    this.#step = step;
  }

  /** Takes one value with what had been forecast for it. */
  add(time: number, actual: number, forecast: number): void {
    if (!Number.isFinite(actual) || !Number.isFinite(forecast)) return;
    const slot = Math.floor(time / this.#length);
    let last = this.#buckets.at(-1);
    if (!last || last.slot < slot) {
      last = { slot, actual: 0, error: 0, size: 0, points: 0 };
      this.#buckets.push(last);
      while (this.#buckets[0]!.slot <= slot - this.limits.within / this.#length) this.#buckets.shift();
    }
    last.actual += Math.abs(actual);
    last.error += forecast - actual;
    last.size += Math.abs(forecast - actual);
    last.points += 1;
  }

  /** The fit over the window; null until half of it was compared. */
  fit(): ForecastFit | null {
    let [actual, error, size, points] = [0, 0, 0, 0];
    for (const bucket of this.#buckets) {
      actual += bucket.actual;
      error += bucket.error;
      size += bucket.size;
      points += bucket.points;
    }
    const span = points * this.#step;
    if (span < LEAST_SHARE * this.limits.within) return null;
    // Nothing came and nothing was forecast is a perfect fit; nothing came of something is a wholly wrong one.
    if (actual === 0) return { bias: error === 0 ? 0 : Math.sign(error), wape: size === 0 ? 0 : 1, span };
    return { bias: error / actual, wape: size / actual, span };
  }

  /** Whether it is off, with hysteresis. To be asked once after each value. */
  off(): ForecastFit | null {
    const fit = this.fit();
    const share = this.#off ? BETTER : 1;
    this.#off = fit !== null && (Math.abs(fit.bias) > share * this.limits.bias || fit.wape > share * this.limits.wape);
    return this.#off ? fit : null;
  }
}
