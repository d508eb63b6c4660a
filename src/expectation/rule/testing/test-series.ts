import { labelsKey, type Labels } from '../../../core/labels.ts';
import { compileMatcher, markStale, type NativeHistogram, type SeriesSource } from '../../../promql/index.ts';
import type { Matcher, SeriesSlice } from '../../../promql/index.ts';
import { labelOf } from '../../../promql/match/label.ts';
import type { Point } from '../../../promql/testing/memory-source.ts';

/** One series under test, in columns that grow. */
class Track {
  readonly labels: Labels;
  #times = new Float64Array(64);
  #values = new Float64Array(64);
  #histograms: (NativeHistogram | undefined)[] | undefined;
  length = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Adds a point; one that is not after the last is left out, as Prometheus does. */
  add(time: number, point: Point): void {
    if (this.length > 0 && time <= this.#times[this.length - 1]!) return;
    if (this.length === this.#times.length) {
      this.#times = doubled(this.#times);
      this.#values = doubled(this.#values);
    }
    const at = this.length++;
    this.#times[at] = time;
    if (point === 'stale') markStale(this.#values, at);
    else this.#values[at] = typeof point === 'number' ? point : NaN;
    if (typeof point === 'object') (this.#histograms ??= [])[at] = point;
  }

  /** The samples in [from, to], or null when there are none. */
  slice(from: number, to: number): SeriesSlice | null {
    const first = this.#firstFrom(from);
    const last = this.#firstFrom(to + 1);
    if (last <= first) return null;
    const times = this.#times.subarray(first, last);
    const values = this.#values.subarray(first, last);
    if (!this.#histograms) return { labels: this.labels, times, values };
    const histograms = Array.from(times, (_, index) => this.#histograms![first + index]);
    return { labels: this.labels, times, values, histograms };
  }

  #firstFrom(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The series of one rule test: what the file gives, and what the rules write. */
export class TestSeries implements SeriesSource {
  readonly #tracks = new Map<string, Track>();

  /** Adds one point. @param time ms */
  add(labels: Labels, time: number, point: Point): void {
    const key = labelsKey(labels);
    let track = this.#tracks.get(key);
    if (!track) this.#tracks.set(key, (track = new Track(labels)));
    track.add(time, point);
  }

  select(matchers: readonly Matcher[], from: number, to: number): readonly SeriesSlice[] {
    const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
    const found: SeriesSlice[] = [];
    for (const track of this.#tracks.values()) {
      if (!tests.every(({ name, test }) => test(labelOf(track.labels, name)))) continue;
      const slice = track.slice(from, to);
      if (slice) found.push(slice);
    }
    return found;
  }
}

function doubled(old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  // By words: a staleness marker must keep its bits.
  const next = new Float64Array(old.length * 2);
  new Uint8Array(next.buffer).set(new Uint8Array(old.buffer));
  return next;
}
