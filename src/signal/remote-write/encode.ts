import { compress } from 'snappyjs';
import type { Labels } from '../../core/labels.ts';
import type { NativeHistogram } from '../../promql/index.ts';
import { ByteSink, labelBytesOf, putHistogram } from '../../series/index.ts';
import type { MetricMetadata } from '../../series/index.ts';
import { typeNumber } from './metric-type.ts';

/** One series to send. */
export interface OutgoingSeries {
  /** A frozen object that is used again is encoded only once. */
  readonly labels: Labels;
  /** Milliseconds since the epoch, ascending, not negative. */
  readonly times: ArrayLike<number>;
  /** Their bits are kept: a staleness marker in a Float64Array arrives as one. */
  readonly values: Float64Array;
  /** Native histograms by place: where there is one, the value does not count. */
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

/**
 * Encodes a WriteRequest of remote write 1.0, compressed and ready to be sent with `Content-Encoding: snappy`,
 * `Content-Type: application/x-protobuf` and `X-Prometheus-Remote-Write-Version: 0.1.0`.
 */
export function encodeWriteRequest(
  series: Iterable<OutgoingSeries>,
  metadata: Iterable<MetricMetadata> = [],
): Uint8Array {
  const request = new ByteSink(65_536);
  const part = new ByteSink(4096);
  for (const one of series) {
    part.length = 0;
    putSeries(part, one);
    putPart(request, 0x0a, part.bytes, part.length);
  }
  for (const one of metadata) {
    part.length = 0;
    part.byte(0x08);
    part.varint(typeNumber(one.type));
    putText(part, 0x12, one.name);
    putText(part, 0x22, one.help);
    putText(part, 0x2a, one.unit);
    putPart(request, 0x1a, part.bytes, part.length);
  }
  return compress(request.take());
}

const encoder = new TextEncoder();
const sample = new ByteSink(32);

function putSeries(part: ByteSink, series: OutgoingSeries): void {
  const labels = labelBytesOf(series.labels);
  part.copy(labels, 0, labels.length);
  const { buffer, byteOffset, byteLength } = series.values;
  const values = new Uint8Array(buffer, byteOffset, byteLength);
  for (let i = 0; i < series.values.length; i++) {
    sample.length = 0;
    const histogram = series.histograms?.[i];
    if (histogram) {
      putHistogram(sample, series.times[i]!, histogram);
      putPart(part, 0x22, sample.bytes, sample.length);
      continue;
    }
    sample.byte(0x09);
    sample.copy(values, 8 * i, 8 * i + 8);
    sample.byte(0x10);
    sample.varint(series.times[i]!);
    putPart(part, 0x12, sample.bytes, sample.length);
  }
}

function putText(part: ByteSink, tag: number, text: string): void {
  if (text === '') return;
  const bytes = encoder.encode(text);
  putPart(part, tag, bytes, bytes.length);
}

function putPart(sink: ByteSink, tag: number, bytes: Uint8Array, length: number): void {
  sink.byte(tag);
  sink.varint(length);
  sink.copy(bytes, 0, length);
}
