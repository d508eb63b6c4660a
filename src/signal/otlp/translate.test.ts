import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../core/fault.ts';
import { OtlpTranslator, readOtlp } from './index.ts';
import { keyValue, Message, requestOf } from './testing/message.ts';
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
const sum = (point: Json, more: Json = {}): Json => ({
  name: 'trips',
  sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point], ...more },
});

describe('what becomes of each kind', () => {
  it('gauges, sums, histograms and summaries', async () => {
    const { batch, points, rejected, messages } = take(new OtlpTranslator(), [
      { name: 'battery.level', unit: '1', gauge: { dataPoints: [{ ...at(0), asDouble: 0.5 }] } },
      sum({ ...at(0), asInt: '7' }, { aggregationTemporality: 2 }),
      { name: 'free', sum: { aggregationTemporality: 2, dataPoints: [{ ...at(0), asInt: -3 }] } },
      {
        name: 'wait',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ ...at(0), count: '6', sum: 9.5, bucketCounts: ['1', 2, '3'], explicitBounds: [0.5, 1] }],
        },
      },
      {
        name: 'rtt',
        summary: {
          dataPoints: [{ ...at(0), count: 2, sum: 3, quantileValues: [{ quantile: 0.99, value: 2 }] }],
        },
      },
    ]);
    assert.deepEqual([points, rejected, messages], [5, 0, []]);
    assert.deepEqual(await stored([batch], START), {
      'battery_level_ratio{"job":"shop"}': [[0, 0.5]],
      'trips_total{"job":"shop"}': [[0, 7]],
      'free{"job":"shop"}': [[0, -3]],
      'wait_seconds_bucket{"job":"shop","le":"0.5"}': [[0, 1]],
      'wait_seconds_bucket{"job":"shop","le":"1"}': [[0, 3]],
      'wait_seconds_bucket{"job":"shop","le":"+Inf"}': [[0, 6]],
      'wait_seconds_sum{"job":"shop"}': [[0, 9.5]],
      'wait_seconds_count{"job":"shop"}': [[0, 6]],
      'rtt{"job":"shop","quantile":"0.99"}': [[0, 2]],
      'rtt_sum{"job":"shop"}': [[0, 3]],
      'rtt_count{"job":"shop"}': [[0, 2]],
    });
    assert.deepEqual(
      batch.metadata.map(({ name, type, unit }) => [name, type, unit]),
      [
        ['battery_level_ratio', 'gauge', 'ratio'],
        ['trips_total', 'counter', ''],
        ['free', 'gauge', ''],
        ['wait_seconds', 'histogram', 'seconds'],
        ['rtt', 'summary', ''],
      ],
    );
  });

  it('the flag "no recorded value" ends all series of a point', async () => {
    const histogram = (point: Json): Json => ({
      name: 'wait',
      histogram: { aggregationTemporality: 2, dataPoints: [point] },
    });
    const point = { count: 1, sum: 1, bucketCounts: [1, 0], explicitBounds: [5] };
    const translator = new OtlpTranslator();
    const first = take(translator, [histogram({ ...at(0), ...point })]);
    const second = take(translator, [histogram({ ...at(1000), explicitBounds: [5], flags: 1 })]);
    const found = await stored([first.batch, second.batch], START);
    assert.equal(Object.keys(found).length, 4);
    for (const samples of Object.values(found)) assert.deepEqual(samples[1], [1000, 'stale']);
  });

  const refused: readonly (readonly [string, Json, RegExp])[] = [
    [
      'a scale of 30',
      {
        name: 'e',
        exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ ...at(0), count: 1, scale: 30 }] },
      },
      /scale is not between/,
    ],
    [
      'a count below zero',
      {
        name: 'e',
        exponentialHistogram: {
          aggregationTemporality: 2,
          dataPoints: [{ ...at(0), count: 1, positive: { bucketCounts: [-1] } }],
        },
      },
      /count below zero/,
    ],
    ['no temporality', { name: 's', sum: { isMonotonic: true, dataPoints: [{ ...at(0), asInt: 1 }] } }, /temporality/],
    [
      'deltas of what can fall',
      { name: 's', sum: { aggregationTemporality: 1, dataPoints: [{ ...at(0), asInt: 1 }] } },
      /sum that can fall/,
    ],
    ['no time', { name: 'g', gauge: { dataPoints: [{ asInt: 1 }] } }, /without time_unix_nano/],
    ['no value', { name: 'g', gauge: { dataPoints: [at(0)] } }, /without a value/],
    ['no name', { name: '', gauge: { dataPoints: [{ ...at(0), asInt: 1 }] } }, /without a name/],
    [
      'a bucket too few',
      {
        name: 'h',
        histogram: { aggregationTemporality: 2, dataPoints: [{ ...at(0), bucketCounts: [1], explicitBounds: [1] }] },
      },
      /not one more bucket than bounds/,
    ],
    [
      'bounds that fall',
      {
        name: 'h',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ ...at(0), bucketCounts: [1, 1, 1], explicitBounds: [2, 1] }],
        },
      },
      /do not ascend/,
    ],
    [
      'a quantile of 2',
      { name: 'q', summary: { dataPoints: [{ ...at(0), quantileValues: [{ quantile: 2, value: 1 }] }] } },
      /not between 0 and 1/,
    ],
  ];
  for (const [what, metric, message] of refused) {
    it(`refused: ${what}; the rest of the request is taken`, async () => {
      const good = { name: 'good', gauge: { dataPoints: [{ ...at(0), asInt: 1 }] } };
      const { batch, points, rejected, messages } = take(new OtlpTranslator(), [metric, good]);
      assert.deepEqual([points, rejected], [2, 1]);
      assert.match(messages.join(), message);
      assert.deepEqual(Object.keys(await stored([batch], START)), ['good{"job":"shop"}']);
    });
  }
});

describe('deltas', () => {
  it('are added up, a repeated one once, one from before not at all', async () => {
    const translator = new OtlpTranslator();
    const points = [
      delta(0, 1000, { asInt: 3 }),
      delta(1000, 2000, { asInt: 4 }),
      delta(1000, 2000, { asInt: 4 }),
      delta(500, 1500, { asInt: 9 }),
      delta(60_000, 61_000, { asInt: 5 }),
    ];
    const taken = points.map((point) => take(translator, [sum(point)]));
    assert.deepEqual(
      taken.map(({ rejected }) => rejected),
      [0, 0, 0, 1, 0],
    );
    assert.match(taken[3]!.messages.join(), /does not end after/);
    assert.deepEqual(
      await stored(
        taken.map(({ batch }) => batch),
        START,
      ),
      {
        'trips_total{"job":"shop"}': [
          [1000, 3],
          [2000, 7],
          [61_000, 12],
        ],
      },
    );
  });

  it('of histograms: by bucket; with other bounds they begin again', async () => {
    const histogram = (from: number, bounds: number[], counts: number[]): Json => ({
      name: 'wait',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [
          delta(from, from + 1000, {
            count: counts.reduce((total, one) => total + one, 0),
            sum: 1.5,
            bucketCounts: counts,
            explicitBounds: bounds,
          }),
        ],
      },
    });
    const translator = new OtlpTranslator();
    const taken = [
      take(translator, [histogram(0, [1], [1, 2])]),
      take(translator, [histogram(1000, [1], [3, 4])]),
      take(translator, [histogram(2000, [2], [1, 0])]),
    ];
    const found = await stored(
      taken.map(({ batch }) => batch),
      START,
    );
    assert.deepEqual(found['wait_bucket{"job":"shop","le":"1"}'], [
      [1000, 1],
      [2000, 4],
    ]);
    assert.deepEqual(found['wait_count{"job":"shop"}'], [
      [1000, 3],
      [2000, 10],
      [3000, 1],
    ]);
    assert.deepEqual(found['wait_sum{"job":"shop"}'], [
      [1000, 1.5],
      [2000, 3],
      [3000, 1.5],
    ]);
  });

  it('of two streams that become one series are refused, not mixed', () => {
    const two = [sum(delta(0, 1000, { asInt: 3 })), sum(delta(0, 1000, { asInt: 5 }))];
    const { rejected, messages } = take(new OtlpTranslator(), two);
    assert.equal(rejected, 1);
    assert.match(messages.join(), /two delta streams that become the same series/);
  });

  it('of more streams than are remembered are refused; silent ones make room', () => {
    const translator = new OtlpTranslator({ maxStreams: 1, keepMs: 1000 });
    const named = (name: string): Json => ({ ...sum(delta(0, 1000, { asInt: 1 })), name });
    const request = (name: string) => readOtlp(bodyOf([named(name)]), 'json');
    assert.equal(translator.take(request('a'), START).rejected, 0);
    assert.equal(translator.take(request('b'), START).rejected, 1);
    assert.equal(translator.take(request('b'), START + 2000).rejected, 0);
  });
});

describe('labels', () => {
  const gauge = (...attributes: Json[]): Json => ({
    name: 'g',
    gauge: { dataPoints: [{ ...at(0), asInt: 1, attributes }] },
  });

  it('of the resource: job, instance and target_info; of the scope: otel_scope_*', async () => {
    const resource = [
      text('service.name', 'shop'),
      text('service.namespace', 'kiez'),
      text('service.instance.id', 'i-1'),
      text('host.name', 'h'),
      { key: 'cpu.count', value: { intValue: '9007199254740993' } },
    ];
    const scope = { name: 'lib', version: '1', attributes: [text('team', 'x')] };
    const { batch } = take(new OtlpTranslator(), [gauge()], resource, scope);
    assert.deepEqual(Object.keys(await stored([batch], START)).sort(), [
      'g{"instance":"i-1","job":"kiez/shop","otel_scope_name":"lib","otel_scope_team":"x","otel_scope_version":"1"}',
      'target_info{"cpu_count":"9007199254740993","host_name":"h","instance":"i-1","job":"kiez/shop"}',
    ]);
  });

  it('that collide are joined and told', async () => {
    const { batch, rejected, messages } = take(new OtlpTranslator(), [
      gauge(text('k8s_pod', 'b'), text('k8s.pod', 'a'), text('job', 'mine')),
    ]);
    assert.equal(rejected, 0);
    assert.deepEqual(Object.keys(await stored([batch], START)), [
      'g{"exported_job":"mine","job":"shop","k8s_pod":"a;b"}',
    ]);
    assert.match(messages.join(), /"k8s\.pod" and "k8s_pod" both become the label k8s_pod/);
    assert.match(messages.join(), /stored as exported_job/);
  });

  it('of every type of value, and with names that could do harm', async () => {
    const { batch } = take(new OtlpTranslator(), [
      gauge(
        { key: '__name__', value: { stringValue: 'evil' } },
        { key: '__proto__', value: { boolValue: true } },
        { key: '2nd', value: { doubleValue: 1.5 } },
        { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'x' }] } } },
        { key: 'map', value: { kvlistValue: { values: [{ key: '__proto__', value: { intValue: 1 } }] } } },
        { key: 'bytes', value: { bytesValue: 'AQI=' } },
        { key: 'empty', value: { stringValue: '' } },
        { key: 'none' },
      ),
    ]);
    const [series] = Object.keys(await stored([batch], START));
    assert.deepEqual(JSON.parse(series!.slice(1)), {
      _name_: 'evil',
      _proto_: 'true',
      bytes: 'AQI=',
      job: 'shop',
      key_2nd: '1.5',
      list: '[1,"x"]',
      map: '{"__proto__":1}',
    });
  });
});

describe('the two encodings', () => {
  it('mean the same', async () => {
    const numbers = new Message().part(7, keyValue('city', 'berlin')).fixed(2, ns(0)).fixed(3, ns(1000)).fixed(6, -5n);
    const histogram = new Message()
      .fixed(3, ns(1000))
      .fixed(4, 3n)
      .double(5, 4.5)
      .packed(6, BigUint64Array.of(1n, 2n))
      .double(7, 0.25)
      .part(8, 'an exemplar is passed over');
    const summary = new Message()
      .fixed(3, ns(1000))
      .fixed(4, 2n)
      .double(5, 3)
      .part(6, new Message().double(1, 0.5).double(2, 7));
    const metric = (name: string, field: number, point: Message): Message =>
      new Message().part(1, name).part(3, 'ms').part(field, new Message().part(1, point).number(2, 2));
    const protobuf = requestOf(metric('a', 7, numbers), metric('b', 9, histogram), metric('c', 11, summary));
    const json = bodyOf(
      [
        {
          name: 'a',
          unit: 'ms',
          sum: {
            aggregationTemporality: 2,
            dataPoints: [{ ...at(1000), asInt: '-5', attributes: [text('city', 'berlin')] }],
          },
        },
        {
          name: 'b',
          unit: 'ms',
          histogram: {
            aggregationTemporality: 2,
            dataPoints: [{ ...at(1000), count: '3', sum: 4.5, bucketCounts: ['1', '2'], explicitBounds: [0.25] }],
          },
        },
        {
          name: 'c',
          unit: 'ms',
          summary: { dataPoints: [{ ...at(1000), count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 7 }] }] },
        },
      ],
      undefined,
      { name: 'scope' },
    );
    const of = async (body: Uint8Array, encoding: 'json' | 'protobuf') =>
      stored([new OtlpTranslator().take(readOtlp(body, encoding), START).batch], START);
    const first = await of(protobuf, 'protobuf');
    assert.deepEqual(first, await of(json, 'json'));
    assert.equal(Object.keys(first).length, 8);
  });

  for (const [what, json, message] of [
    ['text that is not JSON', '{', /not JSON/],
    ['a list', '[]', /the body: it must be an object/],
    ['a number as list', '{"resourceMetrics":1}', /resourceMetrics: it must be a list/],
    ['a number as name', '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":1}]}]}]}', /metrics\[0\]\.name/],
    [
      'a word as number',
      JSON.stringify(JSON.parse(bodyOf([sum({ ...at(0), asInt: 'x' })]).toString())),
      /asInt: it must/,
    ],
    ['half a number', bodyOf([sum({ ...at(0), asInt: 1.5 })]).toString(), /whole number/],
    ['half a surrogate pair', bodyOf([]).toString().replace('shop', '\\ud800'), /surrogate/],
  ] as const) {
    it(`refused: ${what}`, () => {
      assert.throws(
        () => readOtlp(Buffer.from(json), 'json'),
        (error) => error instanceof Fault && error.code === 'body_invalid' && message.test(error.message),
      );
    });
  }

  it('bounds: bytes, parts, depth', () => {
    const json = bodyOf([sum({ ...at(0), asInt: 1 })]);
    const protobuf = requestOf(new Message().part(1, 'a'));
    let deep = new Message().part(1, 'x');
    for (let i = 0; i < 20; i++) deep = new Message().part(5, new Message().part(1, deep));
    const nested = new Message().part(
      1,
      new Message().part(1, new Message().part(1, new Message().part(1, 'k').part(2, deep))),
    );
    assert.throws(() => readOtlp(json, 'json', { maxBytes: 10 }), /larger than 10 bytes/);
    assert.throws(() => readOtlp(json, 'json', { maxParts: 2 }), /more than \d parts/);
    assert.throws(() => readOtlp(protobuf, 'protobuf', { maxParts: 2 }), /more than 2 parts/);
    assert.throws(() => readOtlp(nested.bytes(), 'protobuf'), /nested deeper/);
  });

  it('a value without anything in it is read, whatever stands behind it', () => {
    const list = new Message().part(1, new Message()).part(1, new Message().part(1, 'x'));
    const attribute = new Message().part(1, 'k').part(2, new Message().part(5, list));
    const resource = new Message().part(1, attribute).part(1, new Message().part(1, 'e').part(2, new Message()));
    const request = new Message().part(1, new Message().part(1, resource));
    assert.deepEqual(readOtlp(request.bytes(), 'protobuf')[0]!.attributes, [
      { key: 'k', value: '[null,"x"]' },
      { key: 'e', value: '' },
    ]);
  });

  it('unknown fields and null are passed over', () => {
    const body = {
      resourceMetrics: [{ new: 1, resource: null, scopeMetrics: [{ scope: null, metrics: null }] }],
      x: 1,
    };
    assert.equal(readOtlp(Buffer.from(JSON.stringify(body)), 'json').length, 1);
    assert.deepEqual(readOtlp(new Message().number(99, 1).part(98, 'x').bytes(), 'protobuf'), []);
  });
});
