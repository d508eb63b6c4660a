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
  #total: { readonly value: number; readonly line: Line } | null = null;
  #sum: { readonly value: number; readonly line: Line } | null = null;
  #negative = false;

  constructor(type: string, name: string) {
    this.#type = type;
    this.#name = name;
  }

  /**
   * Takes the next sample.
   * @returns false when it was there already at the same instant: the first counts, as in other readers
   * @throws Fault `body_invalid`
   */
  take(line: Line, sample: FamilySample): boolean {
    const key = labelsKey(this.#metricLabels(sample));
    if (key !== this.#metric) {
      this.#finishMetric();
      if (this.#left.has(key)) line.fail('the samples of one metric must stand together');
      this.#metric = key;
      this.#seen = new Set();
      this.#time = sample.time;
    } else this.#checkTime(line, sample.time);
    const once = `${sample.suffix} ${labelsKey(sample.labels)}`;
    if (this.#seen.has(once)) return false;
    this.#seen.add(once);
    this.#checkType(line, sample);
    return true;
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
    if (this.#type === 'histogram' || this.#type === 'gaugehistogram') this.#checkHistogram();
    this.#buckets = null;
    this.#total = null;
    this.#sum = null;
    this.#negative = false;
  }

  /** What only all samples of a point show. */
  #checkHistogram(): void {
    const buckets = this.#buckets;
    const total = this.#total;
    const sum = this.#sum;
    if (!buckets) {
      (total ?? sum)?.line.fail('the histogram has no buckets');
      return;
    }
    const { line, count } = buckets;
    if (!buckets.closed) line.fail('the histogram has no bucket with le="+Inf"');
    if (total && total.value !== count)
      total.line.fail(`the count is ${total.value}, the bucket with le="+Inf" has ${count}`);
    if (sum && !total) sum.line.fail('the histogram has a sum and no count');
    if (!sum && total && !this.#negative) total.line.fail('the histogram has a count and no sum');
    if (!sum) return;
    if (this.#negative && this.#type === 'histogram') sum.line.fail('a histogram with a bucket below zero has no _sum');
    if (!this.#negative && sum.value < 0) sum.line.fail('the sum is below zero, but no bucket is');
  }

  #checkType(line: Line, { suffix, labels, value }: FamilySample): void {
    if (suffix === '_created') {
      if (!Number.isFinite(value) || value < 0) line.fail('_created is not an instant');
      return;
    }
    if (suffix === '_bucket') return this.#checkBucket(line, labels['le'], value);
    if (suffix === '_count' || suffix === '_gcount') {
      if (!(value >= 0) || !Number.isInteger(value)) line.fail('a count is a whole number, not below zero');
      if (this.#type !== 'summary') this.#total = { value, line };
    } else if (suffix === '_total' || (suffix === '_sum' && this.#type === 'summary')) {
      if (!(value >= 0)) line.fail(`${suffix} is not a number, or below zero`);
    } else if (suffix === '_sum' || suffix === '_gsum') {
      if (Number.isNaN(value)) line.fail(`${suffix} is not a number`);
      this.#sum = { value, line };
    } else if (this.#type === 'info' && value !== 1) line.fail('the value of an info metric is 1');
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
