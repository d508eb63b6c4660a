import { pick } from '../../core/walk.ts';
import type { Labels } from '../../core/labels.ts';
import type { MatrixSelector, VectorSelector } from '../parse/ast.ts';
import type { SeriesSlice } from '../port.ts';
import type { NativeHistogram } from '../value/histogram.ts';
import { ABSENT, FLOAT, setHistogram, type Column, type Grid } from './column.ts';
import type { Session } from './session.ts';
import { isStaleAt } from './stale.ts';

/** The instants that the steps of a grid refer to after `@` and `offset`. */
export interface References {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Samples of one series for range functions: floats and histograms apart, staleness markers removed. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly histogramTimes: Float64Array;
  readonly histograms: readonly NativeHistogram[];
}

/** Series together with the windows (reference - range, reference] that a range function looks at. */
export interface RangeInput {
  readonly series: Iterable<RangeSeries>;
  readonly references: References;
  readonly range: number;
}

/** Where each step of a grid looks, for a node with `@` or `offset`. */
export function referencesOf(session: Session, node: Pick<VectorSelector, 'at' | 'offset'>, grid: Grid): References {
  const at = session.resolveAt(node.at);
  if (at !== undefined) return { first: at - node.offset, step: 0, count: grid.count };
  return { first: grid.start - node.offset, step: grid.step, count: grid.count };
}

/**
 * Evaluates an instant selector over a grid, one column for each series that has a sample.
 * @param wantTimes give the time of the sample found, in seconds, instead of its value
 */
export function selectInstant(
  session: Session,
  selector: VectorSelector,
  grid: Grid,
  wantTimes = false,
): Iterable<Column> {
  const references = referencesOf(session, selector, grid);
  const last = references.first + references.step * (grid.count - 1);
  const slices = session.source.select(selector.matchers, references.first - session.lookback + 1, last);
  return pick(slices, (slice) => {
    session.charge(slice.times.length);
    const column = session.column(slice.labels, grid.count);
    return fillInstant(column, slice, references, session.lookback, wantTimes) ? column : undefined;
  });
}

function fillInstant(
  column: Column,
  slice: SeriesSlice,
  references: References,
  lookback: number,
  wantTimes: boolean,
): boolean {
  const { times, values, histograms } = slice;
  let next = 0;
  let any = false;
  // One step looks at the last sample: no need to pass the others.
  if (references.count === 1 && times[times.length - 1]! <= references.first) next = times.length;
  for (let step = 0; step < references.count; step++) {
    const reference = references.first + step * references.step;
    while (next < times.length && times[next]! <= reference) next++;
    const index = next - 1;
    if (index < 0 || times[index]! <= reference - lookback) continue;
    const histogram = histograms?.[index];
    if (histogram === undefined && isStaleAt(values, index)) continue;
    any = true;
    if (wantTimes || histogram === undefined) {
      column.kinds[step] = FLOAT;
      column.values[step] = wantTimes ? times[index]! / 1000 : values[index]!;
    } else {
      setHistogram(column, step, histogram);
    }
  }
  return any;
}

/** Loads what a range selector needs over a grid. */
export function selectRange(session: Session, expr: MatrixSelector, grid: Grid): RangeInput {
  const references = referencesOf(session, expr.selector, grid);
  const last = references.first + references.step * (grid.count - 1);
  const slices = session.source.select(expr.selector.matchers, references.first - expr.range + 1, last);
  const series = pick(slices, (slice) => {
    session.charge(slice.times.length);
    return rangeOf(slice);
  });
  return { series, references, range: expr.range };
}

const NO_TIMES = new Float64Array(0);
const NONE: readonly NativeHistogram[] = [];

function rangeOf(slice: SeriesSlice): RangeSeries {
  const { labels, times, values } = slice;
  if (slice.histograms !== undefined) return splitKinds(slice, slice.histograms);
  for (let i = 0; i < values.length; i++)
    if (values[i] !== values[i] && isStaleAt(values, i)) return splitKinds(slice, NONE);
  return { labels, times, values, histogramTimes: NO_TIMES, histograms: NONE };
}

function splitKinds(slice: SeriesSlice, histograms: readonly (NativeHistogram | undefined)[]): RangeSeries {
  const times: number[] = [];
  const values: number[] = [];
  const histogramTimes: number[] = [];
  const found: NativeHistogram[] = [];
  slice.times.forEach((time, index) => {
    const histogram = histograms[index];
    if (histogram !== undefined) {
      histogramTimes.push(time);
      found.push(histogram);
    } else if (!isStaleAt(slice.values, index)) {
      times.push(time);
      values.push(slice.values[index]!);
    }
  });
  return {
    labels: slice.labels,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    histogramTimes: Float64Array.from(histogramTimes),
    histograms: found,
  };
}

/** The samples of a column as a series, for subqueries. */
export function rangeOfColumn(column: Column, grid: Grid): RangeSeries {
  const times = Float64Array.from(column.kinds, (_, step) => grid.start + step * grid.step);
  if (column.kinds.every((kind) => kind === FLOAT)) {
    return { labels: column.labels, times, values: column.values, histogramTimes: NO_TIMES, histograms: [] };
  }
  const present: number[] = [];
  const histogramSteps: number[] = [];
  column.kinds.forEach((kind, step) => {
    if (kind === FLOAT) present.push(step);
    else if (kind !== ABSENT) histogramSteps.push(step);
  });
  return {
    labels: column.labels,
    times: Float64Array.from(present, (step) => times[step]!),
    values: Float64Array.from(present, (step) => column.values[step]!),
    histogramTimes: Float64Array.from(histogramSteps, (step) => times[step]!),
    histograms: histogramSteps.map((step) => column.histograms![step]!),
  };
}
