/**
 * Running sum after Kahan and Neumaier: the rounding errors are summed beside the total and added at the end, so that
 * 1e100 + 1 - 1e100 is 1.
 */
export class CompensatedSum {
  total = 0;
  error = 0;

  /** Adds one value. */
  add(value: number): void {
    const next = this.total + value;
    if (next === Infinity || next === -Infinity) this.error = 0;
    else if (Math.abs(this.total) >= Math.abs(value)) this.error += this.total - next + value;
    else this.error += value - next + this.total;
    this.total = next;
  }

  /** Multiplies what was summed so far. */
  scale(factor: number): void {
    this.total *= factor;
    this.error *= factor;
  }

  get value(): number {
    return Math.abs(this.total) === Infinity ? this.total : this.total + this.error;
  }
}

/**
 * Mean that sums first and divides last, and changes to an incremental mean only when the sum would overflow.
 */
export class RunningMean {
  readonly #sum = new CompensatedSum();
  #count = 0;
  #incremental = false;

  /** Adds one value. */
  add(value: number): void {
    this.#count++;
    const sum = this.#sum;
    if (!this.#incremental) {
      if (this.#count === 1 || Number.isFinite(sum.total + value) || Number.isNaN(sum.total + value)) {
        sum.add(value);
        return;
      }
      this.#incremental = true;
      sum.scale(1 / (this.#count - 1));
    }
    sum.scale((this.#count - 1) / this.#count);
    sum.add(value / this.#count);
  }

  get count(): number {
    return this.#count;
  }

  get value(): number {
    if (this.#incremental) return this.#sum.total + this.#sum.error;
    return this.#sum.total / this.#count + this.#sum.error / this.#count;
  }
}

/** Population variance in one pass (Welford), with compensated mean and squares. */
export class RunningVariance {
  readonly #mean = new CompensatedSum();
  readonly #squares = new CompensatedSum();
  #count = 0;

  /** Adds one value. */
  add(value: number): void {
    this.#count++;
    const before = value - (this.#mean.total + this.#mean.error);
    this.#mean.add(before / this.#count);
    this.#squares.add(before * (value - (this.#mean.total + this.#mean.error)));
  }

  get value(): number {
    return (this.#squares.total + this.#squares.error) / this.#count;
  }
}

/** The q-quantile of values, interpolated between ranks; NaN counts as the smallest. Sorts the array given. */
export function quantileOf(q: number, values: Float64Array): number {
  const count = values.length;
  if (count === 0 || q !== q) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  values.sort();
  // Typed arrays sort NaN to the end; here it belongs to the front.
  let missing = 0;
  while (missing < count && values[count - 1 - missing] !== values[count - 1 - missing]) missing++;
  const at = (rank: number): number => (rank < missing ? NaN : values[rank - missing]!);
  const rank = q * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(lower) * (1 - weight) + at(upper) * weight;
}
