import type { SampleBatch } from '../../series/index.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { RemoteWriteLimits } from './limits.ts';
import type { DecodeScratch } from './scratch.ts';
import { decompressSnappy } from './snappy.ts';
import { decodeVersion1 } from './version-1.ts';
import { decodeVersion2 } from './version-2.ts';

/**
 * Decodes the body of a remote write request into a batch for the series store, without making label objects: the store
 * knows most series by the bytes of their labels.
 * @param body compressed in Snappy's block format, as it came
 * @param version by the content type only: 2 for `application/x-protobuf;proto=io.prometheus.write.v2.Request`, else 1
 * @param scratch memory to decode into; then the batch holds only until the next call with it
 * @returns the batch; histograms and exemplars are counted in it and not stored
 * @throws Fault body_invalid with what and where, too_large
 * Source: Prometheus remote write specification 1.0 and 2.0.
 */
export function decodeRemoteWrite(
  body: Uint8Array,
  version: 1 | 2,
  limits: Partial<RemoteWriteLimits> = {},
  scratch?: DecodeScratch,
): SampleBatch {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const bytes = decompressSnappy(body, bounds.maxBytes, scratch && ((length) => scratch.bytes(length)));
  const batch =
    version === 2 ? decodeVersion2(bytes, bounds, scratch?.columns) : decodeVersion1(bytes, bounds, scratch?.columns);
  scratch?.keep(batch.times.buffer as ArrayBuffer);
  return batch;
}
