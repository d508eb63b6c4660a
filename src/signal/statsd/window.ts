const QUANTILES = [0.5, 0.9, 0.99] as const;
/** Values of one timer kept within a flush; beyond, every place is as likely to be replaced. */
const MAX_KEPT = 4096;

/** The values of a timer: running sum and count, and the quantiles since the last flush. */
export class TimerWindow {
  sum = 0;
  count = 0;
  readonly #random: () => number;
  #kept: number[] = [];
  #met = 0;

  /** @param random a number in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** @param weight how many events the value stands for */
  add(value: number, weight: number): void {
    this.sum += value * weight;
    this.count += weight;
    this.#met++;
    if (this.#kept.length < MAX_KEPT) this.#kept.push(value);
    else {
      const place = Math.floor(this.#random() * this.#met);
      if (place < MAX_KEPT) this.#kept[place] = value;
    }
  }

  /** The quantiles of the values since the last call; NaN when there were none. */
  takeQuantiles(): { readonly quantile: number; readonly value: number }[] {
    const sorted = Float64Array.from(this.#kept).sort();
    this.#kept = [];
    this.#met = 0;
    return QUANTILES.map((quantile) => ({
      quantile,
      // The smallest value that at least this share of the values does not exceed.
      value: sorted.length === 0 ? NaN : sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]!,
    }));
  }
}
