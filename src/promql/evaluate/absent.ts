import type { Labels } from '../../core/labels.ts';
import type { Expr } from '../parse/ast.ts';
import { unwrap } from '../parse/ast.ts';
import { ABSENT, FLOAT, type Column } from './column.ts';
import type { Session } from './session.ts';

/** `absent` and `absent_over_time`: 1 at every step where no column has a sample. */
export function absentOf(session: Session, columns: Iterable<Column>, arg: Expr, count: number): Column[] {
  const result = session.column(labelsOfAbsence(arg), count);
  result.kinds.fill(FLOAT);
  result.values.fill(1);
  for (const column of columns) {
    column.kinds.forEach((kind, step) => {
      if (kind !== ABSENT) result.kinds[step] = ABSENT;
    });
  }
  return [result];
}

/** The labels that the missing series would surely have: those asked for with `=` and named once. */
function labelsOfAbsence(arg: Expr): Labels {
  const inner = unwrap(arg);
  const selector = inner.kind === 'matrix' ? inner.selector : inner;
  if (selector.kind !== 'vector') return {};
  const labels: Record<string, string> = {};
  const seen = new Set<string>();
  for (const { name, op, value } of selector.matchers) {
    if (name === '__name__') continue;
    if (op === '=' && !seen.has(name)) {
      seen.add(name);
      if (value !== '') labels[name] = value;
    } else {
      delete labels[name];
    }
  }
  return labels;
}
