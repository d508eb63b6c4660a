import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareConfig } from '../../test/peers/bare-config.ts';
import { eventually, freePort, pause, TOKEN } from '../../test/support/server.ts';
import { startDeployed } from '../deployed.ts';

/** A server under measurement. */
export interface Subject {
  readonly name: 'Lamplighter' | 'Prometheus';
  readonly url: string;
  readonly pid: number;
  readonly data: string;
  /** Writes the rule file and has it read. */
  rules(text: string): void;
  /** SIGTERM, and waits; the data stay. */
  stop(): Promise<void>;
  remove(): void;
}

/** A machine that is busy with other things makes a server shed load for some seconds. */
const ATTEMPTS = 60;
const NO_RULES = 'groups: []\n';

/** Starts Lamplighter packed and with the settings of deploy/lamplighter.service. */
export async function startLamplighter(): Promise<Subject> {
  const server = await startDeployed({
    config: bareConfig('rules: [bench-rules.yaml]\n'),
    files: { 'bench-rules.yaml': NO_RULES },
  });
  return {
    name: 'Lamplighter',
    url: server.url,
    pid: server.child.pid!,
    data: join(server.directory, 'data'),
    rules(text) {
      writeFileSync(join(server.directory, 'bench-rules.yaml'), text);
      server.child.kill('SIGHUP');
    },
    stop: () => server.stop(),
    remove: () => server.remove(),
  };
}

/** Starts Prometheus as it is installed, scraping nothing. */
export async function startPrometheus(): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-bench-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const rules = join(directory, 'rules.yml');
  writeFileSync(rules, NO_RULES);
  writeFileSync(join(directory, 'prometheus.yml'), `rule_files: [${rules}]\n`);
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually('Prometheus', async () => (await fetch(`${url}/-/ready`)).ok);
  return {
    name: 'Prometheus',
    url,
    pid: child.pid!,
    data: join(directory, 'tsdb'),
    rules(text) {
      writeFileSync(rules, text);
      child.kill('SIGHUP');
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Text of an answer. @throws Error on a status that is no success */
export async function ask(subject: Subject, path: string, method = 'GET'): Promise<string> {
  const response = await fetch(subject.url + path, { method, headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${subject.name} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return text;
}

/** Sends the requests of all shards, the shards beside each other. @throws Error when one is not taken */
export async function send(subject: Subject, shards: readonly (readonly Uint8Array[])[]): Promise<void> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  };
  await Promise.all(
    shards.map(async (bodies) => {
      for (const body of bodies) await post(subject, headers, body);
    }),
  );
}

/** Sends one request; told to come again it does so, as every sender of remote write. */
async function post(subject: Subject, headers: Record<string, string>, body: Uint8Array): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const request = { method: 'POST', headers, body: new Uint8Array(body) };
    const response = await fetch(`${subject.url}/api/v1/write`, request);
    const text = await response.text();
    if (response.ok) return;
    if ((response.status !== 503 && response.status !== 429) || attempt === ATTEMPTS)
      throw new Error(`${subject.name}: ${response.status} ${text}`);
    await pause(1000 * Math.max(1, Number(response.headers.get('retry-after')) || 0));
  }
}

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU seconds that a process has used, in user and system. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory of a process, bytes. */
export function resident(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

/** What a directory takes on disk, bytes. */
export function diskUsage(path: string): number {
  return Number(execFileSync('du', ['-s', '-B1', path], { encoding: 'utf8' }).split('\t')[0]);
}
