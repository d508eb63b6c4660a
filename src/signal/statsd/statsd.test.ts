import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stored } from '../testing/stored.ts';
import { StatsdAggregate, statsdSchema } from './index.ts';
import { parseStatsdLine } from './parse.ts';

const START = 1_800_000_000_000;
const SECOND = 1000;

function aggregate(more: Partial<ConstructorParameters<typeof StatsdAggregate>[0]> = {}): StatsdAggregate {
  return new StatsdAggregate({ expire: 60_000, labels: {}, random: () => 0.5, ...more });
}

/** What is stored after packets, one list per flush, a flush every ten seconds from the start. */
async function flushed(flushes: readonly (readonly string[])[], more = {}) {
  const statsd = aggregate(more);
  const batches = flushes.map((packets, index) => {
    const now = START + index * 10 * SECOND;
    for (const packet of packets) statsd.take(packet, now);
    return statsd.flush(now);
  });
  return { found: await stored(batches, START), counts: statsd.counts };
}

describe('lines', () => {
  it('of statsd and DogStatsD', () => {
    assert.deepEqual(parseStatsdLine('page.views:1:2.5:-3|h|@0.5|#env:prod,urgent,url:http://x|c:abc|T1656581400'), {
      metric: {
        name: 'page.views',
        type: 'distribution',
        values: ['1', '2.5', '-3'],
        rate: 0.5,
        tags: [
          ['env', 'prod'],
          ['urgent', 'true'],
          ['url', 'http://x'],
        ],
        time: 1_656_581_400,
      },
    });
    assert.deepEqual(parseStatsdLine('_e{5,4}:title|text'), { metric: null });
    assert.deepEqual(parseStatsdLine('_sc|name|0'), { metric: null });
  });

  for (const [line, why] of [
    ['a', /without name/],
    [':1|c', /without name/],
    ['a:1', /unknown type ""/],
    ['a:1|constructor', /unknown type/],
    ['a:x|c', /not a number/],
    ['a:|g', /not a number/],
    ['a:0x10|g', /not a number/],
    ['a:Infinity|g', /not a number/],
    ['a:1|c|@0', /sample rate/],
    ['a:1|c|@2', /sample rate/],
    ['a:1|c|@x', /sample rate/],
    [`${'a'.repeat(9000)}:1|c`, /longer than/],
  ] as const) {
    it(`refused: ${line.slice(0, 20)}`, () => {
      const read = parseStatsdLine(line);
      assert.match('why' in read ? read.why : '', why);
    });
  }
});

describe('what is stored', () => {
  it('counters grow, by the sample rate', async () => {
    const { found } = await flushed([['gorets:1|c\ngorets:1|c|@0.1\n'], [], ['gorets:2|c']]);
    assert.deepEqual(found, {
      'gorets_total{}': [
        [0, 11],
        [10_000, 11],
        [20_000, 13],
      ],
    });
  });

  it('gauges keep their value; a sign moves it', async () => {
    const { found } = await flushed([['gaugor:333|g'], ['gaugor:-10|g', 'gaugor:+4|g'], ['gaugor:0|g', 'gaugor:-5|g']]);
    assert.deepEqual(found['gaugor{}'], [
      [0, 333],
      [10_000, 327],
      [20_000, -5],
    ]);
  });

  it('timers are seconds: quantiles of the window, running sum and count', async () => {
    const values = Array.from({ length: 100 }, (_, index) => `glork:${(index + 1) * 10}|ms`);
    const { found } = await flushed([values, ['glork:320|ms|@0.5']]);
    assert.deepEqual(found['glork_seconds{"quantile":"0.5"}'], [
      [0, 0.5],
      [10_000, 0.32],
    ]);
    assert.deepEqual(found['glork_seconds{"quantile":"0.99"}']![0], [0, 0.99]);
    assert.deepEqual(found['glork_seconds_count{}'], [
      [0, 100],
      [10_000, 102],
    ]);
    assert.ok(Math.abs(Number(found['glork_seconds_sum{}']![1]![1]) - 51.14) < 1e-9);
  });

  it('a window without values has no quantile, and distributions keep their unit', async () => {
    const { found } = await flushed([['size:7|d'], []]);
    assert.deepEqual(found['size{"quantile":"0.9"}'], [
      [0, 7],
      [10_000, NaN],
    ]);
  });

  it('sets count different values within a flush', async () => {
    const { found } = await flushed([['uniques:765|s\nuniques:765|s\nuniques:a:b|s'], ['uniques:1|s']]);
    assert.deepEqual(found['uniques{}'], [
      [0, 2],
      [10_000, 1],
    ]);
  });

  it('tags are labels, beside those of the configuration', async () => {
    const { found } = await flushed([['a.b-c:1|g|#city:berlin,site:x,quantile:y,9:z,e:']], { labels: { site: 'own' } });
    assert.deepEqual(Object.keys(found), [
      'a_b_c{"city":"berlin","exported_quantile":"y","exported_site":"x","key_9":"z","site":"own"}',
    ]);
  });

  it('a value with a time of its own stands there', async () => {
    const seconds = START / 1000;
    const { found } = await flushed([['g:1|g'], [`g:5|g|T${seconds + 4}`, `c:2|c|T${seconds + 5}`, 'c:1|c']]);
    assert.deepEqual(found['g{}'], [
      [0, 1],
      [4000, 5],
      [10_000, 5],
    ]);
    assert.deepEqual(found['c_total{}'], [
      [5000, 2],
      [10_000, 3],
    ]);
  });

  it('what nobody sends any more ends, and begins at zero when it comes back', async () => {
    const { found } = await flushed([['c:5|c'], [], [], ['c:1|c']], { expire: 15_000 });
    assert.deepEqual(found['c_total{}'], [
      [0, 5],
      [10_000, 5],
      [20_000, 'stale'],
      [30_000, 1],
    ]);
  });

  it('a name is of one type, series and values are bounded, and what is refused is counted', async () => {
    const limits = { maxSeries: 2, maxUnique: 1 };
    const { found, counts } = await flushed([['a:1|g', 'a:1|s', 'b:x|s\nb:y|s', 'c:1|c', 'broken']], { limits });
    assert.deepEqual(found, { 'a{}': [[0, 1]], 'b{}': [[0, 1]] });
    assert.deepEqual([counts.lines, counts.refused, counts.lastRefusal], [6, 3, 'without name:value']);
  });

  it('of many values of a timer a fair share is kept', async () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const values = Array.from({ length: 50_000 }, (_, index) => `t:${index}|d`);
    const { found } = await flushed([values], { random });
    const median = Number(found['t{"quantile":"0.5"}']![0]![1]);
    assert.ok(median > 22_500 && median < 27_500, String(median));
    assert.deepEqual(found['t_count{}'], [[0, 50_000]]);
  });
});

describe('the configuration', () => {
  it('is off without the section, and has defaults within', () => {
    assert.equal(statsdSchema.parse(undefined), null);
    const defaults = { listen: '127.0.0.1:8125', flush: 10_000, expire: 3_600_000, labels: {} };
    assert.deepEqual(statsdSchema.parse({}), defaults);
    assert.equal(statsdSchema.safeParse({ listen: '8125' }).success, false);
  });
});
