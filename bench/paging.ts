/**
 * Prints how long it takes from the answer to an alert until its page is handed over, at a rate of alerts, and beside it
 * Debian's Alertmanager delivering the same alerts to the same webhook, and two instances on PostgreSQL; then how long another instance takes to page when
 * the one that answered is killed at once (needs PostgreSQL).
 * Usage: node bench/paging.ts [seconds=20] [rate=500] [takeovers=10]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../test/contract/place.ts';
import { eventually, freePort, pause, startServer, TOKEN } from '../test/support/server.ts';

const SECONDS = Number(process.argv[2] ?? 20);
const RATE = Number(process.argv[3] ?? 500);
const TAKEOVERS = Number(process.argv[4] ?? 10);
const EVERY = 20;
/** A new cause, and with it a page, is measured so often, ms. */
const PROBE_EVERY = 250;
const CAUSES = Math.ceil((SECONDS * 1000) / PROBE_EVERY) + TAKEOVERS + 1;
const NOISE = 10;

/** When each cause was paged first, by its number. */
const arrived = new Map<string, number>();
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const now = performance.now();
    for (const [, part] of Buffer.concat(chunks)
      .toString('utf8')
      .matchAll(/Probe-(\w+)/g)) {
      if (!arrived.has(part!)) arrived.set(part!, now);
    }
    response.writeHead(200).end();
  });
});
await new Promise<void>((resolve) => {
  receiver.listen(0, '127.0.0.1', resolve);
});
const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

const names = [
  ...Array.from({ length: CAUSES }, (_, n) => `p${n}`),
  ...Array.from({ length: NOISE }, (_, n) => `n${n}`),
];
const config = `
name: Bench
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [n0] }]
  components:
${names.map((name) => `    - { name: ${name}, title: Part ${name}, match: { part: "${name}" } }`).join('\n')}
people: [{ id: ada, name: Ada, webhook: "${hook}/ada" }]
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: ada
  budget: { incidents: 1000 }
chains:
  - name: everything
    steps: [{ do: page, target: focal, by: [webhook] }]
outside: { allow: [127.0.0.1] }
`;

const endsAt = new Date(Date.now() + 7_200_000).toISOString();

async function post(url: string, alerts: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const body = alerts.map((labels) => ({ labels: { severity: 'critical', ...labels }, endsAt }));
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}

/** User and system time of processes so far, s; those that ended meanwhile are not counted. */
function cpuOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended, or there is no /proc here.
    }
  }
  return ticks / 100;
}

/** The processes of PostgreSQL that serve connections to the bench's database. */
async function backends(): Promise<number[]> {
  const client = new pg.Client({ connectionString: POSTGRES_URL });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'lamplighter%'",
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}

/** Posts at the rate, with a probe now and then. @returns ms from the answer to the page of each probe, and of the answers */
async function measure(
  urls: readonly [string, ...(readonly string[])],
  run: string,
): Promise<{ pages: number[]; answers: number[]; sent: number; seconds: number }> {
  const answered = new Map<string, number>();
  const answers: number[] = [];
  const began = performance.now();
  const until = began + SECONDS * 1000;
  let sent = 0;
  const probing = (async () => {
    for (let n = 0; performance.now() < until; n++) {
      const start = performance.now();
      await post(urls[n % urls.length]!, [{ alertname: `Probe-${run}${n}`, part: `p${n}` }]);
      answered.set(`${run}${n}`, performance.now());
      answers.push(performance.now() - start);
      await pause(Math.max(0, began + (n + 1) * PROBE_EVERY - performance.now()));
    }
  })();
  const batch = Math.round((RATE * EVERY) / 1000);
  for (let round = 0; performance.now() < until; round++) {
    const alerts = Array.from({ length: batch }, (_, n) => ({
      alertname: 'Noise',
      part: `n${(sent + n) % NOISE}`,
      id: String((sent + n) % 5000),
    }));
    await post(urls[round % urls.length]!, alerts);
    sent += batch;
    await pause(Math.max(0, began + (sent / RATE) * 1000 - performance.now()));
  }
  const seconds = (performance.now() - began) / 1000;
  await probing;
  await eventually(
    'the page of each probe',
    () => Promise.resolve([...answered.keys()].every((key) => arrived.has(key))),
    60_000,
  );
  return { pages: [...answered].map(([key, at]) => Math.max(0, arrived.get(key)! - at)), answers, sent, seconds };
}

function words(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms (${sorted.length} pages)`;
}

async function lamplighter(): Promise<void> {
  const server = await startServer({ config });
  try {
    const before = cpuOf([server.child.pid!]);
    const { pages, answers, sent, seconds } = await measure([server.url], 'a');
    const cpu = cpuOf([server.child.pid!]) - before;
    console.log(
      `Lamplighter: ${(sent / seconds).toFixed(0)} alerts/s; from answer to page: ${words(pages)}; answers: ${words(answers)}; CPU ${cpu.toFixed(1)} s`,
    );
  } finally {
    await server.kill();
    server.remove();
  }
}

/** Two instances on one PostgreSQL take turns in being posted to. */
async function shared(): Promise<void> {
  if (skipPostgres) return console.log(`Two instances: ${skipPostgres}`);
  const schema = `bench_two_${process.pid}`;
  const env = { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema };
  const one = await startServer({ config, env });
  const other = await startServer({ config, env });
  try {
    const pids = [one.child.pid!, other.child.pid!];
    const served = await backends();
    const before = { own: cpuOf(pids), database: cpuOf(served) };
    const { pages, answers, sent, seconds } = await measure([one.url, other.url], 'd');
    const own = cpuOf(pids) - before.own;
    const all = await backends();
    const database = cpuOf(all) - before.database;
    console.log(
      `Lamplighter, two instances on PostgreSQL: ${(sent / seconds).toFixed(0)} alerts/s; from answer to page: ${words(pages)}; answers: ${words(answers)}; CPU ${own.toFixed(1)} s, of the database ${database.toFixed(1)} s`,
    );
  } finally {
    for (const server of [one, other]) {
      await server.kill();
      server.remove();
    }
    await dropSchema(schema);
  }
}

async function alertmanager(): Promise<void> {
  const program = ['prometheus-alertmanager', 'alertmanager'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  if (!program) return console.log('Alertmanager is not installed: nothing to compare with.');
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-alertmanager-'));
  const port = await freePort();
  writeFileSync(
    join(directory, 'config.yml'),
    `route: { receiver: hook, group_by: [part], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }\nreceivers: [{ name: hook, webhook_configs: [{ url: "${hook}/am" }] }]\n`,
  );
  const flags = [`--config.file=${directory}/config.yml`, `--storage.path=${directory}`, '--cluster.listen-address='];
  const child = spawn(program, [...flags, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually('Alertmanager', async () => (await fetch(`${url}/-/ready`)).ok);
    const { pages, answers, sent, seconds } = await measure([url], 'b');
    const cpu = cpuOf([child.pid!]);
    console.log(
      `Alertmanager (answers from memory): ${(sent / seconds).toFixed(0)} alerts/s; from answer to webhook: ${words(pages)}; answers: ${words(answers)}; CPU ${cpu.toFixed(1)} s`,
    );
  } finally {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The instance that answers is killed at once; another one pages. */
async function takeovers(): Promise<void> {
  if (TAKEOVERS === 0) return;
  if (skipPostgres) return console.log(`Take-over: ${skipPostgres}`);
  const schema = `bench_${process.pid}`;
  const env = { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema };
  const stays = await startServer({ config, env });
  const taken: number[] = [];
  try {
    for (let n = 0; n < TAKEOVERS; n++) {
      const dies = await startServer({ config, env });
      await post(dies.url, [{ alertname: `Probe-c${n}`, part: `p${n}` }]);
      const at = performance.now();
      await dies.kill();
      dies.remove();
      await eventually('the page', () => Promise.resolve(arrived.has(`c${n}`)), 60_000);
      taken.push(Math.max(0, arrived.get(`c${n}`)! - at));
    }
    console.log(`Take-over after kill -9 of the instance that answered: ${words(taken)}`);
  } finally {
    await stays.kill();
    stays.remove();
    await dropSchema(schema);
  }
}

try {
  await lamplighter();
  await shared();
  await alertmanager();
  await takeovers();
} finally {
  receiver.closeAllConnections();
  receiver.close();
}
