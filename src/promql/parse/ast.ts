import type { Matcher } from '../port.ts';

/** Where a node stands in the text: offsets, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A pinned evaluation time: `@ 100`, `@ start()` or `@ end()`. */
export type At = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'start' } | { readonly kind: 'end' };

type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
type ComparisonOp = '==' | '!=' | '>' | '<' | '>=' | '<=';
type SetOp = 'and' | 'or' | 'unless';
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp;

export type Aggregator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'limitk'
  | 'limit_ratio'
  | 'count_values'
  | 'quantile';

interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  readonly span: Span;
}
interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}
export interface VectorSelector {
  readonly kind: 'vector';
  /** All matchers, the one of the metric name included. */
  readonly matchers: readonly Matcher[];
  readonly offset: number;
  readonly at?: At;
  readonly span: Span;
}
export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  /** Milliseconds. */
  readonly range: number;
  readonly span: Span;
}
export interface Subquery {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: number;
  /** Milliseconds; absent when the default evaluation interval is asked for. */
  readonly step?: number;
  readonly offset: number;
  readonly at?: At;
  readonly span: Span;
}
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly op: Aggregator;
  readonly param?: Expr;
  readonly expr: Expr;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly span: Span;
}
export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many';
export interface Matching {
  /** True for `on`, false for `ignoring` (also when neither is written). */
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly card: Cardinality;
  readonly include: readonly string[];
}
export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  readonly matching: Matching;
  readonly span: Span;
}
export interface Unary {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
  readonly span: Span;
}
interface Paren {
  readonly kind: 'paren';
  readonly expr: Expr;
  readonly span: Span;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren;

export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

/** The expression inside any number of parentheses. */
export function unwrap(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
const SETS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** Whether an operator compares. */
export function isComparison(op: BinaryOp): op is ComparisonOp {
  return COMPARISONS.has(op);
}

/** Whether an operator works on sets of series. */
export function isSetOp(op: BinaryOp): op is SetOp {
  return SETS.has(op);
}
