/** Changes bytes at random, repeatably: the same seed gives the same bodies. */
export class Mutator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number in [0, below). Source of the generator: mulberry32. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** The bytes with one to eight changes; parts of `others` may be put in. */
  mutate(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
    let changed = Buffer.from(bytes);
    const rounds = 1 + this.below(8);
    for (let round = 0; round < rounds; round++) changed = this.#change(changed, others);
    return changed;
  }

  #change(bytes: Buffer<ArrayBuffer>, others: readonly Uint8Array[]): Buffer<ArrayBuffer> {
    const at = this.below(bytes.length + 1);
    const length = 1 + this.below(16);
    switch (this.below(8)) {
      case 0:
        if (at < bytes.length) bytes[at]! ^= 1 << this.below(8);
        return bytes;
      case 1:
        if (at < bytes.length) bytes[at] = this.below(256);
        return bytes;
      case 2:
        return Buffer.concat([bytes.subarray(0, at), this.#noise(length), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
      case 4:
        return Buffer.from(bytes.subarray(0, at));
      case 5: {
        const from = this.below(bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + length * 4), bytes.subarray(at)]);
      }
      case 6: {
        const other = others[this.below(others.length)]!;
        const from = this.below(other.length + 1);
        return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length * 8), bytes.subarray(at)]);
      }
      default:
        // Lengths and numbers that lie.
        return Buffer.concat([bytes.subarray(0, at), LIES[this.below(LIES.length)]!, bytes.subarray(at + length)]);
    }
  }

  #noise(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

const LIES: readonly Buffer[] = [
  Buffer.from('ffffffff0f', 'hex'),
  Buffer.from('ffffffffffffffffff01', 'hex'),
  Buffer.from('8080808080808080808001', 'hex'),
  Buffer.from('0000000000000000', 'hex'),
  Buffer.from('000000000000f07f', 'hex'),
  Buffer.from('{"a":[[[[[[[[[['),
  Buffer.from('"asInt":"99999999999999999999"'),
  Buffer.from('1e999'),
  Buffer.from('\\u0000'),
  Buffer.from('{x="'),
  Buffer.from('# TYPE a histogram\n'),
  Buffer.from('\n'),
];
