import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeWriteRequest } from './encode.ts';

test('a write request is, byte for byte, what the specification asks for', () => {
  const bytes = encodeWriteRequest([{ labels: { b: 'x', __name__: 'm' }, samples: [{ at: 300, value: 1 }] }]);
  const sample = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 0x02];
  const name = [0x0a, 13, 0x0a, 8, ...Buffer.from('__name__'), 0x12, 1, 0x6d];
  const label = [0x0a, 6, 0x0a, 1, 0x62, 0x12, 1, 0x78];
  const series = [...name, ...label, ...sample];
  assert.deepEqual([...bytes], [0x0a, series.length, ...series]);
});

test('instants beyond 32 bits keep all their digits', () => {
  const at = 1_789_740_000_123;
  const bytes = [...encodeWriteRequest([{ labels: {}, samples: [{ at, value: 0 }] }])];
  const tail = bytes.slice(-6);
  const value = tail.reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  assert.equal(value, at);
});
