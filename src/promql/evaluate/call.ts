import type { Call, Expr } from '../parse/ast.ts';
import { unwrap } from '../parse/ast.ts';
import { typeOf } from '../parse/check.ts';
import { pick } from '../../core/walk.ts';
import { compareText, labelsKey } from '../../core/labels.ts';
import { absentOf } from './absent.ts';
import { ABSENT, FLOAT, isEmpty, mergeColumns, withoutName, type Column, type Grid } from './column.ts';
import { evaluateRangeInput, evaluateScalar, evaluateString, evaluateVector, settleNames } from './evaluate.ts';
import { OF_HISTOGRAM, fractionForm, overHistograms, quantileForm, readHistograms } from './histogram-call.ts';
import { joinLabels, replaceLabel } from './label-call.ts';
import { CALENDAR, MATH, WITH_SCALARS, larger, smaller } from './math.ts';
import { callOverRange } from './range-call.ts';
import { compareNumbers } from './rank.ts';
import { RANGE_KERNELS } from './range-kernel.ts';
import { selectInstant } from './select.ts';
import { sameLabelset, type Session } from './session.ts';
import { labelOf } from '../match/label.ts';

const MS = 1000;

/** Evaluates a call that gives a scalar, at every step. */
export function callScalar(session: Session, expr: Call, grid: Grid): Float64Array {
  const scalars = expr.args.filter((arg) => typeOf(arg) === 'scalar').map((arg) => evaluateScalar(session, arg, grid));
  const constant = (value: number): Float64Array => new Float64Array(grid.count).fill(value);
  const { query } = session;
  switch (expr.name) {
    case 'time':
      return new Float64Array(grid.count).map((_, step) => (grid.start + step * grid.step) / MS);
    case 'scalar':
      return scalarOf(evaluateVector(session, expr.args[0]!, grid), grid.count);
    case 'start':
      return constant(query.start / MS);
    case 'end':
      return constant(query.end / MS);
    case 'step':
      return constant(query.count > 1 ? query.step / MS : 0);
    case 'range':
      return constant((query.end - query.start) / MS);
    case 'max_of':
      return scalars[0]!.map((value, step) => larger(value, scalars[1]![step]!));
    case 'min_of':
      return scalars[0]!.map((value, step) => smaller(value, scalars[1]![step]!));
    default:
      return constant(Math.PI);
  }
}

/** The one float at each step, NaN where there is none or more than one. */
function scalarOf(columns: Iterable<Column>, count: number): Float64Array {
  const found = new Uint8Array(count);
  const values = new Float64Array(count).fill(NaN);
  for (const column of columns) {
    for (let step = 0; step < count; step++) {
      if (column.kinds[step] !== FLOAT) continue;
      values[step] = found[step] === 0 ? column.values[step]! : NaN;
      found[step] = 1;
    }
  }
  return values;
}

/** Evaluates a call that gives an instant vector. */
export function callFunction(session: Session, expr: Call, grid: Grid): Iterable<Column> {
  const { name, args } = expr;
  if (name in RANGE_KERNELS) return callRangeFunction(session, expr, grid);
  const first = args[0];
  const columns = (): Iterable<Column> => evaluateVector(session, first!, grid);
  const scalar = (index: number): Float64Array => evaluateScalar(session, args[index]!, grid);
  if (name in MATH) return settleNames(mapFloats(columns(), MATH[name]!), first!);
  if (name in CALENDAR) return calendarCall(session, expr, grid);
  if (name in WITH_SCALARS) return scalarsCall(session, expr, grid);
  if (name in OF_HISTOGRAM) return settleNames(readHistograms(columns(), OF_HISTOGRAM[name]!), first!);
  switch (name) {
    case 'vector':
      return [floatColumn(session, scalar(0))];
    case 'timestamp':
      return timestampCall(session, first!, grid);
    case 'absent':
      return absentOf(session, columns(), first!, grid.count).filter((column) => !isEmpty(column));
    case 'absent_over_time':
      return absentOverTime(session, first!, grid);
    case 'label_replace':
      return settleLabels(replaceLabel(columns(), args.slice(1).map(evaluateString)));
    case 'label_join':
      return settleLabels(joinLabels(columns(), args.slice(1).map(evaluateString)));
    case 'histogram_quantile': {
      const form = quantileForm(session, scalar(0), first!.span);
      return histogramCall(session, args[1]!, grid, form);
    }
    case 'histogram_fraction':
      return histogramCall(session, args[2]!, grid, fractionForm(scalar(0), scalar(1)));
    default:
      return sortCall(session, expr, grid);
  }
}

/** Evaluates a function of a range vector. @param named leave the metric names on, to be taken off later */
export function callRangeFunction(session: Session, expr: Call, grid: Grid, named = false): Iterable<Column> {
  const range = expr.args.find((arg) => typeOf(arg) === 'range vector')!;
  const scalars = expr.args.filter((arg) => arg !== range).map((arg) => evaluateScalar(session, arg, grid));
  const keepName = named || expr.name === 'last_over_time' || expr.name === 'first_over_time';
  const { name } = expr;
  const { start, step } = grid;
  const call = { name, kernel: RANGE_KERNELS[name]!, keepName, scalars, start, step, span: range.span };
  const columns = callOverRange(session, evaluateRangeInput(session, range, grid), call);
  return keepName ? columns : settleNames(columns, range);
}

function histogramCall(
  session: Session,
  arg: Expr,
  grid: Grid,
  form: ReturnType<typeof fractionForm>,
): Iterable<Column> {
  const merged = mergeColumns(overHistograms(session, evaluateVector(session, arg, grid), grid.count, form, arg.span));
  if (merged === undefined) throw sameLabelset();
  return merged.filter((column) => !isEmpty(column));
}

/** Applies a function to the floats of each column in place; histograms go. */
function mapFloats(columns: Iterable<Column>, compute: (value: number, step: number) => number): Iterable<Column> {
  return pick(columns, (column) => {
    const { values } = column;
    dropHistograms(column);
    for (let step = 0; step < values.length; step++) values[step] = compute(values[step]!, step);
    column.labels = withoutName(column.labels);
    return column;
  });
}

function dropHistograms(column: Column): void {
  if (column.histograms === undefined) return;
  column.kinds.forEach((kind, step) => {
    if (kind !== FLOAT) column.kinds[step] = ABSENT;
  });
  column.histograms = undefined;
}

function calendarCall(session: Session, expr: Call, grid: Grid): Iterable<Column> {
  const [arg] = expr.args;
  const read = CALENDAR[expr.name]!;
  if (arg !== undefined) return settleNames(mapFloats(evaluateVector(session, arg, grid), read), arg);
  const times = new Float64Array(grid.count).map((_, step) => read((grid.start + step * grid.step) / MS));
  return [floatColumn(session, times)];
}

function scalarsCall(session: Session, expr: Call, grid: Grid): Iterable<Column> {
  const scalars = expr.args.slice(1).map((arg) => evaluateScalar(session, arg, grid));
  const compute = WITH_SCALARS[expr.name]!;
  const columns = evaluateVector(session, expr.args[0]!, grid);
  const atStep = Array.from({ length: grid.count }, (_, step) => scalars.map((values) => values[step]!));
  const mapped = mapFloats(columns, (value, step) => compute(value, atStep[step]!));
  const settled = settleNames(mapped, expr.args[0]!);
  return expr.name === 'clamp' ? withoutEmptyClamp(settled, atStep) : settled;
}

/** A clamp whose lower bound is above the upper one gives nothing. */
function* withoutEmptyClamp(columns: Iterable<Column>, bounds: readonly (readonly number[])[]): Generator<Column> {
  for (const column of columns) {
    bounds.forEach(([low, high], step) => {
      if (high! < low!) column.kinds[step] = ABSENT;
    });
    if (!isEmpty(column)) yield column;
  }
}

function floatColumn(session: Session, values: Float64Array): Column {
  const column = session.column({}, values.length);
  column.kinds.fill(FLOAT);
  column.values.set(values);
  return column;
}

/** The time of each sample: a selector's own, or the step's for anything computed. */
function timestampCall(session: Session, arg: Expr, grid: Grid): Iterable<Column> {
  const inner = unwrap(arg);
  if (inner.kind === 'vector') {
    return settleNames(withoutNames(selectInstant(session, inner, grid, true)), inner);
  }
  const columns = evaluateVector(session, arg, grid);
  return settleNames(withStepTimes(columns, grid), arg);
}

function* withoutNames(columns: Iterable<Column>): Generator<Column> {
  for (const column of columns) {
    column.labels = withoutName(column.labels);
    yield column;
  }
}

function* withStepTimes(columns: Iterable<Column>, grid: Grid): Generator<Column> {
  for (const column of columns) {
    column.labels = withoutName(column.labels);
    column.histograms = undefined;
    column.kinds.forEach((kind, step) => {
      if (kind !== ABSENT) column.kinds[step] = FLOAT;
      column.values[step] = (grid.start + step * grid.step) / MS;
    });
    yield column;
  }
}

function absentOverTime(session: Session, arg: Expr, grid: Grid): Iterable<Column> {
  const input = evaluateRangeInput(session, arg, grid);
  const kernel = RANGE_KERNELS.present_over_time!;
  const { start, step } = grid;
  const call = { name: 'absent_over_time', kernel, keepName: true, scalars: [], start, step, span: arg.span };
  const present = callOverRange(session, input, call);
  return absentOf(session, present, arg, grid.count).filter((column) => !isEmpty(column));
}

function settleLabels(columns: Iterable<Column>): Iterable<Column> {
  const merged = mergeColumns(columns);
  if (merged === undefined) throw sameLabelset();
  return merged;
}

/** Orders the vector of an instant query; a range query has no order to change. */
function sortCall(session: Session, expr: Call, grid: Grid): Iterable<Column> {
  const columns = [...evaluateVector(session, expr.args[0]!, grid)];
  const sign = expr.name.endsWith('_desc') ? -1 : 1;
  if (expr.name === 'sort' || expr.name === 'sort_desc') {
    columns.forEach(dropHistograms);
    const floats = columns.filter((column) => !isEmpty(column));
    return grid.count > 1 ? floats : floats.sort((a, b) => compareNumbers(a.values[0]!, b.values[0]!, sign));
  }
  const names = expr.args.slice(1).map(evaluateString);
  const order = new Intl.Collator('en', { numeric: true });
  return columns.sort((a, b) => {
    for (const name of names) {
      const compared = order.compare(labelOf(a.labels, name), labelOf(b.labels, name));
      if (compared !== 0) return sign * compared;
    }
    return sign * compareText(labelsKey(a.labels), labelsKey(b.labels));
  });
}
