import { labelsKey, type Labels } from '../../core/labels.ts';
import { markStale } from '../evaluate/stale.ts';
import { compileMatcher } from '../match/matcher.ts';
import type { Matcher, SeriesSlice, SeriesSource } from '../port.ts';
import type { NativeHistogram } from '../value/histogram.ts';
import { labelOf } from '../match/label.ts';

/** One point of a test series: a number, a staleness marker or a native histogram. */
export type Point = number | 'stale' | NativeHistogram;

interface MemorySeries {
  readonly labels: Labels;
  readonly points: { readonly time: number; readonly point: Point }[];
}

/** Series held in memory, for tests and fixtures. */
export class MemorySource implements SeriesSource {
  readonly #series = new Map<string, MemorySeries>();

  /** Adds one point; points of a series may come in any order. */
  add(labels: Labels, time: number, point: Point): void {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { labels, points: [] }));
    series.points.push({ time, point });
  }

  /** Forgets everything. */
  clear(): void {
    this.#series.clear();
  }

  select(matchers: readonly Matcher[], from: number, to: number): readonly SeriesSlice[] {
    const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
    const found: SeriesSlice[] = [];
    for (const { labels, points } of this.#series.values()) {
      if (!tests.every(({ name, test }) => test(labelOf(labels, name)))) continue;
      const inside = points.filter(({ time }) => time >= from && time <= to).sort((a, b) => a.time - b.time);
      if (inside.length > 0) found.push(sliceOf(labels, inside));
    }
    return found;
  }
}

function sliceOf(labels: Labels, points: MemorySeries['points']): SeriesSlice {
  const times = Float64Array.from(points, ({ time }) => time);
  const values = new Float64Array(points.length);
  points.forEach(({ point }, index) => {
    if (point === 'stale') markStale(values, index);
    else values[index] = typeof point === 'number' ? point : NaN;
  });
  if (!points.some(({ point }) => typeof point === 'object')) return { labels, times, values };
  const histograms = points.map(({ point }) => (typeof point === 'object' ? point : undefined));
  return { labels, times, values, histograms };
}
