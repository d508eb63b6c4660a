/** Writes bits, most significant first, into a buffer that grows. */
export class BitWriter {
  #bytes = new Uint8Array(512);
  #bit = 0;

  /** Appends the low `count` bits of `value`, at most 32. */
  write(value: number, count: number): void {
    if (this.#bit + count > this.#bytes.length * 8) this.#grow();
    let left = count;
    while (left > 0) {
      const room = 8 - (this.#bit & 7);
      const take = left < room ? left : room;
      const chunk = (value >>> (left - take)) & ((1 << take) - 1);
      this.#bytes[this.#bit >>> 3]! |= chunk << (room - take);
      this.#bit += take;
      left -= take;
    }
  }

  /** Appends the low `count` bits of the 64 bits given as two words, at most 64. */
  writeWords(high: number, low: number, count: number): void {
    if (count > 32) {
      this.write(high, count - 32);
      this.write(low, 32);
    } else this.write(low, count);
  }

  /** The bytes so far, the last one filled with zero bits. */
  take(): Uint8Array {
    return this.#bytes.slice(0, (this.#bit + 7) >>> 3);
  }

  /** Forgets everything, keeping the buffer. */
  reset(): void {
    this.#bytes.fill(0, 0, (this.#bit + 7) >>> 3);
    this.#bit = 0;
  }

  #grow(): void {
    const next = new Uint8Array(this.#bytes.length * 2);
    next.set(this.#bytes);
    this.#bytes = next;
  }
}

/** Reads what BitWriter wrote. Reading past the end gives zero bits. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `count` bits as an unsigned number, at most 32. */
  read(count: number): number {
    // A window of four bytes has at least 25 bits of use, wherever in its first byte it begins.
    if (count > 25) return this.read(count - 16) * 65_536 + this.read(16);
    if (count === 0) return 0;
    const value = this.#window() >>> (32 - count);
    this.#bit += count;
    return value;
  }

  /** Counts one bits up to the next zero bit or up to `limit`, at most 24, and passes them. */
  readOnes(limit: number): number {
    const ones = Math.clz32(~this.#window());
    if (ones >= limit) {
      this.#bit += limit;
      return limit;
    }
    this.#bit += ones + 1;
    return ones;
  }

  /** The place of the next bit, from 0. */
  get bit(): number {
    return this.#bit;
  }

  /** Goes on at another bit: for a loop that reads `bytes` itself. */
  seek(bit: number): void {
    this.#bit = bit;
  }

  /** What is read. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The next bits, the first one uppermost; at least 25 of them are true, the last ones may be zeros instead. */
  #window(): number {
    const bytes = this.#bytes;
    const at = this.#bit >>> 3;
    // Beyond the end there is undefined, which counts as zero here.
    const word = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    return word << (this.#bit & 7);
  }
}
