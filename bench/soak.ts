/**
 * What a server grows by while it works: memory, open files and bytes on the disk, stretch after stretch, under a steady
 * load of everything at once. Samples come fifteen times as fast as their own time, so that an hour holds fifteen; alerts
 * come, are repeated and go; pages of the web part are read; streams of events are opened and closed.
 *
 *     node bench/soak.ts [--minutes 60] [--every 5]
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bareConfig } from '../test/peers/bare-config.ts';
import { pause, TOKEN } from '../test/support/server.ts';
import { startDeployed } from './deployed.ts';
import { cpuSeconds, memoryOf } from './intake/subject.ts';
import { Fleet, INTERVAL } from './metrics/fleet.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, every: { type: 'string', default: '5' } },
});
const MINUTES = Number(values.minutes);
const EVERY = Number(values.every);
/** 40 series each. */
const INSTANCES = 12;
/** Alerts that fire all the time and are sent again, and how long another one fires that comes and goes, s. */
const STANDING = 40;
const FIRES_FOR = 30;
const READ = [
  '/ops/v1/now',
  '/ops/v1/incidents',
  '/ops/v1/alerts',
  '/ops/v1/alerts/groups?by=alertname',
  '/ops/v1/indicators',
  '/ops/v1/duty/around',
  '/ops/v1/topology',
  '/ops/v1/rules',
  '/api/v1/query_range?query=sum%20by%20(city)%20(rate(http_requests_total%5B5m%5D))&step=60&start=START&end=END',
];

const CONFIG = bareConfig(`
indicators:
  - { name: cpu, expr: "avg by (city) (cpu_usage_ratio)", every: 1m, zone: UTC, band: { weeks: 1 } }
rules: [soak.yaml]
`);
const RULES = `groups:
  - name: soak
    interval: 15s
    rules:
      - { record: "city:requests:rate5m", expr: "sum by (city) (rate(http_requests_total[5m]))" }
      - { alert: Down, expr: "up == 0", for: 15s, labels: { severity: minor } }
`;

const server = await startDeployed({ config: CONFIG, files: { 'soak.yaml': RULES } });
const began = performance.now();
const took: number[] = [];
let refused = 0;
const authorization = `Bearer ${TOKEN}`;
const working = (): boolean => performance.now() - began < MINUTES * 60_000;

async function ask(
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<void> {
  try {
    const response = await fetch(server.url + path, { ...init, headers: { authorization, ...init.headers } });
    await response.arrayBuffer();
    if (!response.ok) refused++;
  } catch {
    refused++;
  }
}

async function samples(): Promise<void> {
  const fleet = new Fleet(INSTANCES, Date.now() - MINUTES * 60 * INTERVAL);
  while (working()) {
    for (const [body] of fleet.rounds(1)) {
      const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
      await ask('/api/v1/write', { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> });
    }
    await pause(1000);
  }
}

async function alerts(): Promise<void> {
  const post = (list: readonly object[]): Promise<void> =>
    ask('/api/v2/alerts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(list),
    });
  const alertOf = (name: string, number: number, endsIn: number): object => ({
    labels: { alertname: name, number: String(number), city: 'berlin', severity: 'minor' },
    annotations: { summary: `Alert ${number} of the soak` },
    endsAt: new Date(Date.now() + endsIn).toISOString(),
  });
  for (let second = 0; working(); second++) {
    const list = [alertOf('Comes', second, 3_600_000)];
    if (second >= FIRES_FOR) list.push(alertOf('Comes', second - FIRES_FOR, -1000));
    if (second % 5 === 0)
      for (let number = 0; number < STANDING; number++) list.push(alertOf('Stands', number, 600_000));
    await post(list);
    await pause(1000);
  }
}

async function readers(): Promise<void> {
  for (let turn = 0; working(); turn++) {
    const now = Date.now() / 1000;
    const path = READ[turn % READ.length]!.replace('START', String(now - 3600)).replace('END', String(now));
    const sent = performance.now();
    await ask(path);
    took.push(performance.now() - sent);
    await pause(500);
  }
}

async function streams(): Promise<void> {
  while (working()) {
    const away = new AbortController();
    const open = Promise.all(
      Array.from({ length: 5 }, () =>
        fetch(`${server.url}/ops/v1/stream`, { headers: { authorization }, signal: away.signal })
          .then((response) => response.text())
          .catch(() => undefined),
      ),
    );
    await pause(10_000);
    away.abort();
    await open;
  }
}

function bytesBelow(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    try {
      bytes += statSync(join(directory, name)).size;
    } catch {
      // It went away between the list and the look.
    }
  }
  return bytes;
}

async function report(): Promise<void> {
  const pid = server.child.pid!;
  console.log('| minute | memory, MB | files open | data, MB | CPU, % of a core | read p50 / p99, ms | refused |');
  console.log('|---|---|---|---|---|---|---|');
  let cpu = cpuSeconds(pid);
  for (let minute = 0; minute <= MINUTES; minute += EVERY) {
    const times = took.splice(0).sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? NaN).toFixed(0);
    const now = cpuSeconds(pid);
    const cells = [
      minute,
      memoryOf(pid).toFixed(0),
      readdirSync(`/proc/${pid}/fd`).length,
      (bytesBelow(join(server.directory, 'data')) / 1e6).toFixed(1),
      ((100 * (now - cpu)) / (EVERY * 60)).toFixed(1),
      `${at(0.5)} / ${at(0.99)}`,
      refused,
    ];
    console.log(`| ${cells.join(' | ')} |`);
    [cpu, refused] = [now, 0];
    if (minute < MINUTES) await pause(began + (minute + EVERY) * 60_000 - performance.now());
  }
}

try {
  await Promise.all([samples(), alerts(), readers(), streams(), report()]);
} finally {
  await server.stop();
  server.remove();
}
