import type { References } from './select.ts';

/**
 * For each step the samples it looks at: indexes `low` (included) to `high` (not included). The arrays are used again
 * for the next series.
 */
export interface Windows {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Room for the windows of a grid. */
export function emptyWindows(count: number): Windows {
  return { low: new Int32Array(count), high: new Int32Array(count) };
}

/** Slides the window (reference - range, reference] over ascending times in one pass. */
export function slideWindows(windows: Windows, times: Float64Array, references: References, range: number): void {
  const { low, high } = windows;
  const { first, step, count } = references;
  const length = times.length;
  // One step usually wants all that was loaded for it.
  if (count === 1 && length > 0 && times[0]! > first - range && times[length - 1]! <= first) {
    low[0] = 0;
    high[0] = length;
    return;
  }
  let from = 0;
  let to = 0;
  for (let i = 0; i < count; i++) {
    const end = first + i * step;
    const start = end - range;
    while (to < length && times[to]! <= end) to++;
    while (from < length && times[from]! <= start) from++;
    low[i] = from;
    high[i] = to;
  }
}
