/** Arrays for the samples of one slice; `words` are the values, two to each. */
export interface Place {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly words: Uint32Array;
}

/** Where slices are written to. */
export interface SliceRoom {
  /** Arrays for that many samples. */
  place(count: number): Place;
}

/** Doubles in a piece of memory that several slices share, and up to which number of samples a slice takes part in one. */
const PIECE = 16_384;
const SHARED = 2048;

/** Slices that stay: an allocation for each would cost more than its copy, so several share one. */
export class LastingRoom implements SliceRoom {
  #piece = new ArrayBuffer(0);
  #used = 0;

  place(count: number): Place {
    const size = 16 * count;
    if (this.#used + size > this.#piece.byteLength) {
      this.#piece = new ArrayBuffer(count > SHARED ? size : 8 * PIECE);
      this.#used = 0;
    }
    const place = placeAt(this.#piece, this.#used, count);
    this.#used += size;
    return place;
  }
}

/** One slice at a time: the next one is written over it. Slices of one length share even the arrays. */
export class PassingRoom implements SliceRoom {
  #memory = new ArrayBuffer(1024);
  #last: Place | undefined;

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#memory.byteLength;
  }

  place(count: number): Place {
    if (this.#last?.times.length === count) return this.#last;
    if (16 * count > this.#memory.byteLength) this.#memory = new ArrayBuffer(32 * count);
    return (this.#last = placeAt(this.#memory, 0, count));
  }
}

/** Slices one behind the other, to be handed to another thread together. */
export class PackedRoom implements SliceRoom {
  #memory: ArrayBuffer;
  /** Bytes in use. */
  used = 0;

  /** @param bytes room at the beginning */
  constructor(bytes: number) {
    this.#memory = new ArrayBuffer(bytes);
  }

  /** What was written: for each slice its times, then its values. */
  get memory(): ArrayBuffer {
    return this.#memory;
  }

  place(count: number): Place {
    const end = this.used + 16 * count;
    if (end > this.#memory.byteLength) this.#memory = this.#memory.transfer(Math.max(end, 2 * this.#memory.byteLength));
    const place = placeAt(this.#memory, this.used, count);
    this.used = end;
    return place;
  }
}

function placeAt(memory: ArrayBuffer, start: number, count: number): Place {
  const middle = start + 8 * count;
  return {
    times: new Float64Array(memory, start, count),
    values: new Float64Array(memory, middle, count),
    words: new Uint32Array(memory, middle, 2 * count),
  };
}
