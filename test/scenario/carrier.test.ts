import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const MINUTE = 60_000;
const FRIDAY = { at: '2026-09-18T17:20', history: 4 };

/** Instants of facts of the incident in minutes after it began, first of each kind. */
async function minutes(world: World, incidentId: string, from: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { fact, at } of await world.journal(incidentId)) {
    if (!found.has(fact)) found.set(fact, (at - from) / MINUTE);
  }
  return found;
}

onBoth('The evening', (database) => {
  test('carrier North goes silent in Berlin: one incident, one page, members told, partner written to, route switched, all clear', () =>
    inWorld(database, FRIDAY, async (world) => {
      await world.advance('10m');
      assert.equal(world.outside.received.length, 0, 'an ordinary evening');
      const silentAt = world.clock.now();
      world.traffic.silent.add('north berlin');
      // Whoever is told to prefer South routes the cars over it.
      world.outside.answer = (body) => {
        world.traffic.route = body?.includes('south') === true ? 'south' : null;
        return 204;
      };
      await world.advance('4m');
      const link = world.link('amira');
      assert.ok(world.outside.received[0]!.at - silentAt <= 4 * MINUTE, 'paged within four minutes');
      await world.accept(link);
      const { id } = (await world.incident()).incident;
      for (const text of ['Carrier North is on the phone', 'The route is switched, we watch it']) {
        await world.advance('15m');
        await world.officer('POST', `/ops/v1/incidents/${id}/note`, { text });
      }
      world.traffic.silent.delete('north berlin');
      await world.advance('30m');

      const { incident, notices, partnerContacts, playbookRuns, tickets, retroId, pages } = await world.incident();
      assert.equal(incident.state, 'resolved');
      assert.deepEqual([incident.cause?.component, incident.cause?.kind], ['carrier-north', 'partner']);
      assert.deepEqual(incident.cities, ['berlin']);
      assert.deepEqual(
        pages.filter(({ channel }) => channel === 'email').map(({ person }) => person),
        ['amira'],
      );
      const read = [...notices].sort((a, b) => a.publishedAt - b.publishedAt).map(({ title }) => title['en']);
      assert.equal(read.length, 2);
      assert.match(read[0]!, /^Trouble with .* in Berlin/);
      assert.match(read[1]!, /^Solved: .* in Berlin/);
      assert.deepEqual(
        partnerContacts.map(({ partner, state }) => `${partner} ${state}`),
        ['carrier-north handed-over'],
      );
      assert.equal(
        world.outside.received.filter(({ message }) => message.to === 'noc@carrier-north.example').length,
        1,
      );
      assert.deepEqual(
        playbookRuns.map(({ state }) => state),
        ['recovered'],
      );
      assert.deepEqual(
        world.outside.calls.map(({ what, body }) => `${what} ${body}`),
        ['POST /route {"prefer":"south"}'],
      );
      assert.equal(tickets.length, 1);
      assert.ok(retroId, 'its retro is drafted');
      const after = await minutes(world, incident.id, incident.openedAt);
      assert.equal(after.get('chain.started'), 0);
      assert.equal(after.get('page.handed-over'), 0);
      assert.ok(!(await world.statusPage()).interruptions.some(({ open }) => open), 'members read that it is over');
    }));

  test('an ordinary Friday evening raises nothing', () =>
    inWorld(database, { ...FRIDAY, at: '2026-09-18T17:30' }, async (world) => {
      await world.advance('2h30m');
      const loud = (await world.allAlerts()).filter(({ firedAt }) => firedAt !== null);
      assert.deepEqual(loud, []);
      const { items } = await world.see<{ items: { name: string; series: { state: string }[] }[] }>(
        '/ops/v1/indicators',
      );
      const states = items.flatMap(({ series }) => series.map(({ state }) => state));
      assert.deepEqual(
        states,
        Array.from({ length: 6 }, () => 'ok'),
        'and every level is known',
      );
    }));

  test('a restart in the middle loses nothing and pages nobody twice', () =>
    inWorld(database, { ...FRIDAY, lasting: true }, async (world) => {
      world.traffic.silent.add('north berlin');
      await world.advance('5m');
      const before = await world.incident();
      assert.equal(world.pages('amira', 'email').length, 1);
      await world.restart();
      await world.advance('2m');
      const after = await world.incident();
      assert.equal(after.incident.id, before.incident.id);
      const open = (alerts: typeof after.alerts): string[] =>
        alerts.filter(({ state }) => state === 'firing').map(({ id }) => id);
      for (const id of open(before.alerts)) assert.ok(open(after.alerts).includes(id), 'what fired fires on');
      assert.equal(world.pages('amira', 'email').length, 1);
      await world.restart();
      await world.advance('3m');
      assert.equal(world.pages('jonas', 'email').length, 1, 'the deputy is paged when it is time');
      // What ended while nobody looked is found to be over.
      world.traffic.silent.clear();
      await world.restart('10m');
      await world.advance('15m');
      assert.equal((await world.incident()).incident.state, 'resolved');
    }));

  test('the measurements stop while an alert fires: silence is no recovery', () =>
    inWorld(database, { ...FRIDAY, lasting: true, config: { watermarks: [] } }, async (world) => {
      world.traffic.silent.add('north berlin');
      await world.advance('6m');
      world.traffic.unmeasured = true;
      await world.advance('30m');
      await world.restart('1m');
      await world.advance('5m');
      const open = await world.incident();
      assert.equal(open.incident.state, 'open');
      const firing = open.alerts.filter(({ state }) => state === 'firing');
      assert.equal(firing.length, 2);
      assert.match(firing[0]!.annotations['summary']!, /below the level expected/);
      world.traffic.unmeasured = false;
      world.traffic.silent.clear();
      await world.advance('15m');
      assert.equal((await world.incident()).incident.state, 'resolved');
    }));
});
