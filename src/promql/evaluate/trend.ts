import { CompensatedSum } from '../value/sum.ts';
import { FLOAT } from './column.ts';
import type { RangeKernel } from './range-call.ts';
import { cannotEvaluate } from './session.ts';

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Least squares through samples [from, to), x in seconds from `origin` (ms). */
function fitLine(times: Float64Array, values: Float64Array, from: number, to: number, origin: number): Line {
  const sumX = new CompensatedSum();
  const sumY = new CompensatedSum();
  const sumXY = new CompensatedSum();
  const sumXX = new CompensatedSum();
  const firstY = values[from]!;
  let constant = true;
  for (let k = from; k < to; k++) {
    const y = values[k]!;
    if (y !== firstY) constant = false;
    const x = (times[k]! - origin) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  // An infinite value has no line through it, whatever its neighbours are.
  if (!Number.isFinite(sumY.total)) return { slope: NaN, intercept: NaN };
  if (constant) return { slope: 0, intercept: firstY };
  const count = to - from;
  const covariance = sumXY.value - (sumX.value * sumY.value) / count;
  const variance = sumXX.value - (sumX.value * sumX.value) / count;
  const slope = covariance / variance;
  return { slope, intercept: sumY.value / count - (slope * sumX.value) / count };
}

/** `deriv`: slope per second. */
export const derivKernel: RangeKernel = ({ series, windows, column }) => {
  for (let i = 0; i < column.kinds.length; i++) {
    const [from, to] = [windows.low[i]!, windows.high[i]!];
    if (to - from < 2) continue;
    // An origin near the samples keeps the sums small and the result exact.
    column.values[i] = fitLine(series.times, series.values, from, to, series.times[from]!).slope;
    column.kinds[i] = FLOAT;
  }
};

/** `predict_linear`: the line's value so many seconds after the evaluation time. */
export const predictKernel: RangeKernel = ({ series, windows, column, scalars, start, step }) => {
  for (let i = 0; i < column.kinds.length; i++) {
    const [from, to] = [windows.low[i]!, windows.high[i]!];
    if (to - from < 2) continue;
    const { slope, intercept } = fitLine(series.times, series.values, from, to, start + i * step);
    column.values[i] = slope * scalars[0]![i]! + intercept;
    column.kinds[i] = FLOAT;
  }
};

/** `double_exponential_smoothing`: level and trend, each smoothed by its own factor (Holt's linear method). */
export const smoothKernel: RangeKernel = ({ series, windows, column, scalars }) => {
  for (let i = 0; i < column.kinds.length; i++) {
    const [from, to] = [windows.low[i]!, windows.high[i]!];
    const [level, trend] = [scalars[0]![i]!, scalars[1]![i]!];
    checkFactor('smoothing', level);
    checkFactor('trend', trend);
    if (to - from < 2) continue;
    column.values[i] = smooth(series.values.subarray(from, to), level, trend);
    column.kinds[i] = FLOAT;
  }
};

function checkFactor(what: string, factor: number): void {
  if (!(factor > 0 && factor < 1)) {
    throw cannotEvaluate(`invalid ${what} factor. Expected: 0 < factor < 1, got: ${factor}`);
  }
}

function smooth(values: Float64Array, levelFactor: number, trendFactor: number): number {
  let level = values[0]!;
  let trend = values[1]! - values[0]!;
  for (let k = 1; k < values.length; k++) {
    const before = level;
    // The first trend is the first difference itself; later ones are smoothed.
    const carried = level + trend;
    level = levelFactor * values[k]! + (1 - levelFactor) * carried;
    trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
  }
  return level;
}
