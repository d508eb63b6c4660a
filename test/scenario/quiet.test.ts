import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'berlin' };
const matchers = [{ name: 'service', value: 'maps', isRegex: false }];
const MINUTE = 60_000;

onBoth('Quiet', (database) => {
  test('a silence keeps a page quiet, and it is sent when the silence ends while the alert still fires', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = world.clock.now() + 30 * MINUTE;
      await world.officer('POST', '/ops/v1/silences', { matchers, endsAt, comment: 'the vendor knows' });
      await world.alert(MAPS);
      await world.advance('29m');
      assert.equal(world.outside.received.length, 0);
      assert.deepEqual(await world.incidents(), []);
      assert.ok((await world.allAlerts())[0]?.silencedBy, 'it is shown as silenced');
      await world.advance('1m');
      assert.equal(world.pages('amira', 'email').length, 1);
      assert.equal((await world.incident()).incident.openedAt, endsAt);
    }));

  test('a silence that is ended early lets the page out at once', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = world.clock.now() + 60 * MINUTE;
      const { id } = await world.officer<{ id: string }>('POST', '/ops/v1/silences', {
        matchers,
        endsAt,
        comment: 'x',
      });
      await world.alert(MAPS);
      await world.advance('5m');
      await world.officer('DELETE', `/ops/v1/silences/${id}`);
      assert.equal(world.pages('amira', 'email').length, 1);
      await world.advance('1h');
      assert.equal((await world.incidents()).length, 1);
    }));

  test('a silence after the page: escalation of what was told is not undone by the end of the silence', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(MAPS);
      await world.accept(world.link('amira'));
      const endsAt = world.clock.now() + 10 * MINUTE;
      await world.officer('POST', '/ops/v1/silences', { matchers, endsAt, comment: 'enough' });
      await world.advance('20m');
      assert.equal((await world.incidents()).length, 1);
      assert.equal(world.pages('amira', 'email').length, 1);
    }));

  test('an alert that became quiet between its telling and its page is paged when the silence ends', () =>
    inWorld(database, {}, async (world) => {
      const { clock } = world;
      const alert = {
        labels: { severity: 'critical', ...MAPS },
        endsAt: new Date(clock.now() + 86_400_000).toISOString(),
      };
      await world.send('POST', '/api/v2/alerts', [alert]);
      const silence = { matchers, endsAt: clock.now() + 30 * MINUTE, comment: 'the vendor knows' };
      assert.equal((await world.ask('POST', '/ops/v1/silences', silence, await world.token('duty'))).statusCode, 201);
      await world.settle();
      const [told] = await world.incidents();
      assert.ok(told, 'it was told, and has its incident');
      await world.advance('29m');
      assert.equal(world.pages('amira', 'email').length, 0);
      await world.advance('1m');
      assert.equal(world.pages('amira', 'email').length, 1);
      const facts = (await world.incident()).timeline.map(({ fact }) => fact);
      assert.equal(facts.filter((fact) => fact === 'alert.loud-again').length, 1);
      assert.equal(facts.filter((fact) => fact === 'chain.started').length, 1);
    }));

  test('the author of a silence is told what it keeps quiet, before it ends, and when it ended', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = new Date(world.clock.now() + 120 * MINUTE).toISOString();
      const startsAt = new Date(world.clock.now()).toISOString();
      const body = { matchers, startsAt, endsAt, createdBy: 'Jonas', comment: 'the vendor knows' };
      await world.officer('POST', '/api/v2/silences', { ...body, createdBy: 'jonas' });
      const told = (): string[] => world.pages('jonas', 'email').map(({ message }) => message.subject);
      await world.alert({ ...MAPS, severity: 'warning' });
      await world.advance('5m');
      assert.deepEqual(told(), [], 'a warning would page nobody');
      await world.alert({ ...MAPS, alertname: 'MapTilesGone' });
      await world.alert({ ...MAPS, alertname: 'MapTilesWrong' });
      await world.advance('1m');
      assert.deepEqual(told(), ['[Kiez Mobil] Your silence keeps a page quiet']);
      const [message] = world.pages('jonas', 'email');
      assert.match(message!.message.text, /3 firing, 2 of them would page/);
      assert.match(message!.message.text, /MapTilesGone/);
      await world.advance('98m');
      assert.equal(told().length, 1);
      await world.advance('1m');
      assert.deepEqual(told().slice(1), ['[Kiez Mobil] Your silence ends soon']);
      await world.advance('16m');
      assert.ok(told().includes('[Kiez Mobil] Your silence has ended'));
      assert.equal(world.pages('amira', 'email').length, 1, 'and the one on duty is paged then');
    }));

  test('a silence whose author has no address is no error: that nobody was told is written', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = world.clock.now() + 10 * MINUTE;
      const { id } = await world.officer<{ id: string }>('POST', '/ops/v1/silences', {
        matchers,
        endsAt,
        comment: 'x',
      });
      await world.advance('10m');
      const rows = await world.app.store.read((tx) => tx.journal.ofSubject('silence', id));
      const told = rows.filter(({ fact }) => fact === 'silence.author-told');
      assert.deepEqual(
        told.map(({ reason }) => reason),
        ['author-not-reached', 'author-not-reached'],
      );
    }));

  test('announced work: what it disturbs pages nobody and is over with it; members see it announced', () =>
    inWorld(database, {}, async (world) => {
      const startsAt = world.clock.now() + 10 * MINUTE;
      const endsAt = startsAt + 60 * MINUTE;
      const window = { title: 'New map tiles', matchers, startsAt, endsAt, announced: true };
      await world.officer('POST', '/ops/v1/maintenance', window);
      await world.advance('15m');
      type Summary = { scheduled_maintenances: { name: string }[] };
      const { scheduled_maintenances: planned } = (
        await world.ask('GET', '/status/api/v2/summary.json')
      ).json<Summary>();
      assert.deepEqual(
        planned.map(({ name }) => name),
        ['New map tiles'],
      );
      await world.alert(MAPS);
      await world.alert({ ...MAPS, service: 'identity', alertname: 'SignInFails' });
      assert.equal((await world.incident()).incident.components[0], 'identity-provider');
      await world.advance('30m');
      await world.over(MAPS);
      await world.advance('1h');
      const { incident } = await world.incident();
      assert.deepEqual(incident.components, ['identity-provider']);
      const maps = (await world.allAlerts()).find(({ name }) => name === 'MapTilesSlow');
      assert.deepEqual([maps?.state, maps?.incidentId], ['resolved', null]);
    }));

  test('announced work that breaks something: it is told when the work is over', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = world.clock.now() + 10 * MINUTE;
      await world.officer('POST', '/ops/v1/maintenance', { title: 'Tiles', matchers, endsAt });
      await world.alert(MAPS);
      await world.advance('9m');
      assert.equal(world.outside.received.length, 0);
      await world.advance('1m');
      assert.equal(world.pages('amira', 'email').length, 1);
    }));
});
