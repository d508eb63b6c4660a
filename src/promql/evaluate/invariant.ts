import type { Expr } from '../parse/ast.ts';
import { unwrap } from '../parse/ast.ts';

/** Functions whose value depends on the evaluation time even when their arguments do not. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set(['time', 'predict_linear']);

/** Whether an expression has the same value at every step, because each of its selectors is pinned by `@`. */
export function isInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'vector':
    case 'subquery':
      return expr.at !== undefined;
    case 'matrix':
      return expr.selector.at !== undefined;
    case 'call':
      return !dependsOnTime(expr.name, expr.args) && expr.args.every(isInvariant);
    case 'aggregate':
      return isInvariant(expr.expr) && (expr.param === undefined || isInvariant(expr.param));
    case 'binary':
      return isInvariant(expr.left) && isInvariant(expr.right);
    case 'unary':
    case 'paren':
      return isInvariant(expr.expr);
  }
}

function dependsOnTime(name: string, args: readonly Expr[]): boolean {
  if (TIME_DEPENDENT.has(name)) return true;
  // The time of a sample is fixed only while it is the selector's own; anything computed carries the step's time.
  if (name === 'timestamp') return unwrap(args[0]!).kind !== 'vector';
  const takesTimeByDefault = /^(?:minute|hour|month|year|day_of_\w+|days_in_month)$/.test(name);
  return takesTimeByDefault && args.length === 0;
}
