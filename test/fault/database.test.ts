import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, pause, startServer } from '../support/server.ts';
import { Cluster, skipCluster } from './support/cluster.ts';
import { figure } from './support/figure.ts';
import { Proxy } from './support/proxy.ts';
import { faultConfig, missing, post, Sender } from './support/sender.ts';

const SECOND = 1000;

test(
  'the database is killed, half open and slow: refused or stored, never lost, and somebody is told',
  { skip: skipCluster },
  async () => {
    const cluster = await Cluster.create();
    const proxy = await Proxy.start(cluster.port);
    const sink = await SmtpSink.start();
    const directory = mkdtempSync(join(tmpdir(), 'lamplighter-database-'));
    const url = `postgres://test@127.0.0.1:${proxy.port}/postgres`;
    const config = faultConfig(sink.port, 10);
    const server = await startServer({ config, directory, env: { LAMPLIGHTER_DATABASE_URL: url } });
    const sender = new Sender({
      ledger: join(directory, 'ledger'),
      urls: () => [server.url],
      rate: 50,
      partOf: (sent) => String(Math.floor(sent / 200) % 10),
    });
    const grows = (what: string): Promise<boolean> => {
      const before = sender.acknowledged;
      return eventually(what, () => Promise.resolve(sender.acknowledged > before + 20), 120 * SECOND);
    };
    try {
      await grows('alerts are taken');
      await cluster.kill();
      const began = performance.now();
      const blind = await eventually(
        'somebody is told without a database',
        () => Promise.resolve(sink.messages.find(({ subject }) => subject.includes('may not get pages out'))),
        120 * SECOND,
      );
      const after = (performance.now() - began) / SECOND;
      assert.match(blind.body, /cannot use its/);
      assert.equal(await post(server.url, [{ labels: { alertname: 'Refused' } }], 60 * SECOND), 503);
      await cluster.start();
      await grows('alerts are taken again after the database was killed');
      figure(
        'PostgreSQL killed and started again',
        `"blind" page after ${after.toFixed(0)} s; alerts refused with 503 meanwhile`,
      );

      proxy.mood = 'half-open';
      await pause(3 * SECOND);
      proxy.mood = 'fine';
      await grows('alerts are taken again after connections were half open');
      proxy.mood = 'slow';
      await grows('alerts are taken while the database is slow');
      proxy.mood = 'fine';
      proxy.cut();
      await grows('alerts are taken after all connections were cut');
      await sender.stop();
      const { ids } = sender;
      await eventually('every acknowledged alert', async () => (await missing(server, ids)).length === 0, 60 * SECOND);
      const told = [...sender.statuses].map(([status, count]) => `${count} x ${status === 0 ? 'no answer' : status}`);
      figure(
        'PostgreSQL killed, half open, slow, cut',
        `${ids.length} alerts acknowledged, 0 lost; refused: ${told.join(', ')}`,
      );
    } catch (error) {
      console.log(server.log().slice(-4000));
      throw error;
    } finally {
      await sender.stop();
      await server.kill();
      await proxy.stop();
      await cluster.remove();
      await sink.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
