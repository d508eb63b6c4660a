import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServer, type ServerOptions, type TestServer } from '../test/support/server.ts';

const ROOT = new URL('..', import.meta.url);

/** Starts the server as users run it: packed, with the settings of deploy/lamplighter.service. */
export async function startDeployed(options: ServerOptions): Promise<TestServer> {
  execFileSync(process.execPath, ['scripts/pack.mjs'], { cwd: fileURLToPath(ROOT) });
  return startServer({ ...options, deployed: true, env: { ...unitSettings(), ...options.env } });
}

/** The environment of the unit, with its options of Node as `NODE_OPTIONS`. */
function unitSettings(): Record<string, string> {
  const unit = readFileSync(new URL('deploy/lamplighter.service', ROOT), 'utf8');
  const line = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)![1]!;
  const settings = line('Environment')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]);
  const [, ...rest] = line('ExecStart').split(' ');
  const flags = rest.slice(
    0,
    rest.findIndex((word) => !word.startsWith('--')),
  );
  return { ...Object.fromEntries(settings), NODE_OPTIONS: flags.join(' ') };
}
