import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually, freePort, startServer, TOKEN, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';

const missing = ['prometheus', 'vmalert'].filter((name) => spawnSync('which', [name]).status !== 0);

/** Rules of Prometheus and of vmalert fire and go back; both have Lamplighter as their Alertmanager. */
describe(
  'Alerts of Prometheus and vmalert that end',
  { skip: missing.length > 0 ? `not installed: ${missing.join(', ')}` : false },
  () => {
    let server: TestServer;
    const peers: ChildProcess[] = [];
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-resolve-'));
    let broken = 1;
    const target = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`broken{city="berlin"} ${broken}\n`);
    });

    before(async () => {
      await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
      server = await startServer({ config: bareConfig() });
      const port = await freePort();
      writeFileSync(join(directory, 'rules.yml'), rules('ByPrometheus'));
      writeFileSync(join(directory, 'vmalert.yml'), rules('ByVmalert'));
      writeFileSync(join(directory, 'prometheus.yml'), prometheusConfig((target.address() as AddressInfo).port));
      const run = (program: string, ...words: string[]): void => {
        peers.push(spawn(program, words, { stdio: 'ignore' }));
      };
      run(
        'prometheus',
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      );
      run(
        'vmalert',
        `-rule=${join(directory, 'vmalert.yml')}`,
        `-datasource.url=http://127.0.0.1:${port}`,
        `-notifier.url=${server.url}`,
        '-notifier.basicAuth.username=vmalert',
        `-notifier.basicAuth.password=${TOKEN}`,
        '-evaluationInterval=1s',
        `-httpListenAddr=127.0.0.1:${await freePort()}`,
      );
    });
    after(async () => {
      for (const peer of peers) peer.kill('SIGKILL');
      target.close();
      await server?.stop();
      server?.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    function prometheusConfig(port: number): string {
      return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - { job_name: target, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }
alerting:
  alertmanagers:
    - authorization: { credentials: ${TOKEN} }
      static_configs: [{ targets: ['127.0.0.1:${server.port}'] }]
`;
    }

    type Alerts = { items: { id: string; name: string; state: string }[] };
    const named = async (state: string): Promise<string[]> =>
      (await server.admin<Alerts>('GET', `/ops/v1/alerts?state=${state}&limit=50`)).items
        .map(({ name }) => name)
        .toSorted();

    it('both fire', async () => {
      await eventually('both alerts', async () => (await named('firing')).length === 2, 90_000);
      assert.deepEqual(await named('firing'), ['ByPrometheus', 'ByVmalert']);
    });

    it('both end by the word of their sender when the rule goes back', async () => {
      broken = 0;
      await eventually('both ends', async () => (await named('firing')).length === 0, 90_000);
      assert.deepEqual(await named('resolved'), ['ByPrometheus', 'ByVmalert']);
      const { items } = await server.admin<Alerts>('GET', '/ops/v1/alerts?state=resolved&limit=50');
      assert.equal(items.length, 2, 'one alert each, not one for each sending');
      const firing = await server.ask<object[]>('GET', '/api/v2/alerts');
      assert.deepEqual(firing, []);
    });
  },
);

function rules(alert: string): string {
  return `
groups:
  - name: ${alert}
    interval: 1s
    rules:
      - alert: ${alert}
        expr: broken == 1
        for: 1s
        labels: { severity: warning }
        annotations: { summary: "it is broken" }
`;
}
