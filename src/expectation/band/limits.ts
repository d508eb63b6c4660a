import { DAY_PARTS } from './day-part.ts';
import { quantile } from './ring.ts';

/** How far a limit moves per miss, as a share of its own size. */
const PACE = 0.02;
/** Limits never fall below this many spreads, so that a quiet series cannot shrink its band to nothing. */
const LEAST = 0.3;

/**
 * Lower and upper limits of normalised residuals for each part of the day: empirical quantiles to begin with, then
 * moved by each new value until the wanted share lies inside (online conformal prediction by the pinball gradient).
 */
export class Limits {
  readonly lower: number[];
  readonly upper: number[];

  constructor(lower: readonly number[] = DAY_PARTS.map(() => -3), upper: readonly number[] = DAY_PARTS.map(() => 3)) {
    this.lower = [...lower];
    this.upper = [...upper];
  }

  /**
   * Sets the limits from residuals, one list per part; a part with few takes all together.
   * @param widen factor for what the sample cannot show: the profile was learnt from neighbours in time
   */
  seed(residuals: readonly (readonly number[])[], coverage: number, widen: number): void {
    const all = Float64Array.from(residuals.flat()).sort();
    if (all.length === 0) return;
    const tail = (1 - coverage) / 2;
    residuals.forEach((list, part) => {
      const own = list.length >= 2 / tail ? Float64Array.from(list).sort() : all;
      this.lower[part] = Math.min(-LEAST, widen * quantile(own, tail));
      this.upper[part] = Math.max(LEAST, widen * quantile(own, 1 - tail));
    });
  }

  /** Learns from one residual. */
  track(part: number, residual: number, coverage: number): void {
    const tail = (1 - coverage) / 2;
    const pace = PACE * (this.upper[part]! - this.lower[part]!);
    const above = residual > this.upper[part]! ? 1 : 0;
    const below = residual < this.lower[part]! ? 1 : 0;
    this.upper[part] = Math.max(LEAST, this.upper[part]! + pace * (above - tail));
    this.lower[part] = Math.min(-LEAST, this.lower[part]! - pace * (below - tail));
  }

  /** The residual in units of the band: 1 is the upper limit, -1 the lower. */
  normalise(part: number, residual: number): number {
    return residual >= 0 ? residual / this.upper[part]! : -residual / this.lower[part]!;
  }
}
