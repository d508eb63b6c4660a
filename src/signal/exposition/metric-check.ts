import { labelsKey, type Labels } from '../../core/labels.ts';
import type { Line } from './line.ts';
import { labelNumber } from './line.ts';

/** A sample within its family. */
export interface FamilySample {
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
  readonly time: number | null;
}

/** Buckets of one point of a histogram, as far as they were read. */
interface Buckets {
  bound: number;
  count: number;
  closed: boolean;
  line: Line;
}

/**
 * Checks the samples of one family of OpenMetrics as they come: metrics in one piece, time not backwards, and what each
 * type demands of labels and values.
 */
export class MetricCheck {
  readonly #type: string;
  readonly #name: string;
  readonly #left = new Set<string>();
  #metric: string | null = null;
  #time: number | null = null;
  #seen = new Set<string>();
  #buckets: Buckets | null = null;
  #total: { readonly count: number; readonly line: Line } | null = null;
  #negative = false;

  constructor(type: string, name: string) {
    this.#type = type;
    this.#name = name;
  }

  /** Takes the next sample. @throws Fault `body_invalid` */
  take(line: Line, sample: FamilySample): void {
    const key = labelsKey(this.#metricLabels(sample));
    if (key !== this.#metric) {
      this.#finishMetric();
      if (this.#left.has(key)) line.fail('the samples of one metric must stand together');
      this.#metric = key;
      this.#seen = new Set();
      this.#time = sample.time;
    } else this.#checkTime(line, sample.time);
    const once = `${sample.suffix} ${labelsKey(sample.labels)}`;
    if (this.#seen.has(once)) line.fail('the sample occurs twice');
    this.#seen.add(once);
    this.#checkType(line, sample);
  }

  /** The family is over. @throws Fault `body_invalid` */
  finish(): void {
    this.#finishMetric();
  }

  /** The labels that name the metric: without those that name a part of it. */
  #metricLabels({ suffix, labels }: FamilySample): Labels {
    const part =
      suffix === '_bucket'
        ? 'le'
        : this.#type === 'summary' && suffix === ''
          ? 'quantile'
          : this.#type === 'stateset'
            ? this.#name
            : null;
    const { __name__: _name, ...rest } = labels;
    if (part === null) return rest;
    const { [part]: _part, ...others } = rest;
    return others;
  }

  #checkTime(line: Line, time: number | null): void {
    if ((time === null) !== (this.#time === null))
      line.fail('some samples of this metric have a timestamp, others not');
    if (time === null || this.#time === null || time === this.#time) return;
    if (time < this.#time) line.fail('the timestamp is before the one above');
    this.#finishPoint();
    this.#seen.clear();
    this.#time = time;
  }

  #finishMetric(): void {
    this.#finishPoint();
    if (this.#metric !== null) this.#left.add(this.#metric);
  }

  #finishPoint(): void {
    const buckets = this.#buckets;
    if (!buckets && this.#total) this.#total.line.fail('the histogram has no buckets');
    if (buckets) {
      if (!buckets.closed) buckets.line.fail('the histogram has no bucket with le="+Inf"');
      if (this.#total && this.#total.count !== buckets.count)
        buckets.line.fail(`the count is ${this.#total.count}, the bucket with le="+Inf" has ${buckets.count}`);
      const sum = this.#has('_sum') || this.#has('_gsum');
      if (this.#negative && this.#has('_sum')) buckets.line.fail('a histogram with a bucket below zero has no _sum');
      if (sum && !this.#total) buckets.line.fail('the histogram has a sum and no count');
      if (!sum && this.#total && !this.#negative) buckets.line.fail('the histogram has a count and no sum');
    }
    this.#buckets = null;
    this.#total = null;
    this.#negative = false;
  }

  #has(suffix: string): boolean {
    for (const one of this.#seen) if (one.startsWith(`${suffix} `)) return true;
    return false;
  }

  #checkType(line: Line, { suffix, labels, value }: FamilySample): void {
    if (suffix === '_created') {
      if (!Number.isFinite(value) || value < 0) line.fail('_created is not an instant');
      return;
    }
    if (suffix === '_bucket') return this.#checkBucket(line, labels['le'], value);
    if (suffix === '_count' || suffix === '_gcount') {
      if (!(value >= 0) || !Number.isInteger(value)) line.fail('a count is a whole number, not below zero');
      if (this.#type !== 'summary') this.#total = { count: value, line };
    } else if (suffix === '_total' || (suffix === '_sum' && this.#type === 'summary')) {
      if (!(value >= 0)) line.fail(`${suffix} is not a number, or below zero`);
    } else if (suffix === '_sum' && Number.isNaN(value)) line.fail('_sum is not a number');
    else if (this.#type === 'info' && value !== 1) line.fail('the value of an info metric is 1');
    else if (this.#type === 'stateset') this.#checkState(line, labels, value);
    else if (this.#type === 'summary' && suffix === '') {
      const quantile = labelNumber(labels['quantile']);
      if (!(quantile >= 0 && quantile <= 1)) line.fail('the label quantile is missing or not between 0 and 1');
      if (value < 0) line.fail('a quantile of a summary is not below zero');
    }
  }

  #checkState(line: Line, labels: Labels, value: number): void {
    if (labels[this.#name] === undefined) line.fail(`a state set needs the label ${this.#name}`);
    if (value !== 0 && value !== 1) line.fail('the value of a state is 0 or 1');
  }

  #checkBucket(line: Line, le: string | undefined, value: number): void {
    const bound = labelNumber(le);
    if (Number.isNaN(bound)) line.fail('the label le is missing or not a number');
    if (!(value >= 0)) line.fail('a bucket is not a number, or below zero');
    if (this.#type === 'histogram' && !Number.isInteger(value)) line.fail('a bucket is a whole number');
    const before = this.#buckets;
    if (before && bound <= before.bound) line.fail('the buckets do not ascend by le');
    if (before && value < before.count) line.fail('a bucket is smaller than the one before it');
    if (bound < 0) this.#negative = true;
    this.#buckets = { bound, count: value, closed: bound === Infinity, line };
  }
}
