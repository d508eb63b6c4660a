import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer, type TestServer } from '../support/server.ts';
import { figure } from './support/figure.ts';
import { Cluster, skipCluster } from './support/cluster.ts';
import { faultConfig, missing, post } from './support/sender.ts';

const strace = spawnSync('strace', ['-V']).status === 0;
const skipTrace: string | false = strace ? false : 'strace is not installed';

/** Why nothing can be mounted here; false when it can. */
function skipMount(): string | false {
  const place = mkdtempSync(join(tmpdir(), 'lamplighter-mount-'));
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
    if (mounted.status !== 0) return 'this process may not mount file systems';
    spawnSync('umount', [place]);
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const alert = (id: string, part = '0'): unknown => ({
  labels: { alertname: 'Down', severity: 'critical', part, id },
  annotations: { text: 'x'.repeat(2000) },
});

test('the disk is full: alerts are refused, and what was acknowledged is there', { skip: skipMount() }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', directory]);
  const sink = await SmtpSink.start();
  let server: TestServer | null = null;
  try {
    server = await startServer({ config: faultConfig(sink.port, 2), directory });
    assert.equal(await post(server.url, [alert('first')]), 200);
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(join(directory, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - 3_000_000)));
    const taken = ['first'];
    const statuses: number[] = [];
    for (let n = 0; n < 3000 && statuses.filter((status) => status === 503).length < 5; n++) {
      const status = await post(server.url, [alert(String(n))]);
      if (status === 200) taken.push(String(n));
      statuses.push(status);
    }
    assert.ok(statuses.includes(503), `nothing was refused: ${[...new Set(statuses)].join(', ')}`);
    assert.deepEqual(
      [...new Set(statuses)].toSorted((a, b) => a - b),
      [200, 503],
    );
    rmSync(join(directory, 'ballast'));
    const url = server.url;
    await eventually(
      'alerts are taken when there is room again',
      async () => (await post(url, [alert('after')])) === 200,
    );
    taken.push('after');
    const running = server;
    await eventually('everything acknowledged', async () => (await missing(running, taken)).length === 0);
    figure('disk full', `${taken.length} alerts acknowledged, 0 lost, then 503 until there was room`);
  } finally {
    await server?.kill();
    await sink.stop();
    spawnSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true, force: true });
  }
});

test('each answer comes after a sync of the disk', { skip: skipTrace }, async () => {
  const sink = await SmtpSink.start();
  const server = await startServer({ config: faultConfig(sink.port, 2) });
  const file = join(server.directory, 'trace');
  const calls = 'trace=fsync,fdatasync,write,writev,sendto,sendmsg';
  const tracer = spawn('strace', ['-f', '-e', calls, '-s', '60', '-o', file, '-p', String(server.child.pid)]);
  try {
    await eventually('the trace begins', () => Promise.resolve(existsSync(file)));
    await pause(1000);
    for (let n = 0; n < 30; n++) assert.equal(await post(server.url, [alert(`sync-${n}`, String(n % 2))]), 200);
    tracer.kill('SIGINT');
    await new Promise((resolve) => {
      tracer.once('exit', resolve);
    });
    let synced = false;
    let answers = 0;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (/f(data)?sync.*= 0$/.test(line)) synced = true;
      else if (line.includes('"HTTP/1.1 200')) {
        answers++;
        assert.ok(synced, `answer ${answers} was given before a sync:\n${line}`);
        synced = false;
      }
    }
    assert.equal(answers, 30, 'every answer was seen');
    figure(
      'fsync before each answer (strace, SQLite)',
      `${answers} of ${answers} answers came after a sync that ended well`,
    );
  } finally {
    tracer.kill('SIGKILL');
    await server.kill();
    server.remove();
    await sink.stop();
  }
});

test('each answer comes after a sync of PostgreSQL that ended well', { skip: skipTrace || skipCluster }, async () => {
  const sink = await SmtpSink.start();
  const cluster = await Cluster.create();
  const env = { LAMPLIGHTER_DATABASE_URL: cluster.url };
  const server = await startServer({ config: faultConfig(sink.port, 2), env });
  const file = join(server.directory, 'trace');
  try {
    // A first alert, so that the connections are there that the trace is to see.
    assert.equal(await post(server.url, [alert('first')]), 200);
    const { pids } = cluster;
    const traced = [server.child.pid!, ...pids].flatMap((pid) => ['-p', String(pid)]);
    const calls = 'trace=fsync,fdatasync,write,writev,sendto,sendmsg';
    const tracer = spawn('strace', ['-f', '-e', calls, '-s', '60', '-o', file, ...traced]);
    await eventually('the trace begins', () => Promise.resolve(existsSync(file)));
    await pause(1500);
    for (let n = 0; n < 30; n++) assert.equal(await post(server.url, [alert(`sync-${n}`, String(n % 2))]), 200);
    const ours = new Set(readdirSync(`/proc/${server.child.pid}/task`));
    tracer.kill('SIGINT');
    await new Promise((resolve) => {
      tracer.once('exit', resolve);
    });
    let synced = false;
    let answers = 0;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const pid = line.split(' ')[0]!;
      if (!ours.has(pid) && /f(data)?sync.*= 0$/.test(line)) synced = true;
      else if (ours.has(pid) && line.includes('"HTTP/1.1 200')) {
        answers++;
        assert.ok(synced, `answer ${answers} was given before a sync of the database:\n${line}`);
        synced = false;
      }
    }
    assert.equal(answers, 30, 'every answer was seen');
    figure(
      'sync before each answer (strace, PostgreSQL)',
      `${answers} of ${answers} answers came after a sync of the database that ended well`,
    );
  } finally {
    await server.kill();
    server.remove();
    await cluster.remove();
    await sink.stop();
  }
});

test('a sync that fails is no acknowledgement', { skip: skipTrace }, async () => {
  const sink = await SmtpSink.start();
  const config = faultConfig(sink.port, 2);
  const server = await startServer({ config });
  const taken: string[] = [];
  const statuses = new Set<number>();
  try {
    const inject = 'inject=fsync,fdatasync:error=EIO';
    const tracer = spawn('strace', [
      '-f',
      '-e',
      'trace=fsync,fdatasync',
      '-e',
      inject,
      '-o',
      '/dev/null',
      '-p',
      String(server.child.pid),
    ]);
    await pause(1500);
    for (let n = 0; n < 10; n++) {
      const status = await post(server.url, [alert(`io-${n}`)]);
      if (status === 200) taken.push(`io-${n}`);
      statuses.add(status);
    }
    tracer.kill('SIGINT');
    await new Promise((resolve) => {
      tracer.once('exit', resolve);
    });
    assert.deepEqual(taken, [], 'nothing was acknowledged without the disk');
    assert.ok(
      [...statuses].every((status) => status === 503 || status === 0),
      [...statuses].join(', '),
    );
    await server.kill();
    const { port, directory } = server;
    const again = await startServer({ config, directory, port });
    try {
      assert.equal(await post(again.url, [alert('io-after')]), 200);
      await eventually('the alert after it', async () => (await missing(again, ['io-after'])).length === 0);
    } finally {
      await again.kill();
    }
    figure('fsync error (strace -e inject EIO)', '10 alerts sent, none acknowledged; taken again after a restart');
  } finally {
    await server.kill();
    server.remove();
    await sink.stop();
  }
});
