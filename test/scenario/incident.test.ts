import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'lisbon' };
const MINUTE = 60_000;

/** Incidents by number: state and how many alerts. */
async function shown(world: World): Promise<string[]> {
  const lines: string[] = [];
  for (const { id, number, state } of await world.incidents()) {
    lines.push(`#${number} ${state} ${(await world.detail(id)).alerts.length}`);
  }
  return lines;
}

onBoth('Incidents', (database) => {
  test('two unrelated faults stay two incidents, each with its page', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.alert(MAPS);
      await world.advance('2m');
      assert.deepEqual(await shown(world), ['#1 open 1', '#2 open 1']);
      assert.equal(world.pages('amira', 'email').length, 2);
    }));

  test('a warning that fired by itself all day stays out of an incident beside it, also after a restart', () =>
    inWorld(database, { lasting: true }, async (world) => {
      const disk = { alertname: 'DiskFills', service: 'booking', severity: 'warning' };
      for (let time = 0; time < 6; time++) {
        await world.alert(
          { ...disk, instance: `${time}` },
          { endsAt: new Date(world.clock.now() + MINUTE).toISOString() },
        );
        await world.advance('20m');
      }
      await world.restart();
      await world.advance('61s');
      await world.alert({ ...UNLOCK, severity: 'critical' });
      await world.alert({ ...disk, instance: '7' });
      await world.alert({ ...disk, alertname: 'BookingsSlow' });
      await world.advance('5s');
      assert.deepEqual(await shown(world), ['#1 open 2']);
      const { alerts } = await world.incident();
      assert.deepEqual(alerts.map(({ name }) => name).sort(), ['BookingsSlow', 'UnlockFailures']);
    }));

  test('a storm of 500 alerts of one cause is one incident and one page', () =>
    inWorld(database, {}, async (world) => {
      const storm = Array.from({ length: 500 }, (_, car) => ({
        labels: { alertname: 'CarSilent', severity: 'critical', service: 'vehicles', city: 'berlin', car: `${car}` },
        endsAt: new Date(world.clock.now() + 60 * MINUTE).toISOString(),
      }));
      for (let first = 0; first < storm.length; first += 50) {
        await world.send('POST', '/api/v2/alerts', storm.slice(first, first + 50));
        await world.advance('1s');
      }
      await world.advance('30s');
      const { incident, links } = await world.incident();
      assert.equal(links.length, 500);
      assert.equal(world.pages('amira', 'email').length, 1);
      assert.deepEqual(incident.cities, ['berlin']);
      assert.equal(new Set((await world.allAlerts()).map(({ incidentId }) => incidentId)).size, 1);
    }));

  test('an alert that is not sent again resolves itself, and its incident after five quiet minutes', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = new Date(world.clock.now() + 4 * MINUTE).toISOString();
      await world.alert(UNLOCK, { endsAt });
      await world.advance('3m');
      await world.alert(UNLOCK, { endsAt: new Date(world.clock.now() + 4 * MINUTE).toISOString() });
      await world.advance('3m59s');
      assert.equal((await world.allAlerts())[0]?.state, 'firing');
      await world.advance('1s');
      assert.equal((await world.allAlerts())[0]?.state, 'resolved');
      await world.advance('4m59s');
      assert.deepEqual(await shown(world), ['#1 open 1']);
      await world.advance('1s');
      assert.deepEqual(await shown(world), ['#1 resolved 1']);
      const { retroId, timeline } = await world.incident();
      assert.ok(retroId, 'its retro is drafted');
      assert.match(timeline.at(-1)?.summary ?? '', /./);
    }));

  test('an alert that comes back while it settles keeps the incident open', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.advance('2m');
      await world.over(UNLOCK);
      await world.advance('4m');
      await world.alert(UNLOCK);
      await world.advance('10m');
      assert.deepEqual(await shown(world), ['#1 open 2']);
      assert.equal(world.pages('amira', 'email').length, 1);
    }));

  test('merged and split again: the alerts move, chains end and begin, links of pages lead to what remains', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      const linkOfFirst = world.link('amira');
      await world.alert(MAPS);
      const [one, two] = await world.incidents();
      const reason = 'the same vendor behind both';
      await world.officer('POST', `/ops/v1/incidents/${one!.number}/merge`, { into: String(two!.number), reason });
      assert.deepEqual(await shown(world), ['#1 merged 0', '#2 open 2']);
      assert.equal((await world.detail(one!.id)).chains[0]?.state, 'ended');
      assert.match(await world.accept(linkOfFirst), /You have accepted it/);
      const merged = await world.detail(two!.id);
      assert.equal(merged.incident.state, 'accepted');
      const mails = world.pages('amira', 'email').length;
      const taken = merged.alerts.filter(({ name }) => name === 'UnlockFailures').map(({ id }) => id);
      await world.officer('POST', `/ops/v1/incidents/2/split`, { alerts: taken, reason: 'two after all' });
      assert.deepEqual(await shown(world), ['#1 merged 0', '#2 accepted 1', '#3 open 1']);
      assert.equal(world.pages('amira', 'email').length, mails + 1, 'nobody has the new one: it is paged');
    }));

  test('resolved too early: reopened, it pages again, and the timeline is corrected with what it said before', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      await world.advance('3m');
      await world.officer('POST', '/ops/v1/incidents/1/resolve', { reason: 'restarted the gateway' });
      assert.deepEqual(await shown(world), ['#1 resolved 1']);
      await world.advance('1m');
      await world.officer('POST', '/ops/v1/incidents/1/reopen', { reason: 'members still call' });
      assert.deepEqual(await shown(world), ['#1 open 1']);
      assert.equal(world.pages('amira', 'email').length, 2);
      const { timeline, incident } = await world.incident();
      const row = timeline.find(({ fact }) => fact === 'incident.resolved')!;
      const at = incident.openedAt + MINUTE;
      const correction = { entryId: row.id, summary: 'The gateway was restarted.', at, reason: 'the gateway log' };
      await world.officer('POST', '/ops/v1/incidents/1/correct', correction);
      const corrected = (await world.incident()).timeline.find(({ id }) => id === row.id)!;
      assert.deepEqual([corrected.summary, corrected.at], ['The gateway was restarted.', at]);
      assert.equal(corrected.corrected?.before, row.summary);
      assert.equal((await world.journal(incident.id)).find(({ id }) => id === row.id)?.summary, row.summary);
    }));

  test('what a member says in a trip joins the incident of that place and makes it critical', () =>
    inWorld(database, {}, async (world) => {
      await world.alert({ ...MAPS, city: 'berlin' });
      const before = (await world.incident()).incident.severity;
      assert.notEqual(before, 'critical');
      await world.observe('The car does not open', { functionName: 'find', city: 'berlin', inTrip: true });
      const { incident, observations } = await world.incident();
      assert.equal(observations.length, 1);
      assert.equal(incident.severity, 'critical');
      const rows = await world.journal(incident.id);
      assert.ok(!JSON.stringify(rows).includes('does not open'), "the member's words stay out of the journal");
    }));
});
