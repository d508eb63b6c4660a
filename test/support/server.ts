import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A secret for the token that the server is given at start: role agent, for sending signals and reading. */
export const TOKEN = 'test-token-0123456789-0123456789-0123';
export const PASSWORD = 'a password of the tests';

export interface ServerOptions {
  /** Text of lamplighter.yaml; PORT is replaced by the port. */
  readonly config: string;
  /** More files beside it, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Run it as it is deployed, packed where it is packed; from its sources if left out. */
  readonly deployed?: boolean;
  /** Use this directory instead of a new one; it is not removed at the end. */
  readonly directory?: string;
  readonly port?: number;
}

/** A real server process. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  readonly child: ChildProcess;
  log(): string;
  /** Asks the API with the test's token; throws on a status that is no success. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Asks as the administrator, signed in. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** SIGTERM, and waits. */
  stop(): Promise<void>;
  /** kill -9, and waits. */
  kill(): Promise<void>;
  /** Removes the directory. */
  remove(): void;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Starts `lamplighter serve` and waits until it is ready. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'lamplighter-test-'));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const configPath = join(directory, 'lamplighter.yaml');
  writeFileSync(configPath, options.config.replaceAll('PORT', String(port)));
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(directory, name), text);
  const child = spawn(
    process.execPath,
    [
      join(root, options.deployed ? 'bin/main.mjs' : 'src/main.ts'),
      'serve',
      '--config',
      configPath,
      '--data',
      join(directory, 'data'),
      '--listen',
      `127.0.0.1:${port}`,
      '--log-level',
      'warn',
      ...(options.args ?? []),
    ],
    {
      env: {
        ...process.env,
        LAMPLIGHTER_DATABASE_URL: '',
        LAMPLIGHTER_ADMIN_PASSWORD: PASSWORD,
        LAMPLIGHTER_BOOTSTRAP_TOKEN: TOKEN,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-100_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let cookie = '';
  const ask = async <T>(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const server: TestServer = {
    url,
    port,
    directory,
    child,
    log: () => log,
    ask: (method, path, body) => ask(method, path, body, { authorization: `Bearer ${TOKEN}` }),
    async admin(method, path, body) {
      if (cookie === '') {
        const response = await fetch(`${url}/ops/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'admin', password: PASSWORD }),
        });
        if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
        cookie = response.headers.getSetCookie()[0]!.split(';')[0]!;
      }
      return ask(method, path, body, { cookie });
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  const deadline = performance.now() + 90_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${log}`);
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return server;
    if (performance.now() > deadline) throw new Error(`the server was not ready in 90 s:\n${log}`);
    await pause(50);
  }
}

/** An alert as the API lists it, as far as tests look at it. */
export interface ListedAlert {
  readonly name: string;
  readonly state: string;
  readonly severity: string;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The newest alerts that a server has. */
export async function alertsOf(server: TestServer): Promise<readonly ListedAlert[]> {
  return (await server.ask<{ items: ListedAlert[] }>('GET', '/ops/v1/alerts?limit=200')).items;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Asks again and again until the answer is there; fails after `limit` ms saying what was waited for. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  limit = 30_000,
): Promise<T> {
  const deadline = performance.now() + limit;
  let last: unknown = null;
  for (;;) {
    try {
      const found = await ask();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(
        `${what} did not happen in ${limit / 1000} s${last instanceof Error ? ` (${last.message})` : ''}`,
      );
    await pause(100);
  }
}
