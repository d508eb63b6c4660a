import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropSchema, POSTGRES_URL, skipPostgres } from '../contract/place.ts';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, freePort, pause, startServer, type TestServer } from '../support/server.ts';
import { figure, LONG } from './support/figure.ts';
import { faultConfig, listAll, missing, post } from './support/sender.ts';

const ROUNDS = LONG ? 10 : 2;
const CAUSES = 60;
/** Alerts of one cause. */
const PER_CAUSE = 20;
/** Pause between two alerts of a sender, and before it asks the other instance, ms. */
const EVERY = 100;
const RETRY = 50;
/** After so many tries in a row a sender counts its alert as refused: far more than a restart takes. */
const TRIES = 400;

/** A sender as Prometheus is one with two Alertmanagers named: what one instance does not take goes to the other. */
class Senders {
  readonly acknowledged: string[] = [];
  refused = 0;
  again = 0;
  longest = 0;
  #ended = false;
  readonly #urls: readonly string[];
  readonly #all: Promise<unknown>;

  constructor(count: number, urls: readonly string[]) {
    this.#urls = urls;
    this.#all = Promise.all(Array.from({ length: count }, (_, n) => this.#send(n)));
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#all;
  }

  async #send(sender: number): Promise<void> {
    for (let sent = 0; !this.#ended; sent++) {
      const id = `${sender}-${sent}`;
      const part = String(Math.floor(sent / PER_CAUSE) % CAUSES);
      const endsAt = new Date(Date.now() + 7_200_000).toISOString();
      const body = [{ labels: { alertname: 'Down', severity: 'critical', part, id }, endsAt }];
      const began = performance.now();
      if (await this.#deliver(sender + sent, body)) this.acknowledged.push(id);
      else this.refused++;
      this.longest = Math.max(this.longest, performance.now() - began);
      await pause(EVERY);
    }
  }

  async #deliver(first: number, body: unknown): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      if ((await post(this.#urls[(first + tries) % this.#urls.length]!, body)) === 200) return true;
      this.again++;
      await pause(RETRY);
    }
    return false;
  }
}

test(
  'instances are restarted one after the other: senders that try again lose nothing, and nobody is paged twice',
  { skip: skipPostgres },
  async () => {
    const schema = `rolling_${process.pid}`;
    const env = { LAMPLIGHTER_DATABASE_URL: POSTGRES_URL, LAMPLIGHTER_DATABASE_SCHEMA: schema };
    const sink = await SmtpSink.start();
    const config = faultConfig(sink.port, CAUSES);
    const ports = [await freePort(), await freePort()];
    const servers: TestServer[] = [];
    let senders: Senders | null = null;
    try {
      for (const port of ports) servers.push(await startServer({ config, env, port }));
      senders = new Senders(
        4,
        servers.map(({ url }) => url),
      );
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, port] of ports.entries()) {
          await pause(1000);
          await servers[index]!.stop();
          assert.equal(servers[index]!.child.exitCode, 0, 'it ends by itself when it is told to');
          servers[index] = await startServer({ config, env, port });
        }
      }
      await pause(1000);
      await senders.stop();
      const { acknowledged, refused, again, longest } = senders;
      assert.equal(refused, 0, 'one of the two always takes an alert');
      assert.ok(again > 0, 'senders met an instance that was being restarted');
      const [server] = servers;
      assert.deepEqual(await missing(server!, acknowledged), []);
      await eventually(
        'every alert in an incident',
        async () => (await listAll(server!, '/ops/v1/alerts')).every(({ incidentId }) => incidentId !== null),
        120_000,
      );
      const incidents = await listAll(server!, '/ops/v1/incidents');
      const paged = (number: number, to: string): boolean =>
        sink.messages.some((one) => one.to.includes(to) && one.subject.includes(`#${number} `));
      await eventually(
        'both pages of each incident',
        async () =>
          incidents.every(({ number }) => paged(number, 'ada@example.org') && paged(number, 'bob@example.org')),
        120_000,
      );
      const keys = sink.messages.map(({ headers }) => headers['message-id']!);
      assert.equal(new Set(keys).size, keys.length, 'no page went out twice');
      figure(
        'two instances restarted in turn, senders try again',
        `${ROUNDS * 2} restarts: ${acknowledged.length} alerts acknowledged, 0 refused, 0 lost, ${again} tries more, the longest ${(longest / 1000).toFixed(1)} s; ${keys.length} pages, 0 twice`,
      );
    } catch (error) {
      for (const one of servers) console.log(one.log().slice(-3000));
      throw error;
    } finally {
      await senders?.stop();
      for (const one of servers) await one.kill();
      await sink.stop();
      await dropSchema(schema);
    }
  },
);
