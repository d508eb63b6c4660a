import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compress } from 'snappyjs';
import { CUSTOM_SCHEMA, type NativeHistogram } from '../../promql/value/histogram.ts';
import { ByteSink, decodeHistogram, encodeHistogram, encodeLabels, putHistogram } from '../../series/index.ts';
import { decodeRemoteWrite } from './index.ts';

const NOW = 1_800_000_000_000;
const labels = encodeLabels({ __name__: 'latency', job: 'a' });

const base: NativeHistogram = {
  schema: 1,
  count: 12,
  sum: 3.5,
  zeroThreshold: 2 ** -128,
  zeroCount: 2,
  positive: { offset: -2, counts: [1, 0, 0, 0, 5] },
  negative: { offset: 3, counts: [4] },
  customValues: [],
  resetHint: 'not_reset',
};

function request(...histograms: readonly Uint8Array[]): Uint8Array {
  const body = new ByteSink();
  const series = new ByteSink();
  series.copy(labels, 0, labels.length);
  for (const one of histograms) put(series, 0x22, one);
  put(body, 0x0a, series.take());
  return compress(body.take());
}

function put(sink: ByteSink, tag: number, bytes: Uint8Array): void {
  sink.byte(tag);
  sink.varint(bytes.length);
  sink.copy(bytes, 0, bytes.length);
}

function message(histogram: NativeHistogram, time = NOW): Uint8Array {
  const sink = new ByteSink();
  putHistogram(sink, time, histogram);
  return sink.take();
}

const counts = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 30 });
const side = fc.record({ offset: fc.integer({ min: -1000, max: 1000 }), counts });
const exponential = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    sum: fc.double({ noNaN: true }),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001),
    zeroCount: fc.integer({ min: 0, max: 100 }),
    positive: side,
    negative: side,
    resetHint: fc.constantFrom('unknown', 'reset', 'not_reset', 'gauge' as const),
    share: fc.constantFrom(1, 0.5),
  })
  .map(({ share, ...rest }): NativeHistogram => {
    const scaled = ({ offset, counts: all }: NativeHistogram['positive']): NativeHistogram['positive'] => ({
      offset: all.length === 0 ? 0 : offset,
      counts: all.map((one) => one * share),
    });
    const [positive, negative] = [scaled(rest.positive), scaled(rest.negative)];
    const count = [...positive.counts, ...negative.counts].reduce((sum, one) => sum + one, rest.zeroCount);
    return {
      ...rest,
      resetHint: rest.resetHint as NativeHistogram['resetHint'],
      positive,
      negative,
      count,
      customValues: [],
    };
  });

describe('native histograms in remote write', () => {
  test('what is sent is what was meant, whole or broken counts', () => {
    fc.assert(
      fc.property(exponential, (histogram) => {
        const batch = decodeRemoteWrite(request(message(histogram)), 1);
        assert.equal(batch.wrongHistograms, null);
        assert.deepEqual([...batch.nativeAt], [0]);
        assert.deepEqual(decodeHistogram(batch.native[0]!), histogram);
        assert.deepEqual(decodeHistogram(encodeHistogram(histogram)), histogram);
      }),
    );
  });

  test('custom buckets', () => {
    const custom: NativeHistogram = {
      ...base,
      schema: CUSTOM_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count: 6,
      positive: { offset: 1, counts: [2, 4] },
      negative: { offset: 0, counts: [] },
      customValues: [0.1, 1],
    };
    const batch = decodeRemoteWrite(request(message(custom)), 1);
    assert.deepEqual(decodeHistogram(batch.native[0]!), custom);
  });

  test('one whose sum is the staleness marker ends the series', () => {
    const sink = new ByteSink();
    sink.byte(0x19);
    for (const byte of [2, 0, 0, 0, 0, 0, 0xf0, 0x7f]) sink.byte(byte);
    sink.byte(0x78);
    sink.varint(NOW);
    const batch = decodeRemoteWrite(request(sink.take()), 1);
    assert.deepEqual([batch.native.length, [...batch.times], [...batch.bits]], [0, [NOW], [2, 0x7ff00000]]);
  });

  test('what is none is left out and named, the others are taken', () => {
    const wrong: Record<string, NativeHistogram> = {
      'its schema is 9': { ...base, schema: 9 },
      'count says 13': { ...base, count: 13 },
      'custom bounds and an exponential': { ...base, customValues: [1] },
      'its zero threshold': { ...base, zeroThreshold: -1 },
    };
    for (const [words, histogram] of Object.entries(wrong)) {
      const batch = decodeRemoteWrite(request(message(histogram), message(base, NOW + 1)), 1);
      assert.equal(batch.wrongHistograms?.count, 1, words);
      assert.match(batch.wrongHistograms.example, new RegExp(words));
      assert.deepEqual([...batch.times], [NOW + 1]);
    }
  });

  test('a span that reaches over billions of buckets is refused', () => {
    const span = new ByteSink();
    for (const offset of [0, 2_000_000_000]) {
      const one = new ByteSink();
      one.byte(0x08);
      one.varint(2 * offset);
      one.byte(0x10);
      one.varint(1);
      put(span, 0x5a, one.take());
    }
    span.byte(0x62);
    span.varint(2);
    span.byte(0);
    span.byte(0);
    const batch = decodeRemoteWrite(request(span.take()), 1);
    assert.match(batch.wrongHistograms!.example, /more than 20000 buckets/);
  });
});
