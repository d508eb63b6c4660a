import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { evaluateRange, formatValue, parseExpr } from '../../../src/promql/index.ts';
import { labelsKey } from '../../../src/core/labels.ts';
import { MemorySource } from '../../../src/promql/testing/memory-source.ts';
import { openMetrics, PEER_START, peerSeries } from './peer-data.ts';

/*
 * The same expressions on the same data by Prometheus itself, where it is installed. Debian's 2.42 differs from 3.x
 * when a sample lies exactly on a window's left end; times here never meet one.
 */
const EXPRESSIONS = readFileSync(join(import.meta.dirname, 'peer-expressions.txt'), 'utf8')
  .trim()
  .split('\n');
const RANGE = { start: PEER_START + 2_400_500, end: PEER_START + 6_300_500, step: 331_000 };
const installed = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0);

interface Answer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: { readonly result: readonly { metric: Record<string, string>; values: [number, string][] }[] };
}

describe('the same as Prometheus', { skip: installed ? false : 'prometheus and promtool are not installed' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'promql-peer-'));
  const source = new MemorySource();
  let server: ChildProcess | undefined;
  let address = '';

  before(async () => {
    const series = peerSeries();
    for (const { labels, points } of series) for (const { time, value } of points) source.add(labels, time, value);
    writeFileSync(join(folder, 'data.om'), openMetrics(series));
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
    const store = join(folder, 'data');
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'data.om'), store]);
    address = `127.0.0.1:${await freePort()}`;
    server = spawn('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${store}`,
      '--storage.tsdb.retention.time=50y',
      `--web.listen-address=${address}`,
      '--log.level=error',
    ]);
    await untilReady(address);
  });

  after(async () => {
    if (server !== undefined) {
      const gone = new Promise((resolve) => server!.once('exit', resolve));
      server.kill();
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  for (const text of EXPRESSIONS) {
    test(text, async () => compare(source, address, text));
  }
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function untilReady(address: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(`http://${address}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await wait(50);
  }
  throw new Error('Prometheus did not get ready within ten seconds');
}

async function compare(source: MemorySource, address: string, text: string): Promise<void> {
  const { start, end, step } = RANGE;
  const asked = { query: text, start: String(start / 1000), end: String(end / 1000), step: String(step / 1000) };
  const response = await fetch(`http://${address}/api/v1/query_range`, {
    method: 'POST',
    body: new URLSearchParams(asked),
  });
  const theirs = (await response.json()) as Answer;
  if (theirs.status === 'error') {
    assert.throws(() => evaluateRange(parseExpr(text), { source, ...RANGE }), { name: 'Fault' }, theirs.error);
    return;
  }
  const wanted = new Map<string, string>();
  for (const { metric, values } of theirs.data!.result) {
    for (const [time, value] of values) wanted.set(`${labelsKey(metric)}@${time}`, round(value));
  }
  const got = new Map<string, string>();
  for (const { labels, times, values } of evaluateRange(parseExpr(text), { source, ...RANGE }).result.series) {
    times.forEach((time, k) => got.set(`${labelsKey(labels)}@${time / 1000}`, round(formatValue(values[k]!))));
  }
  assert.deepEqual(got, wanted);
}

/** Nine digits: the order of additions may differ in what comes after. */
function round(value: string): string {
  const number = value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
  return Number.isFinite(number) ? String(Number(number.toPrecision(9))) : String(number);
}
