import type { Aggregate, Binary, Call, Expr, Subquery, Unary } from '../parse/ast.ts';
import { isSetOp, unwrap } from '../parse/ast.ts';
import { typeOf } from '../parse/check.ts';
import { aggregateStream } from './aggregate.ts';
import { HISTOGRAM, isEmpty, mergeColumns, setHistogram, withoutName, type Column, type Grid } from './column.ts';
import { callFunction, callRangeFunction, callScalar } from './call.ts';
import { isInvariant } from './invariant.ts';
import { floatOperation } from './operate.ts';
import { bestOfGroups, countValues, limitGroups, limitRatio, quantileGroups } from './rank.ts';
import { vectorWithScalar } from './scalar-binary.ts';
import { RANGE_KERNELS } from './range-kernel.ts';
import { rangeOfColumn, selectInstant, selectRange, type RangeInput, type RangeSeries } from './select.ts';
import { referencesOf } from './select.ts';
import { sameLabelset, type Session } from './session.ts';
import { scaleHistogram } from '../value/histogram.ts';
import { setOperation } from './set-binary.ts';
import { hasUniqueName } from './unique-name.ts';
import { vectorWithVector } from './vector-binary.ts';

/** Evaluates a scalar expression at every step of a grid. */
export function evaluateScalar(session: Session, expr: Expr, grid: Grid): Float64Array {
  const inner = unwrap(expr);
  switch (inner.kind) {
    case 'number':
      return new Float64Array(grid.count).fill(inner.value);
    case 'unary': {
      const values = evaluateScalar(session, inner.expr, grid);
      return inner.op === '-' ? values.map((value) => -value) : values;
    }
    case 'binary': {
      const left = evaluateScalar(session, inner.left, grid);
      const right = evaluateScalar(session, inner.right, grid);
      const compute = floatOperation(inner.op);
      return left.map((value, step) => compute(value, right[step]!));
    }
    case 'call':
      return callScalar(session, inner, grid);
    default:
      throw new Error(`a ${inner.kind} is not a scalar; the type check should have refused it`);
  }
}

/** The value of a string expression. */
export function evaluateString(expr: Expr): string {
  const inner = unwrap(expr);
  if (inner.kind !== 'string')
    throw new Error(`a ${inner.kind} is not a string; the type check should have refused it`);
  return inner.value;
}

/**
 * Evaluates an instant vector over a grid. The columns come one at a time where the expression allows it, so that an
 * aggregation need not hold them all.
 */
export function evaluateVector(session: Session, expr: Expr, grid: Grid): Iterable<Column> {
  if (grid.count > 1 && isInvariant(expr)) return broadcast(session, expr, grid);
  switch (expr.kind) {
    case 'paren':
      return evaluateVector(session, expr.expr, grid);
    case 'vector':
      return selectInstant(session, expr, grid);
    case 'call':
      return callFunction(session, expr, grid);
    case 'aggregate':
      return evaluateAggregate(session, expr, grid);
    case 'binary':
      return evaluateBinary(session, expr, grid);
    case 'unary':
      return evaluateUnary(session, expr, grid);
    default:
      throw new Error(`a ${expr.kind} is not an instant vector; the type check should have refused it`);
  }
}

/** Evaluates what does not change once and repeats it at every step. */
function* broadcast(session: Session, expr: Expr, grid: Grid): Generator<Column> {
  for (const single of evaluateVector(session, expr, { ...grid, count: 1 })) {
    const column = session.column(single.labels, grid.count);
    column.kinds.fill(single.kinds[0]!);
    column.values.fill(single.values[0]!);
    if (single.kinds[0] === HISTOGRAM) {
      for (let step = 0; step < grid.count; step++) setHistogram(column, step, single.histograms![0]!);
    }
    yield column;
  }
}

/** Loads or computes the samples a range function looks at. */
export function evaluateRangeInput(session: Session, expr: Expr, grid: Grid): RangeInput {
  const inner = unwrap(expr);
  if (inner.kind === 'matrix') return selectRange(session, inner, grid);
  if (inner.kind === 'subquery') return evaluateSubquery(session, inner, grid);
  throw new Error(`a ${inner.kind} is not a range vector; the type check should have refused it`);
}

function evaluateSubquery(session: Session, expr: Subquery, grid: Grid): RangeInput {
  const references = referencesOf(session, expr, grid);
  const interval = expr.step ?? session.defaultStep;
  // Steps of a subquery are multiples of its interval, whatever the outer query's start, and lie right of the window's
  // open left end.
  const start = (Math.floor((references.first - expr.range) / interval) + 1) * interval;
  const end = references.first + references.step * (references.count - 1);
  const count = Math.floor((end - start) / interval) + 1;
  if (count <= 0) return { series: [], references, range: expr.range };
  // Counted before anything is allocated: a year in milliseconds is a short text.
  session.charge(count);
  const inner: Grid = { start, step: interval, count };
  return { series: subquerySeries(session, expr.expr, inner), references, range: expr.range };
}

function* subquerySeries(session: Session, expr: Expr, grid: Grid): Generator<RangeSeries> {
  for (const column of evaluateVector(session, expr, grid)) yield rangeOfColumn(column, grid);
}

function evaluateUnary(session: Session, expr: Unary, grid: Grid): Iterable<Column> {
  const columns = evaluateVector(session, expr.expr, grid);
  if (expr.op === '+') return columns;
  return settleNames(negate(columns), expr.expr);
}

function* negate(columns: Iterable<Column>): Generator<Column> {
  for (const column of columns) {
    const { values, kinds } = column;
    for (let step = 0; step < values.length; step++) values[step] = -values[step]!;
    column.histograms?.forEach((histogram, step) => {
      if (histogram !== undefined && kinds[step] === HISTOGRAM)
        setHistogram(column, step, scaleHistogram(histogram, -1));
    });
    column.labels = withoutName(column.labels);
    yield column;
  }
}

/**
 * Joins columns that became equal when their metric names were dropped.
 * @throws Fault `execution_failed` when they have samples at the same step
 */
export function settleNames(columns: Iterable<Column>, source: Expr): Iterable<Column> {
  if (hasUniqueName(source)) return columns;
  const merged = mergeColumns(columns);
  if (merged === undefined) throw sameLabelset();
  return merged;
}

function evaluateBinary(session: Session, expr: Binary, grid: Grid): Iterable<Column> {
  const { left, right } = expr;
  const leftScalar = typeOf(left) === 'scalar';
  if (leftScalar || typeOf(right) === 'scalar') {
    const [vector, scalar] = leftScalar ? [right, left] : [left, right];
    const columns = evaluateVector(session, vector, grid);
    const values = evaluateScalar(session, scalar, grid);
    return settleNames(vectorWithScalar(session, expr, columns, values, leftScalar), vector);
  }
  const a = [...evaluateVector(session, left, grid)];
  const b = [...evaluateVector(session, right, grid)];
  if (isSetOp(expr.op)) return setOperation(expr, a, b, grid.count);
  return vectorWithVector(session, expr, a, b, grid.count);
}

function evaluateAggregate(session: Session, expr: Aggregate, grid: Grid): Iterable<Column> {
  const { op, param } = expr;
  // A name that nobody asks for afterwards need not be taken off each of ten thousand series.
  const inner = unwrap(expr.expr);
  const named = op !== 'limit_ratio' && !expr.grouping.includes('__name__') && mayKeepName(inner);
  const columns = named ? callRangeFunction(session, inner, grid, true) : evaluateVector(session, expr.expr, grid);
  if (param === undefined) return aggregateStream(session, expr, columns, grid.count).filter((c) => !isEmpty(c));
  if (op === 'count_values') return countValues(session, expr, columns, evaluateString(param), grid.count);
  const values = evaluateScalar(session, param, grid);
  switch (op) {
    case 'quantile':
      return quantileGroups(session, expr, columns, values).filter((column) => !isEmpty(column));
    case 'limitk':
      return withoutNames(limitGroups(session, expr, columns, values), named);
    case 'limit_ratio':
      return limitRatio(session, expr, columns, values);
    default:
      return withoutNames(bestOfGroups(session, expr, columns, values), named);
  }
}

/** Whether this is a range function over one metric: its series differ also without the name. */
function mayKeepName(expr: Expr): expr is Call {
  if (expr.kind !== 'call' || !(expr.name in RANGE_KERNELS)) return false;
  return expr.args.every((arg) => typeOf(arg) !== 'range vector' || hasUniqueName(arg)) && !isInvariant(expr);
}

function withoutNames(columns: Column[], named: boolean): Column[] {
  if (named) for (const column of columns) column.labels = withoutName(column.labels);
  return columns;
}
