/** One attribute: its key as sent, its value as the text that a label shows. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** A data point of any kind; what its kind does not have is left at 0, null or empty. */
export interface OtlpPoint {
  attributes: Attribute[];
  /** Nanoseconds since the epoch as a number (exact to 256 ns, which is enough to tell instants apart); 0 for none. */
  start: number;
  time: number;
  /** The series ended here: the flag "no recorded value". */
  stale: boolean;
  /** The value of a gauge or sum; null when the sender left it out. */
  value: number | null;
  count: number;
  sum: number | null;
  /** One count per bucket, not cumulative: one more than there are bounds, or none at all. */
  buckets: number[];
  bounds: number[];
  quantiles: { readonly quantile: number; readonly value: number }[];
  /** Of exponential histograms only. */
  exponential: ExponentialBuckets | null;
}

/** The counts of one side of an exponential histogram; the first is that of bucket `offset`. */
export interface ExponentialHalf {
  offset: number;
  counts: number[];
}

/** What an exponential histogram has in place of buckets with bounds. */
export interface ExponentialBuckets {
  scale: number;
  zeroCount: number;
  zeroThreshold: number;
  positive: ExponentialHalf;
  negative: ExponentialHalf;
}

export type OtlpKind = 'gauge' | 'sum' | 'histogram' | 'exponential histogram' | 'summary';

export interface OtlpMetric {
  name: string;
  description: string;
  unit: string;
  /** null when the metric carries no data. */
  kind: OtlpKind | null;
  /** 1 is delta, 2 is cumulative; 0 and others are not known. */
  temporality: number;
  monotonic: boolean;
  points: OtlpPoint[];
}

export interface OtlpScope {
  name: string;
  version: string;
  schemaUrl: string;
  attributes: Attribute[];
  metrics: OtlpMetric[];
}

export interface OtlpResource {
  attributes: Attribute[];
  scopes: OtlpScope[];
}

/** A request as both encodings mean it. */
export type OtlpRequest = readonly OtlpResource[];

export const DELTA = 1;
export const CUMULATIVE = 2;

/** A point with nothing in it. */
export function emptyPoint(): OtlpPoint {
  return {
    attributes: [],
    start: 0,
    time: 0,
    stale: false,
    value: null,
    count: 0,
    sum: null,
    buckets: [],
    bounds: [],
    quantiles: [],
    exponential: null,
  };
}

/** An exponential histogram without any value. */
export function emptyExponential(): ExponentialBuckets {
  const half = (): ExponentialHalf => ({ offset: 0, counts: [] });
  return { scale: 0, zeroCount: 0, zeroThreshold: 0, positive: half(), negative: half() };
}

/** A metric with nothing in it. */
export function emptyMetric(): OtlpMetric {
  return { name: '', description: '', unit: '', kind: null, temporality: 0, monotonic: false, points: [] };
}

/** A scope with nothing in it. */
export function emptyScope(): OtlpScope {
  return { name: '', version: '', schemaUrl: '', attributes: [], metrics: [] };
}

/** A resource with nothing in it. */
export function emptyResource(): OtlpResource {
  return { attributes: [], scopes: [] };
}
