import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, pause } from '../../support/server.ts';

const BINARIES = globSync('/usr/lib/postgresql/*/bin/initdb').map((path) => dirname(path));
const isRoot = process.getuid?.() === 0;

/** Why there can be no PostgreSQL of our own to kill; false when there can. */
export const skipCluster: string | false =
  BINARIES.length === 0
    ? 'the programs of a PostgreSQL server are not there'
    : isRoot && !existsSync('/usr/sbin/runuser')
      ? 'PostgreSQL refuses to run as root, and there is no runuser'
      : false;

/** A PostgreSQL of this test alone, to be killed and started again. */
export class Cluster {
  readonly port: number;
  readonly #directory: string;
  #child: ChildProcess | null = null;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  /** @param directory an empty one that it is to use; a new one if left out */
  static async create(directory = mkdtempSync(join(tmpdir(), 'lamplighter-postgres-'))): Promise<Cluster> {
    chmodSync(directory, 0o777);
    const data = join(directory, 'data');
    const [file, args] = command('initdb', ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8']);
    execFileSync(file, args, { stdio: 'ignore', cwd: directory });
    const cluster = new Cluster(directory, await freePort());
    await cluster.start();
    return cluster;
  }

  /** Starts it and waits until it takes connections. */
  async start(): Promise<void> {
    const data = join(this.#directory, 'data');
    const [file, args] = command('postgres', ['-D', data, '-p', String(this.port), '-k', this.#directory]);
    const child = spawn(file, args, { stdio: 'ignore', cwd: this.#directory });
    this.#child = child;
    for (let tries = 0; tries < 200; tries++) {
      const [ready, more] = command('pg_isready', ['-h', '127.0.0.1', '-p', String(this.port), '-q']);
      try {
        execFileSync(ready, more, { stdio: 'ignore' });
        return;
      } catch {
        await pause(100);
      }
    }
    throw new Error('the PostgreSQL of this test does not start');
  }

  /** kill -9 of its main process: the others see it and end too. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    const pid = Number(execFileSync('head', ['-1', join(this.#directory, 'data', 'postmaster.pid')]).toString());
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    process.kill(pid, 'SIGKILL');
    // runuser stops itself when its child is stopped, and would never see it end.
    child.kill('SIGCONT');
    await gone;
    await pause(500);
    rmSync(join(this.#directory, 'data', 'postmaster.pid'), { force: true });
  }

  /** The address of its database. */
  get url(): string {
    return `postgres://test@127.0.0.1:${this.port}/postgres`;
  }

  /** Its main process and those that serve connections now. */
  get pids(): number[] {
    const main = Number(readFileSync(join(this.#directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8');
    return [main, ...children.trim().split(/\s+/).map(Number)];
  }

  async remove(): Promise<void> {
    await this.kill();
    await pause(500);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** PostgreSQL's programs refuse to run as root. */
function command(program: string, args: readonly string[]): [string, string[]] {
  const path = join(BINARIES.at(-1)!, program);
  return isRoot ? ['/usr/sbin/runuser', ['-u', 'postgres', '--', path, ...args]] : [path, [...args]];
}
