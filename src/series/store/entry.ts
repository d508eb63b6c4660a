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
/** Room that a long series is given more at once: doubling it would leave half of it empty in every series. */
const GROWTH = 40;

/**
 * One series in memory: its newest samples in time order (`times`, `bits`, of which the first `flushed` are in blocks
 * too) and the few that arrived late for the time that is only in blocks.
 */
export class SeriesEntry {
  readonly id: number;
  readonly labels: Labels;
  times = new Float64Array(8);
  bits = new Uint32Array(16);
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

  constructor(id: number, labels: Labels) {
    this.id = id;
    this.labels = labels;
  }

  /** Samples that are not in blocks yet. */
  get unflushed(): number {
    return this.length - this.flushed + (this.late?.times.length ?? 0);
  }

  /** About how many samples lie in [from, to] (ms), as if all of the series were evenly spread. */
  about(from: number, to: number): number {
    const all = this.progress.samples + this.unflushed;
    const share = (Math.min(to, this.newest) - Math.max(from, this.oldest)) / (this.newest - this.oldest || 1);
    return Math.max(1, all * Math.max(0, share));
  }

  /** Appends a sample newer than all. */
  append(time: number, low: number, high: number): void {
    if (this.length === this.times.length) this.#grow();
    this.times[this.length] = time;
    this.bits[2 * this.length] = low;
    this.bits[2 * this.length + 1] = high;
    this.length++;
    this.newest = time;
    if (time < this.oldest) this.oldest = time;
  }

  /** Index of the first head sample at or after `time`. */
  indexOf(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Inserts a late sample at its place among those not in blocks, or among the late ones. */
  insert(time: number, low: number, high: number): void {
    if (time < this.oldest) this.oldest = time;
    if (time <= this.progress.to) {
      this.#forgetFlushed();
      this.#insertLate(time, low, high);
      return;
    }
    if (this.length === this.times.length) this.#grow();
    const at = this.indexOf(time);
    this.times.copyWithin(at + 1, at, this.length);
    this.bits.copyWithin(2 * at + 2, 2 * at, 2 * this.length);
    this.times[at] = time;
    this.bits[2 * at] = low;
    this.bits[2 * at + 1] = high;
    this.length++;
  }

  /** The samples that are not in blocks, ascending. */
  pending(): Columns {
    const head: Columns = {
      times: this.times.subarray(this.flushed, this.length),
      bits: this.bits.subarray(2 * this.flushed, 2 * this.length),
    };
    return this.late ? mergeColumns(lateColumns(this.late), head) : head;
  }

  /** Notes that all samples are in blocks now; keeps the newest few and lets the others go. */
  settle(progress: Progress): void {
    this.progress = progress;
    this.late = undefined;
    this.flushed = this.length;
    const drop = this.length - KEEP;
    if (drop > 0) this.#dropFirst(drop);
    if (this.times.length > 256) this.#resize(64);
  }

  /**
   * Notes that the samples in [from, to] (ms) are gone. Only to be called when all samples are in blocks.
   * @param progress what the blocks hold now; at least one sample
   */
  forgetRange(progress: Progress, from: number, to: number): void {
    this.progress = progress;
    const start = this.indexOf(from);
    const end = this.indexOf(to + 1);
    this.times.copyWithin(start, end, this.length);
    this.bits.copyWithin(2 * start, 2 * end, 2 * this.length);
    this.length -= end - start;
    this.flushed = this.length;
    this.oldest = Math.max(this.oldest, progress.from);
    this.newest = progress.to;
    // What comes next may be older than what was deleted.
    this.onlyInBlocks = Math.min(this.onlyInBlocks, this.newest);
  }

  /** Bytes of memory that the samples take. */
  get memory(): number {
    return this.times.byteLength + this.bits.byteLength + (this.late?.times.length ?? 0) * 24;
  }

  /** Lets go of the copies of samples that are in blocks. */
  #forgetFlushed(): void {
    if (this.flushed > 0) this.#dropFirst(this.flushed);
  }

  #dropFirst(count: number): void {
    this.onlyInBlocks = Math.max(this.onlyInBlocks, this.times[count - 1]!);
    this.times.copyWithin(0, count, this.length);
    this.bits.copyWithin(0, 2 * count, 2 * this.length);
    this.length -= count;
    this.flushed = Math.max(0, this.flushed - count);
  }

  #insertLate(time: number, low: number, high: number): void {
    this.late ??= { times: [], bits: [] };
    const { times, bits } = this.late;
    let at = times.length;
    while (at > 0 && times[at - 1]! > time) at--;
    times.splice(at, 0, time);
    bits.splice(2 * at, 0, low, high);
  }

  #grow(): void {
    this.#resize(this.length + Math.min(this.length, GROWTH));
  }

  #resize(capacity: number): void {
    const times = new Float64Array(Math.max(capacity, this.length));
    const bits = new Uint32Array(times.length * 2);
    times.set(this.times.subarray(0, this.length));
    bits.set(this.bits.subarray(0, 2 * this.length));
    this.times = times;
    this.bits = bits;
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
