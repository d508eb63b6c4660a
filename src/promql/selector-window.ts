import type { At, Expr } from './parse/ast.ts';
import type { Matcher } from './port.ts';

/** One selector of an expression and the samples it may look at, in ms, both ends included. */
export interface SelectorWindow {
  readonly matchers: readonly Matcher[];
  readonly from: number;
  readonly to: number;
}

const DEFAULT_LOOKBACK = 300_000;

interface Reach {
  readonly from: number;
  readonly to: number;
}

/**
 * The selectors of an expression with the time window each needs when it is evaluated from `start` to `end`: for
 * fetching from a remote engine before evaluation.
 */
export function selectorsOf(expr: Expr, query: { start: number; end: number; lookback?: number }): SelectorWindow[] {
  const lookback = query.lookback ?? DEFAULT_LOOKBACK;
  const found: SelectorWindow[] = [];
  const shift = (node: { readonly at?: At; readonly offset: number }, reach: Reach): Reach => {
    const pinned = node.at === undefined ? undefined : node.at.kind === 'time' ? node.at.ms : query[node.at.kind];
    const { from, to } = pinned === undefined ? reach : { from: pinned, to: pinned };
    return { from: from - node.offset, to: to - node.offset };
  };
  const visit = (node: Expr, reach: Reach): void => {
    switch (node.kind) {
      case 'vector': {
        const { from, to } = shift(node, reach);
        found.push({ matchers: node.matchers, from: from - lookback + 1, to });
        return;
      }
      case 'matrix': {
        const { from, to } = shift(node.selector, reach);
        found.push({ matchers: node.selector.matchers, from: from - node.range + 1, to });
        return;
      }
      case 'subquery': {
        const { from, to } = shift(node, reach);
        return visit(node.expr, { from: from - node.range, to });
      }
      case 'call':
        return node.args.forEach((arg) => visit(arg, reach));
      case 'aggregate':
        if (node.param !== undefined) visit(node.param, reach);
        return visit(node.expr, reach);
      case 'binary':
        visit(node.left, reach);
        return visit(node.right, reach);
      case 'unary':
      case 'paren':
        return visit(node.expr, reach);
      case 'number':
      case 'string':
        return;
    }
  };
  visit(expr, { from: query.start, to: query.end });
  return found;
}
