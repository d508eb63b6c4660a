import { Fault } from '../../core/fault.ts';
import type { OtlpEncoding } from './answer.ts';
import { OTLP_LIMITS, type OtlpLimits } from './limits.ts';
import type { OtlpRequest } from './model.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';

/** OTLP metrics: what OpenTelemetry's SDKs and collectors send. */
export { exportResponse, statusResponse, type OtlpEncoding, type OtlpOutcome } from './answer.ts';
export { OTLP_LIMITS } from './limits.ts';
export { OtlpTranslator } from './translate.ts';

/**
 * Reads an ExportMetricsServiceRequest.
 * @param body decompressed
 * @throws Fault `body_invalid` with what and where, `too_large`
 */
export function readOtlp(body: Uint8Array, encoding: OtlpEncoding, limits: Partial<OtlpLimits> = {}): OtlpRequest {
  const bounds = { ...OTLP_LIMITS, ...limits };
  if (body.length > bounds.maxBytes) throw new Fault('too_large', { limit: bounds.maxBytes });
  return encoding === 'json' ? readJson(body, bounds) : readProtobuf(body, bounds);
}
