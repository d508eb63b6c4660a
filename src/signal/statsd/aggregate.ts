import { labelsKey, type Labels } from '../../core/labels.ts';
import { BatchBuilder, type SampleBatch } from '../../series/index.ts';
import { parseStatsdLine, type StatsdMetric } from './parse.ts';
import { TimerWindow } from './window.ts';

export interface StatsdLimits {
  readonly maxSeries: number;
  /** Different values of one set within a flush. */
  readonly maxUnique: number;
  /** Samples with a time of their own between two flushes. */
  readonly maxTimed: number;
}

const LIMITS: StatsdLimits = { maxSeries: 100_000, maxUnique: 100_000, maxTimed: 100_000 };

export interface StatsdOptions {
  /** A series that was not sent for this long ends, ms. */
  readonly expire: number;
  readonly labels: Labels;
  readonly random: () => number;
  readonly limits?: Partial<StatsdLimits>;
}

/** Counts of what was taken, for metrics and the log. */
export interface StatsdCounts {
  lines: number;
  refused: number;
  /** Why the last line was refused. */
  lastRefusal: string;
}

interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly type: StatsdMetric['type'];
  value: number;
  readonly timer: TimerWindow | null;
  unique: Set<string>;
  touchedAt: number;
  writtenAt: number;
}

/**
 * Gathers statsd lines between flushes. Counters become running totals (NAME_total), gauges keep their value, timers and
 * distributions become summaries (timers in seconds), sets the number of their different values since the last flush.
 */
export class StatsdAggregate {
  readonly counts: StatsdCounts = { lines: 0, refused: 0, lastRefusal: '' };
  readonly #options: StatsdOptions;
  readonly #limits: StatsdLimits;
  readonly #series = new Map<string, Series>();
  /** What each name stands for: a second type under it would mix two things in one series. */
  readonly #types = new Map<string, StatsdMetric['type']>();
  #timed: { readonly labels: Labels; readonly time: number; readonly value: number }[] = [];

  constructor(options: StatsdOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
  }

  /** Takes a packet of lines. A line that cannot be read is counted; the others are taken. @param now ms */
  take(packet: string, now: number): void {
    for (const line of packet.split('\n')) {
      if (line.trim() === '') continue;
      this.counts.lines++;
      const read = parseStatsdLine(line.trim());
      if ('why' in read) this.#refuse(read.why);
      else if (read.metric) this.#takeMetric(read.metric, now);
    }
  }

  /** What is to be stored at `now` (ms); begins the next window. */
  flush(now: number): SampleBatch {
    const batch = new BatchBuilder();
    const timed = this.#timed;
    this.#timed = [];
    for (const { labels, time, value } of timed) batch.add(labels, time, value);
    const described = new Set<string>();
    for (const [key, series] of this.#series) {
      const ends = now - series.touchedAt > this.#options.expire;
      if (!described.has(series.name)) {
        described.add(series.name);
        batch.addMetadata({ name: series.name, type: TYPE_WORDS[series.type], help: '', unit: '' });
      }
      put(batch, series, now, ends);
      series.writtenAt = now;
      if (ends) this.#series.delete(key);
    }
    const left = new Set(Array.from(this.#series.values(), ({ name }) => name));
    for (const name of this.#types.keys()) if (!left.has(name)) this.#types.delete(name);
    return batch.build();
  }

  #refuse(why: string): void {
    this.counts.refused++;
    this.counts.lastRefusal = why;
  }

  #takeMetric(metric: StatsdMetric, now: number): void {
    const series = this.#seriesOf(metric, now);
    if (!series) return;
    series.touchedAt = now;
    const { rate, time } = metric;
    for (const text of metric.values) {
      if (metric.type === 'counter') series.value += Number(text) / rate;
      else if (metric.type === 'gauge') series.value = /^[+-]/.test(text) ? series.value + Number(text) : Number(text);
      else if (metric.type === 'set') {
        if (series.unique.size < this.#limits.maxUnique) series.unique.add(text);
      } else series.timer?.add(Number(text) / (metric.type === 'timer' ? 1000 : 1), 1 / rate);
    }
    // A total at an instant before one that is written already would look like a reset.
    const at = time === null ? null : time * 1000;
    if (at === null || (metric.type !== 'counter' && metric.type !== 'gauge')) return;
    if (at <= series.writtenAt || at > now || this.#timed.length >= this.#limits.maxTimed) return;
    this.#timed.push({ labels: series.labels, time: at, value: series.value });
  }

  #seriesOf(metric: StatsdMetric, now: number): Series | null {
    const name = metricName(metric);
    const known = this.#types.get(name);
    if (name === '') return this.#refuseSeries('with a name without letters and digits');
    if (known !== undefined && known !== metric.type)
      return this.#refuseSeries(`of type ${metric.type}, while ${name} is a ${known}`);
    const labels = labelsOf(metric, this.#options.labels, name);
    const key = labelsKey(labels);
    const found = this.#series.get(key);
    if (found) return found;
    if (this.#series.size >= this.#limits.maxSeries) return this.#refuseSeries('of new series beyond the limit');
    const timer =
      metric.type === 'timer' || metric.type === 'distribution' ? new TimerWindow(this.#options.random) : null;
    const { type } = metric;
    const frozen = Object.freeze(labels);
    const series = {
      name,
      labels: frozen,
      type,
      value: 0,
      timer,
      unique: new Set<string>(),
      touchedAt: now,
      writtenAt: 0,
    };
    this.#series.set(key, series);
    this.#types.set(name, type);
    return series;
  }

  #refuseSeries(why: string): null {
    this.#refuse(why);
    return null;
  }
}

const TYPE_WORDS: Readonly<Record<StatsdMetric['type'], string>> = {
  counter: 'counter',
  gauge: 'gauge',
  timer: 'summary',
  distribution: 'summary',
  set: 'gauge',
};

/** Puts the state of a series into a batch, or its end. */
function put(batch: BatchBuilder, series: Series, now: number, ends: boolean): void {
  const add = (labels: Labels, value: number): void => {
    if (ends) batch.addStale(labels, now);
    else batch.add(labels, now, value);
  };
  if (series.timer) {
    for (const { quantile, value } of series.timer.takeQuantiles())
      add({ ...series.labels, quantile: String(quantile) }, value);
    add({ ...series.labels, __name__: `${series.name}_sum` }, series.timer.sum);
    add({ ...series.labels, __name__: `${series.name}_count` }, series.timer.count);
  } else if (series.type === 'set') {
    add(series.labels, series.unique.size);
    series.unique = new Set();
  } else add(series.labels, series.value);
}

function metricName({ name, type }: StatsdMetric): string {
  const plain = name.replaceAll(/[^a-zA-Z0-9:]+/g, '_').replaceAll(/^_+|_+$/g, '');
  if (plain === '') return '';
  const bare = /^\d/.test(plain) ? `_${plain}` : plain;
  if (type === 'counter') return bare.endsWith('_total') ? bare : `${bare}_total`;
  if (type === 'timer') return bare.endsWith('_seconds') ? bare : `${bare}_seconds`;
  return bare;
}

/** Labels of the configuration, then tags; of a tag sent twice the first value counts, as tags have no order. */
function labelsOf(metric: StatsdMetric, own: Labels, name: string): Record<string, string> {
  const labels: Record<string, string> = { ...own };
  for (const [tag, value] of metric.tags) {
    const plain = tag.replaceAll(/[^a-zA-Z0-9]+/g, '_');
    if (plain === '' || plain === '_' || value === '') continue;
    let label = /^\d/.test(plain) ? `key_${plain}` : plain;
    if (Object.hasOwn(own, label) || label === 'quantile') label = `exported_${label}`;
    if (!Object.hasOwn(labels, label)) labels[label] = value;
  }
  labels['__name__'] = name;
  return labels;
}
