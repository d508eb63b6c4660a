import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeWriteRequest } from '../../src/signal/remote-write/index.ts';
import { eventually, freePort, pause, startServer, TOKEN, type TestServer } from '../support/server.ts';

interface Engine {
  readonly command: string;
  args(port: number, directory: string): string[];
}

const ENGINES: readonly Engine[] = [
  {
    command: 'prometheus',
    args(port, directory) {
      writeFileSync(join(directory, 'prometheus.yml'), 'global: {}\n');
      return [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
        '--log.level=error',
      ];
    },
  },
  {
    command: 'victoria-metrics',
    args: (port, directory) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(directory, 'vm')}`,
      '-search.latencyOffset=0s',
      '-loggerLevel=ERROR',
    ],
  },
];

/** Minutes of history that a level is learnt from. */
const HISTORY = 2880;

interface Vector {
  readonly status: string;
  readonly data: { readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[] };
}

/** Lamplighter over a series store that is not its own: samples go there, rules are evaluated there. */
for (const engine of ENGINES) {
  const there = spawnSync('which', [engine.command]).status === 0;
  describe(
    `${engine.command} as the metrics engine`,
    { skip: there ? false : `not installed: ${engine.command}` },
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'lamplighter-engine-'));
      let server: TestServer;
      let peer: ChildProcess;
      let port: number;
      const url = (): string => `http://127.0.0.1:${port}`;
      const start = async (): Promise<void> => {
        peer = spawn(engine.command, engine.args(port, directory), { stdio: 'ignore' });
        await eventually('the engine', async () => (await fetch(`${url()}/-/healthy`)).ok);
        await eventually('its readiness', async () => (await fetch(`${url()}/api/v1/query?query=1`)).ok);
      };
      const stop = async (): Promise<void> => {
        const gone = new Promise((resolve) => peer.once('exit', resolve));
        peer.kill('SIGTERM');
        await gone;
      };
      const send = (value: number): Promise<Response> => write('bookings', [Date.now()], Float64Array.of(value));
      const write = (name: string, times: readonly number[], values: Float64Array): Promise<Response> =>
        fetch(`${server.url}/api/v1/write`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${TOKEN}`,
            'content-encoding': 'snappy',
            'content-type': 'application/x-protobuf',
          },
          body: encodeWriteRequest([
            { labels: { __name__: name, city: 'berlin' }, times: [...times], values },
          ]) as Uint8Array<ArrayBuffer>,
        });
      const ask = (base: string, query: string): Promise<Vector> =>
        fetch(`${base}/api/v1/query?${new URLSearchParams({ query }).toString()}`, {
          headers: { authorization: `Bearer ${TOKEN}` },
        }).then((response) => response.json() as Promise<Vector>);

      before(async () => {
        port = await freePort();
        await start();
        server = await startServer({ config: config(url()), files: { 'rules.yaml': RULES } });
      });

      after(async () => {
        peer.kill('SIGKILL');
        await server?.stop();
        server?.remove();
        rmSync(directory, { recursive: true, force: true });
      });

      // First, because Prometheus takes the past only while nothing newer is there.
      it('a level is learnt from there, written back there, and both watches and rules there use it', async () => {
        const now = Date.now();
        const past = Array.from({ length: HISTORY }, (_, index) => now - (HISTORY - index) * 60_000);
        const usual = (at: number): number => 100 + (Math.floor(at / 60_000) % 5);
        for (let from = 0; from < HISTORY; from += 1000) {
          const times = past.slice(from, from + 1000);
          const answer = await write('rides', times, Float64Array.from(times, usual));
          assert.equal(answer.status, 204, await answer.text());
        }
        const newest = async (name: string): Promise<number | undefined> => {
          const { data } = await ask(url(), `${name}{city="berlin"}`);
          return data.result[0] && Number(data.result[0].value[1]);
        };
        const ride = (value: number) => write('rides', [Date.now()], Float64Array.of(value));
        const expected = await eventually('the level', async () => {
          await ride(102);
          return newest('rides:expected');
        });
        assert.ok(expected > 95 && expected < 110, `about 102 are expected, not ${expected}`);
        assert.ok((await newest('rides:expected_lower'))! < expected);
        assert.ok((await newest('rides:expected_upper'))! > expected);
        assert.ok(Math.abs((await newest('rides:anomaly_score'))!) < 1);
        const firing = async (name: string): Promise<boolean> => {
          const { items } = await server.admin<{ items: { name: string }[] }>('GET', '/ops/v1/alerts?state=firing');
          return items.some((each) => each.name === name);
        };
        assert.ok(!(await firing('RidesBelowExpected')), 'the usual is no alarm');
        await eventually('the watch', async () => {
          await ride(0);
          return firing('RidesBelowExpected');
        });
        await eventually('the rule over the level', async () => {
          await ride(0);
          return firing('HalfTheRides');
        });
        // The engine may show what was written a moment later.
        await eventually('the score', async () => (await newest('rides:anomaly_score'))! < -1);
      });

      it('what is written to Lamplighter lies there, and is answered from there', async () => {
        assert.equal((await send(5)).status, 204);
        const direct = await eventually(
          'the sample in the engine',
          async () => (await ask(url(), 'bookings')).data.result[0],
        );
        assert.equal(direct.value[1], '5');
        const through = await eventually(
          'the sample through Lamplighter',
          async () => (await ask(server.url, 'bookings')).data.result[0],
        );
        assert.deepEqual(through.metric, { __name__: 'bookings', city: 'berlin' });
        const names = await server.ask<{ data: string[] }>('GET', '/api/v1/label/city/values');
        assert.deepEqual(names.data, ['berlin']);
      });

      it('rules are evaluated there, their outputs written back, and what one records the next one sees', async () => {
        await eventually('the alert', async () => {
          await send(5);
          const { data } = await server.ask<{ data: { alerts: { labels: Record<string, string>; state: string }[] } }>(
            'GET',
            '/api/v1/alerts',
          );
          return data.alerts.find(({ labels, state }) => labels['alertname'] === 'FewBookings' && state === 'firing');
        });
        const recorded = await eventually(
          'the recorded series',
          async () => (await ask(url(), 'city:bookings:double')).data.result[0],
        );
        assert.equal(recorded.value[1], '10');
        await eventually('ALERTS', async () => (await ask(url(), 'ALERTS{alertstate="firing"}')).data.result[0]);
        await eventually('the alert among all alerts', async () => {
          const { items } = await server.admin<{ items: { name: string }[] }>('GET', '/ops/v1/alerts?state=firing');
          return items.some(({ name }) => name === 'FewBookings');
        });
      });

      it('while it is away a write is refused so that the sender repeats it, and rules say why', async () => {
        await stop();
        const refused = await send(6);
        assert.equal(refused.status, 503);
        const rules = await eventually('the error of a rule', async () => {
          const { groups } = await server.ask<{ groups: { rules: { runs: { error: string | null }[] }[] }[] }>(
            'GET',
            '/ops/v1/rules',
          );
          return groups[0]!.rules[0]!.runs[0]?.error;
        });
        assert.match(rules, /metrics engine/);
        const open = await server.admin<{ items: { name: string }[] }>('GET', '/ops/v1/alerts?state=firing');
        assert.ok(
          open.items.some(({ name }) => name === 'FewBookings'),
          'silence is not recovery',
        );
        await start();
        await eventually('a write that is taken', async () => (await send(7)).status === 204);
        await pause(1100);
        await eventually('a query', async () => (await ask(server.url, 'bookings')).data.result[0]?.value[1] === '7');
      });
    },
  );
}

function config(url: string): string {
  return `
name: Engine test
url: http://127.0.0.1:PORT
metrics: { engine: { url: "${url}" } }
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [backend] }]
  components: [{ name: backend, title: Backend, match: { city: berlin } }]
rules: [rules.yaml, { watch: rides, below: expected, severity: critical }]
indicators: [{ name: rides, expr: rides, every: 5s, band: { weeks: 1, learn: 1d } }]
people: [{ id: duty, name: Duty Person, email: duty@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
chains:
  - name: all
    match: { severity: [critical, major, minor] }
    steps: [{ do: open-ticket }]
outside:
  email: { from: "ops@example.org", relays: ["smtp://127.0.0.1:9"] }
  allow: [127.0.0.1]
`;
}

const RULES = `
groups:
  - name: own
    interval: 1s
    rules:
      - { record: "city:bookings:double", expr: "bookings * 2" }
      - alert: HalfTheRides
        expr: rides < 0.5 * rides:expected
        labels: { severity: critical }
      - alert: FewBookings
        expr: city:bookings:double < 100
        labels: { severity: critical }
        annotations: { summary: "{{ $value }} in {{ $labels.city }}" }
`;
