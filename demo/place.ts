import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DemoProblem } from './options.ts';

const USUAL_PORT = 8642;

/** A directory for the server's data, and what to do with it at the end. */
interface DataPlace {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes the named directory, which must be new or empty and stays; or a temporary one, which goes at the end. */
export async function dataPlace(named: string | null): Promise<DataPlace> {
  if (named === null) {
    const path = await mkdtemp(join(tmpdir(), 'lamplighter-demo-'));
    return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
  }
  const path = resolve(named);
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0) {
    throw new DemoProblem(`${path} is not empty. The story needs a fresh directory: name a new one with --data.`);
  }
  return { path, remove: () => Promise.resolve() };
}

/** The port that this machine gives for `port` (0 for any free one), or null when it is taken. */
function taken(port: number): Promise<number | null> {
  return new Promise((found) => {
    const probe = createServer();
    probe.once('error', () => found(null));
    probe.listen(port, '127.0.0.1', () => {
      const { port: given } = probe.address() as AddressInfo;
      probe.close(() => found(given));
    });
  });
}

/** A port for the server: the one asked for; in place of the usual one any free one, because the address is printed. */
export async function freePort(asked: number | null): Promise<number> {
  const port = (await taken(asked ?? USUAL_PORT)) ?? ((asked ?? USUAL_PORT) === USUAL_PORT ? await taken(0) : null);
  if (port !== null) return port;
  throw new DemoProblem(`Port ${asked} is taken. Name another with --port, or leave --port out.`);
}
