/** The last `capacity` numbers. */
export class Ring {
  readonly capacity: number;
  #values: number[] = [];
  #next = 0;

  constructor(capacity: number, values: readonly number[] = []) {
    this.capacity = capacity;
    for (const value of values) this.push(value);
  }

  get length(): number {
    return this.#values.length;
  }

  push(value: number): void {
    if (this.#values.length < this.capacity) this.#values.push(value);
    else this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.capacity;
  }

  clear(): void {
    this.#values = [];
    this.#next = 0;
  }

  sorted(): Float64Array {
    return Float64Array.from(this.#values).sort();
  }

  sum(): number {
    let total = 0;
    for (const value of this.#values) total += value;
    return total;
  }

  /** The newest so many, newest first. */
  latest(count: number): number[] {
    const length = this.#values.length;
    const list: number[] = [];
    for (let back = 1; back <= Math.min(count, length); back++)
      list.push(this.#values[(this.#next - back + length) % length]!);
    return list;
  }

  absoluteSum(): number {
    let total = 0;
    for (const value of this.#values) total += Math.abs(value);
    return total;
  }

  /** Oldest first. */
  toArray(): number[] {
    if (this.#values.length < this.capacity) return [...this.#values];
    return [...this.#values.slice(this.#next), ...this.#values.slice(0, this.#next)];
  }
}

/** Quantile of ascending numbers, interpolated; NaN when there are none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const at = Math.min(Math.max(q, 0), 1) * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/**
 * The value exceeded with probability `rate`, also where so few are left that none was seen: beyond the 95th of a
 * hundred an exponential tail is laid through the data. Its slope is the larger of one that single outliers cannot
 * bend and half of the mean excess, which they can.
 */
export function tailThreshold(sorted: Float64Array, rate: number): number {
  const foot = quantile(sorted, 0.95);
  const robust = (quantile(sorted, 0.975) - foot) / Math.LN2;
  let excess = 0;
  let count = 0;
  for (let index = sorted.length - 1; index >= 0 && sorted[index]! > foot; index--) {
    excess += sorted[index]! - foot;
    count++;
  }
  const slope = Math.max(robust, count > 0 ? (TAIL_WEIGHT * excess) / count : 0);
  return foot + slope * Math.log(0.05 / Math.min(rate, 0.05));
}

const TAIL_WEIGHT = 0.5;
