import type { Expr, VectorSelector } from '../parse/ast.ts';
import { isInvariant } from '../evaluate/invariant.ts';

/**
 * The expression with every selector pinned to a time by `@`, which must then give the same result whenever it is
 * evaluated. Undefined when its value depends on the evaluation time in another way too.
 */
export function pinExpr(expr: Expr, at: number): Expr | undefined {
  const pinned = pin(expr, at);
  return isInvariant(pinned) ? pinned : undefined;
}

function pin(expr: Expr, at: number): Expr {
  switch (expr.kind) {
    case 'vector':
      return pinSelector(expr, at);
    case 'matrix':
      return { ...expr, selector: pinSelector(expr.selector, at) };
    case 'subquery':
      // What is inside a subquery runs at the subquery's own steps.
      return expr.at === undefined ? { ...expr, at: { kind: 'time', ms: at } } : expr;
    case 'call':
      return { ...expr, args: expr.args.map((arg) => pin(arg, at)) };
    case 'aggregate': {
      const param = expr.param === undefined ? {} : { param: pin(expr.param, at) };
      return { ...expr, expr: pin(expr.expr, at), ...param };
    }
    case 'binary':
      return { ...expr, left: pin(expr.left, at), right: pin(expr.right, at) };
    case 'unary':
    case 'paren':
      return { ...expr, expr: pin(expr.expr, at) };
    case 'number':
    case 'string':
      return expr;
  }
}

function pinSelector(selector: VectorSelector, at: number): VectorSelector {
  return selector.at === undefined ? { ...selector, at: { kind: 'time', ms: at } } : selector;
}
