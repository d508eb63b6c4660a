import type { Labels } from '../../core/labels.ts';
import type { Columns } from './block-codec.ts';

/** What the file knows of the blocks of one series. */
export interface Progress {
  /** All samples up to this row of the batch log are in blocks. */
  seq: number;
  /** Oldest and newest time in blocks, ms. */
  from: number;
  to: number;
  /** Samples in blocks. */
  samples: number;
  /** First time and size of the newest block. */
  lastFrom: number;
  lastCount: number;
  /** Longest time that a block of this series covers, ms: how far back a block can start and still reach an instant. */
  maxSpan: number;
}

/** No blocks yet: one for all series, never written to. */
const NO_PROGRESS: Progress = Object.freeze({
  seq: 0,
  from: Infinity,
  to: -Infinity,
  samples: 0,
  lastFrom: 0,
  lastCount: 0,
  maxSpan: 0,
});

/** Samples kept in memory after they went into a block, so that queries for the last minutes read no block. */
const KEEP = 24;
/** Samples that a head has room for at first, and how many more at once when it is full: doubling would leave half empty. */
const FIRST_ROOM = 8;
const GROWTH = 36;
/** Words of a sample in a head: time after the head's first instant (ms), low word, high word; and the time's high word. */
const NARROW = 3;
const WIDE = 4;
const WORD = 2 ** 32;

/**
 * One series in memory: its newest samples in time order, of which the first `flushed` are in blocks too, and the few that
 * arrived late for the time that is only in blocks. All samples stand in one array, because each array costs as much
 * memory as a dozen samples.
 */
export class SeriesEntry {
  readonly id: number;
  readonly labels: Labels;
  length = 0;
  flushed = 0;
  /** Late samples, ascending, none newer than `onlyInBlocks`, none of them in a block. */
  late: { times: number[]; bits: number[] } | undefined;
  /** Newest time of which the head holds no copy, -Infinity when it holds all. */
  onlyInBlocks = -Infinity;
  oldest = Infinity;
  newest = -Infinity;
  progress = NO_PROGRESS;
  /** Whether the series stands in the queue for its next block. */
  queued = false;
  #words = new Uint32Array(FIRST_ROOM * NARROW);
  /** Words of one sample: NARROW until a head spans more than 49 days. */
  #size = NARROW;
  /** No time of the head is before it, ms. */
  #base = 0;

  constructor(id: number, labels: Labels) {
    this.id = id;
    this.labels = labels;
  }

  /** Samples that are not in blocks yet. */
  get unflushed(): number {
    return this.length - this.flushed + (this.late?.times.length ?? 0);
  }

  /** Time of a sample of the head, ms. */
  timeAt(index: number): number {
    const at = index * this.#size;
    const offset = this.#words[at]!;
    return this.#base + (this.#size === NARROW ? offset : offset + this.#words[at + 3]! * WORD);
  }

  /** The low word of the value of a sample of the head. */
  lowAt(index: number): number {
    return this.#words[index * this.#size + 1]!;
  }

  /** The high word of the value of a sample of the head. */
  highAt(index: number): number {
    return this.#words[index * this.#size + 2]!;
  }

  /** About how many samples lie in [from, to] (ms), as if all of the series were evenly spread. */
  about(from: number, to: number): number {
    const all = this.progress.samples + this.unflushed;
    const share = (Math.min(to, this.newest) - Math.max(from, this.oldest)) / (this.newest - this.oldest || 1);
    return Math.max(1, all * Math.max(0, share));
  }

  /** Appends a sample newer than all. */
  append(time: number, low: number, high: number): void {
    this.#put(this.length++, time, low, high);
    this.newest = time;
    if (time < this.oldest) this.oldest = time;
  }

  /** Index of the first head sample at or after `time`. */
  indexOf(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Copies the head samples [start, end) to times and words (two to each value) from place `at` on. */
  copy(start: number, end: number, times: Float64Array, bits: Uint32Array, at: number): void {
    const words = this.#words;
    const size = this.#size;
    const base = this.#base;
    for (let index = start, from = start * size; index < end; index++, from += size, at++) {
      times[at] = base + (size === NARROW ? words[from]! : words[from]! + words[from + 3]! * WORD);
      bits[2 * at] = words[from + 1]!;
      bits[2 * at + 1] = words[from + 2]!;
    }
  }

  /** Inserts a late sample at its place among those not in blocks, or among the late ones. */
  insert(time: number, low: number, high: number): void {
    if (time < this.oldest) this.oldest = time;
    if (time <= this.progress.to) {
      if (this.flushed > 0) this.#dropFirst(this.flushed);
      this.#insertLate(time, low, high);
      return;
    }
    const at = this.indexOf(time);
    if (at < this.length) {
      this.#makeRoom();
      this.#words.copyWithin((at + 1) * this.#size, at * this.#size, this.length * this.#size);
    }
    this.length++;
    this.#put(at, time, low, high);
  }

  /** The samples that are not in blocks, ascending. */
  pending(): Columns {
    const count = this.length - this.flushed;
    const head: Columns = { times: new Float64Array(count), bits: new Uint32Array(2 * count) };
    this.copy(this.flushed, this.length, head.times, head.bits, 0);
    return this.late ? mergeColumns(lateColumns(this.late), head) : head;
  }

  /** Notes that all samples are in blocks now; keeps the newest few and lets the others go. */
  settle(progress: Progress): void {
    this.progress = progress;
    this.late = undefined;
    this.flushed = this.length;
    const drop = this.length - KEEP;
    if (drop > 0) this.#dropFirst(drop);
    if (this.#words.length > (KEEP + 2 * GROWTH) * this.#size) this.#resize(KEEP + GROWTH);
  }

  /**
   * Notes that the samples in [from, to] (ms) are gone. Only to be called when all samples are in blocks.
   * @param progress what the blocks hold now; at least one sample
   */
  forgetRange(progress: Progress, from: number, to: number): void {
    this.progress = progress;
    const start = this.indexOf(from);
    const end = this.indexOf(to + 1);
    this.#words.copyWithin(start * this.#size, end * this.#size, this.length * this.#size);
    this.length -= end - start;
    this.flushed = this.length;
    this.oldest = Math.max(this.oldest, progress.from);
    this.newest = progress.to;
    // What comes next may be older than what was deleted.
    this.onlyInBlocks = Math.min(this.onlyInBlocks, this.newest);
  }

  /** Bytes of memory that the samples take. */
  get memory(): number {
    return this.#words.byteLength + (this.late?.times.length ?? 0) * 24;
  }

  /** Lets the oldest samples of the head go, which are in blocks. */
  #dropFirst(count: number): void {
    this.onlyInBlocks = Math.max(this.onlyInBlocks, this.timeAt(count - 1));
    this.#words.copyWithin(0, count * this.#size, this.length * this.#size);
    this.length -= count;
    this.flushed = Math.max(0, this.flushed - count);
    // The times begin anew, so that they stay narrow.
    if (this.length > 0) this.#rebase(this.timeAt(0));
  }

  #insertLate(time: number, low: number, high: number): void {
    this.late ??= { times: [], bits: [] };
    const { times, bits } = this.late;
    let at = times.length;
    while (at > 0 && times[at - 1]! > time) at--;
    times.splice(at, 0, time);
    bits.splice(2 * at, 0, low, high);
  }

  /** Writes the sample at `index`, which is counted already. */
  #put(index: number, time: number, low: number, high: number): void {
    if (index * this.#size >= this.#words.length) this.#makeRoom();
    if (this.length === 1) this.#base = time;
    else if (time < this.#base) this.#rebase(time, index);
    if (time - this.#base >= WORD && this.#size === NARROW) this.#widen();
    const at = index * this.#size;
    const offset = time - this.#base;
    this.#words[at] = offset;
    this.#words[at + 1] = low;
    this.#words[at + 2] = high;
    if (this.#size === WIDE) this.#words[at + 3] = Math.floor(offset / WORD);
  }

  /** Room for one more than the samples that are there. */
  #makeRoom(): void {
    const room = this.#words.length / this.#size;
    if (this.length >= room) this.#resize(room + Math.min(room, GROWTH));
  }

  #resize(room: number): void {
    const words = new Uint32Array(room * this.#size);
    words.set(this.#words.subarray(0, Math.min(words.length, this.#words.length)));
    this.#words = words;
  }

  /** Counts the times from another first instant. @param except a sample that is about to be written */
  #rebase(base: number, except = -1): void {
    const times = Array.from({ length: this.length }, (_, index) => (index === except ? base : this.timeAt(index)));
    if (this.#size === NARROW && times.at(-1)! - base >= WORD) this.#widen();
    this.#base = base;
    times.forEach((time, index) => {
      this.#words[index * this.#size] = time - base;
      if (this.#size === WIDE) this.#words[index * this.#size + 3] = Math.floor((time - base) / WORD);
    });
  }

  #widen(): void {
    const narrow = this.#words;
    this.#words = new Uint32Array((narrow.length / NARROW) * WIDE);
    this.#size = WIDE;
    for (let from = 0, to = 0; from < narrow.length; from += NARROW, to += WIDE)
      this.#words.set(narrow.subarray(from, from + NARROW), to);
  }
}

/** Late samples as columns. */
export function lateColumns(late: { times: number[]; bits: number[] }): Columns {
  return { times: Float64Array.from(late.times), bits: Uint32Array.from(late.bits) };
}

/** Two ascending columns as one; at the same instant the first wins. */
export function mergeColumns(first: Columns, second: Columns): Columns {
  const total = first.times.length + second.times.length;
  const times = new Float64Array(total);
  const bits = new Uint32Array(total * 2);
  let count = 0;
  let a = 0;
  let b = 0;
  while (a < first.times.length || b < second.times.length) {
    const timeA = a < first.times.length ? first.times[a]! : Infinity;
    const timeB = b < second.times.length ? second.times[b]! : Infinity;
    const fromFirst = timeA <= timeB;
    const source = fromFirst ? first : second;
    const at = fromFirst ? a : b;
    times[count] = fromFirst ? timeA : timeB;
    bits[2 * count] = source.bits[2 * at]!;
    bits[2 * count + 1] = source.bits[2 * at + 1]!;
    count++;
    if (fromFirst) a++;
    if (timeB <= timeA) b++;
  }
  return { times: times.subarray(0, count), bits: bits.subarray(0, 2 * count) };
}
