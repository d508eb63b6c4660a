import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CUSTOM_SCHEMA, type NativeHistogram, type ResetHint } from '../promql/value/histogram.ts';
import { ByteSink } from './label-bytes.ts';

/** Native histograms as bytes: one alone, or a run of one series. Described in docs/formats/series-store.md. */

const HINTS: readonly ResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];
const FLOATS = 4;
const CUSTOM = 8;
const DEFAULT_THRESHOLD = 16;
/** The zero threshold that most writers use. */
const USUAL_THRESHOLD = 2 ** -128;
const WHOLE = 0;
const CHANGE = 1;
/** A run that claims more bytes than this is not one of ours. */
const MOST_BYTES = 64 << 20;

/** One histogram with its instant, ms. */
export interface TimedHistogram {
  readonly time: number;
  readonly histogram: NativeHistogram;
}

const NUMBER = new Float64Array(1);
const BYTES = new Uint8Array(NUMBER.buffer);

function putDouble(sink: ByteSink, value: number): void {
  NUMBER[0] = value;
  sink.copy(BYTES, 0, 8);
}

function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < 2 ** 50;
}

function hasFloats({ count, zeroCount, positive, negative }: NativeHistogram): boolean {
  return ![count, zeroCount, ...positive.counts, ...negative.counts].every(isWhole);
}

/** The bytes of one histogram; equal for equal ones. */
export function encodeHistogram(histogram: NativeHistogram): Uint8Array {
  const sink = new ByteSink(128);
  putWhole(sink, histogram);
  return sink.take();
}

function putWhole(sink: ByteSink, histogram: NativeHistogram): void {
  const { schema, zeroThreshold, sum, count, zeroCount, positive, negative, customValues } = histogram;
  const floats = hasFloats(histogram);
  const usual = zeroThreshold === USUAL_THRESHOLD;
  const custom = schema === CUSTOM_SCHEMA;
  sink.byte(
    HINTS.indexOf(histogram.resetHint) |
      (floats ? FLOATS : 0) |
      (custom ? CUSTOM : 0) |
      (usual ? DEFAULT_THRESHOLD : 0),
  );
  if (!custom) sink.varint(fold(schema));
  if (!usual) putDouble(sink, zeroThreshold);
  putDouble(sink, sum);
  const putCount = (value: number): void => (floats ? putDouble(sink, value) : sink.varint(value));
  putCount(count);
  putCount(zeroCount);
  for (const { offset, counts } of [positive, negative]) {
    sink.varint(counts.length);
    if (counts.length > 0) sink.varint(fold(offset));
    for (const value of counts) putCount(value);
  }
  if (!custom) return;
  sink.varint(customValues.length);
  for (const bound of customValues) putDouble(sink, bound);
}

/** Reads bytes that this program wrote. */
class Source {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#bytes[this.at++]!;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (!(byte > 127)) return value;
    }
  }

  signed(): number {
    const folded = this.varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  double(): number {
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  list(count: number, read: () => number): number[] {
    return Array.from({ length: count }, read);
  }
}

/** Undoes encodeHistogram. */
export function decodeHistogram(bytes: Uint8Array): NativeHistogram {
  return readWhole(new Source(bytes));
}

function readWhole(source: Source): NativeHistogram {
  const head = source.byte();
  const custom = (head & CUSTOM) !== 0;
  const schema = custom ? CUSTOM_SCHEMA : source.signed();
  const zeroThreshold = (head & DEFAULT_THRESHOLD) !== 0 ? USUAL_THRESHOLD : source.double();
  const sum = source.double();
  const readCount = (): number => ((head & FLOATS) !== 0 ? source.double() : source.varint());
  const count = readCount();
  const zeroCount = readCount();
  const readRun = (): NativeHistogram['positive'] => {
    const length = source.varint();
    const offset = length > 0 ? source.signed() : 0;
    return { offset, counts: source.list(length, readCount) };
  };
  const positive = readRun();
  const negative = readRun();
  const customValues = custom ? source.list(source.varint(), () => source.double()) : [];
  const resetHint = HINTS[head & 3]!;
  return { schema, count, sum, zeroThreshold, zeroCount, positive, negative, customValues, resetHint };
}

/** The bytes of a run of histograms of one series, ascending in time. */
export function encodeRun(run: readonly TimedHistogram[]): Uint8Array {
  const sink = new ByteSink(4096);
  sink.varint(run.length);
  let before: TimedHistogram | undefined;
  for (const one of run) {
    sink.varint(one.time - (before?.time ?? 0));
    const changes = before && sameLayout(before.histogram, one.histogram);
    sink.byte(changes ? CHANGE : WHOLE);
    if (changes) putChange(sink, before!.histogram, one.histogram);
    else putWhole(sink, one.histogram);
    before = one;
  }
  return zstdCompressSync(sink.bytes.subarray(0, sink.length));
}

/** Undoes encodeRun. */
export function decodeRun(bytes: Uint8Array): TimedHistogram[] {
  const source = new Source(zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES }));
  const count = source.varint();
  const run: TimedHistogram[] = [];
  for (let i = 0; i < count; i++) {
    const before = run.at(-1);
    const time = (before?.time ?? 0) + source.varint();
    const histogram = source.byte() === CHANGE ? readChange(source, before!.histogram) : readWhole(source);
    run.push({ time, histogram });
  }
  return run;
}

/** Whether what changed from one to the other are only whole counts of the same buckets, and the sum. */
function sameLayout(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    a.resetHint === b.resetHint &&
    a.positive.offset === b.positive.offset &&
    a.positive.counts.length === b.positive.counts.length &&
    a.negative.offset === b.negative.offset &&
    a.negative.counts.length === b.negative.counts.length &&
    a.customValues.length === b.customValues.length &&
    a.customValues.every((bound, index) => bound === b.customValues[index]) &&
    !hasFloats(a) &&
    !hasFloats(b)
  );
}

function putChange(sink: ByteSink, before: NativeHistogram, now: NativeHistogram): void {
  putDouble(sink, now.sum);
  sink.varint(fold(now.count - before.count));
  sink.varint(fold(now.zeroCount - before.zeroCount));
  now.positive.counts.forEach((count, k) => sink.varint(fold(count - before.positive.counts[k]!)));
  now.negative.counts.forEach((count, k) => sink.varint(fold(count - before.negative.counts[k]!)));
}

function readChange(source: Source, before: NativeHistogram): NativeHistogram {
  const sum = source.double();
  const count = before.count + source.signed();
  const zeroCount = before.zeroCount + source.signed();
  const changed = ({ offset, counts }: NativeHistogram['positive']): NativeHistogram['positive'] => ({
    offset,
    counts: counts.map((one) => one + source.signed()),
  });
  return { ...before, sum, count, zeroCount, positive: changed(before.positive), negative: changed(before.negative) };
}
