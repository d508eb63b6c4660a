import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const BILLING = {
  name: 'billing',
  title: 'Billing run',
  every: '10m',
  grace: '1m',
  labels: { service: 'payment', severity: 'critical' },
};
const ALARM = { state: 'raised', place: 'Berlin', perceivedSeverity: 'major', id: 7, specificProblem: 'Cell down' };

onBoth('Signals', (database) => {
  test('a heartbeat that is missed pages, and one that comes back ends it', () =>
    inWorld(database, { config: { heartbeats: [BILLING] } }, async (world) => {
      await world.send('POST', '/heartbeat/billing');
      await world.advance('8m');
      await world.send('GET', '/heartbeat/billing');
      await world.advance('10m59s');
      assert.equal(world.outside.received.length, 0);
      await world.advance('1s');
      assert.equal(world.pages('amira', 'email').length, 1);
      assert.deepEqual((await world.incident()).incident.components, ['payment-vendor']);
      await world.advance('3m');
      await world.send('POST', '/heartbeat/billing');
      await world.advance('5m');
      assert.equal((await world.incident()).incident.state, 'resolved');
      await world.advance('6m');
      assert.equal((await world.incidents()).length, 2, 'silent again: a new incident');
    }));

  test('a heartbeat is told by an address without a token: begin, exit code, success; a revoked one is not found', () =>
    inWorld(database, { config: { heartbeats: [BILLING] } }, async (world) => {
      const path = '/ops/v1/heartbeats/billing/addresses';
      const made = await world.officer<{ id: string; url: string }>('POST', path);
      const ping = async (said: string, method: 'GET' | 'POST' = 'GET'): Promise<number> => {
        const { statusCode } = await world.ask(method, new URL(made.url).pathname + said);
        await world.settle();
        return statusCode;
      };
      const alert = async (name: string) => (await world.allAlerts()).findLast((one) => one.name === name);
      assert.equal(await ping('/start'), 204);
      await world.advance('90s');
      assert.equal(await ping('/3', 'POST'), 204);
      const failed = await alert('HeartbeatFailed');
      assert.deepEqual(
        [failed?.state, failed?.annotations['summary']],
        ['firing', 'Billing run: it ended with exit code 3 after 1m30s'],
      );
      assert.equal(await ping('/0'), 204);
      assert.equal((await alert('HeartbeatFailed'))?.state, 'resolved');
      type Heartbeats = { items: { state: string; lastRuntime: number; addresses: { id: string }[] }[] };
      const [shown] = (await world.see<Heartbeats>('/ops/v1/heartbeats')).items;
      assert.deepEqual([shown?.state, shown?.lastRuntime, shown?.addresses.length], ['alive', 90_000, 1]);
      await ping('/start');
      await world.advance('11m');
      assert.match((await alert('HeartbeatMissed'))?.annotations['summary'] ?? '', /it began at .* and did not end/);
      assert.equal(await ping(''), 204);
      assert.equal((await alert('HeartbeatMissed'))?.state, 'resolved');
      assert.equal(await ping('/256'), 400);
      await world.officer('DELETE', `/ops/v1/heartbeats/addresses/${made.id}`);
      assert.equal(await ping(''), 404);
    }));

  test("a partner's own alarm is mapped, opens an incident with the partner as cause, and is cleared by it", () =>
    inWorld(database, {}, async (world) => {
      await world.send('POST', '/in/carrier-north', { ...ALARM, alarmRaisedTime: '2026-09-15T09:58:00Z' });
      await world.advance('1m');
      const { incident } = await world.incident();
      assert.deepEqual([incident.cause?.component, incident.cause?.kind], ['carrier-north', 'partner']);
      assert.deepEqual(incident.cities, ['berlin']);
      await world.send('POST', '/in/carrier-north', { ...ALARM, state: 'cleared' });
      await world.advance('6m');
      assert.equal((await world.incident()).incident.state, 'resolved');
    }));

  test('a body that the mapping cannot read is refused, kept in quarantine, and shown', () =>
    inWorld(database, {}, async (world) => {
      const body = { ...ALARM, place: 5 };
      const answer = await world.ask('POST', '/in/carrier-north', body, await world.token('agent'));
      assert.equal(answer.statusCode, 400);
      assert.match(answer.json<{ detail: string }>().detail, /\w/);
      const now = await world.see<{ quarantined: number }>('/ops/v1/now');
      assert.equal(now.quarantined, 1);
      const [kept] = await world.app.store.read((tx) => tx.signals.quarantined(10));
      assert.equal(kept?.body, JSON.stringify(body));
      assert.deepEqual(await world.incidents(), []);
    }));

  test('a list with one bad alert: the good ones are taken, and the answer names the bad one', () =>
    inWorld(database, {}, async (world) => {
      const good = { labels: { alertname: 'A', severity: 'critical', service: 'maps' } };
      const list = [good, { labels: { '': 'x' } }];
      const answer = await world.ask('POST', '/api/v2/alerts', list, await world.token('agent'));
      assert.equal(answer.statusCode, 400);
      // Alertmanager's clients read a refusal as one JSON text.
      assert.match(answer.json<string>(), /alert 1/);
      await world.settle();
      assert.equal((await world.incidents()).length, 1);
    }));

  test('the same request again under its idempotency key changes nothing', () =>
    inWorld(database, {}, async (world) => {
      const headers = { 'idempotency-key': 'once', 'content-type': 'application/json' };
      const list = [{ labels: { alertname: 'A', severity: 'critical', service: 'maps' } }];
      for (let turn = 0; turn < 3; turn++) await world.send('POST', '/api/v2/alerts', list, headers);
      await world.settle();
      assert.deepEqual(
        (await world.allAlerts()).map(({ count }) => count),
        [1],
      );
    }));

  test('samples by remote write make a Prometheus rule fire, and end it', () =>
    inWorld(database, { history: 1 / 7 }, async (world) => {
      let [attempts, failures] = [1000, 10];
      const minute = async (failed: number): Promise<void> => {
        attempts += 60;
        failures += failed;
        await world.samples([
          { labels: { __name__: 'kiez_unlock_attempts_total', city: 'lisbon' }, value: attempts },
          { labels: { __name__: 'kiez_unlock_failures_total', city: 'lisbon' }, value: failures },
        ]);
        await world.advance('1m');
      };
      for (let count = 0; count < 10; count++) await minute(1);
      assert.deepEqual(await world.allAlerts(), []);
      for (let count = 0; count < 6; count++) await minute(40);
      const { incident, alerts } = await world.incident();
      assert.deepEqual(incident.cities, ['lisbon']);
      assert.match(alerts[0]!.annotations['summary']!, /% of unlock attempts fail in lisbon/);
      assert.equal(world.pages('amira', 'email').length, 1);
      for (let count = 0; count < 20; count++) await minute(1);
      assert.equal((await world.incident()).incident.state, 'resolved');
    }));
});
