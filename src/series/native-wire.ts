import type { NativeHistogram, ResetHint } from '../promql/value/histogram.ts';
import { ByteSink } from './label-bytes.ts';

const HINTS: readonly ResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];
const NUMBER = new Float64Array(1);
const BYTES = new Uint8Array(NUMBER.buffer);
const list = new ByteSink(512);

/**
 * Appends a histogram as the message Histogram of remote write (prometheus/prometheus prompb/types.proto), without tag and
 * length. Counts that are all whole are sent as such, others as floats.
 * @param time ms
 */
export function putHistogram(sink: ByteSink, time: number, histogram: NativeHistogram): void {
  const { schema, sum, count, zeroThreshold, zeroCount, positive, negative, customValues, resetHint } = histogram;
  const whole = [count, zeroCount, ...positive.counts, ...negative.counts].every(
    (one) => Number.isSafeInteger(one) && one >= 0,
  );
  putCount(sink, whole ? 0x08 : 0x11, count);
  putDouble(sink, 0x19, sum);
  sink.byte(0x20);
  sink.varint(fold(schema));
  putDouble(sink, 0x29, zeroThreshold);
  putCount(sink, whole ? 0x30 : 0x39, zeroCount);
  putSide(sink, negative, whole, [0x42, 0x4a, 0x52]);
  putSide(sink, positive, whole, [0x5a, 0x62, 0x6a]);
  sink.byte(0x70);
  sink.varint(HINTS.indexOf(resetHint));
  sink.byte(0x78);
  sink.varint(time);
  if (customValues.length > 0) putDoubles(sink, [0x82, 0x01], customValues);
}

function putSide(
  sink: ByteSink,
  { offset, counts }: NativeHistogram['positive'],
  whole: boolean,
  [spans, deltas, floats]: readonly [number, number, number],
): void {
  if (counts.length === 0) return;
  list.length = 0;
  list.byte(0x08);
  list.varint(fold(offset));
  list.byte(0x10);
  list.varint(counts.length);
  putPart(sink, [spans]);
  if (!whole) return putDoubles(sink, [floats], counts);
  list.length = 0;
  counts.forEach((count, k) => list.varint(fold(count - (k === 0 ? 0 : counts[k - 1]!))));
  putPart(sink, [deltas]);
}

function putDoubles(sink: ByteSink, tag: readonly number[], values: readonly number[]): void {
  list.length = 0;
  for (const value of values) putBare(list, value);
  putPart(sink, tag);
}

function putPart(sink: ByteSink, tag: readonly number[]): void {
  for (const byte of tag) sink.byte(byte);
  sink.varint(list.length);
  sink.copy(list.bytes, 0, list.length);
}

function putCount(sink: ByteSink, tag: number, count: number): void {
  if ((tag & 7) === 1) return putDouble(sink, tag, count);
  sink.byte(tag);
  sink.varint(count);
}

function putDouble(sink: ByteSink, tag: number, value: number): void {
  sink.byte(tag);
  putBare(sink, value);
}

function putBare(sink: ByteSink, value: number): void {
  NUMBER[0] = value;
  sink.copy(BYTES, 0, 8);
}

function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
