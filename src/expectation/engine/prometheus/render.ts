import type { Labels } from '../../../core/labels.ts';
import { boundedBuckets, type NativeHistogram } from '../../../promql/value/histogram.ts';
import { formatValue, type MatrixSeries, type VectorSample } from '../../../promql/index.ts';

/** The envelope of an answer without remarks. */
export function success(data: unknown, warnings: readonly string[] = []): string {
  return envelope(JSON.stringify(data), { warnings, infos: [] });
}

/** The envelope around data that is JSON already. */
export function envelope(
  data: string,
  { warnings, infos }: { readonly warnings: readonly string[]; readonly infos: readonly string[] },
): string {
  const warned = warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : '';
  const informed = infos.length > 0 ? `,"infos":${JSON.stringify(infos)}` : '';
  return `{"status":"success","data":${data}${warned}${informed}}`;
}

/** One element of a vector. */
export function vectorRow({ labels, time, value, histogram }: VectorSample): string {
  const point = histogram
    ? `"histogram":[${seconds(time)},${histogramJson(histogram)}]`
    : `"value":[${seconds(time)},"${sampleText(value)}"]`;
  return `{"metric":${metric(labels)},${point}}`;
}

/** One series of a matrix: its floats under `values`, its native histograms under `histograms`. */
export function matrixRow({ labels, times, values, histograms }: MatrixSeries): string {
  const floats: string[] = [];
  const natives: string[] = [];
  for (let index = 0; index < times.length; index++) {
    const histogram = histograms?.[index];
    if (histogram) natives.push(`[${seconds(times[index]!)},${histogramJson(histogram)}]`);
    else floats.push(`[${seconds(times[index]!)},"${sampleText(values[index]!)}"]`);
  }
  const parts = [`"metric":${metric(labels)}`];
  if (floats.length > 0) parts.push(`"values":[${floats.join(',')}]`);
  if (natives.length > 0) parts.push(`"histograms":[${natives.join(',')}]`);
  return `{${parts.join(',')}}`;
}

function metric(labels: Labels): string {
  return JSON.stringify(labels);
}

/** Milliseconds as seconds. */
export function seconds(ms: number): string {
  return String(ms / 1000);
}

/**
 * A sample's value as Prometheus writes it into JSON: shortest digits, with an exponent below 1e-6 and from 1e21 on.
 * Source: prometheus/prometheus util/jsonutil.
 */
export function sampleText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(value) || (size >= 1e-6 && size < 1e21)) return formatValue(value);
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Bounds of a bucket: 0 open on the left, 1 open on the right, 3 closed on both sides. */
type Boundary = 0 | 1 | 3;

function histogramJson(histogram: NativeHistogram): string {
  const { count, sum, zeroThreshold } = histogram;
  const buckets = boundedBuckets(histogram).map(({ lower, upper, count: inside }) => {
    const isZero = lower === -upper && upper === zeroThreshold;
    const boundary: Boundary = isZero ? 3 : upper <= 0 ? 1 : 0;
    return `[${boundary},"${sampleText(lower)}","${sampleText(upper)}","${sampleText(inside)}"]`;
  });
  const list = buckets.length > 0 ? `,"buckets":[${buckets.join(',')}]` : '';
  return `{"count":"${sampleText(count)}","sum":"${sampleText(sum)}"${list}}`;
}
