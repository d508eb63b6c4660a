import { isComparison, isSetOp, type Expr } from '../parse/ast.ts';

const SELECTING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
const NAME_KEEPING: ReadonlySet<string> = new Set([
  'last_over_time',
  'first_over_time',
  'sort',
  'sort_desc',
  'sort_by_label',
  'sort_by_label_desc',
]);

/**
 * Whether all series of a vector surely have the same metric name or none, so that dropping it cannot make two of them
 * equal and need not be checked.
 */
export function hasUniqueName(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vector':
      return expr.matchers.some((matcher) => matcher.name === '__name__' && matcher.op === '=');
    case 'matrix':
      return hasUniqueName(expr.selector);
    case 'subquery':
    case 'paren':
      return hasUniqueName(expr.expr);
    case 'unary':
      return expr.op === '-' || hasUniqueName(expr.expr);
    case 'call':
      if (expr.name === 'label_replace' || expr.name === 'label_join') return false;
      return !NAME_KEEPING.has(expr.name) || hasUniqueName(expr.args[0]!);
    case 'aggregate':
      if (SELECTING.has(expr.op)) return hasUniqueName(expr.expr);
      return expr.without || !expr.grouping.includes('__name__');
    case 'binary':
      if (isSetOp(expr.op)) return false;
      return !isComparison(expr.op) || expr.bool;
    case 'number':
    case 'string':
      return true;
  }
}
