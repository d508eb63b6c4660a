import type { At, Expr, Matcher, ValueType, VectorSelector } from '../../../promql/index.ts';
import { signatureOf } from '../../../promql/index.ts';
import { typeOf } from '../../../promql/parse/check.ts';
import { isSetOp } from '../../../promql/parse/ast.ts';
import { sampleText } from './render.ts';

/** Types as Prometheus names them. */
const TYPES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  'instant vector': 'vector',
  'range vector': 'matrix',
};

/**
 * An expression as Prometheus' `parse_query` gives it.
 * Source: prometheus/prometheus web/api/v1/translate_ast.go.
 */
export function parseTree(expr: Expr): unknown {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: sampleText(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'vector':
      return { type: 'vectorSelector', ...selector(expr) };
    case 'matrix':
      return { type: 'matrixSelector', range: expr.range, ...selector(expr.selector) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: parseTree(expr.expr),
        range: expr.range,
        offset: expr.offset,
        step: expr.step ?? 0,
        ...pinned(expr.at),
      };
    case 'call':
      return { type: 'call', func: functionOf(expr.name), args: expr.args.map(parseTree) };
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: parseTree(expr.expr),
        param: expr.param ? parseTree(expr.param) : null,
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: parseTree(expr.left),
        rhs: parseTree(expr.right),
        ...joined(expr),
      };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: parseTree(expr.expr) };
    case 'paren':
      return { type: 'parenExpr', expr: parseTree(expr.expr) };
  }
}

function selector({ matchers, offset, at }: VectorSelector): Record<string, unknown> {
  const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value ?? '';
  return { name, offset, matchers: matchers.map(matcherJson), ...pinned(at) };
}

function matcherJson({ name, op, value }: Matcher): unknown {
  return { name, value, type: op };
}

function pinned(at: At | undefined): { timestamp: number | null; startOrEnd: string | null } {
  if (at === undefined) return { timestamp: null, startOrEnd: null };
  if (at.kind === 'time') return { timestamp: at.ms, startOrEnd: null };
  return { timestamp: null, startOrEnd: at.kind };
}

function functionOf(name: string): unknown {
  const signature = signatureOf(name);
  if (!signature) return { name };
  const { params, optional, repeat, returns } = signature;
  const variadic = repeat ? -1 : optional;
  return { name, argTypes: params.map((type) => TYPES[type]), variadic, returnType: TYPES[returns] };
}

function joined(expr: Extract<Expr, { kind: 'binary' }>): Record<string, unknown> {
  const vectors = typeOf(expr.left) === 'instant vector' && typeOf(expr.right) === 'instant vector';
  if (!vectors) return { bool: expr.bool, matching: null };
  const { card, labels, on, include } = expr.matching;
  return {
    bool: expr.bool,
    matching: { card: isSetOp(expr.op) ? 'many-to-many' : card, labels, on, include },
  };
}
