import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer, type ServerOptions, type TestServer } from '../support/server.ts';
import { Cluster, skipCluster } from './support/cluster.ts';
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

/**
 * Cuts the power again and again: the disk of the database is an image that is copied while its writers stand still. What
 * their system has not written to it by then is gone.
 */
async function underCuts(what: string, megabytes: number, database: Database): Promise<void> {
  const random = chance(SEED);
  const sink = await SmtpSink.start();
  const config = faultConfig(sink.port, 5);
  let acknowledged = 0;
  const place = mkdtempSync(join(tmpdir(), 'lamplighter-power-'));
  const [image, copy, at] = [join(place, 'image'), join(place, 'copy'), join(place, 'at')];
  // PostgreSQL runs as somebody else, who has to get through.
  chmodSync(place, 0o755);
  mkdirSync(at);
  makeImage(image, megabytes);
  let server: TestServer | null = null;
  let sender: Sender | null = null;
  try {
    for (let cut = 0; cut < CUTS; cut++) {
      execFileSync('mount', ['-o', 'loop', image, at]);
      const begun = await database.begin(at);
      server = await startServer({ config, ...begun });
      const url = server.url;
      // The ids of one round are told apart from those of the next by the ledger they stand in.
      const ledger = join(place, `ledger-${cut}`);
      const partOf = (sent: number): string => String(Math.floor(sent / 100) % 5);
      sender = new Sender({ ledger, urls: () => [url], rate: 200, partOf });
      const sending = sender;
      await eventually('some alerts', () => Promise.resolve(sending.acknowledged > 60), 60_000);
      await pause(random() * 2000);
      const writers = [server.child.pid!, ...database.writers()];
      for (const pid of writers) process.kill(pid, 'SIGSTOP');
      await pause(50);
      execFileSync('cp', ['--sparse=always', image, copy]);
      for (const pid of writers) process.kill(pid, 'SIGCONT');
      const sure = sender.ids;
      await sender.stop();
      await server.kill();
      await database.end();
      execFileSync('umount', [at]);
      execFileSync('mv', [copy, image]);
      execFileSync('mount', ['-o', 'loop', image, at]);
      server = await startServer({ config, ...(await database.begin(at)) });
      const running = server;
      await eventually('every acknowledged alert', async () => (await missing(running, sure)).length === 0, 60_000);
      acknowledged += sure.length;
      await server.stop();
      await database.end();
      execFileSync('umount', [at]);
    }
    assert.ok(acknowledged > 100, `${acknowledged} alerts were acknowledged`);
    figure(
      `power cut, ${what} (image copied while its writers stand still)`,
      `${CUTS} cuts: ${acknowledged} alerts acknowledged, 0 lost`,
      SEED,
    );
  } finally {
    await sender?.stop();
    await server?.kill();
    await database.end();
    spawnSync('umount', ['-l', at]);
    await sink.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

/** A database on the image. */
interface Database {
  /** Starts it on the mounted image; returns what the server is started with. */
  begin(at: string): Promise<Pick<ServerOptions, 'directory' | 'env'>>;
  /** Processes that write to the image besides the server. */
  writers(): readonly number[];
  end(): Promise<void>;
}

const sqlite: Database = {
  begin: (directory) => Promise.resolve({ directory }),
  writers: () => [],
  end: () => Promise.resolve(),
};

/** A PostgreSQL of its own; the series of the server are elsewhere. */
function postgres(): Database {
  let cluster: Cluster | null = null;
  return {
    async begin(at) {
      if (cluster) await cluster.start();
      else {
        mkdirSync(join(at, 'postgres'));
        cluster = await Cluster.create(join(at, 'postgres'));
      }
      return { env: { LAMPLIGHTER_DATABASE_URL: cluster.url } };
    },
    writers: () => cluster?.pids ?? [],
    end: () => cluster?.kill() ?? Promise.resolve(),
  };
}

describe('the power is cut: what was acknowledged is on the disk', { skip: skipLoop() }, () => {
  test('SQLite', () => underCuts('SQLite', 96, sqlite));

  test('PostgreSQL', { skip: skipCluster }, () => underCuts('PostgreSQL', 400, postgres()));
});
