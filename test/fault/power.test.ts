import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer, type TestServer } from '../support/server.ts';
import { chance, figure, LONG, SEED } from './support/figure.ts';
import { faultConfig, missing, Sender } from './support/sender.ts';

const CUTS = LONG ? 50 : 2;

/** Why no image can be mounted here; false when it can. */
function skipLoop(): string | false {
  const place = mkdtempSync(join(tmpdir(), 'lamplighter-loop-'));
  try {
    makeImage(join(place, 'image'), 8);
    mkdirSync(join(place, 'at'));
    const { status } = spawnSync('mount', ['-o', 'loop', join(place, 'image'), join(place, 'at')]);
    if (status !== 0) return 'this process may not mount an image';
    spawnSync('umount', [join(place, 'at')]);
    return false;
  } catch (error) {
    return `no image can be made: ${String(error)}`;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function makeImage(file: string, megabytes: number): void {
  execFileSync('truncate', ['-s', `${megabytes}M`, file]);
  execFileSync('/sbin/mkfs.ext4', ['-q', '-F', file]);
}

test('the power is cut: what was acknowledged is on the disk', { skip: skipLoop() }, async () => {
  const random = chance(SEED);
  const sink = await SmtpSink.start();
  let acknowledged = 0;
  const place = mkdtempSync(join(tmpdir(), 'lamplighter-power-'));
  const [image, copy, at] = [join(place, 'image'), join(place, 'copy'), join(place, 'at')];
  mkdirSync(at);
  makeImage(image, 96);
  let server: TestServer | null = null;
  let sender: Sender | null = null;
  const ids: string[] = [];
  try {
    for (let cut = 0; cut < CUTS; cut++) {
      execFileSync('mount', ['-o', 'loop', image, at]);
      server = await startServer({ config: faultConfig(sink.port, 5), directory: at });
      const url = server.url;
      const ledger = join(place, `ledger-${cut}`);
      sender = new Sender({
        ledger,
        urls: () => [url],
        rate: 200,
        partOf: (sent) => String(Math.floor(sent / 100) % 5),
      });
      const sending = sender;
      await eventually('some alerts', () => Promise.resolve(sending.acknowledged > 60), 60_000);
      await pause(random() * 2000);
      // Stopped in the middle: what its system has not written to the image by now is gone with the power.
      server.child.kill('SIGSTOP');
      await pause(50);
      execFileSync('cp', ['--sparse=always', image, copy]);
      server.child.kill('SIGCONT');
      const sure = sender.ids;
      await sender.stop();
      await server.kill();
      execFileSync('umount', [at]);
      execFileSync('mv', [copy, image]);
      execFileSync('mount', ['-o', 'loop', image, at]);
      // The ids of one round are told apart from those of the next by the ledger they stand in.
      ids.splice(0, ids.length, ...sure);
      server = await startServer({ config: faultConfig(sink.port, 5), directory: at });
      const running = server;
      await eventually('every acknowledged alert', async () => (await missing(running, ids)).length === 0);
      acknowledged += ids.length;
      await server.stop();
      execFileSync('umount', [at]);
    }
    assert.ok(acknowledged > 100, `${acknowledged} alerts were acknowledged`);
    figure(
      'power cut (image copied while the writer is stopped)',
      `${CUTS} cuts: ${acknowledged} alerts acknowledged, 0 lost`,
      SEED,
    );
  } finally {
    await sender?.stop();
    await server?.kill();
    spawnSync('umount', ['-l', at]);
    await sink.stop();
    rmSync(place, { recursive: true, force: true });
  }
});
