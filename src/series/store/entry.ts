import type { Labels } from '../../core/labels.ts';
import type { Columns } from './block-codec.ts';
import type { HeadPool, HeadRun } from './head-pool.ts';

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
/** Samples in memory, beside those that are in blocks already, from which on a series gets its next block. */
const CUT_SAMPLES = 120;
/** Samples that a series has in memory before its first block, at least, and how many more by its id. */
const FIRST_CUT = 30;
const SPREAD = 91;

/**
 * One series in memory: its newest samples in time order, of which the first `flushed` are in blocks too, and the few that
 * arrived late for the time that is only in blocks.
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
  readonly #pool: HeadPool;
  readonly #run: HeadRun = { first: -1, last: -1, skip: 0 };
  /**
   * Samples in the head with which it is time for the next block. The first one comes earlier, by the id, so that series
   * that are scraped together do not all hold the most samples at once.
   */
  #cutAt: number;

  /** @param pool memory for the samples, which a series shares with all others */
  constructor(id: number, labels: Labels, pool: HeadPool) {
    this.id = id;
    this.labels = labels;
    this.#pool = pool;
    this.#cutAt = FIRST_CUT + (id % SPREAD);
  }

  /** Samples that are not in blocks yet. */
  get unflushed(): number {
    return this.length - this.flushed + (this.late?.times.length ?? 0);
  }

  /** Whether it is time for the next block. */
  get isDue(): boolean {
    return this.length >= this.#cutAt;
  }

  /** Time of a sample of the head, ms. */
  timeAt(index: number): number {
    return this.#pool.timeAt(this.#run, index);
  }

  /** The low and the high word of the value of a sample of the head. */
  wordsAt(index: number): readonly [low: number, high: number] {
    return this.#pool.wordsAt(this.#run, index);
  }

  /** About how many samples lie in [from, to] (ms), as if all of the series were evenly spread. */
  about(from: number, to: number): number {
    const all = this.progress.samples + this.unflushed;
    const share = (Math.min(to, this.newest) - Math.max(from, this.oldest)) / (this.newest - this.oldest || 1);
    return Math.max(1, all * Math.max(0, share));
  }

  /** Appends a sample newer than all. */
  append(time: number, low: number, high: number): void {
    this.#pool.append(this.#run, time, low, high);
    this.length++;
    this.newest = time;
    if (time < this.oldest) this.oldest = time;
  }

  /** Index of the first head sample at or after `time`. */
  indexOf(time: number): number {
    return this.#pool.indexOf(this.#run, time);
  }

  /** Copies the head samples [start, end) to times and words (two to each value) from place `at` on. */
  copy(start: number, end: number, times: Float64Array, bits: Uint32Array, at: number): void {
    this.#pool.copy(this.#run, start, end, times, bits, at);
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
    const after = this.#columns(at);
    this.#truncate(at);
    this.#pool.append(this.#run, time, low, high);
    this.length++;
    this.#add(after);
  }

  /** The samples that are not in blocks, ascending. */
  pending(): Columns {
    const head = this.#columns(this.flushed);
    return this.late ? mergeColumns(lateColumns(this.late), head) : head;
  }

  /** Notes that all samples are in blocks now; keeps the newest few and lets the others go. */
  settle(progress: Progress): void {
    this.progress = progress;
    this.late = undefined;
    this.flushed = this.length;
    const drop = this.length - KEEP;
    if (drop > 0) this.#dropFirst(drop);
    this.#cutAt = this.length + CUT_SAMPLES;
  }

  /**
   * Notes that the samples in [from, to] (ms) are gone. Only to be called when all samples are in blocks.
   * @param progress what the blocks hold now; at least one sample
   */
  forgetRange(progress: Progress, from: number, to: number): void {
    this.progress = progress;
    const start = this.indexOf(from);
    const after = this.#columns(this.indexOf(to + 1));
    this.#truncate(start);
    this.#add(after);
    this.flushed = this.length;
    this.#cutAt = this.length + CUT_SAMPLES;
    this.oldest = Math.max(this.oldest, progress.from);
    this.newest = progress.to;
    // What comes next may be older than what was deleted.
    this.onlyInBlocks = Math.min(this.onlyInBlocks, this.newest);
  }

  /** Gives the memory of the samples back: the series is gone. */
  release(): void {
    this.#pool.clear(this.#run);
    this.length = this.flushed = 0;
  }

  /** Lets the oldest samples of the head go, which are in blocks. */
  #dropFirst(count: number): void {
    this.onlyInBlocks = Math.max(this.onlyInBlocks, this.timeAt(count - 1));
    if (count === this.length) this.#pool.clear(this.#run);
    else this.#pool.dropFirst(this.#run, count);
    this.length -= count;
    this.flushed = Math.max(0, this.flushed - count);
    this.#cutAt -= count;
  }

  #insertLate(time: number, low: number, high: number): void {
    this.late ??= { times: [], bits: [] };
    const { times, bits } = this.late;
    let at = times.length;
    while (at > 0 && times[at - 1]! > time) at--;
    this.#cutAt--;
    times.splice(at, 0, time);
    bits.splice(2 * at, 0, low, high);
  }

  /** The samples of the head from index `start` on. */
  #columns(start: number): Columns {
    const count = this.length - start;
    const head: Columns = { times: new Float64Array(count), bits: new Uint32Array(2 * count) };
    this.copy(start, this.length, head.times, head.bits, 0);
    return head;
  }

  #truncate(keep: number): void {
    this.#pool.truncate(this.#run, keep);
    this.length = keep;
  }

  #add({ times, bits }: Columns): void {
    for (let i = 0; i < times.length; i++) this.#pool.append(this.#run, times[i]!, bits[2 * i]!, bits[2 * i + 1]!);
    this.length += times.length;
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
