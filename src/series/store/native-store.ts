import type { NativeHistogram } from '../../promql/value/histogram.ts';
import type { SeriesSlice } from '../../promql/port.ts';
import { decodeHistogram, decodeRun, encodeRun, type TimedHistogram } from '../native-bytes.ts';
import type { SeriesDisk } from './disk.ts';

/**
 * The value that stands for a histogram among the samples of a series: a NaN that nothing else makes. The histogram
 * itself lies in a table of its own under series and time, so that all that is done with samples is done with it too.
 */
export const NATIVE_LOW = 0x6e686973;
export const NATIVE_HIGH = 0x7ff46c61;

/** Longest time that a run of histograms covers, ms: how far back one can start and still reach an instant. */
const RUN_MS = 4 * 3_600_000;
const RUN_SAMPLES = 240;
/** Histograms of one series that lie alone before they are made a run. */
const GATHER = 60;
/** What a row of one histogram says instead of the number of its histograms: its bytes are no run. */
const ALONE = 0;

/** Histograms of all series: those that wait for their commit, those that lie alone, and runs. */
export class NativeStore {
  readonly #disk: SeriesDisk;
  /** Series that have or had histograms. */
  readonly #series: Set<number>;
  /** By series: accepted and not yet committed. */
  readonly #pending = new Map<number, Map<number, Uint8Array>>();
  /** Histograms that lie alone, by series, since the start. */
  readonly #alone = new Map<number, number>();

  constructor(disk: SeriesDisk) {
    this.#disk = disk;
    this.#series = new Set(disk.nativeSeries());
  }

  /** Whether the series may have histograms. */
  has(series: number): boolean {
    return this.#series.has(series);
  }

  /** Takes one in; it is durable after the commit that follows. */
  add(series: number, time: number, data: Uint8Array): void {
    this.#series.add(series);
    let pending = this.#pending.get(series);
    if (!pending) this.#pending.set(series, (pending = new Map()));
    pending.set(time, data);
  }

  /** The histogram at an instant (ms), or undefined. */
  at(series: number, time: number): NativeHistogram | undefined {
    return this.#read(series, time, time).get(time);
  }

  /** The slice with its histograms, where it has any. */
  complete(series: number, slice: SeriesSlice): SeriesSlice {
    const { times, values } = slice;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    let first = -1;
    for (let i = 0; i < times.length && first < 0; i++) if (isNative(words, i)) first = i;
    if (first < 0) return slice;
    const found = this.#read(series, times[first]!, times[times.length - 1]!);
    const histograms = Array.from(times, (time, i) => (isNative(words, i) ? found.get(time) : undefined));
    return { ...slice, histograms };
  }

  /** Writes what waits, within the open transaction. */
  write(): void {
    for (const [series, pending] of this.#pending)
      for (const [time, data] of pending) this.#disk.putNative(series, { from: time, to: time, samples: ALONE, data });
  }

  /** Notes that the transaction is through, and gathers what has become many. */
  committed(): void {
    for (const [series, pending] of this.#pending)
      this.#alone.set(series, (this.#alone.get(series) ?? 0) + pending.size);
    this.#pending.clear();
  }

  /** Makes runs of some of the histograms that lie alone. @returns whether there are more */
  fold(most: number): boolean {
    const due: number[] = [];
    for (const [series, count] of this.#alone) {
      if (count >= GATHER) due.push(series);
      if (due.length > most) break;
    }
    const now = due.slice(0, most);
    if (now.length > 0) this.#disk.transact(() => now.forEach((series) => this.#foldOne(series)));
    for (const series of now) this.#alone.delete(series);
    return due.length > most;
  }

  /** Takes out the histograms in [from, to] (ms), within the open transaction. */
  erase(series: number, from: number, to: number): void {
    if (!this.has(series)) return;
    for (const row of this.#disk.natives(series, from - RUN_MS, from, to)) {
      this.#disk.dropNative(series, row.from);
      if (row.samples === ALONE) continue;
      const kept = decodeRun(row.data).filter(({ time }) => time < from || time > to);
      if (kept.length > 0) this.#putRun(series, kept);
    }
  }

  /** Forgets a series; its rows are gone. */
  forget(series: number): void {
    this.#series.delete(series);
    this.#pending.delete(series);
    this.#alone.delete(series);
  }

  #foldOne(series: number): void {
    const alone = this.#disk.aloneNatives(series);
    let run: TimedHistogram[] = [];
    for (const { from, data } of alone) {
      if (run.length === RUN_SAMPLES || (run.length > 0 && from - run[0]!.time > RUN_MS)) {
        this.#putRun(series, run);
        run = [];
      }
      run.push({ time: from, histogram: decodeHistogram(data) });
      this.#disk.dropNative(series, from);
    }
    if (run.length > 0) this.#putRun(series, run);
  }

  #putRun(series: number, run: readonly TimedHistogram[]): void {
    const row = { from: run[0]!.time, to: run.at(-1)!.time, samples: run.length, data: encodeRun(run) };
    this.#disk.putNative(series, row);
  }

  #read(series: number, from: number, to: number): Map<number, NativeHistogram> {
    const found = new Map<number, NativeHistogram>();
    for (const row of this.#disk.natives(series, from - RUN_MS, from, to)) {
      if (row.samples === ALONE) found.set(row.from, decodeHistogram(row.data));
      else for (const { time, histogram } of decodeRun(row.data)) found.set(time, histogram);
    }
    for (const [time, data] of this.#pending.get(series) ?? [])
      if (time >= from && time <= to) found.set(time, decodeHistogram(data));
    return found;
  }
}

function isNative(words: Uint32Array, index: number): boolean {
  return words[2 * index + 1] === NATIVE_HIGH && words[2 * index] === NATIVE_LOW;
}
