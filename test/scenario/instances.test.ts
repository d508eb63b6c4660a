import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const PLACES = ['maps', 'identity', 'telematics'].flatMap((service) =>
  ['berlin', 'lisbon'].map((city) => ({ service, city })),
);

onPostgres('Two instances on one database', (database) => {
  test('share the work: each page is sent once, however they race, and one takes over from the other', () =>
    inWorld(database, {}, async (one) => {
      const two = await one.beside();
      let running = [one, two];
      const settled = async (): Promise<void> => {
        await one.advance('1s', ...running.slice(1));
      };
      await Promise.all(
        PLACES.map(({ service, city }, index) =>
          running[index % 2]!.send('POST', '/api/v2/alerts', [
            {
              labels: { alertname: `${service} down`, severity: 'critical', service, city },
              endsAt: '2026-09-30T00:00:00Z',
            },
          ]),
        ),
      );
      await settled();
      const incidents = await one.incidents();
      assert.ok(incidents.length >= 2, `${incidents.length} incidents`);
      assert.equal(new Set(incidents.map(({ number }) => number)).size, incidents.length, 'numbers are given once');
      assert.equal(one.pages('amira', 'email').length, incidents.length);
      await one.advance('5m', two);
      const keys = one.outside.received.map(({ message, channel }) => `${channel} ${message.key}`);
      assert.equal(new Set(keys).size, keys.length, 'no page was sent twice');
      assert.equal(one.pages('jonas', 'email').length, incidents.length, 'the deputy has one page for each');
      await two.close();
      running = [one];
      await one.advance('18m');
      assert.equal(one.pages('amira', 'email').length, 2 * incidents.length, 'the other goes on alone');
    }));

  test('two people press their links at the same moment on two instances: one has it, the other is told who', () =>
    inWorld(database, {}, async (one) => {
      const two = await one.beside();
      await one.alert({ alertname: 'MapTilesSlow', service: 'maps', city: 'lisbon' });
      await one.advance('5m', two);
      const answers = await Promise.all([
        one.ask('POST', one.link('amira')),
        two.ask('POST', one.link('jonas')),
        two.ask('POST', one.link('amira')),
        one.ask('POST', one.link('jonas')),
      ]);
      assert.deepEqual(
        answers.map(({ statusCode }) => statusCode),
        [200, 200, 200, 200],
      );
      const { incident } = await one.incident();
      const loser = incident.acceptedBy === 'Amira Haddad' ? [answers[1], answers[3]] : [answers[0], answers[2]];
      for (const answer of loser) assert.ok(answer?.payload.includes(`${incident.acceptedBy} has accepted it already`));
      assert.ok(answers.some(({ payload }) => payload.includes('You have accepted it')));
      const accepted = (await one.journal(incident.id)).filter(({ fact }) => fact === 'incident.accepted');
      assert.equal(accepted.length, 1);
      await one.advance('1m', two);
      await two.close();
    }));

  test('the database throws everybody out for a moment: nothing is lost', () =>
    inWorld(database, {}, async (world) => {
      await world.alert({ alertname: 'MapTilesSlow', service: 'maps', city: 'lisbon' });
      const token = await world.token('agent');
      await world.interrupt();
      await world.advance('5m');
      await world.interrupt();
      const list = [{ labels: { alertname: 'SignIn', severity: 'critical', service: 'identity' } }];
      // A sender that is told 503 sends again.
      let status = 503;
      for (let tries = 0; status === 503 && tries < 20; tries++) {
        status = (await world.ask('POST', '/api/v2/alerts', list, token)).statusCode;
      }
      assert.equal(status, 200);
      await world.advance('2m');
      assert.equal(world.pages('amira', 'email').length, 2);
      assert.equal(world.pages('jonas', 'email').length, 1);
      // What was logged is about the connections and nothing else.
      for (const line of world.errors.splice(0)) assert.match(line, /connection|not available|terminat/i);
    }));
});
