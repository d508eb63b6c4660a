/** Samples in one chunk. Heads grow and shrink by whole chunks, so what one gives back fits every other one. */
const CHUNK = 16;
/** Words of a sample: time after the chunk's first instant (ms), low word and high word of the value. */
const WORDS = 3;
const WORD = 2 ** 32;
/** Chunks of one piece of memory. A piece is asked for and given back as a whole. */
const PIECE_BITS = 11;
const PIECE = 2 ** PIECE_BITS;

interface Piece {
  readonly words: Uint32Array;
  /** Its first free chunk; the others follow by `next`. -1 when it is full. */
  free: number;
  used: number;
}

/** Where a head begins and ends: its chunks, and the samples of the first one that are gone. */
export interface HeadRun {
  first: number;
  last: number;
  skip: number;
}

/**
 * Memory for the newest samples of all series. A series has a chain of chunks: an array of its own would cost each as much
 * memory as two dozen samples, and leave gaps of all sizes when it grows.
 */
export class HeadPool {
  readonly #pieces: (Piece | undefined)[] = [];
  /** Per chunk: the one after it in its head or among the free ones, how many samples it holds, and its first instant (ms). */
  #next = new Int32Array(PIECE);
  #count = new Uint8Array(PIECE);
  #base = new Float64Array(PIECE);
  /** The piece that new chunks are taken from; a piece before it is full. */
  #open = 0;

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#pieces.filter(Boolean).length * PIECE * CHUNK * WORDS * 4 + this.#next.length * 13;
  }

  /** Appends a sample to a head. @param time ms, not before the last one */
  append(run: HeadRun, time: number, low: number, high: number): void {
    let chunk = run.last;
    if (chunk < 0 || this.#count[chunk] === CHUNK || time - this.#base[chunk]! >= WORD) {
      chunk = this.#take(time);
      if (run.last < 0) run.first = chunk;
      else this.#next[run.last] = chunk;
      run.last = chunk;
    }
    const { words } = this.#pieces[chunk >> PIECE_BITS]!;
    const at = ((chunk & (PIECE - 1)) * CHUNK + this.#count[chunk]!++) * WORDS;
    words[at] = time - this.#base[chunk]!;
    words[at + 1] = low;
    words[at + 2] = high;
  }

  /** Index of the first of the head's samples at or after `time` (ms), counted from its beginning. */
  indexOf(run: HeadRun, time: number): number {
    let index = -run.skip;
    const [next, bases] = [this.#next, this.#base];
    let chunk = run.first;
    if (chunk < 0) return 0;
    // A chunk that is followed by one that begins no later than `time` has nothing to look at.
    for (let after = next[chunk]!; after >= 0 && bases[after]! <= time; after = next[chunk]!) {
      index += this.#count[chunk]!;
      chunk = after;
    }
    const { words } = this.#pieces[chunk >> PIECE_BITS]!;
    const start = (chunk & (PIECE - 1)) * CHUNK * WORDS;
    const count = this.#count[chunk]!;
    const offset = time - bases[chunk]!;
    let at = chunk === run.first ? run.skip : 0;
    while (at < count && words[start + at * WORDS]! < offset) at++;
    return index + at;
  }

  /** The time of a sample of the head, ms. */
  timeAt(run: HeadRun, index: number): number {
    const { words, at, base } = this.#sampleAt(run, index);
    return base + words[at]!;
  }

  /** The low and the high word of a sample of the head. */
  wordsAt(run: HeadRun, index: number): readonly [low: number, high: number] {
    const { words, at } = this.#sampleAt(run, index);
    return [words[at + 1]!, words[at + 2]!];
  }

  /** Copies the samples [start, end) to times (ms) and words (two to each value) from place `to` on. */
  copy(run: HeadRun, start: number, end: number, times: Float64Array, bits: Uint32Array, to: number): void {
    const [next, counts] = [this.#next, this.#count];
    let from = start + run.skip;
    let left = end - start;
    let out = to;
    for (let chunk = run.first; left > 0; chunk = next[chunk]!) {
      const count = counts[chunk]!;
      if (from >= count) {
        from -= count;
        continue;
      }
      const { words } = this.#pieces[chunk >> PIECE_BITS]!;
      const base = this.#base[chunk]!;
      const samples = Math.min(count - from, left);
      let at = ((chunk & (PIECE - 1)) * CHUNK + from) * WORDS;
      for (let i = 0; i < samples; i++, at += WORDS, out++) {
        times[out] = base + words[at]!;
        bits[2 * out] = words[at + 1]!;
        bits[2 * out + 1] = words[at + 2]!;
      }
      left -= samples;
      from = 0;
    }
  }

  /** Lets the first samples of the head go; there are more than that many. */
  dropFirst(run: HeadRun, samples: number): void {
    run.skip += samples;
    while (run.skip >= this.#count[run.first]!) {
      const gone = run.first;
      run.skip -= this.#count[gone]!;
      run.first = this.#next[gone]!;
      this.#give(gone);
    }
  }

  /** Lets the samples from index `keep` on go. */
  truncate(run: HeadRun, keep: number): void {
    if (keep === 0) return this.clear(run);
    let left = keep + run.skip;
    let chunk = run.first;
    while (left > this.#count[chunk]!) {
      left -= this.#count[chunk]!;
      chunk = this.#next[chunk]!;
    }
    this.#count[chunk] = left;
    run.last = chunk;
    let gone = this.#next[chunk]!;
    this.#next[chunk] = -1;
    while (gone >= 0) {
      const next = this.#next[gone]!;
      this.#give(gone);
      gone = next;
    }
  }

  /** Lets all samples of the head go. */
  clear(run: HeadRun): void {
    for (let chunk = run.first; chunk >= 0;) {
      const next = this.#next[chunk]!;
      this.#give(chunk);
      chunk = next;
    }
    run.first = run.last = -1;
    run.skip = 0;
  }

  #sampleAt(run: HeadRun, index: number): { words: Uint32Array; at: number; base: number } {
    let left = index + run.skip;
    let chunk = run.first;
    while (left >= this.#count[chunk]!) {
      left -= this.#count[chunk]!;
      chunk = this.#next[chunk]!;
    }
    const { words } = this.#pieces[chunk >> PIECE_BITS]!;
    return { words, at: ((chunk & (PIECE - 1)) * CHUNK + left) * WORDS, base: this.#base[chunk]! };
  }

  /** An empty chunk whose times begin at `base` (ms). */
  #take(base: number): number {
    while (this.#pieces[this.#open]?.free === -1) this.#open++;
    const piece = (this.#pieces[this.#open] ??= this.#newPiece(this.#open));
    const chunk = piece.free;
    piece.free = this.#next[chunk]!;
    piece.used++;
    this.#next[chunk] = -1;
    this.#count[chunk] = 0;
    this.#base[chunk] = base;
    return chunk;
  }

  #newPiece(number: number): Piece {
    const first = number * PIECE;
    if (first >= this.#next.length) this.#grow();
    for (let i = 0; i < PIECE; i++) this.#next[first + i] = i === PIECE - 1 ? -1 : first + i + 1;
    return { words: new Uint32Array(PIECE * CHUNK * WORDS), free: first, used: 0 };
  }

  #give(chunk: number): void {
    const number = chunk >> PIECE_BITS;
    const piece = this.#pieces[number]!;
    this.#next[chunk] = piece.free;
    piece.free = chunk;
    if (--piece.used === 0) this.#pieces[number] = undefined;
    if (number < this.#open) this.#open = number;
  }

  #grow(): void {
    const size = this.#next.length + Math.max(PIECE, Math.ceil(this.#next.length / 4 / PIECE) * PIECE);
    const [next, count, base] = [new Int32Array(size), new Uint8Array(size), new Float64Array(size)];
    next.set(this.#next);
    count.set(this.#count);
    base.set(this.#base);
    [this.#next, this.#count, this.#base] = [next, count, base];
  }
}
