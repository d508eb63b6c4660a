import type { At, Expr } from './parse/ast.ts';
import type { Matcher } from './port.ts';

/** One selector of an expression and the samples it may look at, in ms, both ends included. */
export interface SelectorWindow {
  readonly matchers: readonly Matcher[];
  readonly from: number;
  readonly to: number;
  /** Length of the window that a range function looks at, ms; 0 for an instant selector. */
  readonly range: number;
  /** How often it is evaluated. */
  readonly steps: number;
}

const DEFAULT_INTERVAL = 60_000;
const DEFAULT_LOOKBACK = 300_000;

interface Reach {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/**
 * The selectors of an expression with the time window each needs when it is evaluated from `start` to `end`: for
 * fetching from a remote engine before evaluation.
 */
export function selectorsOf(
  expr: Expr,
  query: { start: number; end: number; step?: number; lookback?: number },
): SelectorWindow[] {
  const lookback = query.lookback ?? DEFAULT_LOOKBACK;
  const found: SelectorWindow[] = [];
  const shift = (node: { readonly at?: At; readonly offset: number }, reach: Reach): Reach => {
    const pinned = node.at === undefined ? undefined : node.at.kind === 'time' ? node.at.ms : query[node.at.kind];
    const { from, to, steps } = pinned === undefined ? reach : { from: pinned, to: pinned, steps: 1 };
    return { from: from - node.offset, to: to - node.offset, steps };
  };
  const visit = (node: Expr, reach: Reach): void => {
    switch (node.kind) {
      case 'vector': {
        const { from, to, steps } = shift(node, reach);
        found.push({ matchers: node.matchers, from: from - lookback + 1, to, range: 0, steps });
        return;
      }
      case 'matrix': {
        const { from, to, steps } = shift(node.selector, reach);
        const { range, selector } = node;
        found.push({ matchers: selector.matchers, from: from - range + 1, to, range, steps });
        return;
      }
      case 'subquery': {
        const { from, to } = shift(node, reach);
        const steps = Math.ceil((to - from + node.range) / (node.step ?? DEFAULT_INTERVAL));
        return visit(node.expr, { from: from - node.range, to, steps });
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
  const steps = query.step ? Math.floor((query.end - query.start) / query.step) + 1 : 1;
  visit(expr, { from: query.start, to: query.end, steps });
  return found;
}
