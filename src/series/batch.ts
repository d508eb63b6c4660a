import type { Labels } from '../core/labels.ts';
import type { NativeHistogram } from '../promql/value/histogram.ts';
import { ByteSink, labelBytesOf } from './label-bytes.ts';
import { encodeHistogram } from './native-bytes.ts';

/** What a metric family is, as its source declares it. Type is one of the Prometheus words (counter, gauge, ...). */
export interface MetricMetadata {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/**
 * Samples on their way into the store, as columns. Plain data: it may be posted to a worker, its buffers transferred.
 * Series `s` has the label bytes `labelBytes[labelStart[s], labelEnd[s])` and the samples from `sampleEnd[s - 1]` (0 for
 * the first) up to but not including `sampleEnd[s]`. The labels are not checked here; the store checks unknown ones.
 */
export interface SampleBatch {
  readonly labelBytes: Uint8Array;
  readonly labelStart: Uint32Array;
  readonly labelEnd: Uint32Array;
  readonly sampleEnd: Uint32Array;
  /** Milliseconds since the epoch, whole numbers. */
  readonly times: Float64Array;
  /** The 64 bits of each value, low word first. Words, because a NaN that passes through a number may change. */
  readonly bits: Uint32Array;
  readonly metadata: readonly MetricMetadata[];
  /** Samples that are native histograms, ascending: their value in `bits` does not count. */
  readonly nativeAt: Uint32Array;
  /** The bytes of each of them (encodeHistogram). */
  readonly native: readonly Uint8Array[];
  /** Histograms of the request that are none, with what is wrong with the first; they are not among the samples. */
  readonly wrongHistograms: { readonly count: number; readonly example: string } | null;
  /** Seen in the request and not stored. */
  readonly exemplars: number;
}

type Rest = Pick<SampleBatch, 'metadata' | 'exemplars'> & Partial<Pick<SampleBatch, 'wrongHistograms'>>;

/** The two words of the staleness marker, the NaN 0x7ff0000000000002. */
const STALE_LOW = 0x00000002;
const STALE_HIGH = 0x7ff00000;

/** Growing columns of samples; shared by the decoder of remote write and the builder below. */
export class BatchColumns {
  #labelStart: Uint32Array;
  #labelEnd: Uint32Array;
  #sampleEnd: Uint32Array;
  #times: Float64Array;
  #bits: Uint32Array;
  readonly #nativeAt: number[] = [];
  readonly #native: Uint8Array[] = [];
  seriesCount = 0;
  sampleCount = 0;

  /** @param series how many to make room for at first, each with one sample @param spare memory to use if it suffices */
  constructor(series = 16, spare?: ArrayBuffer) {
    const room = Math.max(16, series);
    // One piece of memory for all columns: it is asked for once a request, or never.
    const buffer = spare && spare.byteLength >= room * 28 ? spare : new ArrayBuffer(room * 28);
    this.#times = new Float64Array(buffer, 0, room);
    this.#bits = new Uint32Array(buffer, room * 8, room * 2);
    this.#labelStart = new Uint32Array(buffer, room * 16, room);
    this.#labelEnd = new Uint32Array(buffer, room * 20, room);
    this.#sampleEnd = new Uint32Array(buffer, room * 24, room);
  }

  /** Adds a sample to the series that `closeSeries` will close next. @param time ms since the epoch */
  addSample(time: number, low: number, high: number): void {
    const at = this.sampleCount++;
    if (at === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(at * 2));
      this.#bits = grown(this.#bits, new Uint32Array(at * 4));
    }
    this.#times[at] = time;
    this.#bits[2 * at] = low;
    this.#bits[2 * at + 1] = high;
  }

  /** Adds a native histogram, as bytes, to the series that `closeSeries` will close next. @param time ms */
  addNative(time: number, data: Uint8Array): void {
    this.#nativeAt.push(this.sampleCount);
    this.#native.push(data);
    this.addSample(time, 0, 0);
  }

  /** Ends a series whose label bytes lie in [start, end). */
  closeSeries(start: number, end: number): void {
    const at = this.seriesCount++;
    if (at === this.#sampleEnd.length) {
      this.#labelStart = grown(this.#labelStart, new Uint32Array(at * 2));
      this.#labelEnd = grown(this.#labelEnd, new Uint32Array(at * 2));
      this.#sampleEnd = grown(this.#sampleEnd, new Uint32Array(at * 2));
    }
    this.#labelStart[at] = start;
    this.#labelEnd[at] = end;
    this.#sampleEnd[at] = this.sampleCount;
  }

  /** The batch over `labelBytes`. The columns belong to the batch from then on. */
  toBatch(labelBytes: Uint8Array, rest: Rest): SampleBatch {
    return {
      labelBytes,
      labelStart: this.#labelStart.subarray(0, this.seriesCount),
      labelEnd: this.#labelEnd.subarray(0, this.seriesCount),
      sampleEnd: this.#sampleEnd.subarray(0, this.seriesCount),
      times: this.#times.subarray(0, this.sampleCount),
      bits: this.#bits.subarray(0, this.sampleCount * 2),
      nativeAt: Uint32Array.from(this.#nativeAt),
      native: this.#native,
      wrongHistograms: null,
      ...rest,
    };
  }
}

const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);

/**
 * Builds a batch from label objects, for sources that have them (scrape, OTLP, rules, own series). A caller that keeps
 * one frozen label object per series pays for its encoding once.
 */
export class BatchBuilder {
  readonly #columns = new BatchColumns();
  readonly #sink = new ByteSink(4096);
  readonly #metadata: MetricMetadata[] = [];

  /** Adds one sample. @param time ms since the epoch, rounded to whole ones @param value any number; NaN is an ordinary NaN */
  add(labels: Labels, time: number, value: number): this {
    NUMBER[0] = value;
    this.#columns.addSample(Math.round(time), WORDS[0]!, WORDS[1]!);
    return this.#close(labels);
  }

  /** Adds a staleness marker: the series ends at `time` (ms since the epoch). */
  addStale(labels: Labels, time: number): this {
    this.#columns.addSample(Math.round(time), STALE_LOW, STALE_HIGH);
    return this.#close(labels);
  }

  /** Adds many samples of one series, ascending in time (ms). The bits of `values` are kept. */
  addSeries(labels: Labels, times: ArrayLike<number>, values: Float64Array): this {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < values.length; i++)
      this.#columns.addSample(Math.round(times[i]!), words[2 * i]!, words[2 * i + 1]!);
    return this.#close(labels);
  }

  /** Adds a native histogram. @param time ms since the epoch, rounded to whole ones */
  addHistogram(labels: Labels, time: number, histogram: NativeHistogram): this {
    this.#columns.addNative(Math.round(time), encodeHistogram(histogram));
    return this.#close(labels);
  }

  /** Adds what is known of a metric family. */
  addMetadata(metadata: MetricMetadata): this {
    this.#metadata.push(metadata);
    return this;
  }

  /** The batch. The builder is used up. */
  build(): SampleBatch {
    return this.#columns.toBatch(this.#sink.take(), { metadata: this.#metadata, exemplars: 0 });
  }

  #close(labels: Labels): this {
    const bytes = labelBytesOf(labels);
    const start = this.#sink.length;
    this.#sink.copy(bytes, 0, bytes.length);
    this.#columns.closeSeries(start, this.#sink.length);
    return this;
  }
}

function grown<T extends Float64Array | Uint32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
