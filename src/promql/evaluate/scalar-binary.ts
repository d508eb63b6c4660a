import { pick } from '../../core/walk.ts';
import type { Binary } from '../parse/ast.ts';
import { isComparison } from '../parse/ast.ts';
import { incompatibleOperands } from './annotation.ts';
import { ABSENT, FLOAT, HISTOGRAM, isEmpty, setHistogram, withoutName, type Column } from './column.ts';
import { comparison, floatOperation, operateHistograms } from './operate.ts';
import type { Session } from './session.ts';

/** Applies an operator between each column and a scalar. `scalarLeft` tells on which side the scalar stands. */
export function vectorWithScalar(
  session: Session,
  expr: Binary,
  columns: Iterable<Column>,
  scalar: Float64Array,
  scalarLeft: boolean,
): Iterable<Column> {
  const filters = isComparison(expr.op) && !expr.bool;
  return pick(columns, (column) => {
    if (column.histograms !== undefined) applyToHistograms(session, expr, column, scalar, scalarLeft);
    if (filters) filterFloats(expr, column, scalar, scalarLeft);
    else {
      computeFloats(expr, column, scalar, scalarLeft);
      column.labels = withoutName(column.labels);
    }
    return filters && isEmpty(column) ? undefined : column;
  });
}

function filterFloats(expr: Binary, { kinds, values }: Column, scalar: Float64Array, scalarLeft: boolean): void {
  const holds = comparison(expr.op);
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== FLOAT) continue;
    const value = values[step]!;
    const other = scalar[step]!;
    if (!(scalarLeft ? holds(other, value) : holds(value, other))) kinds[step] = ABSENT;
  }
}

function computeFloats(expr: Binary, { values }: Column, scalar: Float64Array, scalarLeft: boolean): void {
  const compute = floatOperation(expr.op);
  // Values at absent steps are computed too: cheaper than asking, and never read.
  if (scalarLeft) for (let step = 0; step < values.length; step++) values[step] = compute(scalar[step]!, values[step]!);
  else for (let step = 0; step < values.length; step++) values[step] = compute(values[step]!, scalar[step]!);
}

function applyToHistograms(session: Session, expr: Binary, column: Column, scalar: Float64Array, left: boolean): void {
  for (let step = 0; step < column.kinds.length; step++) {
    if (column.kinds[step] !== HISTOGRAM) continue;
    const histogram = column.histograms![step]!;
    const other = scalar[step]!;
    const result = left ? operateHistograms(expr.op, other, histogram) : operateHistograms(expr.op, histogram, other);
    if (typeof result === 'object') setHistogram(column, step, result);
    else {
      column.kinds[step] = ABSENT;
      const [a, b] = left ? (['float', 'histogram'] as const) : (['histogram', 'float'] as const);
      session.annotations.info(incompatibleOperands(expr.op, a, b), expr.span);
    }
  }
}
