import { BatchColumns, ByteSink, putLabel } from '../../series/index.ts';
import type { MetricMetadata, SampleBatch } from '../../series/index.ts';
import type { RemoteWriteLimits } from './limits.ts';
import { typeName } from './metric-type.ts';
import { readHistogram } from './native.ts';
import { readSample } from './sample.ts';
import { BYTES, VARINT, WireReader } from './wire.ts';

/** Request.timeseries. */
const FIELD_5 = 0x2a;
const NAME = new TextEncoder().encode('__name__');

/**
 * Decodes a Request of remote write 2.0 (prometheus/prometheus prompb/io/prometheus/write/v2/types.proto). Labels are
 * put together from the symbols into the same bytes that version 1.0 sends, so that the store knows the series under
 * both.
 * @param spare memory for the columns, taken if it is large enough
 * @throws Fault body_invalid, with the series and byte
 */
export function decodeVersion2(bytes: Uint8Array, limits: RemoteWriteLimits, spare?: ArrayBuffer): SampleBatch {
  return new Version2(bytes, limits, spare).decode();
}

class Version2 {
  readonly #reader: WireReader;
  readonly #limits: RemoteWriteLimits;
  readonly #columns: BatchColumns;
  readonly #labels: ByteSink;
  readonly #metadata = new Map<string, MetricMetadata>();
  #symbolStart = new Uint32Array(1024);
  #symbolEnd = new Uint32Array(1024);
  #symbols = 0;
  #refs = new Uint32Array(64);
  #refCount = 0;
  readonly #wrong = { count: 0, example: '' };
  #exemplars = 0;

  constructor(bytes: Uint8Array, limits: RemoteWriteLimits, spare?: ArrayBuffer) {
    this.#reader = new WireReader(bytes);
    this.#limits = limits;
    const series = Math.min(limits.maxSeries, this.#reader.count(FIELD_5, bytes.length));
    this.#columns = new BatchColumns(series, spare);
    this.#labels = new ByteSink(bytes.length + 1024);
  }

  decode(): SampleBatch {
    const reader = this.#reader;
    this.#readSymbols();
    reader.at = 0;
    const end = reader.bytes.length;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag >>> 3 === 5) {
        reader.expect(tag, BYTES, 'timeseries');
        this.#readSeries(reader.enter(end));
      } else if (tag >>> 3 === 1)
        reader.fail('the field 1 belongs to version 1.0; send that with its own content type');
      else reader.skip(tag, end);
    }
    return this.#columns.toBatch(this.#labels.bytes.subarray(0, this.#labels.length), {
      metadata: [...this.#metadata.values()],
      wrongHistograms: this.#wrong.count > 0 ? this.#wrong : null,
      exemplars: this.#exemplars,
    });
  }

  /** The table first: a sender may put it behind the series. */
  #readSymbols(): void {
    const reader = this.#reader;
    const end = reader.bytes.length;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag >>> 3 !== 4) {
        reader.skip(tag, end);
        continue;
      }
      reader.expect(tag, BYTES, 'symbols');
      const stop = reader.enter(end);
      if (this.#symbols >= this.#limits.maxSymbols)
        reader.fail(`there are more than ${this.#limits.maxSymbols} symbols`);
      if (this.#symbols === 0 && stop !== reader.at) reader.fail('the first symbol must be the empty text');
      if (this.#symbols === this.#symbolStart.length) this.#growSymbols();
      this.#symbolStart[this.#symbols] = reader.at;
      this.#symbolEnd[this.#symbols++] = reader.at = stop;
    }
  }

  #growSymbols(): void {
    const starts = new Uint32Array(this.#symbols * 2);
    const ends = new Uint32Array(this.#symbols * 2);
    starts.set(this.#symbolStart);
    ends.set(this.#symbolEnd);
    this.#symbolStart = starts;
    this.#symbolEnd = ends;
  }

  #readSeries(end: number): void {
    const reader = this.#reader;
    const columns = this.#columns;
    const number = columns.seriesCount;
    if (number >= this.#limits.maxSeries) reader.fail(`there are more than ${this.#limits.maxSeries} series`);
    reader.where = `series ${number}`;
    this.#refCount = 0;
    const seen = { samples: false, histograms: false };
    let metadataAt = -1;
    let metadataEnd = -1;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = tag >>> 3;
      if (field === 1) this.#readRefs(tag, end);
      else if (field >= 2 && field <= 5) {
        reader.expect(tag, BYTES, ['samples', 'histograms', 'exemplars', 'metadata'][field - 2]!);
        const stop = reader.enter(end);
        if (field === 2) {
          seen.samples = true;
          readSample(reader, stop, columns, this.#limits.maxSamples);
        } else if (field === 3) {
          seen.histograms = true;
          readHistogram(reader, stop, columns, this.#limits.maxSamples, this.#wrong);
        } else if (field === 4) this.#exemplars++;
        else [metadataAt, metadataEnd] = [reader.at, stop];
        reader.at = stop;
      } else reader.skip(tag, end);
    }
    if (seen.samples && seen.histograms) {
      reader.fail('it has samples and histograms; send them as two series');
    }
    const name = this.#closeSeries();
    if (metadataAt >= 0 && name !== '') this.#readMetadata(name, metadataAt, metadataEnd);
    reader.at = end;
    reader.where = 'the request';
  }

  /** Label references, packed or one by one: both are the same to protocol buffers. */
  #readRefs(tag: number, end: number): void {
    const reader = this.#reader;
    if ((tag & 7) === VARINT) {
      this.#addRef(reader.small(end));
      return;
    }
    reader.expect(tag, BYTES, 'labels_refs');
    const stop = reader.enter(end);
    while (reader.at < stop) this.#addRef(reader.small(stop));
  }

  #addRef(ref: number): void {
    if (ref >= this.#symbols) this.#reader.fail(`a label refers to symbol ${ref} of ${this.#symbols}`);
    if (this.#refCount === this.#refs.length) {
      if (this.#refCount >= 4096) this.#reader.fail('there are more than 2,048 labels');
      const grown = new Uint32Array(this.#refCount * 2);
      grown.set(this.#refs);
      this.#refs = grown;
    }
    this.#refs[this.#refCount++] = ref;
  }

  /** Writes the label bytes of the series. @returns the metric name */
  #closeSeries(): string {
    const reader = this.#reader;
    if (this.#refCount % 2 !== 0) reader.fail('labels_refs has an odd length; it must hold pairs of name and value');
    const { bytes } = reader;
    const start = this.#labels.length;
    let metric = -1;
    for (let i = 0; i < this.#refCount; i += 2) {
      const name = this.#refs[i]!;
      const value = this.#refs[i + 1]!;
      const nameStart = this.#symbolStart[name]!;
      const nameEnd = this.#symbolEnd[name]!;
      if (metric < 0 && isName(bytes, nameStart, nameEnd)) metric = value;
      putLabel(this.#labels, bytes, nameStart, nameEnd, bytes, this.#symbolStart[value]!, this.#symbolEnd[value]!);
      // A request of many references to one long symbol must not become endless bytes.
      if (this.#labels.length > this.#limits.maxBytes) reader.fail('its labels are larger than the limit on the body');
    }
    if (metric < 0 || this.#symbolStart[metric] === this.#symbolEnd[metric]) {
      reader.fail('it has no metric name (label __name__)');
    }
    this.#columns.closeSeries(start, this.#labels.length);
    return this.#symbol(metric);
  }

  #symbol(ref: number): string {
    const { at } = this.#reader;
    this.#reader.at = this.#symbolStart[ref]!;
    const text = this.#reader.text(this.#symbolEnd[ref]!);
    this.#reader.at = at;
    return text;
  }

  #readMetadata(name: string, start: number, end: number): void {
    const reader = this.#reader;
    reader.at = start;
    const refs = { type: 0, help: 0, unit: 0 };
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = tag >>> 3;
      if (field !== 1 && field !== 3 && field !== 4) {
        reader.skip(tag, end);
        continue;
      }
      reader.expect(tag, VARINT, 'metadata');
      const value = reader.small(end);
      refs[field === 1 ? 'type' : field === 3 ? 'help' : 'unit'] = value;
      if (field > 1 && value >= this.#symbols) reader.fail(`metadata refers to symbol ${value} of ${this.#symbols}`);
    }
    if (this.#metadata.has(name) || (refs.type === 0 && refs.help === 0 && refs.unit === 0)) return;
    this.#metadata.set(name, {
      name,
      type: typeName(refs.type),
      help: this.#symbol(refs.help),
      unit: this.#symbol(refs.unit),
    });
  }
}

function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NAME.length) return false;
  for (let i = 0; i < NAME.length; i++) if (bytes[start + i] !== NAME[i]) return false;
  return true;
}
