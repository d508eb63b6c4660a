import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, freePort, startServer, TOKEN, type TestServer } from '../support/server.ts';

const missing = ['prometheus', 'prometheus-node-exporter', 'promtool'].filter(
  (name) => spawnSync('which', [name]).status !== 0,
);

/** Debian's Prometheus scrapes Debian's node exporter, remote-writes to Lamplighter and posts its alerts to it. */
describe(
  'Debian Prometheus and node exporter',
  { skip: missing.length > 0 ? `not installed: ${missing.join(', ')}` : false },
  () => {
    let server: TestServer;
    let sink: SmtpSink;
    const peers: ChildProcess[] = [];
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-peer-'));

    before(async () => {
      sink = await SmtpSink.start();
      server = await startServer({ config: config(sink.port), files: { 'own-rules.yaml': OWN_RULES } });
      const exporter = await freePort();
      const prometheus = await freePort();
      writeFileSync(join(directory, 'prometheus.yml'), prometheusConfig(server.port, exporter));
      writeFileSync(join(directory, 'rules.yml'), RULES);
      peers.push(
        spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${exporter}`], { stdio: 'ignore' }),
      );
      peers.push(
        spawn(
          'prometheus',
          [
            `--config.file=${join(directory, 'prometheus.yml')}`,
            `--storage.tsdb.path=${join(directory, 'tsdb')}`,
            `--web.listen-address=127.0.0.1:${prometheus}`,
          ],
          { stdio: 'ignore' },
        ),
      );
    });

    after(async () => {
      for (const peer of peers) peer.kill('SIGKILL');
      await server?.stop();
      await sink?.stop();
      server?.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    it('its samples can be asked for, by promtool too', async () => {
      const found = await eventually('the load average', async () => {
        const answer = await server.ask<{ data: { result: { value: [number, string] }[] } }>(
          'GET',
          '/api/v1/query?query=node_load1',
        );
        return answer.data.result[0];
      });
      assert.ok(Number(found.value[1]) >= 0);
      // A token is taken as the password of Basic authentication: this promtool knows no other way.
      const address = server.url.replace('http://', `http://token:${TOKEN}@`);
      // Each series comes by one of several senders: this one may be a moment behind the one above.
      const printed = await eventually('promtool shows the target', async () => {
        const promtool = spawnSync('promtool', ['query', 'instant', address, 'up{job="node"}'], { encoding: 'utf8' });
        assert.equal(promtool.status, 0, promtool.stderr);
        return promtool.stdout.trim();
      });
      assert.match(printed, /up\{.*job="node"\} => 1 @/);
    });

    it('its alert of a target that is down ends as an e-mail to the person on duty and as a ticket', async () => {
      const mail = await eventually(
        'the page',
        async () => sink.messages.find(({ subject }) => subject.includes('Backend')),
        60_000,
      );
      assert.deepEqual(mail.to, ['duty@example.org']);
      assert.match(mail.body, /TargetDown/);
      const incidents = await server.admin<{ items: { id: string; state: string }[] }>(
        'GET',
        '/ops/v1/incidents?state=open',
      );
      assert.equal(incidents.items.length, 1, 'one incident');
      const tickets = await eventually('the ticket', async () => {
        const page = await server.admin<{ items: { incidentId: string | null }[] }>('GET', '/ops/v1/tickets');
        return page.items.length > 0 && page.items;
      });
      assert.equal(tickets[0]!.incidentId, incidents.items[0]!.id);
    });

    it("Lamplighter's own rule over the written samples fires too and joins the same incident", async () => {
      const alerts = await eventually(
        'both alerts in one incident',
        async () => {
          const page = await server.admin<{ items: { name: string; source: string; incidentId: string | null }[] }>(
            'GET',
            '/ops/v1/alerts?state=firing',
          );
          const names = new Set(page.items.filter(({ incidentId }) => incidentId !== null).map(({ name }) => name));
          return names.has('TargetDown') && names.has('OwnTargetDown') ? page.items : null;
        },
        60_000,
      );
      assert.equal(new Set(alerts.map(({ incidentId }) => incidentId)).size, 1);
    });

    it('its own metrics please promtool', () => {
      const metrics = spawnSync(
        'sh',
        ['-c', `curl -fsS -H 'Authorization: Bearer ${TOKEN}' ${server.url}/metrics | promtool check metrics`],
        { encoding: 'utf8' },
      );
      assert.equal(metrics.status, 0, metrics.stdout + metrics.stderr);
    });
  },
);

function config(smtp: number): string {
  return `
name: Peer test
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [backend] }]
  components: [{ name: backend, title: Backend, match: { job: dead } }]
rules: [own-rules.yaml]
people: [{ id: duty, name: Duty Person, email: duty@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
chains:
  - name: all
    match: { severity: [critical, major, minor] }
    steps:
      - { do: open-ticket }
      - { do: page, target: focal, by: [email] }
outside:
  email: { from: "ops@example.org", relays: ["smtp://127.0.0.1:${smtp}"] }
  allow: [127.0.0.1]
`;
}

const OWN_RULES = `
groups:
  - name: own
    interval: 1s
    rules:
      - alert: OwnTargetDown
        expr: up{job="dead"} == 0
        for: 2s
        labels: { severity: critical }
        annotations: { summary: "{{ $labels.instance }} does not answer" }
`;

const RULES = `
groups:
  - name: targets
    interval: 1s
    rules:
      - alert: TargetDown
        expr: up == 0
        for: 2s
        labels: { severity: critical }
        annotations: { summary: "{{ $labels.instance }} is down" }
`;

function prometheusConfig(lamplighter: number, exporter: number): string {
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: dead
    static_configs: [{ targets: ['127.0.0.1:9'] }]
remote_write:
  - url: http://127.0.0.1:${lamplighter}/api/v1/write
    authorization: { credentials: ${TOKEN} }
    queue_config: { batch_send_deadline: 1s }
alerting:
  alertmanagers:
    - authorization: { credentials: ${TOKEN} }
      static_configs: [{ targets: ['127.0.0.1:${lamplighter}'] }]
`;
}
