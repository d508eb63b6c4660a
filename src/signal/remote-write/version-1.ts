import { BatchColumns, ByteSink } from '../../series/index.ts';
import type { MetricMetadata, SampleBatch } from '../../series/index.ts';
import type { RemoteWriteLimits } from './limits.ts';
import { typeName } from './metric-type.ts';
import { readHistogram } from './native.ts';
import { readSample } from './sample.ts';
import { BYTES, VARINT, WireReader } from './wire.ts';

/** Field 1 with a length: WriteRequest.timeseries, TimeSeries.labels. Field 2: TimeSeries.samples. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;

/**
 * Decodes a WriteRequest of remote write 1.0 (prometheus/prometheus prompb/remote.proto and types.proto). The label
 * bytes of the batch are the body itself, so `bytes` must not be changed afterwards.
 * @param spare memory for the columns, taken if it is large enough
 * @throws Fault body_invalid, with the series and byte
 */
export function decodeVersion1(bytes: Uint8Array, limits: RemoteWriteLimits, spare?: ArrayBuffer): SampleBatch {
  return new Version1(bytes, limits, spare).decode();
}

class Version1 {
  readonly #reader: WireReader;
  readonly #limits: RemoteWriteLimits;
  readonly #columns: BatchColumns;
  readonly #metadata: MetricMetadata[] = [];
  /** Labels of series whose label fields do not stand together; they follow the body in the label bytes. */
  #apart: ByteSink | undefined;
  readonly #wrong = { count: 0, example: '' };
  #exemplars = 0;

  constructor(bytes: Uint8Array, limits: RemoteWriteLimits, spare?: ArrayBuffer) {
    this.#reader = new WireReader(bytes);
    this.#limits = limits;
    const series = Math.min(limits.maxSeries, this.#reader.count(FIELD_1, bytes.length));
    this.#columns = new BatchColumns(series, spare);
  }

  decode(): SampleBatch {
    const reader = this.#reader;
    const end = reader.bytes.length;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === FIELD_1) this.#readSeries(reader.enter(end));
      else if (tag >>> 3 === 3) {
        reader.expect(tag, BYTES, 'metadata');
        this.#readMetadata(reader.enter(end));
      } else if (tag >>> 3 === 1) reader.expect(tag, BYTES, 'timeseries');
      else if (tag >>> 3 === 5) reader.fail('the field 5 belongs to version 2.0; send that with its own content type');
      else reader.skip(tag, end);
    }
    return this.#columns.toBatch(this.#labelBytes(), {
      metadata: this.#metadata,
      wrongHistograms: this.#wrong.count > 0 ? this.#wrong : null,
      exemplars: this.#exemplars,
    });
  }

  #labelBytes(): Uint8Array {
    const { bytes } = this.#reader;
    if (!this.#apart) return bytes;
    const all = new Uint8Array(bytes.length + this.#apart.length);
    all.set(bytes);
    all.set(this.#apart.take(), bytes.length);
    return all;
  }

  #readSeries(end: number): void {
    const reader = this.#reader;
    const columns = this.#columns;
    const number = columns.seriesCount;
    if (number >= this.#limits.maxSeries) reader.fail(`there are more than ${this.#limits.maxSeries} series`);
    reader.where = `series ${number}`;
    const from = reader.at;
    let labelStart = from;
    let labelEnd = from;
    let together = true;
    while (reader.at < end) {
      const start = reader.at;
      const tag = reader.tag(end);
      if (tag === FIELD_1) {
        const stop = reader.enter(end);
        if (labelEnd === labelStart) labelStart = start;
        else if (start !== labelEnd) together = false;
        labelEnd = reader.at = stop;
      } else if (tag === FIELD_2) readSample(reader, reader.enter(end), this.#columns, this.#limits.maxSamples);
      else if (tag >>> 3 <= 2) reader.expect(tag, BYTES, tag >>> 3 === 1 ? 'labels' : 'samples');
      else {
        if (tag >>> 3 === 3) this.#exemplars++;
        if (tag >>> 3 !== 4) reader.skip(tag, end);
        else {
          reader.expect(tag, BYTES, 'histograms');
          readHistogram(reader, reader.enter(end), columns, this.#limits.maxSamples, this.#wrong);
        }
      }
    }
    if (together) columns.closeSeries(labelStart, labelEnd);
    else this.#gatherLabels(from, end);
    reader.where = 'the request';
  }

  /** Second look at a series already checked, to bring its label fields together. */
  #gatherLabels(start: number, end: number): void {
    const reader = this.#reader;
    this.#apart ??= new ByteSink();
    const before = this.#apart.length;
    reader.at = start;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag(end);
      reader.skip(tag, end);
      if (tag === FIELD_1) this.#apart.copy(reader.bytes, from, reader.at);
    }
    this.#columns.closeSeries(reader.bytes.length + before, reader.bytes.length + this.#apart.length);
  }

  #readMetadata(end: number): void {
    const reader = this.#reader;
    const texts = { name: '', help: '', unit: '' };
    let type = 0;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = tag >>> 3;
      if (field === 1) {
        reader.expect(tag, VARINT, 'metadata type');
        type = reader.int64(end);
      } else if (field === 2 || field === 4 || field === 5) {
        reader.expect(tag, BYTES, 'metadata text');
        texts[field === 2 ? 'name' : field === 4 ? 'help' : 'unit'] = reader.text(reader.enter(end));
      } else reader.skip(tag, end);
    }
    if (texts.name === '') return;
    if (this.#metadata.length >= this.#limits.maxSeries) reader.fail('there is too much metadata');
    this.#metadata.push({ ...texts, type: typeName(type) });
  }
}
