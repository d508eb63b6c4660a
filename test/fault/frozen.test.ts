import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../contract/place.ts';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer, type TestServer } from '../support/server.ts';
import { figure, LONG } from './support/figure.ts';
import { faultConfig, listAll, missing, Sender } from './support/sender.ts';

const ROUNDS = LONG ? 20 : 2;
/** Longer than a lease: the other instance has taken the work over when this one wakes. */
const ASLEEP = 18_000;
const CONNECTIONS = 4;

test(
  'an instance is frozen for longer than its leases: the other goes on, and it sends nothing stale when it wakes',
  { skip: skipPostgres },
  async () => {
    const schema = `frozen_${process.pid}`;
    const env = { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema };
    const sink = await SmtpSink.start();
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-frozen-'));
    const config = faultConfig(sink.port, 60);
    const servers: TestServer[] = [];
    let sender: Sender | null = null;
    try {
      for (let n = 0; n < 2; n++) servers.push(await startServer({ config, env }));
      sender = new Sender({
        ledger: join(directory, 'ledger'),
        urls: () => [servers[0]!.url],
        rate: 50,
        partOf: (sent) => String(Math.floor(sent / 40) % 60),
      });
      await pause(2000);
      for (let round = 0; round < ROUNDS; round++) {
        // The one that the sender does not ask: it only shares the work.
        servers[1]!.child.kill('SIGSTOP');
        await pause(ASLEEP);
        servers[1]!.child.kill('SIGCONT');
        await pause(2000);
      }
      await sender.stop();
      const { ids } = sender;
      const server = servers[0]!;
      await eventually('every acknowledged alert', async () => (await missing(server, ids)).length === 0, 60_000);
      const incidents = await listAll(server, '/ops/v1/incidents');
      const paged = (number: number, to: string): boolean =>
        sink.messages.some((one) => one.to.includes(to) && one.subject.includes(`#${number} `));
      await eventually(
        'both pages of each incident',
        async () =>
          incidents.every(({ number }) => paged(number, 'ada@example.org') && paged(number, 'bob@example.org')),
        120_000,
      );
      const keys = sink.messages.map(({ headers }) => headers['message-id']!);
      const repeated = keys.length - new Set(keys).size;
      assert.ok(repeated <= ROUNDS * CONNECTIONS, `${repeated} pages went out twice`);
      figure(
        'SIGSTOP for 18 s, then SIGCONT (two instances)',
        `${ROUNDS} times: ${ids.length} alerts acknowledged, 0 lost; ${keys.length} pages, ${repeated} twice`,
      );
    } catch (error) {
      for (const one of servers) console.log(one.log().slice(-3000));
      throw error;
    } finally {
      await sender?.stop();
      for (const one of servers) {
        one.child.kill('SIGCONT');
        await one.kill();
        one.remove();
      }
      await sink.stop();
      await dropSchema(schema);
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
