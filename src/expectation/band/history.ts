/** Means of the last weeks per slot of local time, in a ring. Slots are numbered from 1970 on the local wall clock. */
export class SlotHistory {
  readonly perDay: number;
  readonly perWeek: number;
  readonly size: number;
  readonly weeks: number;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #squares: Float64Array;
  /** The newest slot, or -1 before the first. */
  last = -1;
  first = -1;

  constructor(perDay: number, weeks: number) {
    this.perDay = perDay;
    this.perWeek = perDay * 7;
    this.weeks = weeks;
    this.size = weeks * this.perWeek + 2 * perDay;
    this.#sums = new Float64Array(this.size);
    this.#counts = new Float64Array(this.size);
    this.#squares = new Float64Array(this.size);
  }

  /** Moves to `slot`, forgetting what is older than the ring. Going back an hour in autumn leaves it where it is. */
  advance(slot: number): void {
    if (slot <= this.last) return;
    const from = this.last < 0 ? slot : Math.max(this.last + 1, slot - this.size + 1);
    for (let index = from; index <= slot; index++) {
      this.#sums[index % this.size] = 0;
      this.#counts[index % this.size] = 0;
      this.#squares[index % this.size] = 0;
    }
    if (this.first < 0) this.first = slot;
    this.first = Math.max(this.first, slot - this.size + 1);
    this.last = slot;
  }

  add(slot: number, value: number): void {
    if (slot < this.first) return;
    this.#sums[slot % this.size]! += value;
    this.#counts[slot % this.size]! += 1;
    this.#squares[slot % this.size]! += value * value;
  }

  /** Mean of a slot; NaN where nothing is known. */
  mean(slot: number): number {
    if (slot < this.first || slot > this.last) return NaN;
    const index = slot % this.size;
    return this.#sums[index]! / this.#counts[index]!;
  }

  /** Variance of the samples within a slot; NaN where there are fewer than two. */
  noise(slot: number): number {
    const mean = this.mean(slot);
    const count = this.#counts[slot % this.size]!;
    if (Number.isNaN(mean) || count < 2) return NaN;
    return (Math.max(0, this.#squares[slot % this.size]! / count - mean * mean) * count) / (count - 1);
  }

  /** Variances within the slots, as `toArray` gives the means. */
  noises(): (number | null)[] {
    return this.toArray().map((_, index) => {
      const noise = this.noise(this.first + index);
      return Number.isNaN(noise) ? null : noise;
    });
  }

  /** Means from the first slot to the last, null where nothing is known. */
  toArray(): (number | null)[] {
    const list: (number | null)[] = [];
    for (let slot = this.first; slot >= 0 && slot <= this.last; slot++) {
      const mean = this.mean(slot);
      list.push(Number.isNaN(mean) ? null : mean);
    }
    return list;
  }

  /** Puts back what `toArray` and `noises` gave. */
  fill(first: number, means: readonly (number | null)[], noises: readonly (number | null)[]): void {
    means.forEach((mean, index) => {
      this.advance(first + index);
      if (mean === null) return;
      const noise = noises[index] ?? null;
      if (noise === null) {
        this.add(first + index, mean);
        return;
      }
      // Two samples at this distance have this mean and this variance.
      this.add(first + index, mean - Math.sqrt(noise / 2));
      this.add(first + index, mean + Math.sqrt(noise / 2));
    });
  }
}
