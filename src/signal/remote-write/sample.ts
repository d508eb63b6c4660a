import type { BatchColumns } from '../../series/index.ts';
import { FIXED64, VARINT, type WireReader } from './wire.ts';

/**
 * Reads one Sample up to `end` into the columns: `value` is field 1 and `timestamp` field 2 in both versions. The value is
 * taken as its two words, so that the bits of a staleness marker stay as they are.
 * @throws Fault body_invalid, with the byte
 */
export function readSample(reader: WireReader, end: number, columns: BatchColumns, maxSamples: number): void {
  let time = 0;
  let low = 0;
  let high = 0;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag >>> 3 === 1) {
      reader.expect(tag, FIXED64, 'value');
      reader.double(end);
      low = reader.low;
      high = reader.high;
    } else if (tag >>> 3 === 2) {
      reader.expect(tag, VARINT, 'timestamp');
      time = reader.int64(end);
    } else reader.skip(tag, end);
  }
  if (columns.sampleCount >= maxSamples) reader.fail(`there are more than ${maxSamples} samples`);
  columns.addSample(time, low, high);
}
