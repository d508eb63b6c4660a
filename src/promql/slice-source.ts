import { compileMatcher } from './match/matcher.ts';
import type { SeriesSlice, SeriesSource } from './port.ts';
import { labelOf } from './match/label.ts';

/**
 * A source over slices that were fetched beforehand, for instance from another engine after asking `selectorsOf` what
 * an expression needs. Nothing is copied: windows are views of the slices' arrays. No two slices may have equal labels.
 */
export function sliceSource(slices: readonly SeriesSlice[]): SeriesSource {
  return {
    select(matchers, from, to) {
      const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
      const found: SeriesSlice[] = [];
      for (const slice of slices) {
        if (!tests.every(({ name, test }) => test(labelOf(slice.labels, name)))) continue;
        const first = firstFrom(slice.times, from);
        const last = firstFrom(slice.times, to + 1);
        if (last > first) found.push(windowOf(slice, first, last));
      }
      return found;
    },
  };
}

function windowOf(slice: SeriesSlice, first: number, last: number): SeriesSlice {
  if (first === 0 && last === slice.times.length) return slice;
  const { labels, histograms } = slice;
  const window = { labels, times: slice.times.subarray(first, last), values: slice.values.subarray(first, last) };
  return histograms === undefined ? window : { ...window, histograms: histograms.slice(first, last) };
}

/** Index of the first time that is not before the one given. */
function firstFrom(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
