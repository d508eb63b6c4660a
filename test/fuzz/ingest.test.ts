import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compress } from 'snappyjs';
import { Fault } from '../../src/core/fault.ts';
import type { NativeHistogram } from '../../src/promql/index.ts';
import { openSeriesStore, type SampleBatch } from '../../src/series/index.ts';
import { parseOpenMetrics, parsePrometheusText } from '../../src/signal/exposition/index.ts';
import { OtlpTranslator, readOtlp } from '../../src/signal/otlp/index.ts';
import { keyValue, Message, requestOf } from '../../src/signal/otlp/testing/message.ts';
import { decodeRemoteWrite, encodeWriteRequest } from '../../src/signal/remote-write/index.ts';
import { ScrapeIntake } from '../../src/signal/scrape/index.ts';
import { StatsdAggregate } from '../../src/signal/statsd/index.ts';
import { Mutator } from './mutate.ts';

/** 2,000 bodies of each kind; LAMPLIGHTER_FUZZ=full asks for 100,000. LAMPLIGHTER_FUZZ_SEED chooses others. */
const BODIES = process.env['LAMPLIGHTER_FUZZ'] === 'full' ? 100_000 : 2000;
const SEED = Number(process.env['LAMPLIGHTER_FUZZ_SEED'] ?? 1);
const NOW = 1_800_000_000_000;
/** What a warm program may hold more at the end than after a quarter of the bodies. */
const GROWTH_BYTES = 24 << 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Takes one body as the server would. */
  readonly take: (body: Uint8Array, mutator: Mutator) => void;
}

const text = (...lines: string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);

const REMOTE_1 = encodeWriteRequest(
  [
    { labels: { __name__: 'up', job: 'node' }, times: [NOW - 2000, NOW - 1000], values: Float64Array.of(1, NaN) },
    { labels: { __name__: 'trips_total', city: 'Köln' }, times: [NOW], values: Float64Array.of(-0) },
  ],
  [{ name: 'up', type: 'gauge', help: 'Whether it answers.', unit: 's' }],
);

/** Native histograms, one exponential and one with custom buckets. */
const NATIVE: NativeHistogram = {
  schema: 3,
  count: 10,
  sum: 2.5,
  zeroThreshold: 0.001,
  zeroCount: 1,
  positive: { offset: -2, counts: [1, 0, 3, 2] },
  negative: { offset: 4, counts: [3] },
  customValues: [],
  resetHint: 'unknown',
};
const CUSTOM: NativeHistogram = {
  ...NATIVE,
  schema: -53,
  count: 6.5,
  zeroCount: 0,
  positive: { offset: 0, counts: [1, 3.5, 2] },
  negative: { offset: 0, counts: [] },
  customValues: [0.1, 1],
};
const REMOTE_NATIVE = encodeWriteRequest([
  {
    labels: { __name__: 'latency', job: 'node' },
    times: [NOW - 2000, NOW - 1000],
    values: new Float64Array(2),
    histograms: [NATIVE, CUSTOM],
  },
]);

/** version 2.0: a table of symbols, and a series that refers to it. */
const REMOTE_2 = ((): Uint8Array => {
  const request = new Message();
  for (const symbol of ['', '__name__', 'up', 'job', 'node', 'Help.']) request.part(4, symbol);
  const sample = new Message().double(1, 1.5).number(2, NOW);
  const metadata = new Message().number(1, 2).number(3, 5);
  request.part(
    5,
    new Message()
      .part(1, Uint8Array.of(1, 2, 3, 4))
      .part(2, sample)
      .part(5, metadata),
  );
  return request.bytes();
})();

const OTLP = ((): Uint8Array => {
  const ns = BigInt(NOW) * 1_000_000n;
  const number = new Message()
    .part(7, keyValue('city', 'berlin'))
    .fixed(2, ns - 1000n)
    .fixed(3, ns)
    .fixed(6, -5n);
  const histogram = new Message()
    .fixed(3, ns)
    .fixed(4, 3n)
    .double(5, 4.5)
    .packed(6, BigUint64Array.of(1n, 2n))
    .packed(7, Float64Array.of(0.25));
  const half = new Message().number(1, 3).part(2, Uint8Array.of(1, 2));
  const exponential = new Message().fixed(3, ns).fixed(4, 3n).number(6, 2).fixed(7, 1n).part(8, half).part(9, half);
  const quantile = new Message().double(1, 0.5).double(2, 7);
  const summary = new Message().fixed(3, ns).fixed(4, 2n).double(5, 3).part(6, quantile);
  const metric = (name: string, field: number, point: Message, temporality: number): Message =>
    new Message()
      .part(1, name)
      .part(3, 'ms')
      .part(field, new Message().part(1, point).number(2, temporality).number(3, 1));
  return requestOf(
    metric('a', 7, number, 2),
    metric('b', 7, number, 1),
    metric('c', 9, histogram, 1),
    metric('d', 11, summary, 0),
    metric('e', 10, exponential, 2),
    metric('f', 5, number, 0),
  );
})();

const JSON_BODY = Buffer.from(
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [
          {
            scope: { name: 's', version: '1' },
            metrics: [
              {
                name: 'trips',
                unit: '1',
                sum: {
                  aggregationTemporality: 1,
                  isMonotonic: true,
                  dataPoints: [
                    {
                      asInt: '7',
                      startTimeUnixNano: '1799999999000000000',
                      timeUnixNano: '1800000000000000000',
                      attributes: [
                        { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { boolValue: true }] } } },
                        { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { doubleValue: 1 } }] } } },
                      ],
                    },
                  ],
                },
              },
              {
                name: 'wait',
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    { timeUnixNano: '1800000000000000000', count: 3, bucketCounts: ['1', 2], explicitBounds: [0.5] },
                  ],
                },
              },
              {
                name: 'size',
                exponentialHistogram: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    {
                      timeUnixNano: '1800000000000000000',
                      count: 3,
                      scale: 2,
                      zeroCount: 1,
                      positive: { offset: -1, bucketCounts: ['1', 1] },
                    },
                  ],
                },
              },
              { name: 'level', gauge: { dataPoints: [{ timeUnixNano: 1.8e18, asDouble: 'NaN', flags: 1 }] } },
            ],
          },
        ],
      },
    ],
  }),
);

const PROMETHEUS = text(
  '# HELP a Some help.',
  '# TYPE a counter',
  'a{x="1",y="\\"\\n"} 1 1800000000000',
  'b{le="+Inf",} NaN',
  'up 1',
);

const OPENMETRICS = text(
  '# TYPE a counter',
  '# HELP a Some help.',
  'a_total{x="1"} 1 1800000000.5 # {trace_id="abc"} 0.5 1800000000',
  '# TYPE b histogram',
  'b_bucket{le="1"} 1',
  'b_bucket{le="+Inf"} 3',
  'b_count 3',
  'b_sum 2',
  '# TYPE c_s gauge',
  '# UNIT c_s s',
  'c_s 1',
  '# EOF',
);

const STATSD = text('gorets:1|c|@0.1|#city:berlin', 'glork:320:12|ms', 'gaugor:-10|g', 'uniques:765|s', '_e{1,1}:a|b');

/** Everything that a decoder lets through goes on into a store, as it would in the server. */
const store = openSeriesStore({ path: ':memory:', now: () => NOW, retentionMs: 3_600_000, maxSeries: 2000 });
const waiting: Promise<unknown>[] = [];
const write = (batch: SampleBatch): void => {
  waiting.push(store.write(batch).catch((error: unknown) => assert.ok(error instanceof Fault, String(error))));
};

const translator = new OtlpTranslator({ maxStreams: 1000 });
const intake = new ScrapeIntake();
const statsd = new StatsdAggregate({ expire: 10, labels: {}, random: () => 0.5, limits: { maxSeries: 1000 } });
let time = NOW - 600_000;
let packets = 0;

const page = (body: Uint8Array, contentType: string): void => {
  const { batch } = intake.take({
    target: contentType,
    labels: { job: 'fuzz' },
    honorLabels: false,
    sampleLimit: 1000,
    at: time++,
    duration: 0,
    page: { text: Buffer.from(body).toString('utf8'), contentType },
    error: '',
  });
  write(batch);
};

const TARGETS: readonly Target[] = [
  {
    name: 'remote write, changed before and after its compression',
    seeds: [REMOTE_1, compress(REMOTE_2), REMOTE_NATIVE],
    take: (body, mutator) => {
      const inner = mutator.mutate(mutator.below(2) === 0 ? REMOTE_2 : body, [REMOTE_2]);
      const version = mutator.below(2) === 0 ? 1 : 2;
      write(decodeRemoteWrite(mutator.below(2) === 0 ? compress(inner) : body, version));
    },
  },
  {
    name: 'OTLP in protobuf',
    seeds: [OTLP],
    take: (body) => write(translator.take(readOtlp(body, 'protobuf'), NOW).batch),
  },
  {
    name: 'OTLP in JSON',
    seeds: [JSON_BODY],
    take: (body) => write(translator.take(readOtlp(body, 'json'), NOW).batch),
  },
  {
    name: "Prometheus' text format",
    seeds: [PROMETHEUS],
    take: (body) => {
      page(body, 'text/plain');
      parsePrometheusText(Buffer.from(body).toString('utf8'));
    },
  },
  {
    name: 'OpenMetrics',
    seeds: [OPENMETRICS],
    take: (body) => {
      page(body, 'application/openmetrics-text');
      parseOpenMetrics(Buffer.from(body).toString('utf8'));
    },
  },
  {
    name: 'statsd',
    seeds: [STATSD],
    take: (body) => {
      statsd.take(Buffer.from(body).toString('utf8'), time++);
      if (++packets % 20 === 0) write(statsd.flush(time));
    },
  },
];

const all = TARGETS.flatMap(({ seeds }) => seeds);

it('the bodies are good before they are changed', () => {
  assert.equal(decodeRemoteWrite(REMOTE_1, 1).times.length, 3);
  assert.equal(decodeRemoteWrite(compress(REMOTE_2), 2).times.length, 1);
  const fresh = new OtlpTranslator();
  const protobuf = fresh.take(readOtlp(OTLP, 'protobuf'), NOW);
  assert.deepEqual([protobuf.points, protobuf.rejected], [6, 0], protobuf.messages.join());
  const json = fresh.take(readOtlp(JSON_BODY, 'json'), NOW);
  assert.deepEqual([json.points, json.rejected], [4, 0], json.messages.join());
  assert.equal(parsePrometheusText(Buffer.from(PROMETHEUS).toString()).samples.length, 3);
  assert.equal(parseOpenMetrics(Buffer.from(OPENMETRICS).toString()).samples.length, 6);
});

/** Only a Fault may come out of a body, in time, and nothing of it may stay in memory. */
describe(`${BODIES} changed bodies of each kind, seed ${SEED}`, () => {
  for (const [index, { name, seeds, take }] of TARGETS.entries()) {
    it(name, { timeout: 600_000 }, async () => {
      const mutator = new Mutator(SEED * 1000 + index);
      let refused = 0;
      let warm = 0;
      for (let n = 0; n < BODIES; n++) {
        const body = mutator.mutate(seeds[n % seeds.length]!, all);
        try {
          take(body, mutator);
        } catch (error) {
          if (!(error instanceof Fault)) {
            assert.fail(`body ${n}: ${String(error instanceof Error ? error.stack : error)}\n${hex(body)}`);
          }
          refused++;
        }
        if (n % 500 === 499) {
          await Promise.all(waiting.splice(0));
          store.maintain();
        }
        if (n === Math.floor(BODIES / 4)) warm = held();
      }
      await Promise.all(waiting.splice(0));
      const grown = held() - warm;
      assert.ok(grown < GROWTH_BYTES, `${grown} bytes more are held than after a quarter`);
      if (name !== 'statsd') assert.ok(refused > BODIES / 20 && refused < BODIES, `${refused} were refused`);
    });
  }
});

function held(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function hex(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 4096)).toString('base64');
}
