import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OtlpTranslator, readOtlp } from './index.ts';
import { keyValue, Message, requestOf } from './testing/message.ts';
import { decodeHistogram } from '../../series/index.ts';
import { stored } from '../testing/stored.ts';

const START = 1_800_000_000_000;
const ns = (ms: number): bigint => BigInt(START + ms) * 1_000_000n;

type Json = Record<string, unknown>;
const at = (ms: number): Json => ({ timeUnixNano: String(ns(ms)) });
const text = (key: string, value: string): Json => ({ key, value: { stringValue: value } });

const bodyOf = (
  metrics: readonly Json[],
  resource: readonly Json[] = [text('service.name', 'shop')],
  scope: Json = {},
) =>
  Buffer.from(
    JSON.stringify({ resourceMetrics: [{ resource: { attributes: resource }, scopeMetrics: [{ scope, metrics }] }] }),
  );

const take = (translator: OtlpTranslator, ...args: Parameters<typeof bodyOf>) =>
  translator.take(readOtlp(bodyOf(...args), 'json'), START);

const delta = (from: number, to: number, value: Json): Json => ({
  startTimeUnixNano: String(ns(from)),
  ...at(to),
  ...value,
});
describe('exponential histograms', () => {
  const exponential = (temporality: number, ...points: Json[]): Json => ({
    name: 'wait',
    exponentialHistogram: { aggregationTemporality: temporality, dataPoints: points },
  });

  it('an exponential histogram has the powers of two as bounds, whatever its scale; only those in use are stored', async () => {
    // Scale 1: buckets end at 1.41, 2, 2.83, 4. Scale 0: at 2, 4. Scale -1: at 4.
    const points = [
      { ...at(0), count: 10, sum: 20, scale: 1, positive: { offset: 0, bucketCounts: ['1', 2, 3, 4] } },
      { ...at(1000), count: 12, sum: 24, scale: 0, zeroCount: 1, positive: { offset: 0, bucketCounts: [4, 7] } },
      { ...at(2000), count: 13, sum: 25, scale: -1, zeroCount: 1, positive: { offset: 0, bucketCounts: [12] } },
    ];
    const { batch, rejected } = take(new OtlpTranslator(), [exponential(2, ...points)]);
    assert.equal(rejected, 0);
    const found = await stored([batch], START);
    const bucket = (le: string): unknown => found[`wait_bucket{"job":"shop","le":"${le}"}`];
    assert.deepEqual(bucket('1'), [
      [0, 0],
      [1000, 1],
      [2000, 1],
    ]);
    assert.deepEqual(bucket('2'), [
      [0, 3],
      [1000, 5],
      [2000, 1],
    ]);
    assert.deepEqual(bucket('4'), [
      [0, 10],
      [1000, 12],
      [2000, 13],
    ]);
    assert.deepEqual(bucket('8'), undefined);
    assert.deepEqual(bucket('0'), [
      [1000, 1],
      [2000, 1],
    ]);
    assert.deepEqual(bucket('+Inf'), [
      [0, 10],
      [1000, 12],
      [2000, 13],
    ]);
    assert.deepEqual(found['wait_count{"job":"shop"}']?.at(-1), [2000, 13]);
    assert.equal(batch.metadata[0]?.type, 'histogram');
  });

  it('negative values, the zero bucket and what is out of reach have their places', async () => {
    const point = {
      ...at(0),
      count: 21,
      scale: 0,
      zeroCount: 5,
      zeroThreshold: 0.2,
      // From 1 to 2, far above all bounds, and far below all of them.
      positive: { offset: 0, bucketCounts: [1, ...Array.from({ length: 60 }, () => 0), 2] },
      // From -1 to -0.5, from -4 to -2.
      negative: { offset: -1, bucketCounts: [6, 0, 7] },
    };
    const found = await stored([take(new OtlpTranslator(), [exponential(2, point)]).batch], START);
    const below = (le: string): unknown => found[`wait_bucket{"job":"shop","le":"${le}"}`]?.[0]?.[1];
    assert.deepEqual(
      ['-4', '-2', '-1', '-0.5', '0', '0.125', '0.25', '1', '2', '1099511627776', '+Inf'].map(below),
      [0, 7, 7, 13, 13, 13, 18, 18, 19, 19, 21],
    );
    const tiny = { ...at(0), count: 3, scale: 0, positive: { offset: -100, bucketCounts: [3] } };
    const small = await stored([take(new OtlpTranslator(), [exponential(2, tiny)]).batch], START);
    assert.deepEqual(small[`wait_bucket{"job":"shop","le":"${2 ** -30}"}`], [[0, 3]]);
  });

  it('deltas of exponential histograms are added up, also when their scale changes', async () => {
    const translator = new OtlpTranslator();
    const first = { count: 3, sum: 3, scale: 2, positive: { offset: 4, bucketCounts: [3] } };
    const second = { count: 5, sum: 6, scale: 0, positive: { offset: 1, bucketCounts: [4, 1] } };
    const batches = [delta(0, 1000, first), delta(1000, 2000, second)].map(
      (point) => take(translator, [exponential(1, point)]).batch,
    );
    const found = await stored(batches, START);
    assert.deepEqual(found['wait_bucket{"job":"shop","le":"4"}'], [
      [1000, 3],
      [2000, 7],
    ]);
    assert.deepEqual(found['wait_bucket{"job":"shop","le":"8"}'], [[2000, 8]]);
    assert.deepEqual(found['wait_sum{"job":"shop"}'], [
      [1000, 3],
      [2000, 9],
    ]);
  });

  it('protocol buffers and JSON say the same of an exponential histogram', () => {
    const zigzag = (value: number): number => (value << 1) ^ (value >> 31);
    const half = (offset: number, counts: number[]): Message =>
      new Message().number(1, zigzag(offset)).part(2, Uint8Array.from(counts));
    const point = new Message()
      .part(1, keyValue('city', 'berlin'))
      .fixed(2, ns(-1000))
      .fixed(3, ns(0))
      .fixed(4, 7n)
      .double(5, 3.5)
      .number(6, zigzag(-2))
      .fixed(7, 1n)
      .part(8, half(-3, [1, 2]))
      .part(9, half(4, [3]))
      .double(14, 0.5);
    const metric = new Message().part(1, 'wait').part(10, new Message().part(1, point).number(2, 2));
    const json = {
      ...delta(-1000, 0, { count: 7, sum: 3.5, scale: -2, zeroCount: '1', zeroThreshold: 0.5 }),
      attributes: [text('city', 'berlin')],
      positive: { offset: -3, bucketCounts: ['1', '2'] },
      negative: { offset: 4, bucketCounts: [3] },
    };
    const read = (request: ReturnType<typeof readOtlp>): unknown => request[0]!.scopes[0]!.metrics[0]!.points;
    assert.deepEqual(
      read(readOtlp(requestOf(metric), 'protobuf')),
      read(readOtlp(bodyOf([exponential(2, json)]), 'json')),
    );
  });

  it('where it is asked for, cumulative ones become native, finer than 8 made coarser; deltas stay classic', () => {
    const point = { ...at(0), count: 10, sum: 20, scale: 1, positive: { offset: 0, bucketCounts: ['1', 2, 3, 4] } };
    const fine = {
      ...at(1000),
      count: 7,
      scale: 9,
      zeroCount: 1,
      positive: { offset: 3, bucketCounts: [1, 2] },
      negative: { offset: -1, bucketCounts: [3] },
    };
    const body = readOtlp(bodyOf([exponential(2, point, fine)]), 'json');
    const { batch, rejected } = new OtlpTranslator().take(body, START, 'native');
    assert.equal(rejected, 0);
    const [first, second] = batch.native.map(decodeHistogram);
    assert.deepEqual(
      [first!.schema, first!.count, first!.sum, first!.positive],
      [1, 10, 20, { offset: 1, counts: [1, 2, 3, 4] }],
    );
    // Bucket 3 of scale 9 is the upper half of bucket 1 of scale 8, which we count from one higher.
    assert.deepEqual(
      [second!.schema, second!.zeroCount, second!.positive, second!.negative],
      [8, 1, { offset: 2, counts: [1, 2] }, { offset: 0, counts: [3] }],
    );
    assert.ok(Number.isNaN(second!.sum));
    const deltas = readOtlp(bodyOf([exponential(1, delta(0, 1000, point))]), 'json');
    assert.equal(new OtlpTranslator().take(deltas, START, 'native').batch.native.length, 0);
    const wrong = readOtlp(bodyOf([exponential(2, { ...point, count: 11 })]), 'json');
    assert.equal(new OtlpTranslator().take(wrong, START, 'native').rejected, 1);
  });
});
