import { ByteSink } from '../../series/index.ts';

/** The two encodings of OTLP over HTTP. */
export type OtlpEncoding = 'protobuf' | 'json';

/** What is told to a sender. */
export interface OtlpOutcome {
  /** Samples stored. */
  readonly samples: number;
  /** Data points of the request that were not stored. */
  readonly rejected: number;
  readonly messages: readonly string[];
}

const MAX_MESSAGE = 2000;

/**
 * An ExportMetricsServiceResponse. A full success is the empty message; a warning has 0 rejected points and a text.
 * @returns bytes or JSON text, in the encoding of the request
 */
export function exportResponse(encoding: OtlpEncoding, { rejected, messages }: OtlpOutcome): Uint8Array | string {
  const message = shortened(messages.join('; '));
  const full = rejected === 0 && message === '';
  if (encoding === 'json') {
    return full
      ? '{}'
      : JSON.stringify({ partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: message } });
  }
  if (full) return new Uint8Array(0);
  const inner = new ByteSink(64);
  if (rejected > 0) {
    inner.byte(0x08);
    inner.varint(rejected);
  }
  putText(inner, 0x12, message);
  const outer = new ByteSink(64);
  outer.byte(0x0a);
  outer.varint(inner.length);
  outer.copy(inner.bytes, 0, inner.length);
  return outer.take();
}

/** Codes of google.rpc.Code by HTTP status; others are UNKNOWN. */
const CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  413: 8,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
};

/** A google.rpc.Status with code and message, for anything but success. */
export function statusResponse(encoding: OtlpEncoding, status: number, text: string): Uint8Array | string {
  const code = CODES[status] ?? 2;
  const message = shortened(text);
  if (encoding === 'json') return JSON.stringify({ code, message });
  const sink = new ByteSink(64);
  sink.byte(0x08);
  sink.varint(code);
  putText(sink, 0x12, message);
  return sink.take();
}

function shortened(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE).toWellFormed()}...` : text;
}

function putText(sink: ByteSink, tag: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  sink.byte(tag);
  sink.varint(bytes.length);
  sink.copy(bytes, 0, bytes.length);
}
