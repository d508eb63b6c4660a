import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder } from './batch.ts';
import { decodeLabels, encodeLabels } from './label-bytes.ts';

test('a batch survives being posted, the bits of its values included, and holds whole milliseconds', () => {
  const builder = new BatchBuilder();
  for (let i = 0; i < 100; i++) builder.add({ __name__: 'm', i: String(i) }, i + 0.4, i / 3);
  const batch = structuredClone(builder.addStale({ __name__: 'm', i: '0' }, 6.6).build());
  assert.deepEqual([...batch.times], [...Array(100).keys(), 7]);
  assert.deepEqual([...new Float64Array(batch.bits.slice(0, 200).buffer)].slice(0, 4), [0, 1 / 3, 2 / 3, 1]);
  assert.deepEqual([...batch.bits.subarray(200)], [2, 0x7ff00000]);
});

test('labels come back from their bytes, without empty values and whatever their texts', () => {
  const labels = { __name__: 'ä €', b: '', 'c.d': '\u0000\n"', e: '😀'.repeat(3000) };
  const bytes = encodeLabels(labels);
  const { b: _left, ...kept } = labels;
  assert.deepEqual(decodeLabels(bytes, 0, bytes.length), { ok: true, labels: kept });
});

test('label bytes that cannot be labels are refused with the reason', () => {
  const label = (name: string, value: string): number[] => {
    const inner = [0x0a, name.length, ...Buffer.from(name), 0x12, value.length, ...Buffer.from(value)];
    return [0x0a, inner.length, ...inner];
  };
  const refused: [number[], RegExp][] = [
    [[...label('a', '1'), ...label('a', '2')], /"a" occurs twice/],
    [label('', '1'), /empty name/],
    [label('__proto__', '1'), /__proto__/],
    [[0x0a, 4, 0x0a, 2, 0xc3, 0x28], /UTF-8/],
    [[0x0a, 9, 0x0a, 1, 0x61], /reaches beyond its end/],
    [[0x0a, 3, 0x0a, 9, 0x61], /reaches beyond its end/],
    [[0x12, 0], /tag/],
    [[0x0a, 2, 0x1a, 0], /unknown field tag 0x1a/],
    [Array.from({ length: 300 }, (_, i) => label(`l${i}`, 'x')).flat(), /more than 256 labels/],
  ];
  for (const [bytes, why] of refused) {
    const decoded = decodeLabels(Uint8Array.from(bytes), 0, bytes.length);
    assert.ok(!decoded.ok && why.test(decoded.why), JSON.stringify(decoded));
  }
});
