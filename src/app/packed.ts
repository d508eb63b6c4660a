import type { PrometheusAnswer } from '../expectation/engine/prometheus-api.ts';

const LONG_TEXT = 8192;

/** An answer as it changes threads: a long text goes as bytes, so that the main thread has nothing to copy or encode. */
export function packed({ status, body }: PrometheusAnswer): PrometheusAnswer {
  if (typeof body !== 'string' || body.length < LONG_TEXT) return { status, body };
  return { status, body: new TextEncoder().encode(body) };
}

/** What of a packed answer is given away with it instead of being copied. */
export function memoryOf({ body }: PrometheusAnswer): ArrayBuffer[] {
  return typeof body === 'string' ? [] : [body.buffer];
}
