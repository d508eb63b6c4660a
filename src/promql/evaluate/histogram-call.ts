import { labelNames, withoutLabels, type Labels } from '../../core/labels.ts';
import type { Span } from '../parse/ast.ts';
import { quote } from '../parse/quote.ts';
import { classicFraction, classicQuantile, type ClassicBucket } from '../value/classic-histogram.ts';
import { CUSTOM_SCHEMA, boundedBuckets, type NativeHistogram } from '../value/histogram.ts';
import { nativeFraction, nativeQuantile } from '../value/native-quantile.ts';
import { formatGeneral, parseBound } from '../value/number.ts';
import { ABSENT, FLOAT, HISTOGRAM, emptyColumn, withoutName, type Column } from './column.ts';
import type { Session } from './session.ts';

/** One histogram: the columns of its classic buckets, and perhaps a column of native ones. */
interface HistogramGroup {
  readonly labels: Labels;
  readonly metric: string;
  readonly buckets: { readonly upper: number; readonly column: Column }[];
  readonly natives: Column[];
}

/** What is computed from one histogram at one step. */
interface HistogramForm {
  readonly name: string;
  classic(buckets: ClassicBucket[], step: number): { value: number; forced: boolean };
  native(histogram: NativeHistogram, step: number): number;
}

/** `histogram_quantile` with one rank for each step; remarks ranks outside 0 to 1. */
export function quantileForm(session: Session, ranks: Float64Array, span: Span): HistogramForm {
  for (const q of new Set(ranks)) {
    if (q >= 0 && q <= 1) continue;
    session.annotations.warn(`quantile value should be between 0 and 1, got ${formatGeneral(q)}`, span);
  }
  return {
    name: 'histogram_quantile',
    classic: (buckets, step) => classicQuantile(ranks[step]!, buckets),
    native: (histogram, step) => nativeQuantile(ranks[step]!, histogram),
  };
}

/** `histogram_fraction` with its bounds for each step. */
export function fractionForm(lower: Float64Array, upper: Float64Array): HistogramForm {
  return {
    name: 'histogram_fraction',
    classic: (buckets, step) => classicFraction(lower[step]!, upper[step]!, buckets),
    native: (histogram, step) => nativeFraction(lower[step]!, upper[step]!, histogram),
  };
}

/** Groups bucket series into histograms and computes one value of each at every step. */
export function overHistograms(
  session: Session,
  columns: Iterable<Column>,
  count: number,
  form: HistogramForm,
  span: Span,
): Column[] {
  const results: Column[] = [];
  for (const group of groupBuckets(session, columns, span)) {
    const column = session.column(group.labels, count);
    for (let step = 0; step < count; step++) {
      const native = group.natives.find((candidate) => candidate.kinds[step] === HISTOGRAM);
      const present = group.buckets.filter((bucket) => bucket.column.kinds[step] === FLOAT);
      if (native !== undefined && present.length > 0) {
        session.annotations.warn(
          `vector contains a mix of classic and native histograms: ${quote(group.metric)}`,
          span,
        );
      } else if (native !== undefined) {
        column.kinds[step] = FLOAT;
        column.values[step] = form.native(native.histograms![step]!, step);
      } else if (present.length > 0) {
        const buckets = present.map(({ upper, column: from }) => ({ upper, count: from.values[step]! }));
        const { value, forced } = form.classic(buckets, step);
        column.kinds[step] = FLOAT;
        column.values[step] = value;
        if (forced) remarkForced(session, form.name, group.metric, span);
      }
    }
    results.push(column);
  }
  return results;
}

function remarkForced(session: Session, name: string, metric: string, span: Span): void {
  const link = 'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';
  const what = `input to ${name} needed to be fixed for monotonicity (see ${link}) for metric name ${quote(metric)}`;
  session.annotations.info(what, span);
}

function groupBuckets(session: Session, columns: Iterable<Column>, span: Span): Iterable<HistogramGroup> {
  const groups = new Map<string, HistogramGroup>();
  for (const column of columns) {
    const metric = column.labels.__name__ ?? '';
    const isNative = column.kinds.includes(HISTOGRAM);
    const bound = column.labels.le ?? '';
    const upper = isNative ? undefined : boundOf(bound);
    if (!isNative && upper === undefined) {
      const what = 'bucket label "le" is missing or has a malformed value of';
      session.annotations.warn(`${what} ${quote(bound)} for metric name ${quote(metric)}`, span);
      continue;
    }
    // Classic buckets of differently named histograms stay apart, so that the duplicate is found later.
    const key = groupKey(column.labels, isNative, isNative ? metric : metric.replace(/_bucket$/, ''));
    let group = groups.get(key);
    if (group === undefined) {
      const labels = withoutLabels(column.labels, isNative ? ['__name__'] : ['__name__', 'le']);
      groups.set(key, (group = { labels, metric, buckets: [], natives: [] }));
    }
    if (isNative) group.natives.push(column);
    else group.buckets.push({ upper: upper!, column });
  }
  return groups.values();
}

/** The labels of a histogram as one text: without the name, and without the bound of a classic bucket. */
function groupKey(labels: Labels, isNative: boolean, metric: string): string {
  let key = metric;
  for (const name of labelNames(labels))
    if (name !== '__name__' && (isNative || name !== 'le')) key += `\u0002${name}\u0001${labels[name]}`;
  return key;
}

const MOST_BOUNDS = 1000;
const bounds = new Map<string, number | undefined>();

/** The number of a bucket's label. The same few come again for every histogram. */
function boundOf(text: string): number | undefined {
  if (bounds.has(text)) return bounds.get(text);
  const upper = parseBound(text);
  if (bounds.size >= MOST_BOUNDS) bounds.clear();
  bounds.set(text, upper);
  return upper;
}

/** Numbers read off a native histogram, by function name. */
export const OF_HISTOGRAM: Readonly<Record<string, (histogram: NativeHistogram) => number>> = {
  histogram_count: (histogram) => histogram.count,
  histogram_sum: (histogram) => histogram.sum,
  histogram_avg: (histogram) => histogram.sum / histogram.count,
  histogram_stdvar: varianceOfHistogram,
  histogram_stddev: (histogram) => Math.sqrt(varianceOfHistogram(histogram)),
};

/** Every observation is taken to lie at its bucket's mean: geometric in exponential buckets, else arithmetic. */
function varianceOfHistogram(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count;
  let squares = 0;
  for (const { lower, upper, count } of boundedBuckets(histogram)) {
    const spansZero = lower <= 0 && upper >= 0;
    const isArithmetic = histogram.schema === CUSTOM_SCHEMA || spansZero;
    let middle = isArithmetic ? (lower + upper) / 2 : Math.sign(upper) * Math.sqrt(lower * upper);
    if (spansZero && histogram.schema !== CUSTOM_SCHEMA) middle = 0;
    squares += count * (middle - mean) ** 2;
  }
  return squares / histogram.count;
}

/** Applies such a function: floats are left out, the metric name goes. */
export function readHistograms(columns: Iterable<Column>, read: (histogram: NativeHistogram) => number): Column[] {
  const results: Column[] = [];
  for (const column of columns) {
    if (column.histograms === undefined) continue;
    const result = emptyColumn(withoutName(column.labels), column.kinds.length);
    column.kinds.forEach((kind, step) => {
      result.kinds[step] = kind === HISTOGRAM ? FLOAT : ABSENT;
      if (kind === HISTOGRAM) result.values[step] = read(column.histograms![step]!);
    });
    results.push(result);
  }
  return results;
}
