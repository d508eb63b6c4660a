import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { eventually, freePort, startServer, TOKEN, type TestServer } from '../support/server.ts';

const EXPORTER = 'prometheus-node-exporter';
const missing = spawnSync('which', [EXPORTER]).status !== 0;

interface Vector {
  readonly data: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
}

interface Targets {
  readonly data: { readonly activeTargets: readonly { health: string; lastError: string; scrapePool: string }[] };
}

/** Debian's node exporter and our own /metrics are scraped; a statsd client sends packets. */
describe('Scrapes and statsd', { skip: missing ? `not installed: ${EXPORTER}` : false }, () => {
  let server: TestServer;
  let exporter: ChildProcess;
  let statsd: number;

  before(async () => {
    const node = await freePort();
    statsd = await freePort();
    exporter = spawn(EXPORTER, [`--web.listen-address=127.0.0.1:${node}`], { stdio: 'ignore' });
    server = await startServer({ config: config(node, statsd) });
  });
  after(async () => {
    exporter.kill('SIGKILL');
    await server?.stop();
    server?.remove();
  });

  const ask = async (expr: string): Promise<Vector['data']['result']> =>
    (await server.ask<Vector>('GET', `/api/v1/query?query=${encodeURIComponent(expr)}`)).data.result;

  it('the node exporter is up, with its series under job, instance and labels', async () => {
    const [found] = await eventually('the load average', async () => {
      const result = await ask('node_load1');
      return result.length > 0 && result;
    });
    assert.equal(found!.metric['job'], 'node');
    assert.equal(found!.metric['city'], 'berlin');
    const up = await eventually('all targets', async () => {
      const result = await ask('up');
      return result.length === 3 && result;
    });
    const states = Object.fromEntries(up.map(({ metric, value }) => [metric['job'], value[1]]));
    assert.deepEqual(states, { node: '1', self: '1', dead: '0' });
    assert.ok(Number((await ask('scrape_samples_scraped{job="node"}'))[0]!.value[1]) > 100);
  });

  it('our own metrics are scraped with a token', async () => {
    const result = await ask('lamplighter_http_requests_total{job="self"}');
    assert.ok(result.length > 0);
  });

  it('the targets are shown as Prometheus shows them', async () => {
    const { data } = await server.admin<Targets>('GET', '/api/v1/targets');
    const health = Object.fromEntries(data.activeTargets.map((target) => [target.scrapePool, target.health]));
    assert.deepEqual(health, { node: 'up', self: 'up', dead: 'down' });
    assert.match(data.activeTargets.find(({ scrapePool }) => scrapePool === 'dead')!.lastError, /ECONNREFUSED/);
  });

  it('statsd packets become series', async () => {
    const socket = createSocket('udp4');
    const packet = 'trips.started:2|c|#city:berlin\ntrips.started:1|c|@0.5|#city:berlin\nunlock:320|ms\n';
    await new Promise<void>((resolve) => socket.send(packet, statsd, '127.0.0.1', () => resolve()));
    socket.close();
    const [found] = await eventually('the counter', async () => {
      const result = await ask('trips_started_total{city="berlin"}');
      return result.length > 0 && result;
    });
    assert.equal(found!.value[1], '4');
    assert.equal((await ask('unlock_seconds_sum'))[0]!.value[1], '0.32');
  });

  it('when the exporter is gone its series end and up is 0', async () => {
    exporter.kill('SIGKILL');
    await eventually('up is 0', async () => (await ask('up{job="node"} == 0')).length === 1);
    assert.deepEqual(await ask('node_load1'), []);
  });
});

function config(node: number, statsdPort: number): string {
  return `
name: Peer test
url: http://127.0.0.1:PORT
people: [{ id: duty, name: Duty Person, webhook: "https://pager.example.org/hook" }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
scrape:
  - { job: node, every: 1s, timeout: 1s, targets: ["127.0.0.1:${node}"], labels: { city: berlin } }
  - { job: self, every: 1s, timeout: 1s, targets: ["http://127.0.0.1:PORT/metrics"], authorization: { credentials: ${TOKEN} } }
  - { job: dead, every: 1s, timeout: 500ms, targets: ["127.0.0.1:9"] }
statsd: { listen: "127.0.0.1:${statsdPort}", flush: 1s }
`;
}
