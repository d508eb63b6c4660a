import { formatDuration } from '../../../core/duration.ts';
import { labelsKey, type Labels } from '../../../core/labels.ts';
import { evaluateInstant, parseExpr, printHistogram, type NativeHistogram } from '../../../promql/index.ts';
import type { SeriesSource } from '../../../promql/index.ts';
import { printLabels } from '../../../promql/evaluate/match-key.ts';
import { parseHistogramText } from '../../../promql/testing/histogram-text.ts';
import { parseSeriesLine } from '../../../promql/testing/series-line.ts';
import { equalHistograms } from '../../../promql/value/histogram.ts';
import { formatGeneral } from '../../../promql/value/number.ts';
import type { ExprTest } from './rule-test-file.ts';

interface TestSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: NativeHistogram | undefined;
}

/**
 * Evaluates one promql_expr_test.
 * @param at instant of the evaluation, ms
 * @param interval of subqueries that name none, ms
 * @param fuzzy takes the nearest number above and below as equal too
 * @returns what does not hold, or null
 */
export function checkExprTest(
  source: SeriesSource,
  test: ExprTest,
  at: number,
  interval: number,
  fuzzy: boolean,
): string | null {
  const head = `    expr: ${JSON.stringify(test.expr)}, time: ${formatDuration(test.eval_time)},`;
  let got: readonly TestSample[];
  let wanted: readonly TestSample[];
  try {
    got = vectorOf(source, test.expr, at, interval);
    wanted = (test.exp_samples ?? []).map(({ labels, value, histogram }) => ({
      labels: labels.trim() === '' ? {} : parseSeriesLine(labels).labels,
      value: histogram === undefined ? value : NaN,
      ...(histogram === undefined ? {} : { histogram: parseHistogramText(histogram) }),
    }));
  } catch (error) {
    return `${head} err: ${error instanceof Error ? error.message : String(error)}`;
  }
  const [have, want] = [sorted(got), sorted(wanted)];
  if (have.length === want.length && have.every((one, index) => sameSample(one, want[index]!, fuzzy))) return null;
  return `${head}\n        exp: ${print(want)}\n        got: ${print(have)}`;
}

function vectorOf(source: SeriesSource, text: string, at: number, interval: number): readonly TestSample[] {
  const { result } = evaluateInstant(parseExpr(text), { source, at, text, defaultStep: interval });
  if (result.kind === 'vector') return result.samples;
  if (result.kind === 'scalar') return [{ labels: {}, value: result.value }];
  throw new Error('rule result is not a vector or scalar');
}

function sorted(samples: readonly TestSample[]): TestSample[] {
  return samples.toSorted((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
}

function sameSample(a: TestSample, b: TestSample, fuzzy: boolean): boolean {
  if (labelsKey(a.labels) !== labelsKey(b.labels)) return false;
  const same = (x: number, y: number): boolean => Object.is(x, y) || x === y || (fuzzy && neighbours(x, y));
  if (a.histogram || b.histogram)
    return !!a.histogram && !!b.histogram && equalHistograms(a.histogram, b.histogram, same);
  return same(a.value, b.value);
}

const NUMBER = new Float64Array(1);
const BITS = new BigInt64Array(NUMBER.buffer);

/** Whether no number lies between two finite ones. */
function neighbours(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b) || Math.sign(a) !== Math.sign(b)) return false;
  NUMBER[0] = a;
  const bits = BITS[0]!;
  NUMBER[0] = b;
  const distance = bits - BITS[0]!;
  return distance >= -1n && distance <= 1n;
}

function print(samples: readonly TestSample[]): string {
  if (samples.length === 0) return 'nil';
  return samples
    .map(({ labels, value, histogram }) => {
      const { __name__: name = '', ...rest } = labels;
      const shown = name !== '' && Object.keys(rest).length === 0 ? name : `${name}${printLabels(rest)}`;
      return `${shown} ${histogram ? printHistogram(histogram) : formatGeneral(value)}`;
    })
    .join(', ');
}
