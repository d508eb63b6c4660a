import assert from 'node:assert/strict';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { labelsKey } from '../../src/core/labels.ts';
import { markStale } from '../../src/promql/index.ts';
import { encodeWriteRequest, type OutgoingSeries } from '../../src/signal/remote-write/index.ts';
import { peerSeries, seeded } from '../semantics/promql/peer-data.ts';
import { startServer, TOKEN, type TestServer } from '../support/server.ts';
import { drawExpressions } from './differential-query.ts';
import { bareConfig } from './bare-config.ts';
import { startPrometheus } from './prometheus-peer.ts';

/*
 * The same samples by remote write to Debian's Prometheus and to Lamplighter, the same questions to both. Questions are
 * asked at times that no sample and no window's left end lies at: there 2.42 and 3 differ by definition.
 */
const SEED = Number(process.env['SEED'] ?? 20_261);
const DRAWN = 500;
const SPAN = 400 * 15_000;
/**
 * No window reaches back to the first samples from here on: at the beginning of a counter 2.42 and 3 stretch its increase
 * to zero in another order.
 */
const FIRST = 4_200_500;
const missing = spawnSync('which', ['prometheus']).status !== 0;

interface Answer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

describe('the same answers as Prometheus', { skip: missing ? 'not installed: prometheus' : false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-differential-'));
  // A whole half second, about two hours ago.
  const start = Math.floor((Date.now() - SPAN - 1_800_000) / 60_000) * 60_000;
  const random = seeded(SEED);
  const written = readFileSync(join(import.meta.dirname, '../semantics/promql/peer-expressions.txt'), 'utf8')
    .trim()
    .split('\n');
  const expressions = [...written, ...drawExpressions(random, DRAWN)];
  let server: TestServer;
  let prometheus: ChildProcess;
  let reference = '';

  before(async () => {
    server = await startServer({ config: bareConfig() });
    ({ child: prometheus, url: reference } = await startPrometheus(
      directory,
      'promql-at-modifier,promql-negative-offset',
    ));
    for (const body of requests(start)) {
      assert.equal(await write(reference, body), 204, 'Prometheus takes the samples');
      assert.equal(await write(server.url, body), 204, 'Lamplighter takes the samples');
    }
  });

  after(async () => {
    prometheus?.kill('SIGKILL');
    await server?.stop();
    server?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it(`${expressions.length} expressions over a range`, async (test) => {
    const differences: string[] = [];
    let points = 0;
    for (const query of expressions) {
      const params = {
        query,
        start: String((start + FIRST) / 1000),
        end: String((start + SPAN - 60_500) / 1000),
        step: '97',
      };
      points += await compare('query_range', params, differences);
    }
    test.diagnostic(
      `seed ${SEED}: ${expressions.length} expressions, ${points} points, ${differences.length} differences`,
    );
    assert.deepEqual(differences, []);
    assert.ok(points > 10_000, 'the answers are not empty');
  });

  it(`${expressions.length} expressions at instants`, async (test) => {
    const differences: string[] = [];
    let points = 0;
    for (const query of expressions) {
      const at = start + FIRST + Math.floor(random() * (SPAN - FIRST - 60_000));
      points += await compare('query', { query, time: String(Math.floor(at / 1000) + 0.5) }, differences);
    }
    test.diagnostic(
      `seed ${SEED}: ${expressions.length} expressions, ${points} points, ${differences.length} differences`,
    );
    assert.deepEqual(differences, []);
  });

  it('names, values and series', async () => {
    const window = { start: String(start / 1000), end: String((start + SPAN) / 1000) };
    const lists: [string, string[]][] = [
      ['labels', []],
      ['labels', ['state', 'job_info']],
      ['label/job/values', []],
      ['label/__name__/values', []],
      ['label/le/values', ['lat_bucket{job="api"}', 'temp']],
      ['label/zone/values', ['temp{instance="2"}', 'temp{instance=~"0|1"}']],
      ['series', ['session{job="api"}', '{__name__=~"temp|state",instance="1"}', 'session']],
    ];
    for (const [path, selectors] of lists) {
      const query = new URLSearchParams([...Object.entries(window), ...selectors.map((text) => ['match[]', text])]);
      const [theirs, ours] = await Promise.all(
        [reference, server.url].map(async (url) => {
          const headers = { authorization: `Bearer ${TOKEN}` };
          const response = await fetch(`${url}/api/v1/${path}?${query.toString()}`, { headers });
          const { data } = (await response.json()) as { data: unknown[] };
          return data.map((one) => (typeof one === 'string' ? one : labelsKey(one as Record<string, string>))).sort();
        }),
      );
      assert.ok(theirs!.length > 0, `${path} of Prometheus`);
      assert.deepEqual(ours, theirs, `${path} ${selectors.join(' ')}`);
    }
  });

  async function compare(path: string, params: Record<string, string>, differences: string[]): Promise<number> {
    const [theirs, ours] = await Promise.all([ask(reference, path, params), ask(server.url, path, params)]);
    if (theirs.status !== ours.status) {
      differences.push(
        `${params['query']}: ${theirs.status} ${theirs.error ?? ''}, but here ${ours.status} ${ours.error ?? ''}`,
      );
      return 0;
    }
    const [wanted, got] = [pointsOf(theirs), pointsOf(ours)];
    for (const key of new Set([...wanted.keys(), ...got.keys()])) {
      if (same(wanted.get(key), got.get(key))) continue;
      differences.push(
        `${params['query']} (${path} ${params['time'] ?? ''}): ${key.replaceAll('\u0001', '=').replaceAll('\u0002', ' ')} is ${wanted.get(key)}, but here ${got.get(key)}`,
      );
      break;
    }
    return wanted.size;
  }
});

/** Everything as remote-write bodies in the order of time, with series that end and begin again. */
function* requests(start: number): Generator<Uint8Array> {
  const all = [...peerSeries(SEED, start).map(outgoing), ...sessions(start)];
  const slice = SPAN / 10;
  for (let from = start; from < start + SPAN; from += slice) {
    yield encodeWriteRequest(
      all.flatMap(({ labels, times, values }) => {
        const first = Array.from(times).findIndex((time) => time >= from);
        if (first < 0) return [];
        let last = first;
        while (last < times.length && times[last]! < from + slice) last++;
        return last > first
          ? [{ labels, times: Array.from(times).slice(first, last), values: values.subarray(first, last) }]
          : [];
      }),
    );
  }
}

function outgoing({ labels, points }: ReturnType<typeof peerSeries>[number]): OutgoingSeries {
  return {
    labels,
    times: points.map(({ time }) => time),
    values: Float64Array.from(points, ({ value }) => value),
  };
}

/** Gauges that are ended by a staleness marker and begin again, with gaps that are not. */
function sessions(start: number): OutgoingSeries[] {
  const random = seeded(SEED + 1);
  return ['api', 'web'].flatMap((job) =>
    ['0', '1', '2'].map((instance) => {
      const times: number[] = [];
      const drawn: number[] = [];
      const stale: number[] = [];
      let level = 10;
      let silent = 0;
      for (let k = 0; k < 400; k++) {
        if (silent-- > 0) continue;
        times.push(start + k * 15_000 + 3007);
        level += random() * 4 - 2;
        drawn.push(level);
        const chance = random();
        if (chance < 0.02) stale.push(drawn.length - 1);
        if (chance < 0.04) silent = Math.floor(random() * 40);
      }
      const values = Float64Array.from(drawn);
      for (const index of stale) markStale(values, index);
      return { labels: { __name__: 'session', job, instance }, times, values };
    }),
  );
}

async function write(url: string, body: Uint8Array): Promise<number> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: body as Uint8Array<ArrayBuffer>,
  });
  return response.status;
}

async function ask(url: string, path: string, params: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: new URLSearchParams(params),
  });
  return (await response.json()) as Answer;
}

type Pair = readonly [number, string];

function pointsOf({ data }: Answer): Map<string, string> {
  const found = new Map<string, string>();
  if (!data) return found;
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    found.set('', (data.result as Pair)[1]);
    return found;
  }
  for (const { metric, value, values } of data.result as {
    metric: Record<string, string>;
    value?: Pair;
    values?: Pair[];
  }[])
    for (const [time, text] of values ?? (value ? [value] : [])) found.set(`${labelsKey(metric)}@${time}`, text);
  return found;
}

/** Nine digits: the order of additions may differ in what comes after. */
function same(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y));
}
