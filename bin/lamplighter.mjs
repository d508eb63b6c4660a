#!/usr/bin/env node
// Runs the command line on the pinned Node, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(pinned)) {
  console.error('Lamplighter is not installed yet. Run "npm ci" in its folder first.');
  process.exit(1);
}
const child = spawn(
  pinned,
  ['--max-semi-space-size=4', '--max-old-space-size=1024', join(root, 'bin', 'main.mjs'), ...process.argv.slice(2)],
  // One arena for all threads: what one gives back, another can take; and given back early.
  {
    stdio: 'inherit',
    env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072', ...process.env },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
