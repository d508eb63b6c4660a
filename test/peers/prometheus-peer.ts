import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort } from '../support/server.ts';

/**
 * Starts Debian's Prometheus with the receiver of remote write, and waits until it is ready.
 * @param directory for its configuration and its samples
 * @param features what `--enable-feature` names
 */
export async function startPrometheus(
  directory: string,
  features: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(directory, 'prometheus.yml'), 'global: {}\n');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      `--enable-feature=${features}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  await eventually('Prometheus', async () => (await fetch(`${url}/-/ready`)).ok);
  return { child, url };
}
