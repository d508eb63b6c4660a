import { CUSTOM_SCHEMA, type NativeHistogram, type ResetHint } from '../../promql/value/histogram.ts';
import { encodeHistogram, type BatchColumns } from '../../series/index.ts';
import { BYTES, FIXED64, VARINT, type WireReader } from './wire.ts';

/** Buckets of one histogram at most, empty ones between others included. */
const MOST_BUCKETS = 20_000;
const MOST_SPANS = 1000;
const HINTS: readonly ResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];
const STALE_LOW = 2;
const STALE_HIGH = 0x7ff00000;

/** Histograms that are none, for the outcome of a batch. */
export interface WrongHistograms {
  count: number;
  example: string;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** One side of a histogram as it is sent: counts as differences (whole) or in full (floats). */
interface Side {
  readonly spans: Span[];
  readonly deltas: number[];
  readonly counts: number[];
}

const emptySide = (): Side => ({ spans: [], deltas: [], counts: [] });

/**
 * Reads one Histogram up to `end` into the columns; it has the same fields in both versions. One whose sum is the
 * staleness marker ends its series. One that is none is noted in `wrong` and left out.
 * @throws Fault body_invalid for bytes that are no message
 * Source: prometheus/prometheus prompb/types.proto, io/prometheus/write/v2/types.proto.
 */
export function readHistogram(
  reader: WireReader,
  end: number,
  columns: BatchColumns,
  maxSamples: number,
  wrong: WrongHistograms,
): void {
  const numbers = { time: 0, schema: 0, sum: 0, low: 0, high: 0, threshold: 0, count: 0, zeroCount: 0, hint: 0 };
  const negative = emptySide();
  const positive = emptySide();
  const customValues: number[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag >>> 3) {
      case 1:
        reader.expect(tag, VARINT, 'count_int');
        numbers.count = reader.int64(end);
        break;
      case 2:
        numbers.count = readDouble(reader, tag, end);
        break;
      case 3:
        numbers.sum = readDouble(reader, tag, end);
        numbers.low = reader.low;
        numbers.high = reader.high;
        break;
      case 4:
        reader.expect(tag, VARINT, 'schema');
        numbers.schema = zigzag(reader.small(end));
        break;
      case 5:
        numbers.threshold = readDouble(reader, tag, end);
        break;
      case 6:
        reader.expect(tag, VARINT, 'zero_count_int');
        numbers.zeroCount = reader.int64(end);
        break;
      case 7:
        numbers.zeroCount = readDouble(reader, tag, end);
        break;
      case 8:
      case 11:
        reader.expect(tag, BYTES, 'spans');
        readSpan(reader, reader.enter(end), (tag >>> 3 === 8 ? negative : positive).spans);
        break;
      case 9:
      case 12:
        readList(reader, tag, end, VARINT, (tag >>> 3 === 9 ? negative : positive).deltas);
        break;
      case 10:
      case 13:
        readList(reader, tag, end, FIXED64, (tag >>> 3 === 10 ? negative : positive).counts);
        break;
      case 14:
        reader.expect(tag, VARINT, 'reset_hint');
        numbers.hint = reader.small(end);
        break;
      case 15:
        reader.expect(tag, VARINT, 'timestamp');
        numbers.time = reader.int64(end);
        break;
      case 16:
        readList(reader, tag, end, FIXED64, customValues);
        break;
      default:
        reader.skip(tag, end);
    }
  }
  if (columns.sampleCount >= maxSamples) reader.fail(`there are more than ${maxSamples} samples`);
  if (numbers.low === STALE_LOW && numbers.high === STALE_HIGH)
    return columns.addSample(numbers.time, STALE_LOW, STALE_HIGH);
  const made = histogramOf(numbers, positive, negative, customValues);
  if (typeof made !== 'string') return columns.addNative(numbers.time, encodeHistogram(made));
  if (wrong.count++ === 0) wrong.example = `${reader.where}: ${made}`;
}

function histogramOf(
  {
    schema,
    sum,
    threshold,
    count,
    zeroCount,
    hint,
  }: Record<'schema' | 'sum' | 'threshold' | 'count' | 'zeroCount' | 'hint', number>,
  positiveSide: Side,
  negativeSide: Side,
  customValues: readonly number[],
): NativeHistogram | string {
  const custom = schema === CUSTOM_SCHEMA;
  if (!custom && (schema < -4 || schema > 8)) return `its schema is ${schema}; there are -4 to 8 and ${CUSTOM_SCHEMA}`;
  if (!(threshold >= 0)) return 'its zero threshold is not a number from 0';
  const positive = runOf(positiveSide);
  const negative = runOf(negativeSide);
  if (typeof positive === 'string') return positive;
  if (typeof negative === 'string') return negative;
  if (custom) {
    if (negative.counts.length > 0 || zeroCount !== 0) return 'it has custom buckets and observations below them';
    if (customValues.some((bound, k) => !Number.isFinite(bound) || (k > 0 && bound <= customValues[k - 1]!)))
      return 'its custom bounds do not ascend';
    if (positive.offset < 0 || positive.offset + positive.counts.length > customValues.length + 1)
      return 'it has more buckets than custom bounds';
  } else if (customValues.length > 0) return 'it has custom bounds and an exponential schema';
  const all = [count, zeroCount, ...positive.counts, ...negative.counts];
  if (!all.every((one) => one >= 0)) return 'it has a count that is not a number from 0';
  const inside = [...positive.counts, ...negative.counts].reduce((total, one) => total + one, zeroCount);
  // What was not a number is counted and lies in no bucket.
  const fits = Number.isNaN(sum) ? inside <= count : Math.abs(inside - count) <= 1e-9 * Math.max(1, count);
  if (!fits) return `its buckets hold ${inside} observations, its count says ${count}`;
  const resetHint = HINTS[hint] ?? 'unknown';
  return { schema, sum, count, zeroCount, zeroThreshold: threshold, positive, negative, customValues, resetHint };
}

/** The buckets of one side as one run, with the empty ones in between. */
function runOf({ spans, deltas, counts: floats }: Side): NativeHistogram['positive'] | string {
  if (deltas.length > 0 && floats.length > 0) return 'it has buckets with whole and with broken counts';
  const given = floats.length > 0 ? floats : runningSums(deltas);
  const total = spans.reduce((sum, { length }) => sum + length, 0);
  if (total !== given.length) return `its spans hold ${total} buckets, but ${given.length} are given`;
  const counts: number[] = [];
  let taken = 0;
  for (const [index, { offset, length }] of spans.entries()) {
    if (index > 0 && offset < 0) return 'its spans overlap';
    const gap = index === 0 ? 0 : offset;
    if (counts.length + gap + length > MOST_BUCKETS) return `it has more than ${MOST_BUCKETS} buckets`;
    for (let k = 0; k < gap; k++) counts.push(0);
    for (let k = 0; k < length; k++) counts.push(given[taken++]!);
  }
  return { offset: spans[0]?.offset ?? 0, counts };
}

function runningSums(deltas: readonly number[]): number[] {
  let total = 0;
  return deltas.map((delta) => (total += delta));
}

function readSpan(reader: WireReader, end: number, spans: Span[]): void {
  let offset = 0;
  let length = 0;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag >>> 3 === 1) {
      reader.expect(tag, VARINT, 'offset');
      offset = zigzag(reader.small(end));
    } else if (tag >>> 3 === 2) {
      reader.expect(tag, VARINT, 'length');
      length = reader.small(end);
    } else reader.skip(tag, end);
  }
  if (spans.length >= MOST_SPANS) reader.fail(`a histogram has more than ${MOST_SPANS} spans`);
  spans.push({ offset, length });
}

function readDouble(reader: WireReader, tag: number, end: number): number {
  reader.expect(tag, FIXED64, 'a number');
  reader.double(end);
  WORDS[0] = reader.low;
  WORDS[1] = reader.high;
  return NUMBER[0]!;
}

/** Numbers that are packed or stand one by one: both are the same to protocol buffers. */
function readList(reader: WireReader, tag: number, end: number, type: number, into: number[]): void {
  const one = (stop: number): void => {
    if (into.length >= MOST_BUCKETS) reader.fail(`a histogram has more than ${MOST_BUCKETS} buckets`);
    if (type === VARINT) into.push(zigzag(reader.int64(stop)));
    else into.push(readDouble(reader, FIXED64, stop));
  };
  if ((tag & 7) === type) return one(end);
  reader.expect(tag, BYTES, 'a list of numbers');
  const stop = reader.enter(end);
  while (reader.at < stop) one(stop);
}

/** Undoes the folding of the sign of sint32 and sint64; exact up to 2^52. */
function zigzag(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);
