import { labelsKey, type Labels } from '../../core/labels.ts';
import { BatchBuilder, type SampleBatch } from '../../series/index.ts';
import { DeltaStreams, type DeltaLimits } from './delta.ts';
import { classicBuckets, nativeHistogram } from './exponential.ts';
import { describing, identityOf, labelsOf, scopeLabels } from './label.ts';
import {
  CUMULATIVE,
  DELTA,
  emptyExponential,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  type OtlpResource,
} from './model.ts';
import { metricName } from './name.ts';
import { Tally } from './tally.ts';

/** What became of a request before the store saw it. */
export interface TakenOtlp {
  readonly batch: SampleBatch;
  /** Data points in the request, and how many of them are not in the batch. */
  readonly points: number;
  readonly rejected: number;
  /** Why, and what else the sender should know. */
  readonly messages: readonly string[];
}

const NS_PER_MS = 1_000_000;
const METRIC_TYPE = {
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  'exponential histogram': 'histogram',
} as const;

/**
 * Turns OTLP metrics into samples by the rules of OpenTelemetry for Prometheus
 * (compatibility/prometheus_and_openmetrics.md). It remembers the totals of delta streams, so there is one for the
 * process.
 */
export class OtlpTranslator {
  readonly #streams: DeltaStreams;

  constructor(limits: Partial<DeltaLimits> = {}) {
    this.#streams = new DeltaStreams(limits);
  }

  /**
   * @param now the present, ms: for forgetting silent delta streams
   * @param exponential what cumulative exponential histograms become
   */
  take(request: OtlpRequest, now: number, exponential: 'classic' | 'native' = 'classic'): TakenOtlp {
    const pass = new Pass(this.#streams, now, exponential === 'native');
    for (const resource of request) pass.resource(resource);
    return pass.finish();
  }
}

/** The labels that all series of one metric share, and its name. */
interface Family {
  readonly metric: OtlpMetric;
  readonly name: string;
  readonly shared: Labels;
}

/** One request on its way. */
class Pass {
  readonly #streams: DeltaStreams;
  readonly #now: number;
  readonly #native: boolean;
  readonly #batch = new BatchBuilder();
  readonly #tally = new Tally();
  readonly #described = new Set<string>();
  /** Delta points of this request, to tell a repeated point from two streams that became one series. */
  readonly #deltas = new Set<string>();

  constructor(streams: DeltaStreams, now: number, native: boolean) {
    this.#streams = streams;
    this.#now = now;
    this.#native = native;
  }

  finish(): TakenOtlp {
    const { points, rejected } = this.#tally;
    return { batch: this.#batch.build(), points, rejected, messages: this.#tally.messages() };
  }

  resource(resource: OtlpResource): void {
    const identity = identityOf(resource.attributes);
    let latest = 0;
    for (const scope of resource.scopes) {
      const shared = { ...scopeLabels(scope, this.#tally), ...identity };
      for (const metric of scope.metrics) latest = Math.max(latest, this.#metric(metric, shared));
    }
    if (latest === 0 || Object.keys(identity).length === 0) return;
    const about = describing(resource.attributes);
    if (about.length === 0) return;
    const labels = { ...labelsOf(about, { ...identity, __name__: '' }, this.#tally), ...identity };
    this.#describe('target_info', 'gauge', 'What is known of the resource that sends metrics.', '');
    this.#batch.add({ ...labels, __name__: 'target_info' }, latest, 1);
  }

  /** @returns the latest instant of its points, ms; 0 when none was stored */
  #metric(metric: OtlpMetric, shared: Labels): number {
    this.#tally.points += metric.points.length;
    const { name, unit } = metricName(metric);
    const refusal = refusalOf(metric, name);
    if (refusal !== null) {
      this.#tally.reject(refusal, metric.name.slice(0, 200), metric.points.length);
      return 0;
    }
    const { kind } = metric;
    if (kind === null) return 0;
    this.#describe(
      name,
      kind === 'sum' ? (metric.monotonic ? 'counter' : 'gauge') : METRIC_TYPE[kind],
      metric.description,
      unit,
    );
    const family: Family = { metric, name, shared };
    let latest = 0;
    for (const point of metric.points) {
      const time = Math.floor(point.time / NS_PER_MS);
      const why = this.#point(family, point, time);
      if (why === null) latest = Math.max(latest, time);
      else this.#tally.reject(why, metric.name.slice(0, 200));
    }
    return latest;
  }

  #describe(name: string, type: string, help: string, unit: string): void {
    if (this.#described.has(name)) return;
    this.#described.add(name);
    this.#batch.addMetadata({ name, type, help, unit });
  }

  /** Puts one point into the batch. @returns why not, or null */
  #point(family: Family, point: OtlpPoint, time: number): string | null {
    if (time <= 0) return 'without time_unix_nano';
    if (family.metric.kind === 'histogram') return this.#histogram(family, point, time);
    if (family.metric.kind === 'exponential histogram') return this.#exponential(family, point, time);
    if (family.metric.kind === 'summary') return this.#summary(family, point, time);
    const labels = this.#labels(family, point, family.shared, family.name);
    if (point.stale) {
      this.#batch.addStale(labels, time);
      if (family.metric.temporality === DELTA) this.#streams.end(labelsKey(labels));
      return null;
    }
    if (point.value === null) return 'without a value';
    if (family.metric.kind === 'gauge' || family.metric.temporality === CUMULATIVE) {
      this.#batch.add(labels, time, point.value);
      return null;
    }
    const totals = this.#total(labelsKey(labels), '', point, [point.value]);
    if (typeof totals === 'string') return totals;
    this.#batch.add(labels, time, totals[0]!);
    return null;
  }

  #labels(family: Family, point: OtlpPoint, reserved: Labels, name: string): Record<string, string> {
    const labels = labelsOf(point.attributes, reserved, this.#tally);
    return { ...labels, ...family.shared, __name__: name };
  }

  /** The totals of a stream after a delta, or why it was refused. */
  #total(key: string, shape: string, point: OtlpPoint, values: readonly number[]): Float64Array | string {
    const once = `${point.time} ${key}`;
    if (this.#deltas.has(once)) return 'two delta streams that become the same series; give them different attributes';
    this.#deltas.add(once);
    const added = this.#streams.add(key, shape, point.start, point.time, values, this.#now);
    return added.ok ? added.totals : added.why;
  }

  /** Of its many bounds only those are stored between which there are values, with the one below them. */
  #exponential(family: Family, point: OtlpPoint, time: number): string | null {
    if (this.#native && family.metric.temporality === CUMULATIVE) return this.#nativeOne(family, point, time);
    const classic = classicBuckets(point.exponential ?? emptyExponential());
    if (typeof classic === 'string') return classic;
    return this.#histogram(family, { ...point, bounds: classic.bounds, buckets: classic.buckets }, time);
  }

  #nativeOne(family: Family, point: OtlpPoint, time: number): string | null {
    const labels = this.#labels(family, point, family.shared, family.name);
    if (point.stale) {
      this.#batch.addStale(labels, time);
      return null;
    }
    const native = nativeHistogram(point.exponential ?? emptyExponential(), point.count, point.sum);
    if (typeof native === 'string') return native;
    this.#batch.addHistogram(labels, time, native);
    return null;
  }

  #histogram(family: Family, point: OtlpPoint, time: number): string | null {
    const wrong = point.stale ? null : histogramMistake(point);
    if (wrong !== null) return wrong;
    const { name, metric } = family;
    const base = this.#labels(family, point, { ...family.shared, le: '' }, name);
    const key = labelsKey(base);
    let values: ArrayLike<number> = [point.count, point.sum ?? 0, ...point.buckets];
    if (metric.temporality === DELTA) {
      if (point.stale) this.#streams.end(key);
      else {
        const bounds = metric.kind === 'histogram' ? point.bounds.join(' ') : String(point.bounds.length);
        const totals = this.#total(key, `${point.sum !== null} ${bounds}`, point, values as number[]);
        if (typeof totals === 'string') return totals;
        values = totals;
      }
    }
    const put = (suffix: string, le: string | null, value: number): void => {
      const labels = { ...base, __name__: `${name}_${suffix}`, ...(le === null ? {} : { le }) };
      if (point.stale) this.#batch.addStale(labels, time);
      else this.#batch.add(labels, time, value);
    };
    const [first, last] = metric.kind === 'histogram' ? [0, Infinity] : occupied(values);
    let below = 0;
    for (const [index, bound] of point.bounds.entries()) {
      below += values[index + 2] ?? 0;
      if (index >= first && index <= last) put('bucket', String(bound), below);
    }
    put('bucket', '+Inf', values[0]!);
    if (point.sum !== null || point.stale) put('sum', null, values[1]!);
    put('count', null, values[0]!);
    return null;
  }

  #summary(family: Family, point: OtlpPoint, time: number): string | null {
    const { name } = family;
    const base = this.#labels(family, point, { ...family.shared, quantile: '' }, name);
    const put = (labels: Labels, value: number): void => {
      if (point.stale) this.#batch.addStale(labels, time);
      else this.#batch.add(labels, time, value);
    };
    for (const { quantile, value } of point.quantiles) {
      if (!(quantile >= 0 && quantile <= 1)) return 'with a quantile that is not between 0 and 1';
      put({ ...base, quantile: String(quantile) }, value);
    }
    put({ ...base, __name__: `${name}_sum` }, point.sum ?? 0);
    put({ ...base, __name__: `${name}_count` }, point.count);
    return null;
  }
}

/** Why no point of a metric can be stored, or null. */
function refusalOf(metric: OtlpMetric, name: string): string | null {
  if (metric.kind === null) return 'of a metric without data';
  if (name === '') return 'of a metric without a name';
  if (metric.kind === 'gauge' || metric.kind === 'summary') return null;
  if (metric.temporality === CUMULATIVE) return null;
  if (metric.temporality !== DELTA) return 'without an aggregation temporality; write 1 (delta) or 2 (cumulative)';
  if (metric.kind === 'sum' && !metric.monotonic)
    return 'deltas of a sum that can fall, whose level nobody knows; send it cumulative';
  return null;
}

/** The first and the last bound of a histogram that say something; its counts stand from the third value on. */
function occupied(values: ArrayLike<number>): [number, number] {
  let first = -1;
  let last = -1;
  for (let index = 2; index < values.length; index++) {
    if (values[index] === 0) continue;
    if (first < 0) first = index - 2;
    last = index - 2;
  }
  // Without a value there is no bound to tell; else the one below the first says where the values begin.
  return first < 0 ? [0, -1] : [first - 1, last];
}

function histogramMistake(point: OtlpPoint): string | null {
  const { bounds, buckets } = point;
  if (buckets.length === 0 && bounds.length === 0) return null;
  if (buckets.length !== bounds.length + 1) return 'of a histogram that has not one more bucket than bounds';
  for (let i = 0; i < bounds.length; i++) {
    if (!Number.isFinite(bounds[i])) return 'of a histogram with a bound that is not a finite number';
    if (i > 0 && bounds[i]! <= bounds[i - 1]!) return 'of a histogram whose bounds do not ascend';
  }
  return null;
}
