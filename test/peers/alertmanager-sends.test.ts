/** Debian's Alertmanager sends what it finds by webhook, as PagerDuty, as Opsgenie and in Slack's form. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { alertsOf, eventually, startServer, type TestServer } from '../support/server.ts';

const PROGRAM = 'prometheus-alertmanager';
const missing = spawnSync(PROGRAM, ['--version']).status === 0 ? false : `${PROGRAM} is not installed`;
const SECRET = 'secret-of-the-alertmanager';
const KEY = 'R0123456789abcdefghijklmnopqrstu';

const CONFIG = `
name: Peer
url: http://127.0.0.1:PORT
people: [{ id: ada, name: Ada, webhook: "http://127.0.0.1:9/x" }]
duty: { zone: Europe/Berlin, rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }, fallback: ada }
sources:
  - { name: am, integration: alertmanager, secrets: [{ kind: bearer, secret: ${SECRET} }] }
  - { name: pd, integration: pagerduty, secrets: [{ kind: routing-key, secret: ${KEY} }] }
  - { name: og, integration: opsgenie, secrets: [{ kind: bearer, secret: ${SECRET}-og }] }
  - { name: slack, integration: slack, secrets: [{ kind: bearer, secret: ${SECRET}-slack }] }
`;

const alertmanagerConfig = (url: string): string => `
global: { resolve_timeout: 5m }
route:
  receiver: all
  group_wait: 1s
  group_interval: 1s
receivers:
  - name: all
    webhook_configs:
      - { url: "${url}/in/am", send_resolved: true, http_config: { authorization: { credentials: ${SECRET} } } }
    pagerduty_configs:
      - { url: "${url}/v2/enqueue", routing_key: ${KEY}, send_resolved: true }
    opsgenie_configs:
      - { api_url: "${url}/", api_key: ${SECRET}-og, send_resolved: true }
    slack_configs:
      - { api_url: "${url}/in/slack", channel: "#ops", send_resolved: true, http_config: { authorization: { credentials: ${SECRET}-slack } } }
`;

describe('Alertmanager sends to us', { skip: missing }, () => {
  let server: TestServer;
  let peer: ChildProcess;
  let folder: string;
  let address = '';

  before(async () => {
    server = await startServer({ config: CONFIG });
    folder = mkdtempSync(join(tmpdir(), 'lamplighter-am-'));
    writeFileSync(join(folder, 'am.yml'), alertmanagerConfig(server.url));
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${folder}/am.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    peer = spawn(PROGRAM, [...args, '--cluster.listen-address='], { stdio: 'ignore' });
    await eventually(
      'the Alertmanager',
      async () => (await fetch(`${address}/-/ready`).catch(() => null))?.ok === true,
    );
  });
  after(async () => {
    peer?.kill();
    await server?.stop();
    server?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const states = async (): Promise<string[]> =>
    (await alertsOf(server)).map(({ source, state }) => `${source} ${state}`).toSorted();
  const post = (endsAt: number) =>
    fetch(`${address}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        {
          labels: { alertname: 'UnlockFails', city: 'berlin' },
          annotations: { summary: 'x' },
          startsAt: new Date(Date.now() - 60_000).toISOString(),
          endsAt: new Date(endsAt).toISOString(),
        },
      ]),
    });

  test('the same alert comes in by four ways, and ends by all of them', async () => {
    const sources = ['webhook:am', 'webhook:og', 'webhook:pd', 'webhook:slack'];
    assert.equal((await post(Date.now() + 3_600_000)).status, 200);
    await eventually(
      'four alerts',
      async () => (await states()).join() === sources.map((one) => `${one} firing`).join(),
    );
    assert.equal((await post(Date.now() - 1000)).status, 200);
    await eventually(
      'four ends',
      async () => (await states()).join() === sources.map((one) => `${one} resolved`).join(),
    );
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
