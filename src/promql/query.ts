import type { Labels } from '../core/labels.ts';
import { Annotations } from './evaluate/annotation.ts';
import { ABSENT, FLOAT, HISTOGRAM, mergeColumns, type Column, type Grid } from './evaluate/column.ts';
import { evaluateRangeInput, evaluateScalar, evaluateString, evaluateVector } from './evaluate/evaluate.ts';
import type { RangeSeries } from './evaluate/select.ts';
import { cannotEvaluate, sameLabelset, Session, type EvaluationLimits } from './evaluate/session.ts';
import { unwrap, type Expr } from './parse/ast.ts';
import { typeOf } from './parse/check.ts';
import { printExpr } from './parse/print.ts';
import type { SeriesSource } from './port.ts';
import type { NativeHistogram } from './value/histogram.ts';

/** One element of an instant vector. `value` is NaN when there is a histogram. */
export interface VectorSample {
  readonly labels: Labels;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly value: number;
  readonly histogram?: NativeHistogram;
}

/** One series of a matrix; `histograms`, when present, is parallel to `times`. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

export interface ScalarResult {
  readonly kind: 'scalar';
  readonly time: number;
  readonly value: number;
}
export interface StringResult {
  readonly kind: 'string';
  readonly time: number;
  readonly value: string;
}
export interface VectorResult {
  readonly kind: 'vector';
  readonly samples: readonly VectorSample[];
}
export interface MatrixResult {
  readonly kind: 'matrix';
  readonly series: readonly MatrixSeries[];
}
export type QueryResult = ScalarResult | StringResult | VectorResult | MatrixResult;

/** A result with what was remarked on the way. */
export interface Evaluated<R extends QueryResult = QueryResult> {
  readonly result: R;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Samples loaded and computed. */
  readonly samples: number;
}

export interface InstantOptions extends EvaluationLimits {
  readonly source: SeriesSource;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The text that positions of remarks refer to; by default the printed expression. */
  readonly text?: string;
}

export interface RangeOptions extends EvaluationLimits {
  readonly source: SeriesSource;
  /** First and last instant and the distance between steps, in milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly text?: string;
}

/**
 * Evaluates an expression at one instant.
 * @throws Fault `execution_failed`, `query_too_large`, `query_timeout`
 */
export function evaluateInstant(expr: Expr, options: InstantOptions): Evaluated {
  const at = Math.round(options.at);
  const grid: Grid = { start: at, step: 1, count: 1 };
  const session = openSession(expr, { ...grid, end: at }, options);
  return close(session, instantResult(session, expr, grid));
}

function instantResult(session: Session, expr: Expr, grid: Grid): QueryResult {
  const time = grid.start;
  switch (typeOf(expr)) {
    case 'scalar':
      return { kind: 'scalar', time, value: evaluateScalar(session, expr, grid)[0]! };
    case 'string':
      return { kind: 'string', time, value: evaluateString(expr) };
    case 'range vector':
      return { kind: 'matrix', series: rawSeries(session, expr, grid) };
    case 'instant vector': {
      const columns = distinctColumns(session, expr, grid);
      return { kind: 'vector', samples: columns.flatMap((column) => sampleOf(column, time)) };
    }
  }
}

function sampleOf(column: Column, time: number): VectorSample[] {
  const { labels, values, kinds } = column;
  if (kinds[0] === ABSENT) return [];
  if (kinds[0] === FLOAT) return [{ labels, time, value: values[0]! }];
  return [{ labels, time, value: NaN, histogram: column.histograms![0]! }];
}

/** The samples in the window of a bare range selector or subquery. */
function rawSeries(session: Session, expr: Expr, grid: Grid): MatrixSeries[] {
  const { series, references, range } = evaluateRangeInput(session, expr, grid);
  const found: MatrixSeries[] = [];
  for (const one of series) {
    const cut = cutRange(one, references.first - range, references.first);
    if (cut.times.length > 0) found.push(cut);
  }
  return found;
}

function cutRange(series: RangeSeries, after: number, until: number): MatrixSeries {
  const points: { time: number; value: number; histogram?: NativeHistogram }[] = [];
  series.times.forEach((time, index) => points.push({ time, value: series.values[index]! }));
  series.histogramTimes.forEach((time, index) => {
    points.push({ time, value: NaN, histogram: series.histograms[index]! });
  });
  const kept = points.filter(({ time }) => time > after && time <= until).sort((a, b) => a.time - b.time);
  const times = Float64Array.from(kept, ({ time }) => time);
  const values = Float64Array.from(kept, ({ value }) => value);
  if (!kept.some(({ histogram }) => histogram !== undefined)) return { labels: series.labels, times, values };
  return { labels: series.labels, times, values, histograms: kept.map(({ histogram }) => histogram) };
}

/**
 * Evaluates an expression at start, start + step, ... up to end.
 * @throws Fault `execution_failed`, `query_too_large`, `query_timeout`
 */
export function evaluateRange(expr: Expr, options: RangeOptions): Evaluated<MatrixResult> {
  const [start, end, step] = [Math.round(options.start), Math.round(options.end), Math.round(options.step)];
  if (!(step > 0)) throw cannotEvaluate('zero or negative query resolution step widths are not accepted');
  if (!(end >= start)) throw cannotEvaluate('end timestamp must not be before start time');
  const grid: Grid = { start, step, count: Math.floor((end - start) / step) + 1 };
  const session = openSession(expr, { ...grid, end }, options);
  const type = typeOf(expr);
  if (type === 'scalar') {
    const values = evaluateScalar(session, expr, grid);
    const times = values.map((_, index) => start + index * step);
    return close(session, { kind: 'matrix', series: [{ labels: {}, times, values }] });
  }
  if (type !== 'instant vector') {
    throw cannotEvaluate(`invalid expression type "${type}" for range query, must be Scalar or instant Vector`);
  }
  const columns = distinctColumns(session, expr, grid);
  const times = new Float64Array(grid.count).map((_, step) => start + step * grid.step);
  const series = columns.map((column) => seriesOf(column, grid, times)).filter(({ times }) => times.length > 0);
  return close(session, { kind: 'matrix', series });
}

/** The samples of a column; a column without gaps shares the array of times with the others. */
function seriesOf(column: Column, grid: Grid, gridTimes: Float64Array): MatrixSeries {
  const { labels, kinds } = column;
  let present = 0;
  let plain = true;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== ABSENT) present++;
    if (kinds[step] !== FLOAT) plain = false;
  }
  if (plain) return { labels, times: gridTimes, values: column.values };
  const times = new Float64Array(present);
  const values = new Float64Array(present);
  const histograms: (NativeHistogram | undefined)[] = [];
  let at = 0;
  for (let step = 0; step < grid.count; step++) {
    if (kinds[step] === ABSENT) continue;
    times[at] = gridTimes[step]!;
    values[at] = kinds[step] === FLOAT ? column.values[step]! : NaN;
    histograms.push(kinds[step] === HISTOGRAM ? column.histograms![step] : undefined);
    at++;
  }
  return kinds.includes(HISTOGRAM) ? { labels, times, values, histograms } : { labels, times, values };
}

/** The columns of a vector. @throws Fault `execution_failed` when two of them have the same labels at one step */
function distinctColumns(session: Session, expr: Expr, grid: Grid): Column[] {
  const columns = evaluateVector(session, expr, grid);
  const inner = unwrap(expr);
  // What comes from the store or from grouping cannot be equal, and comparing all labels would take longer than the rest.
  if (inner.kind === 'vector' || inner.kind === 'aggregate') return [...columns];
  const merged = mergeColumns(columns);
  if (merged === undefined) throw sameLabelset();
  return merged;
}

function openSession(expr: Expr, query: Session['query'], options: InstantOptions | RangeOptions): Session {
  const annotations = new Annotations(options.text ?? (() => printExpr(expr)));
  const session = new Session(options.source, query, annotations, options);
  session.charge(query.count);
  return session;
}

function close<R extends QueryResult>(session: Session, result: R): Evaluated<R> {
  const { warnings, infos } = session.annotations;
  return { result, warnings, infos, samples: session.samples };
}
