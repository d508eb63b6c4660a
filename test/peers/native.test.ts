import assert from 'node:assert/strict';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { labelsKey } from '../../src/core/labels.ts';
import { markStale, type NativeHistogram } from '../../src/promql/index.ts';
import { encodeWriteRequest, type OutgoingSeries } from '../../src/signal/remote-write/index.ts';
import { seeded } from '../semantics/promql/peer-data.ts';
import { startServer, TOKEN, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';
import { startPrometheus } from './prometheus-peer.ts';

/*
 * The same native histograms by remote write to Debian's Prometheus (2.42, the feature on) and to Lamplighter, the same
 * questions to both, at instants that no sample lies at. What 2.42 does otherwise than 3: it draws quantiles and fractions
 * linearly within a bucket, so that they are compared to within their bucket here; and it answers 0 to rates of histograms
 * with whole counts, so that those are asked of histograms with broken counts, and of whole ones by their own counts.
 */
const SEED = Number(process.env['SEED'] ?? 20_261);
const STEP = 15_000;
const ROUNDS = 300;
const SCHEMA = 3;
const missing = spawnSync('which', ['prometheus']).status !== 0;

/** Answered alike to the last digits. */
const SAME = [
  'latency',
  'latency{job="gap"}',
  'latency{job="stale"}',
  'count(latency)',
  'histogram_count(latency)',
  'histogram_sum(latency)',
  'histogram_sum(latency) / histogram_count(latency)',
  'sum(latency)',
  'sum by (job) (latency{job!~"floats.*"})',
  'max by (job) (histogram_count(latency))',
  'histogram_fraction(-Inf, 0, latency)',
  'rate(latency{job=~"floats.*"}[5m])',
  'increase(latency{job=~"floats.*"}[7m])',
  'histogram_count(rate(latency{job=~"floats.*"}[5m]))',
  'histogram_sum(increase(latency{job=~"floats.*"}[10m]))',
  'sum by (job) (rate(latency{job=~"floats.*"}[4m]))',
  'histogram_count(sum by (city) (rate(latency{job=~"floats.*"}[5m])))',
  'sum by (city) (histogram_sum(rate(latency{job=~"floats.*"}[5m])))',
  'histogram_fraction(0, +Inf, rate(latency{job=~"floats.*"}[5m]))',
];
/** Answered to within a bucket. */
const CLOSE = [0.01, 0.25, 0.5, 0.9, 0.99].flatMap((q) => [
  `histogram_quantile(${q}, latency{job="plain"})`,
  `histogram_quantile(${q}, sum by (city) (rate(latency{job=~"floats.*"}[5m])))`,
]);

interface Native {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

interface Row {
  readonly metric: Record<string, string>;
  readonly value?: readonly [number, string];
  readonly histogram?: readonly [number, Native];
}

describe('native histograms as in Prometheus', { skip: missing ? 'not installed: prometheus' : false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-native-'));
  const start = Math.floor((Date.now() - (ROUNDS + 20) * STEP) / 60_000) * 60_000;
  let server: TestServer;
  let prometheus: ChildProcess;
  let reference = '';

  before(async () => {
    server = await startServer({ config: bareConfig() });
    ({ child: prometheus, url: reference } = await startPrometheus(directory, 'native-histograms'));
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

  it(`${SAME.length + CLOSE.length} expressions at 20 instants each`, async (test) => {
    const random = seeded(SEED);
    const differences: string[] = [];
    let values = 0;
    for (const query of [...SAME, ...CLOSE]) {
      for (let n = 0; n < 20; n++) {
        const at = start / 1000 + 660.5 + Math.floor(random() * (ROUNDS * 15 - 700));
        const [theirs, ours] = await Promise.all([ask(reference, query, at), ask(server.url, query, at)]);
        values += theirs.size;
        const place = `${query} @ ${at - start / 1000}`;
        for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
          const [their, our] = [theirs.get(key), ours.get(key)];
          const why = !their || !our ? 'only one has it' : difference(their, our, CLOSE.includes(query));
          if (why !== null) differences.push(`${place} ${key}: ${why} ${JSON.stringify(their)} ${JSON.stringify(our)}`);
        }
      }
    }
    test.diagnostic(`seed ${SEED}: ${values} values, ${differences.length} differences`);
    assert.deepEqual(differences.slice(0, 10), []);
    assert.ok(values > 1000, 'the answers are not empty');
  });

  it('rates of whole counts are those of their numbers of observations', async () => {
    const at = start / 1000 + 3000.5;
    const natives = await ask(server.url, 'histogram_count(increase(latency{job="plain"}[5m]))', at);
    const counts = await ask(server.url, 'increase(histogram_count(latency{job="plain"})[5m:15s])', at);
    assert.equal(natives.size, 2);
    for (const [key, row] of natives) {
      const share = Number(row.value![1]) / Number(counts.get(key)!.value![1]);
      assert.ok(share > 0.9 && share < 1.1, `${key}: ${share}`);
    }
  });

  it('they are there after a restart by kill -9', async () => {
    const query = 'sum(histogram_count(latency{job="plain"}))';
    const at = start / 1000 + 3000.5;
    const before = await ask(server.url, query, at);
    await server.kill();
    server = await startServer({ config: bareConfig(), directory: server.directory });
    assert.deepEqual(await ask(server.url, query, at), before);
    assert.deepEqual(before.size, 1);
  });
});

function requests(start: number): Uint8Array[] {
  const random = seeded(SEED + 1);
  const jobs = ['plain', 'reset', 'gap', 'stale', 'floats', 'floats-reset', 'floats-gap', 'floats-stale'];
  const states = jobs.flatMap((job) =>
    ['berlin', 'graz'].map((city) => ({
      labels: Object.freeze({ __name__: 'latency', job, city }),
      counts: Array.from({ length: 12 }, () => 0),
      sum: 0,
    })),
  );
  return Array.from({ length: ROUNDS }, (_, round) => {
    const time = start + round * STEP;
    const series: OutgoingSeries[] = [];
    for (const state of states) {
      const { job } = state.labels;
      if (job.endsWith('reset') && round % 90 === 89) state.counts.fill(0);
      state.counts = state.counts.map((count) => count + Math.floor(random() * 5));
      state.sum += random() * 10;
      if (job.endsWith('gap') && round % 60 > 45) continue;
      const values = new Float64Array(1);
      if (job.endsWith('stale') && round % 80 === 79) {
        markStale(values, 0);
        series.push({ labels: state.labels, times: [time], values });
      } else series.push({ labels: state.labels, times: [time], values, histograms: [histogramOf(state, job)] });
    }
    return encodeWriteRequest(series);
  });
}

function histogramOf({ counts, sum }: { readonly counts: readonly number[]; readonly sum: number }, job: string) {
  // A quarter more, so that no sample of them happens to be whole: a series that changes its kind is another matter.
  const floats = job.startsWith('floats');
  const all = counts.map((count) => (floats ? count / 2 + 0.25 : count));
  const total = all.reduce((before, count) => before + count, 0);
  return {
    schema: SCHEMA,
    count: total,
    sum,
    zeroThreshold: 0.001,
    zeroCount: all[0]!,
    positive: { offset: -3, counts: all.slice(1, 9) },
    negative: { offset: 2, counts: all.slice(9) },
    customValues: [],
    resetHint: 'unknown',
  } satisfies NativeHistogram;
}

async function write(url: string, body: Uint8Array): Promise<number> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  };
  const response = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body: new Uint8Array(body) });
  await response.arrayBuffer();
  return response.status;
}

async function ask(url: string, query: string, time: number): Promise<Map<string, Row>> {
  const address = `${url}/api/v1/query?query=${encodeURIComponent(query)}&time=${time}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${TOKEN}` } });
  const { data, error } = (await response.json()) as { data?: { result: Row[] }; error?: string };
  assert.ok(data, `${query}: ${error}`);
  return new Map(data.result.map((row) => [labelsKey(row.metric), row]));
}

/** In what two answers differ, or null. */
function difference(theirs: Row, ours: Row, close: boolean): string | null {
  if (theirs.value && ours.value) {
    const [a, b] = [Number(theirs.value[1]), Number(ours.value[1])];
    if (close) return Math.sign(a) === Math.sign(b) && Math.abs(Math.log2(a / b)) <= 2 ** -SCHEMA ? null : 'value';
    return near(a, b) ? null : 'value';
  }
  if (!theirs.histogram || !ours.histogram) return 'kind';
  const [a, b] = [theirs.histogram[1], ours.histogram[1]];
  if (!near(Number(a.count), Number(b.count)) || !near(Number(a.sum), Number(b.sum))) return 'count or sum';
  const [left, right] = [a.buckets ?? [], b.buckets ?? []];
  if (left.length !== right.length) return `${left.length} and ${right.length} buckets`;
  const same = left.every((bucket, k) => bucket.every((field, f) => near(Number(field), Number(right[k]![f]))));
  return same ? null : 'buckets';
}

function near(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
