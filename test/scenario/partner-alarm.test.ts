import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tmf642Partner } from '../fakes/tmf642-partner.ts';
import { onBoth } from '../support/place.ts';
import { alarmMisfit } from '../support/tmforum.ts';
import { inWorld, type World, type WorldOptions } from '../support/world.ts';

const BASE = '/tmf-api/alarm/v4';
const ALARMS = {
  url: 'https://oss.carrier-north.example/tmf-api/alarm/v4',
  labels: { carrier: 'north' },
  mapping: '{ "city": $lowercase(place[0].name) }',
  share: [{ carrier: 'north' }],
};
const partners = (alarms: object = {}) => [
  { name: 'carrier-north', title: 'Carrier North', token: 'north', alarms: { ...ALARMS, ...alarms } },
  { name: 'carrier-south', title: 'Carrier South', token: 'south', alarms: { labels: { carrier: 'south' } } },
];
const options = (alarms: object = {}): WorldOptions => ({ config: { partners: partners(alarms) } });
const NEW = {
  alarmType: 'communicationsAlarm',
  perceivedSeverity: 'CRITICAL',
  probableCause: 'lossOfSignal',
  specificProblem: 'Core router lost',
  alarmedObject: { id: 'core-1' },
  sourceSystemId: 'south-oss',
  externalAlarmId: 'S-1',
  state: 'raised',
  alarmRaisedTime: '2026-09-15T09:58:00Z',
};

/** The partner's own token, and requests with it. */
async function speaker(world: World, name: string) {
  const secret = await world.app.makeToken({ name, role: 'agent', scopes: ['partner.exchange'], lifetime: null });
  return async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const answer = await world.ask(method, path.startsWith('/') ? path : `${BASE}/${path}`, body, secret);
    await world.settle();
    return answer;
  };
}

/** A partner's server behind our ways out; what it tells reaches our listener. */
function play(world: World): { partner: Tmf642Partner; deliver: () => Promise<void> } {
  const partner = new Tmf642Partner(() => world.clock.now());
  world.outside.partner = (request) => partner.request(request);
  const deliver = async (): Promise<void> => {
    await partner.deliver(async (url, body) => (await world.ask('POST', new URL(url).pathname, body)).statusCode);
    await world.settle();
  };
  return { partner, deliver };
}

async function facts(world: World, incidentId: string): Promise<string[]> {
  return (await world.journal(incidentId)).map(({ fact }) => fact).filter((fact) => fact.startsWith('partner.'));
}

onBoth("Partners' alarms by TMF642", (database) => {
  test('we register at the partner, hear its alarm, answer it when it is accepted, and it ends when the partner clears it', () =>
    inWorld(database, options(), async (world) => {
      const { partner, deliver } = play(world);
      await world.settle();
      assert.equal(partner.hubs.size, 1, 'registered at the hub');
      const { id } = partner.raise();
      await deliver();
      const { incident } = await world.incident();
      assert.deepEqual([incident.cause?.component, incident.cities], ['carrier-north', ['berlin']]);
      const [alert] = await world.allAlerts();
      assert.equal(alert?.labels['severity'], 'critical', 'major is critical here');
      assert.deepEqual(
        [alert?.annotations['perceived_severity'], alert?.labels['probable_cause'], alert?.labels['alarm_type']],
        ['major', 'lossOfSignal', 'communicationsAlarm'],
        "X.733's own words are kept",
      );
      await world.accept(world.link('amira'));
      await world.advance('1s');
      assert.deepEqual(
        partner.tasks.map(({ kind }) => kind),
        ['ackAlarms'],
      );
      assert.equal(partner.alarms.get(id)?.['ackState'], 'acknowledged');
      const before = (await world.allAlerts()).length;
      await deliver();
      assert.equal(partner.tasks.length, 1, 'what comes back from our own acknowledgement is not answered again');
      assert.equal((await world.allAlerts()).length, before);
      partner.clear(id);
      await deliver();
      await world.advance('6m');
      assert.equal((await world.incident()).incident.state, 'resolved');
    }));

  test('a notification that was lost is found by comparing the lists, and we register anew', () =>
    inWorld(database, options(), async (world) => {
      const { partner, deliver } = play(world);
      await world.settle();
      const first = partner.raise();
      await deliver();
      partner.raise({ perceivedSeverity: 'minor' });
      partner.events.length = 0;
      await world.advance('7m');
      assert.equal((await world.allAlerts()).length, 2, 'the list brought the second one');
      assert.ok(
        partner.calls.some((call) => call.startsWith('DELETE /hub/')),
        'the old registration is ended',
      );
      assert.equal(partner.hubs.size, 1, 'and there is one new one');
      partner.clear(first.id, true);
      await world.advance('6m');
      const state = (await world.allAlerts()).find(
        ({ annotations }) => annotations['external_id'] === first['externalAlarmId'],
      );
      assert.equal(state?.state, 'resolved', 'what is gone from the list is over');
    }));

  test('a partner that does not answer is told once, and looked at again until it does', () =>
    inWorld(database, options(), async (world) => {
      const { partner } = play(world);
      partner.down = true;
      await world.advance('10m');
      const about = await world.app.store.read((tx) => tx.journal.ofSubject('partner', 'carrier-north'));
      assert.deepEqual(
        about.map(({ fact }) => fact),
        ['partner.link-lost'],
      );
      partner.down = false;
      partner.raise();
      await world.advance('10m');
      const after = await world.app.store.read((tx) => tx.journal.ofSubject('partner', 'carrier-north'));
      assert.ok(after.some(({ fact }) => fact === 'partner.link-restored'));
      assert.equal((await world.allAlerts()).length, 1, 'what was raised meanwhile is here');
    }));

  test('late and repeated notifications change nothing, a re-raise is another alarm', () =>
    inWorld(database, options(), async (world) => {
      const { partner, deliver } = play(world);
      await world.settle();
      const { id } = partner.raise();
      const created = partner.events[0]!;
      await deliver();
      await world.advance('1m');
      partner.change(id, { perceivedSeverity: 'minor' });
      await deliver();
      partner.events.push(created);
      await deliver();
      assert.equal((await world.allAlerts())[0]?.severity, 'warning', 'the older word does not win');
      await world.advance('1m');
      partner.clear(id);
      await deliver();
      partner.events.push(created);
      await deliver();
      assert.deepEqual(
        (await world.allAlerts()).map(({ state }) => state),
        ['resolved'],
        'an echo raises nothing',
      );
      await world.advance('1m');
      partner.change(id, {
        state: 'raised',
        perceivedSeverity: 'major',
        alarmRaisedTime: new Date(world.clock.now()).toISOString(),
      });
      await deliver();
      assert.deepEqual(
        (await world.allAlerts()).map(({ state }) => state),
        ['resolved', 'firing'],
      );
    }));

  test('a partner creates, changes and takes back alarms at our server; answers fit the specification', () =>
    inWorld(database, options(), async (world) => {
      play(world);
      const south = await speaker(world, 'south');
      const made = await south('POST', 'alarm', NEW);
      assert.equal(made.statusCode, 201, made.payload);
      const alarm = made.json<Record<string, unknown>>();
      assert.equal(alarmMisfit('Alarm', alarm), null);
      assert.equal(alarm['perceivedSeverity'], 'critical', 'capitals are understood');
      const again = await south('POST', 'alarm', NEW);
      assert.equal(again.json<{ id: number }>().id, alarm['id'], 'the same alarm is the same row');
      assert.equal((await world.allAlerts()).length, 1);
      const list = await south(
        'GET',
        'alarm?fields=state,perceivedSeverity&perceivedSeverity=critical,major&alarmRaisedTime.gt=2026-09-15T09:00:00Z',
      );
      assert.deepEqual([list.headers['x-total-count'], list.headers['x-result-count']], ['1', '1']);
      assert.deepEqual(Object.keys(list.json<object[]>()[0]!).sort(), [
        '@type',
        'href',
        'id',
        'perceivedSeverity',
        'state',
      ]);
      assert.equal((await south('GET', 'alarm?perceivedSeverity=minor')).headers['x-total-count'], '0');
      const minor = await south('PATCH', `alarm/${String(alarm['id'])}`, { perceivedSeverity: 'minor' });
      assert.equal(minor.statusCode, 200, minor.payload);
      assert.equal((await world.allAlerts())[0]?.severity, 'warning');
      const task = await south('POST', 'clearAlarms', {
        clearSystemId: 'south-oss',
        clearUserId: 'op',
        alarmClearedTime: new Date(world.clock.now()).toISOString(),
        alarmPattern: [{ externalAlarmId: 'nothing' }, { externalAlarmId: 'S-1', probableCause: 'lossOfSignal' }],
      });
      assert.equal(task.statusCode, 201, task.payload);
      assert.equal(alarmMisfit('ClearAlarms', task.json()), null);
      assert.equal((await world.allAlerts())[0]?.state, 'resolved');
      assert.equal((await south('GET', `clearAlarms/${task.json<{ id: string }>().id}`)).statusCode, 200);
      const refused = await south('PATCH', `alarm/${String(alarm['id'])}`, { perceivedSeverity: 'major' });
      assert.equal(refused.statusCode, 409, 'a cleared alarm keeps its end');
      assert.equal(alarmMisfit('Error', refused.json()), null);
      assert.equal((await south('DELETE', `alarm/${String(alarm['id'])}`)).statusCode, 204);
      assert.equal((await south('GET', `alarm/${String(alarm['id'])}`)).statusCode, 404);
    }));

  test('what is missing or wrong is named, and nothing reaches beyond the partner', () =>
    inWorld(database, options(), async (world) => {
      const { partner, deliver } = play(world);
      await world.settle();
      partner.raise();
      await deliver();
      const south = await speaker(world, 'south');
      const { probableCause: _gone, ...lacking } = NEW;
      assert.match((await south('POST', 'alarm', lacking)).json<{ message: string }>().message, /lacks probableCause/);
      const wrong = await south('POST', 'alarm', { ...NEW, perceivedSeverity: 'awful' });
      assert.match(
        wrong.json<{ message: string }>().message,
        /perceivedSeverity is "awful"; write one of critical, major/,
      );
      assert.equal(
        (await south('GET', 'alarm')).headers['x-total-count'],
        '0',
        "another partner's alarms are not there",
      );
      const one = await world.app.store.read((tx) => tx.partners.openAlarms({ partner: 'carrier-north' }));
      assert.equal((await south('GET', `alarm/${one[0]!.number}`)).statusCode, 404);
      const all = { ackSystemId: 's', ackUserId: 'u', alarmPattern: [{}] };
      assert.match(
        (await south('POST', 'ackAlarms', all)).json<{ message: string }>().message,
        /would mean every alarm/,
      );
      const stranger = await speaker(world, 'nobody');
      assert.match((await stranger('POST', 'alarm', NEW)).json<{ message: string }>().message, /belongs to no partner/);
      const secretless = await world.ask('POST', '/tmf-api/partner/guessed/alarm/v4/listener/alarmCreateEvent', {
        event: {},
      });
      assert.equal(secretless.statusCode, 404);
    }));

  test('a notification that cannot be read is refused and kept aside', () =>
    inWorld(database, options(), async (world) => {
      const { partner } = play(world);
      await world.settle();
      const callback = new URL([...partner.hubs.values()][0]!).pathname;
      const answer = await world.ask('POST', `${callback}/listener/alarmCreateEvent`, {
        event: { alarm: { id: 7, perceivedSeverity: 3 } },
      });
      assert.equal(answer.statusCode, 400);
      const kept = await world.app.store.read((tx) => tx.signals.quarantined(5));
      assert.deepEqual(
        kept.map(({ kind }) => kind),
        ['tmf642:carrier-north'],
      );
    }));

  test('our own alerts of what is shared are shown and notified; the partner acknowledges, and our alarm never comes back', () =>
    inWorld(database, options(), async (world) => {
      const { partner } = play(world);
      const north = await speaker(world, 'north');
      const hub = await north('POST', 'hub', { callback: 'https://oss.carrier-north.example/tmf-api/alarm/v4' });
      assert.equal(hub.statusCode, 201, hub.payload);
      assert.equal(alarmMisfit('EventSubscription', hub.json()), null);
      await world.alert({ alertname: 'VehiclesSilent', carrier: 'north', city: 'berlin' });
      await world.alert({ alertname: 'BookingsLow', service: 'booking' });
      await world.advance('15s');
      assert.deepEqual(
        partner.heard.map(({ type }) => type),
        ['AlarmCreateEvent'],
      );
      const list = (await north('GET', 'alarm')).json<Record<string, unknown>[]>();
      assert.equal(list.length, 1, 'only what is shared');
      assert.equal(alarmMisfit('Alarm', list[0]), null);
      const echo = await north('POST', 'alarm', { ...list[0], state: 'raised' });
      assert.equal(echo.statusCode, 409, 'an alarm that came from us is not taken back as theirs');
      const ack = { ackSystemId: 'north-oss', ackUserId: 'noc', alarmPattern: [{ id: list[0]!['id'] }] };
      assert.equal((await north('POST', 'ackAlarms', ack)).statusCode, 201);
      const { incident } = await world.incident();
      assert.deepEqual(await facts(world, incident.id), ['partner.alarm-shared', 'partner.alarm-acknowledged']);
      await world.over({ alertname: 'VehiclesSilent', carrier: 'north', city: 'berlin' });
      await world.advance('15s');
      assert.deepEqual(
        partner.heard.map(({ type }) => type),
        ['AlarmCreateEvent', 'AlarmStateChangeEvent'],
      );
      assert.equal((await north('DELETE', `hub/${hub.json<{ id: string }>().id}`)).statusCode, 204);
    }));

  test('a partner without tasks is answered by a change of the alarm', () =>
    inWorld(database, options(), async (world) => {
      const { partner, deliver } = play(world);
      partner.withoutTasks = true;
      await world.settle();
      const { id } = partner.raise();
      await deliver();
      await world.accept(world.link('amira'));
      await world.advance('1s');
      assert.ok(partner.calls.includes(`PATCH /alarm/${id}`));
      assert.equal(partner.alarms.get(id)?.['ackState'], 'acknowledged');
    }));
});
