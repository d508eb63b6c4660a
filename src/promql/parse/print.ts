import { formatDuration } from '../../core/duration.ts';
import type { Matcher } from '../port.ts';
import { formatValue } from '../value/number.ts';
import type { Aggregate, At, Binary, Expr, VectorSelector } from './ast.ts';
import { isClassicLabel, isClassicMetric, quote } from './quote.ts';

const MAX_WIDTH = 100;
const INDENT = '  ';

/** Writes an expression in canonical form on one line; parsing it again gives the same tree. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      // Without its sign, which would bind looser than ^.
      return expr.value === Infinity ? 'Inf' : formatValue(expr.value);
    case 'string':
      return quote(expr.value);
    case 'vector':
      return printSelector(expr) + printModifiers(expr);
    case 'matrix':
      return `${printSelector(expr.selector)}[${formatDuration(expr.range)}]${printModifiers(expr.selector)}`;
    case 'subquery':
      return `${printExpr(expr.expr)}${printSubqueryTail(expr)}`;
    case 'call':
      return `${expr.name}(${expr.args.map(printExpr).join(', ')})`;
    case 'aggregate':
      return `${printAggregateHead(expr)}(${aggregateArgs(expr).map(printExpr).join(', ')})`;
    case 'binary':
      return `${printExpr(expr.left)} ${printOperator(expr)} ${printExpr(expr.right)}`;
    case 'unary':
      return `${expr.op}${printExpr(expr.expr)}`;
    case 'paren':
      return `(${printExpr(expr.expr)})`;
  }
}

/** Writes an expression over several lines, one level of indentation for each level of nesting, where it is long. */
export function formatExpr(expr: Expr, depth = 0): string {
  const indent = INDENT.repeat(depth);
  const flat = printExpr(expr);
  if (indent.length + flat.length <= MAX_WIDTH) return indent + flat;
  const list = (head: string, args: readonly Expr[]): string =>
    `${indent}${head}(\n${args.map((arg) => formatExpr(arg, depth + 1)).join(',\n')}\n${indent})`;
  switch (expr.kind) {
    case 'call':
      return list(expr.name, expr.args);
    case 'aggregate':
      return list(`${printAggregateHead(expr)} `, aggregateArgs(expr));
    case 'binary':
      return `${formatExpr(expr.left, depth + 1)}\n${indent}${printOperator(expr)}\n${formatExpr(expr.right, depth + 1)}`;
    case 'unary':
      return `${indent}${expr.op}${formatExpr(expr.expr, depth).trimStart()}`;
    case 'paren':
      return list('', [expr.expr]);
    case 'subquery':
      return formatExpr(expr.expr, depth) + printSubqueryTail(expr);
    case 'number':
    case 'string':
    case 'vector':
    case 'matrix':
      return indent + flat;
  }
}

function aggregateArgs(expr: Aggregate): Expr[] {
  return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
}

function printAggregateHead(expr: Aggregate): string {
  if (expr.without) return `${expr.op} without (${printLabels(expr.grouping)}) `;
  return expr.grouping.length > 0 ? `${expr.op} by (${printLabels(expr.grouping)}) ` : expr.op;
}

function printOperator(expr: Binary): string {
  const { on, labels, card, include } = expr.matching;
  let text = expr.bool ? `${expr.op} bool` : expr.op;
  if (on || labels.length > 0 || card !== 'one-to-one') text += ` ${on ? 'on' : 'ignoring'} (${printLabels(labels)})`;
  if (card === 'one-to-one') return text;
  return `${text} ${card === 'many-to-one' ? 'group_left' : 'group_right'} (${printLabels(include)})`;
}

function printLabels(labels: readonly string[]): string {
  return labels.map((label) => (isClassicLabel(label) ? label : quote(label))).join(', ');
}

function printSelector(selector: VectorSelector): string {
  const first = selector.matchers.findIndex((matcher) => matcher.name === '__name__' && matcher.op === '=');
  const name = first < 0 ? '' : selector.matchers[first]!.value;
  const rest = selector.matchers.filter((_, index) => index !== first).map(printMatcher);
  if (name !== '' && isClassicMetric(name)) return rest.length === 0 ? name : `${name}{${rest.join(',')}}`;
  if (name !== '') rest.unshift(quote(name));
  else if (first >= 0) rest.unshift('__name__=""');
  return `{${rest.join(',')}}`;
}

/** Writes one matcher: `job=~"a|b"`. */
export function printMatcher(matcher: Matcher): string {
  return `${printLabels([matcher.name])}${matcher.op}${quote(matcher.value)}`;
}

function printModifiers(node: { readonly offset: number; readonly at?: At }): string {
  let text = '';
  if (node.at?.kind === 'time') text += ` @ ${(node.at.ms / 1000).toFixed(3)}`;
  else if (node.at !== undefined) text += ` @ ${node.at.kind}()`;
  if (node.offset !== 0) text += ` offset ${formatDuration(node.offset)}`;
  return text;
}

function printSubqueryTail(expr: Extract<Expr, { kind: 'subquery' }>): string {
  const step = expr.step === undefined ? '' : formatDuration(expr.step);
  return `[${formatDuration(expr.range)}:${step}]${printModifiers(expr)}`;
}
