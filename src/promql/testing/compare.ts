import { labelsKey, type Labels } from '../../core/labels.ts';
import { printLabels } from '../evaluate/match-key.ts';
import { equalHistograms, printHistogram } from '../value/histogram.ts';
import { formatValue } from '../value/number.ts';
import type { Point } from './memory-source.ts';

/** Relative error that counts as equal. */
const TOLERANCE = 1e-6;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** A series as a result or an expectation: points by time in ms. */
export interface PointSeries {
  readonly labels: Labels;
  readonly points: ReadonlyMap<number, Point>;
}

function almostEqual(a: number, b: number): boolean {
  if (a === b || (a !== a && b !== b)) return true;
  const size = Math.abs(a) + Math.abs(b);
  const gap = Math.abs(a - b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return gap < TOLERANCE * SMALLEST_NORMAL;
  return gap / Math.min(size, Number.MAX_VALUE) < TOLERANCE;
}

function samePoint(a: Point | undefined, b: Point | undefined): boolean {
  if (typeof a === 'number' && typeof b === 'number') return almostEqual(a, b);
  if (typeof a === 'object' && typeof b === 'object') return equalHistograms(a, b, almostEqual);
  return a === b;
}

/** Whether two results hold the same series with the same points; in the same order where that is asked for. */
export function sameSeries(got: readonly PointSeries[], wanted: readonly PointSeries[], ordered: boolean): boolean {
  if (got.length !== wanted.length) return false;
  const byKey = new Map(got.map((series) => [labelsKey(series.labels), series]));
  return wanted.every((want, index) => {
    const have = byKey.get(labelsKey(want.labels));
    if (have === undefined || (ordered && have !== got[index]) || have.points.size !== want.points.size) return false;
    return [...want.points].every(([time, point]) => samePoint(have.points.get(time), point));
  });
}

/** A result as lines, for reports. */
export function printSeries(series: readonly PointSeries[]): string {
  if (series.length === 0) return '(no series)';
  return series
    .map(({ labels, points }) => `${printLabels(labels)} ${[...points].map(printPoint).join(' ')}`)
    .join('\n');
}

function printPoint([time, point]: readonly [number, Point]): string {
  const text = typeof point === 'number' ? formatValue(point) : point === 'stale' ? point : printHistogram(point);
  return `${text}@${time / 1000}`;
}
