const HEADER = 16;
const SHORT = 1;
const LONG = 2;

/** Accepted samples that wait for their commit; afterwards one row of the batch log. */
export class PendingSamples {
  #ids = new Uint32Array(4096);
  #times = new Float64Array(4096);
  #bits = new Uint32Array(8192);
  #row = new ArrayBuffer(65_536);
  length = 0;

  /** Adds a sample. @param time ms since the epoch */
  push(id: number, time: number, low: number, high: number): void {
    const at = this.length++;
    if (at === this.#ids.length) this.#grow();
    this.#ids[at] = id;
    this.#times[at] = time;
    this.#bits[2 * at] = low;
    this.#bits[2 * at + 1] = high;
  }

  /** Forgets the samples: they are durable. */
  clear(): void {
    this.length = 0;
  }

  /**
   * The samples as a row of the log, all numbers little-endian: format (u32), count (u32), first time (f64); then per
   * sample the time, as an offset in ms (u32, format 1) or in full (f64, format 2), then the ids (u32), then the values.
   * The bytes are only valid until the next call.
   */
  encode(): Uint8Array {
    const count = this.length;
    let base = Infinity;
    let last = -Infinity;
    for (let i = 0; i < count; i++) {
      const time = this.#times[i]!;
      if (time < base) base = time;
      if (time > last) last = time;
    }
    const short = last - base < 2 ** 32;
    const timeSize = short ? 4 : 8;
    const size = HEADER + count * (timeSize + 12);
    if (size > this.#row.byteLength) this.#row = new ArrayBuffer(size * 2);
    const buffer = this.#row;
    const header = new Uint32Array(buffer, 0, 2);
    header[0] = short ? SHORT : LONG;
    header[1] = count;
    new Float64Array(buffer, 8, 1)[0] = base;
    if (short) {
      const offsets = new Uint32Array(buffer, HEADER, count);
      for (let i = 0; i < count; i++) offsets[i] = this.#times[i]! - base;
    } else new Float64Array(buffer, HEADER, count).set(this.#times.subarray(0, count));
    new Uint32Array(buffer, HEADER + count * timeSize, count).set(this.#ids.subarray(0, count));
    new Uint32Array(buffer, HEADER + count * (timeSize + 4), count * 2).set(this.#bits.subarray(0, count * 2));
    return new Uint8Array(buffer, 0, size);
  }

  #grow(): void {
    const size = this.#ids.length * 2;
    const ids = new Uint32Array(size);
    const times = new Float64Array(size);
    const bits = new Uint32Array(size * 2);
    ids.set(this.#ids);
    times.set(this.#times);
    bits.set(this.#bits);
    this.#ids = ids;
    this.#times = times;
    this.#bits = bits;
  }
}

/** Hands every sample of a row of the log to `take`, in the order it was accepted. */
export function readLogRow(row: Uint8Array, take: (id: number, time: number, low: number, high: number) => void): void {
  // A copy of its own, so that the columns are aligned.
  const buffer = row.slice().buffer;
  const [format, count] = new Uint32Array(buffer, 0, 2) as unknown as [number, number];
  const base = new Float64Array(buffer, 8, 1)[0]!;
  const timeSize = format === SHORT ? 4 : 8;
  const times = format === SHORT ? new Uint32Array(buffer, HEADER, count) : new Float64Array(buffer, HEADER, count);
  const shift = format === SHORT ? base : 0;
  const ids = new Uint32Array(buffer, HEADER + count * timeSize, count);
  const bits = new Uint32Array(buffer, HEADER + count * (timeSize + 4), count * 2);
  for (let i = 0; i < count; i++) take(ids[i]!, shift + times[i]!, bits[2 * i]!, bits[2 * i + 1]!);
}
