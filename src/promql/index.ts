/*
 * PromQL with the meaning of Prometheus 3: parse and check an expression, evaluate it over a source of series at one
 * instant or at evenly spaced steps, and print it. Native histograms are values like floats; what Prometheus keeps behind
 * feature flags is marked `experimental` in the signatures, or not there (`info`, `anchored`, `smoothed`, `fill`).
 */
export type { At, Expr, MatrixSelector, Matching, Span, Subquery, ValueType, VectorSelector } from './parse/ast.ts';
export { parseExpr, parseSelector } from './parse/parser.ts';
export { checkExpr } from './parse/check.ts';
export { formatExpr, printExpr } from './parse/print.ts';
export { signatureOf, type Signature } from './parse/signature.ts';
export { compileMatcher } from './match/matcher.ts';
export type { Matcher, MatchOp, SeriesSlice, SeriesSource } from './port.ts';
export {
  evaluateInstant,
  evaluateRange,
  type Evaluated,
  type InstantOptions,
  type MatrixResult,
  type MatrixSeries,
  type QueryResult,
  type RangeOptions,
  type ScalarResult,
  type StringResult,
  type VectorResult,
  type VectorSample,
} from './query.ts';
export { sliceSource } from './slice-source.ts';
export { selectorsOf, type SelectorWindow } from './selector-window.ts';
export { formatValue } from './value/number.ts';
export { printHistogram, type NativeHistogram } from './value/histogram.ts';
export { markStale } from './evaluate/stale.ts';
export { runPromqlTest, type FixtureReport } from './testing/runner.ts';
