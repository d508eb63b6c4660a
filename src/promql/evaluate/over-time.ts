import { combineHistograms, equalHistograms, isHistogramReset, scaleHistogram } from '../value/histogram.ts';
import { quantileOf, RunningMean, RunningVariance } from '../value/sum.ts';
import { formatGeneral } from '../value/number.ts';
import { mixedRange } from './annotation.ts';
import { FLOAT, setHistogram } from './column.ts';
import type { RangeKernel, RangeStep } from './range-call.ts';

/** Long windows over many steps take seconds in one series: whether to stop is asked at every 128th step. */
const STOP_MASK = 127;

type Reduce = (values: Float64Array, from: number, to: number, times: Float64Array) => number;

/** A kernel that looks at the floats of each window and leaves histograms out. */
export function overFloats(reduce: Reduce, least = 1): RangeKernel {
  return ({ series, windows, column, session }) => {
    const { low, high } = windows;
    for (let i = 0; i < column.kinds.length; i++) {
      if ((i & STOP_MASK) === STOP_MASK) session.checkStop();
      const from = low[i]!;
      const to = high[i]!;
      if (to - from < least) continue;
      column.values[i] = reduce(series.values, from, to, series.times);
      column.kinds[i] = FLOAT;
    }
  };
}

/**
 * Compensated sum, written out because it runs for every sample of every window. The rounding error is found without
 * asking which operand is larger (Knuth's two-sum): the same number as Neumaier's, and no branch to mispredict.
 */
export const sumOf: Reduce = (values, from, to) => {
  let total = 0;
  let error = 0;
  for (let k = from; k < to; k++) {
    const value = values[k]!;
    const next = total + value;
    const added = next - total;
    error += total - (next - added) + (value - added);
    total = next;
  }
  return total === Infinity || total === -Infinity ? total : total + error;
};

/** Mean: the sum divided, or where that overflows an incremental mean. */
export const meanOf: Reduce = (values, from, to) => {
  let total = 0;
  let error = 0;
  for (let k = from; k < to; k++) {
    const value = values[k]!;
    const next = total + value;
    const added = next - total;
    error += total - (next - added) + (value - added);
    total = next;
  }
  if (Number.isFinite(total)) return total / (to - from) + error / (to - from);
  const mean = new RunningMean();
  for (let k = from; k < to; k++) mean.add(values[k]!);
  return mean.value;
};

export const varianceOf: Reduce = (values, from, to) => {
  const variance = new RunningVariance();
  for (let k = from; k < to; k++) variance.add(values[k]!);
  return variance.value;
};

export const deviationOf: Reduce = (values, from, to, times) => Math.sqrt(varianceOf(values, from, to, times));

export const minOf: Reduce = (values, from, to) => {
  let best = values[from]!;
  for (let k = from + 1; k < to; k++) {
    const value = values[k]!;
    if (value < best || best !== best) best = value;
  }
  return best;
};

export const maxOf: Reduce = (values, from, to) => {
  let best = values[from]!;
  for (let k = from + 1; k < to; k++) {
    const value = values[k]!;
    if (value > best || best !== best) best = value;
  }
  return best;
};

export const timeOfMin: Reduce = (values, from, to, times) =>
  times[indexOfBest(values, from, to, (a, b) => a <= b)]! / 1000;
export const timeOfMax: Reduce = (values, from, to, times) =>
  times[indexOfBest(values, from, to, (a, b) => a >= b)]! / 1000;

function indexOfBest(
  values: Float64Array,
  from: number,
  to: number,
  better: (a: number, b: number) => boolean,
): number {
  let best = from;
  for (let k = from + 1; k < to; k++) {
    if (better(values[k]!, values[best]!) || values[best] !== values[best]) best = k;
  }
  return best;
}

export const madOf: Reduce = (values, from, to) => {
  const window = values.slice(from, to);
  const median = quantileOf(0.5, window);
  return quantileOf(
    0.5,
    window.map((value) => Math.abs(value - median)),
  );
};

/** `quantile_over_time`, its first scalar argument being the rank. */
export const quantileKernel: RangeKernel = ({ series, windows, column, scalars, session, span }) => {
  for (let i = 0; i < column.kinds.length; i++) {
    if ((i & STOP_MASK) === STOP_MASK) session.checkStop();
    const [from, to] = [windows.low[i]!, windows.high[i]!];
    if (to <= from) continue;
    const q = scalars[0]![i]!;
    if (!(q >= 0 && q <= 1)) {
      session.annotations.warn(`quantile value should be between 0 and 1, got ${formatGeneral(q)}`, span);
    }
    column.values[i] = quantileOf(q, series.values.slice(from, to));
    column.kinds[i] = FLOAT;
  }
};

/** `count_over_time` and `present_over_time`: every sample counts, whatever its kind. */
export function countKernel(present: boolean): RangeKernel {
  return ({ series, windows, histogramWindows, column }) => {
    const mixed = series.histograms.length > 0;
    for (let i = 0; i < column.kinds.length; i++) {
      let count = windows.high[i]! - windows.low[i]!;
      if (mixed) count += histogramWindows.high[i]! - histogramWindows.low[i]!;
      if (count === 0) continue;
      column.values[i] = present ? 1 : count;
      column.kinds[i] = FLOAT;
    }
  };
}

/** `last_over_time` and `first_over_time`, or with `wantTimes` the time of that sample in seconds. */
export function edgeKernel(edge: 'first' | 'last', wantTimes: boolean): RangeKernel {
  return (input) => {
    const { series, windows, histogramWindows, column } = input;
    for (let i = 0; i < column.kinds.length; i++) {
      const float = pick(edge, windows.low[i]!, windows.high[i]!);
      const histogram =
        series.histograms.length > 0 ? pick(edge, histogramWindows.low[i]!, histogramWindows.high[i]!) : -1;
      if (float < 0 && histogram < 0) continue;
      const floatTime = float < 0 ? NaN : series.times[float]!;
      const histogramTime = histogram < 0 ? NaN : series.histogramTimes[histogram]!;
      const histogramFirst = float < 0 || (edge === 'last' ? histogramTime > floatTime : histogramTime < floatTime);
      if (wantTimes || !histogramFirst) {
        column.kinds[i] = FLOAT;
        column.values[i] = wantTimes ? (histogramFirst ? histogramTime : floatTime) / 1000 : series.values[float]!;
      } else {
        setHistogram(column, i, series.histograms[histogram]!);
      }
    }
  };
}

function pick(edge: 'first' | 'last', low: number, high: number): number {
  if (high <= low) return -1;
  return edge === 'first' ? low : high - 1;
}

/** `sum_over_time` and `avg_over_time`, which work on histograms too but not on a mix. */
export function totalKernel(reduce: Reduce, isMean: boolean): RangeKernel {
  const floats = overFloats(reduce);
  return (input) => {
    floats(input);
    if (input.series.histograms.length > 0) totalHistograms(input, isMean);
  };
}

function totalHistograms({ series, windows, histogramWindows, column, session, span }: RangeStep, mean: boolean): void {
  for (let i = 0; i < column.kinds.length; i++) {
    const found = series.histograms.slice(histogramWindows.low[i], histogramWindows.high[i]);
    if (found.length === 0) continue;
    if (windows.high[i]! > windows.low[i]!) {
      column.kinds[i] = 0;
      session.annotations.warn(mixedRange(series.labels.__name__ ?? ''), span);
      continue;
    }
    let total = found[0];
    for (const next of found.slice(1)) total = total && combineHistograms(total, next, 1);
    if (total !== undefined) setHistogram(column, i, mean ? scaleHistogram(total, 1 / found.length) : total);
  }
}

/** `changes` and `resets`: how often a sample differs from, or falls below, the one before. */
export function countSteps(kind: 'changes' | 'resets'): RangeKernel {
  const counts =
    kind === 'changes'
      ? (before: number, now: number) => now !== before && !(now !== now && before !== before)
      : (before: number, now: number) => now < before;
  const floats = overFloats((values, from, to) => {
    let count = 0;
    for (let k = from + 1; k < to; k++) if (counts(values[k - 1]!, values[k]!)) count++;
    return count;
  });
  return (input) => {
    floats(input);
    const { series, histogramWindows, column } = input;
    for (let i = 0; series.histograms.length > 0 && i < column.kinds.length; i++) {
      const [low, high] = [histogramWindows.low[i]!, histogramWindows.high[i]!];
      let count = column.values[i]!;
      for (let k = low + 1; k < high; k++) {
        const [before, now] = [series.histograms[k - 1]!, series.histograms[k]!];
        if (kind === 'changes' ? !equalHistograms(before, now) : isHistogramReset(before, now)) count++;
      }
      if (high > low) column.kinds[i] = FLOAT;
      column.values[i] = count;
    }
  };
}
