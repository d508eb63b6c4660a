import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../contract/place.ts';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, freePort, pause, startServer, type ServerOptions, type TestServer } from '../support/server.ts';
import { chance, figure, LONG, SEED } from './support/figure.ts';
import { faultConfig, listAll, Sender } from './support/sender.ts';
import { storedAlerts, type StoredAt } from './support/stored.ts';

const CAUSES = 40;
/** The mailer's connections to one relay: so many messages may be taken and not yet noted when a process is killed. */
const CONNECTIONS = 4;
/** Alerts after which the cause changes. */
const PER_CAUSE = 60;

interface Attack {
  readonly what: string;
  readonly kills: number;
  readonly instances: number;
  /** Alerts per second. */
  readonly rate: number;
  readonly env: Readonly<Record<string, string>>;
  /** The schema of PostgreSQL; the embedded database if left out. */
  readonly schema?: string;
}

/** Instances that are killed and started again, each with a directory and a port of its own. */
async function startAll(count: number, config: string, env: Attack['env']) {
  const options: ServerOptions[] = [];
  for (let n = 0; n < count; n++) {
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-kill-'));
    options.push({ config, directory, port: await freePort(), env });
  }
  const servers: (TestServer | null)[] = [];
  for (const one of options) servers.push(await startServer(one));
  return { options, servers };
}

async function underKills({ what, kills, instances, rate, env, schema }: Attack): Promise<void> {
  const random = chance(SEED);
  const sink = await SmtpSink.start();
  const { options, servers } = await startAll(instances, faultConfig(sink.port, CAUSES), env);
  const ledger = join(options[0]!.directory!, 'ledger');
  const urls = (): string[] => servers.flatMap((server) => (server ? [server.url] : []));
  const partOf = (sent: number): string => String(Math.floor(sent / PER_CAUSE) % CAUSES);
  const sender = new Sender({ ledger, urls, rate, partOf });
  try {
    for (let kill = 0; kill < kills; kill++) {
      await pause(200 + random() * 1000);
      const index = Math.floor(random() * instances);
      const victim = servers[index]!;
      // The sender goes on asking it: what is under way at the kill must not count as acknowledged.
      await victim.kill();
      servers[index] = null;
      servers[index] = await startServer(options[index]!);
    }
    await pause(500);
    await sender.stop();
    assert.ok(sender.acknowledged > 20, `only ${sender.acknowledged} alerts were acknowledged`);
    const server = servers[0]!;
    const { ids } = sender;
    const at: StoredAt = schema === undefined ? { directory: join(options[0]!.directory!, 'data') } : { schema };
    await eventually(
      'every acknowledged alert in the database, and in an incident',
      async () => {
        const stored = await storedAlerts(at);
        const lost = ids.filter((id) => !stored.has(id)).length;
        const loose = [...stored.values()].filter((placed) => !placed).length;
        if (lost + loose === 0) return true;
        await pause(2000);
        throw new Error(`${lost} of ${ids.length} are not there, ${loose} of ${stored.size} have no incident`);
      },
      LONG ? 900_000 : 300_000,
    );
    const incidents = await listAll(server, '/ops/v1/incidents');
    const paged = (number: number, to: string): boolean =>
      sink.messages.some((one) => one.to.includes(to) && one.subject.includes(`#${number} `));
    await eventually(
      'both pages of each incident',
      async () => incidents.every(({ number }) => paged(number, 'ada@example.org') && paged(number, 'bob@example.org')),
      300_000,
    );
    assert.equal(new Set(incidents.map(({ number }) => number)).size, incidents.length, 'numbers are given once');
    const keys = sink.messages.map(({ headers }) => headers['message-id']!);
    const repeated = keys.length - new Set(keys).size;
    figure(
      what,
      `${kills} kills: ${ids.length} alerts acknowledged, 0 lost; ${incidents.length} incidents, ${keys.length} pages, 0 lost, ${repeated} twice`,
      SEED,
    );
    // At a kill each of the relay's connections may have a message that was taken and not yet noted.
    assert.ok(repeated <= kills * CONNECTIONS, `${repeated} pages went out twice over ${kills} kills`);
    for (const one of servers) await one!.stop();
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
    const directory = options[0]!.directory!;
    const args = [main, 'journal', '--config', join(directory, 'lamplighter.yaml'), '--data', join(directory, 'data')];
    const verified = spawnSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
    assert.equal(verified.status, 0, verified.stderr);
  } catch (error) {
    console.log(`FAULT_SEED=${SEED}`);
    for (const one of servers) console.log(one?.log().slice(-3000));
    throw error;
  } finally {
    await sender.stop();
    for (const one of servers) await one?.kill();
    await sink.stop();
    for (const { directory } of options) rmSync(directory!, { recursive: true, force: true });
  }
}

describe('killed at random moments', () => {
  test('every acknowledged alert is kept and every incident paged, on SQLite', () =>
    underKills({
      what: 'embedded, kill -9 at random',
      kills: LONG ? 100 : 5,
      instances: 1,
      rate: 200,
      env: { LAMPLIGHTER_DATABASE_URL: '' },
    }));

  test('the same with two instances on PostgreSQL', { skip: skipPostgres }, async () => {
    const schema = `kill_${process.pid}`;
    const env = { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema };
    try {
      await underKills({
        what: 'two instances on PostgreSQL, kill -9 of either at random',
        kills: LONG ? 200 : 5,
        instances: 2,
        rate: LONG ? 500 : 100,
        env,
        schema,
      });
    } finally {
      await dropSchema(schema);
    }
  });
});
