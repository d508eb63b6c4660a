import { compress } from 'snappyjs';
import type { SampleBatch } from '../batch.ts';
import { ByteSink } from '../label-bytes.ts';
import { decodeHistogram } from '../native-bytes.ts';
import { putHistogram } from '../native-wire.ts';

/** Headers of a remote-write 1.0 request. */
export const WRITE_HEADERS: Readonly<Record<string, string>> = {
  'content-encoding': 'snappy',
  'content-type': 'application/x-protobuf',
  'x-prometheus-remote-write-version': '0.1.0',
};

/**
 * Encodes batches as one WriteRequest of remote write 1.0, compressed. Labels pass on as they are; values keep their
 * bits, so that a staleness marker stays one.
 */
export function encodeBatches(batches: readonly SampleBatch[]): Uint8Array {
  const request = new ByteSink(65_536);
  const part = new ByteSink(4096);
  for (const batch of batches) {
    let at = 0;
    let native = 0;
    for (let series = 0; series < batch.sampleEnd.length; series++) {
      const end = batch.sampleEnd[series]!;
      part.length = 0;
      part.copy(batch.labelBytes, batch.labelStart[series]!, batch.labelEnd[series]!);
      for (; at < end; at++) {
        if (at === batch.nativeAt[native]) putNative(part, batch.times[at]!, batch.native[native++]!);
        else putSample(part, batch, at);
      }
      putPart(request, 0x0a, part);
    }
    for (const { name, type, help, unit } of batch.metadata) {
      part.length = 0;
      part.byte(0x08);
      part.varint(Math.max(0, TYPES.indexOf(type)));
      putText(part, 0x12, name);
      putText(part, 0x22, help);
      putText(part, 0x2a, unit);
      putPart(request, 0x1a, part);
    }
  }
  return compress(request.take());
}

/** Types of metric families in the order of their numbers. */
const TYPES = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];
const encoder = new TextEncoder();
const sample = new ByteSink(32);

function putSample(part: ByteSink, { times, bits }: SampleBatch, at: number): void {
  sample.length = 0;
  sample.byte(0x09);
  for (const word of [bits[2 * at]!, bits[2 * at + 1]!])
    for (let shift = 0; shift < 32; shift += 8) sample.byte((word >>> shift) & 0xff);
  sample.byte(0x10);
  sample.varint(times[at]!);
  putPart(part, 0x12, sample);
}

function putNative(part: ByteSink, time: number, data: Uint8Array): void {
  sample.length = 0;
  putHistogram(sample, time, decodeHistogram(data));
  putPart(part, 0x22, sample);
}

function putText(part: ByteSink, tag: number, text: string): void {
  if (text === '') return;
  const bytes = encoder.encode(text);
  part.byte(tag);
  part.varint(bytes.length);
  part.copy(bytes, 0, bytes.length);
}

function putPart(sink: ByteSink, tag: number, part: ByteSink): void {
  sink.byte(tag);
  sink.varint(part.length);
  sink.copy(part.bytes, 0, part.length);
}
