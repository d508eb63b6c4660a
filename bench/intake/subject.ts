import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareConfig } from '../../test/peers/bare-config.ts';
import { eventually, freePort, TOKEN } from '../../test/support/server.ts';
import { startDeployed } from '../deployed.ts';

/** A server under measurement. */
export interface Subject {
  readonly name: 'Lamplighter' | 'Alertmanager';
  readonly port: number;
  readonly pid: number;
  readonly token: string | null;
  /** The file of the operations database, or null. */
  readonly database: string | null;
  stop(): Promise<void>;
  remove(): void;
}

/** Starts Lamplighter as users run it, on an empty embedded database. */
export async function startLamplighter(): Promise<Subject> {
  const server = await startDeployed({ config: bareConfig() });
  return {
    name: 'Lamplighter',
    port: server.port,
    pid: server.child.pid!,
    token: TOKEN,
    database: join(server.directory, 'data', 'ops.sqlite'),
    stop: () => server.stop(),
    remove: () => server.remove(),
  };
}

/** Starts Debian's Alertmanager as it is installed, alone and telling nobody. */
export async function startAlertmanager(): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'alertmanager-bench-'));
  const port = await freePort();
  writeFileSync(
    join(directory, 'alertmanager.yml'),
    'route: { receiver: nobody, group_by: [alertname] }\nreceivers: [{ name: nobody }]\n',
  );
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${join(directory, 'alertmanager.yml')}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually('Alertmanager is ready', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  return {
    name: 'Alertmanager',
    port,
    pid: child.pid!,
    token: null,
    database: null,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Processor time that the process has used, s. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Memory that the process holds now, MB. */
export function memoryOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}
