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
    let value = 0;
    let left = count;
    while (left > 0) {
      const room = 8 - (this.#bit & 7);
      const take = left < room ? left : room;
      const byte = this.#bytes[this.#bit >>> 3] ?? 0;
      value = (value << take) | ((byte >>> (room - take)) & ((1 << take) - 1));
      this.#bit += take;
      left -= take;
    }
    return value >>> 0;
  }

  /** Counts one bits up to the next zero bit or up to `limit`, and passes them. */
  readOnes(limit: number): number {
    let count = 0;
    while (count < limit && this.read(1) === 1) count++;
    return count;
  }
}
