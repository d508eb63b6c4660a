import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PrometheusDriver } from 'prometheus-query';
import { encodeWriteRequest } from '../../src/signal/remote-write/index.ts';
import { eventually, freePort, startServer, TOKEN, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';

const has = (name: string): boolean => spawnSync('which', [name]).status === 0;
const without = (...names: string[]): string | false => {
  const missing = names.filter((name) => !has(name));
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : false;
};

interface Vector {
  readonly data: { readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[] };
}

/** Programs that others wrote ask Lamplighter as they ask a Prometheus. */
describe('clients of the query API', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-query-'));
  const end = Math.floor(Date.now() / 1000) * 1000;
  const peers: ChildProcess[] = [];
  let server: TestServer;
  let signedIn: string;

  before(async () => {
    server = await startServer({ config: bareConfig('rules: [rules.yaml]\n'), files: { 'rules.yaml': RULES } });
    signedIn = server.url.replace('http://', `http://anybody:${TOKEN}@`);
    const times = Array.from({ length: 60 }, (_, index) => end - (59 - index) * 10_000);
    const body = encodeWriteRequest(
      [
        {
          labels: { __name__: 'trips_total', city: 'berlin' },
          times,
          values: Float64Array.from(times, (_, k) => 3 * k),
        },
        { labels: { __name__: 'trips_total', city: 'köln' }, times, values: Float64Array.from(times, () => 7) },
      ],
      [{ name: 'trips_total', type: 'counter', help: 'Trips that began.', unit: '' }],
    );
    const response = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-encoding': 'snappy',
        'content-type': 'application/x-protobuf',
      },
      body: body as Uint8Array<ArrayBuffer>,
    });
    assert.equal(response.status, 204);
  });

  after(async () => {
    for (const peer of peers) peer.kill('SIGKILL');
    await server?.stop();
    server?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  describe('promtool query', { skip: without('promtool') }, () => {
    const promtool = (...args: string[]): string => {
      const run = spawnSync('promtool', ['query', ...args], { encoding: 'utf8' });
      assert.equal(run.status, 0, run.stdout + run.stderr);
      return run.stdout;
    };
    const at = String(end / 1000);

    it('instant', () => {
      const shown = promtool('instant', `--time=${at}`, signedIn, 'increase(trips_total{city="berlin"}[5m])');
      assert.match(shown, /^\{city="berlin"\} => 9\d\.?\d* @\[/);
      assert.match(promtool('instant', '-o', 'json', signedIn, '1 + 1'), /"2"/);
    });

    it('range', () => {
      const shown = promtool(
        'range',
        `--start=${end / 1000 - 100}`,
        `--end=${at}`,
        '--step=50s',
        signedIn,
        'trips_total',
      );
      assert.match(shown, /trips_total\{city="köln"\} =>\n7 @\[[\d.]+\]\n7 @/);
    });

    it('series, labels, and an error in words', () => {
      assert.match(promtool('series', '--match=trips_total', signedIn), /__name__="trips_total", city="berlin"/);
      assert.deepEqual(promtool('labels', signedIn, 'city').trim().split('\n'), ['berlin', 'köln']);
      const wrong = spawnSync('promtool', ['query', 'instant', signedIn, 'sum('], { encoding: 'utf8' });
      assert.notEqual(wrong.status, 0);
      assert.match(wrong.stderr, /bad_data.*does not parse/);
    });
  });

  it('prometheus-query reads values, names, rules, alerts and the status pages', async () => {
    const client = new PrometheusDriver({
      endpoint: server.url,
      baseURL: '/api/v1',
      auth: { username: 'anybody', password: TOKEN },
    });
    const instant = await client.instantQuery('sum(trips_total)', end);
    assert.equal((instant.result[0] as { value: { value: number } }).value.value, 3 * 59 + 7);
    const range = await client.rangeQuery('trips_total', end - 60_000, end, 20);
    assert.deepEqual(
      range.result.map(({ values }: { values: unknown[] }) => values.length),
      [4, 4],
    );
    assert.equal((await client.series('trips_total', end - 600_000, end)).length, 2);
    assert.deepEqual(await client.labelValues('city'), ['berlin', 'köln']);
    assert.ok((await client.labelNames()).includes('city'));
    assert.equal(
      ((await client.metadata('trips_total')) as { trips_total: { type: string }[] }).trips_total[0]!.type,
      'counter',
    );
    await eventually('a rule that was evaluated', async () => {
      const groups = await client.rules();
      return groups[0]?.rules.every(({ health }: { health?: string }) => health === 'ok');
    });
    await eventually('the alert', async () => (await client.alerts())[0]?.labels);
    assert.match(((await client.statusBuildinfo()) as { version: string }).version, /^3\./);
    for (const page of [
      client.statusFlags(),
      client.statusRuntimeInfo(),
      client.statusTSDB(),
      client.status(),
      client.alertmanagers(),
    ])
      assert.equal(typeof (await page), 'object');
  });

  it('vmalert evaluates over Lamplighter, writes back and sends its alert', { skip: without('vmalert') }, async () => {
    const port = await freePort();
    writeFileSync(join(directory, 'vmalert.yml'), VMALERT);
    const auth = ['datasource', 'notifier', 'remoteWrite'].flatMap((what) => [
      `-${what}.url=${server.url}`,
      `-${what}.basicAuth.username=vmalert`,
      `-${what}.basicAuth.password=${TOKEN}`,
    ]);
    const address = `-httpListenAddr=127.0.0.1:${port}`;
    peers.push(
      spawn(
        'vmalert',
        [
          `-rule=${join(directory, 'vmalert.yml')}`,
          address,
          '-evaluationInterval=1s',
          '-remoteWrite.flushInterval=500ms',
          ...auth,
        ],
        {
          stdio: 'ignore',
        },
      ),
    );
    await eventually(
      'the alert of vmalert',
      async () => {
        const { items } = await server.admin<{ items: { name: string; source: string }[] }>(
          'GET',
          '/ops/v1/alerts?state=firing',
        );
        return items.some(({ name }) => name === 'FromVmalert');
      },
      60_000,
    );
    await eventually('what it recorded', async () => {
      const { data } = await server.ask<Vector>('GET', '/api/v1/query?query=vmalert:trips:sum');
      return data.result.length > 0;
    });
  });

  it('vmagent scrapes and remote-writes', { skip: without('vmagent') }, async () => {
    const port = await freePort();
    writeFileSync(
      join(directory, 'vmagent.yml'),
      `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: itself, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]\n`,
    );
    peers.push(
      spawn(
        'vmagent',
        [
          `-httpListenAddr=127.0.0.1:${port}`,
          `-promscrape.config=${join(directory, 'vmagent.yml')}`,
          `-remoteWrite.tmpDataPath=${join(directory, 'vmagent')}`,
          `-remoteWrite.url=${server.url}/api/v1/write`,
          '-remoteWrite.basicAuth.username=vmagent',
          `-remoteWrite.basicAuth.password=${TOKEN}`,
          '-remoteWrite.flushInterval=1s',
        ],
        { stdio: 'ignore' },
      ),
    );
    await eventually('its samples', async () => {
      const { data } = await server.ask<Vector>('GET', '/api/v1/query?query=up{job="itself"}');
      return data.result[0]?.value[1] === '1';
    });
    const { data } = await server.ask<Vector>('GET', '/api/v1/query?query=count({job="itself"})');
    assert.ok(Number(data.result[0]!.value[1]) > 100, 'all series of the page');
  });
});

const RULES = `
groups:
  - name: own
    interval: 1s
    rules:
      - { record: "trips:sum", expr: "sum(trips_total)" }
      - { alert: Trips, expr: "trips:sum > 0", labels: { severity: minor } }
`;

const VMALERT = `
groups:
  - name: vmalert
    interval: 1s
    rules:
      - { record: "vmalert:trips:sum", expr: "sum(trips_total)" }
      - { alert: FromVmalert, expr: 'trips_total{city="berlin"} > 0', labels: { severity: critical } }
`;
