import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { eventually, startServer, type TestServer } from '../support/server.ts';
import { alarmMisfit, skipTmForum } from '../support/tmforum.ts';

interface State {
  readonly alarms: { id: number; state: string; ackState: string }[];
  readonly hubs: string[];
  readonly tasks: { kind: string }[];
  readonly heard: { type: string; body: { event: { alarm: Record<string, unknown> } } }[];
  readonly misfits: string[];
}

/** A partner's TMF642 server in a process of its own, spoken with over HTTP; both sides are held against the swagger. */
describe('A partner by TMF642 over HTTP', { skip: skipTmForum }, () => {
  let server: TestServer;
  let partner: ChildProcess;
  let address = '';
  let token = '';

  before(async () => {
    partner = spawn(process.execPath, [fileURLToPath(new URL('tmf642-server.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(partner.stdout!, 'data')) as [Buffer];
    address = `http://127.0.0.1:${String(port).trim()}`;
    server = await startServer({ config: config(address) });
    const made = await server.admin<{ secret: string }>('POST', '/ops/v1/tokens', {
      name: 'north',
      role: 'agent',
      scopes: ['partner.exchange'],
    });
    token = made.secret;
  });
  after(async () => {
    partner?.kill('SIGKILL');
    await server?.stop();
    server?.remove();
  });

  const lead = async (path: string): Promise<State> =>
    (await fetch(`${address}/control/${path}`, { method: 'POST' })).json() as Promise<State>;
  const speak = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${server.url}/tmf-api/alarm/v4/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  type Alerts = { items: { name: string; state: string; labels: Record<string, string>; incidentId: string | null }[] };
  const alerts = async (): Promise<Alerts['items']> =>
    (await server.admin<Alerts>('GET', '/ops/v1/alerts?limit=100')).items;

  it('we register at its hub; its alarm becomes an incident, is acknowledged there, and a lost end is found', async () => {
    await eventually('the hub', async () => (await lead('state')).hubs.length > 0, 60_000);
    const { alarms } = await lead('raise');
    const id = alarms[0]!.id;
    const incidentId = await eventually(
      'the incident',
      async () => (await alerts()).find(({ labels }) => labels['carrier'] === 'north')?.incidentId,
      60_000,
    );
    await server.admin('POST', `/ops/v1/incidents/${incidentId}/accept`, {});
    await eventually(
      'our acknowledgement at the partner',
      async () => (await lead('state')).alarms.find((one) => one.id === id)?.ackState === 'acknowledged',
      60_000,
    );
    // Nobody is notified of this end: only the comparison of the lists can find it.
    await lead(`clear?id=${id}&quietly=1`);
    await eventually(
      'the end found by resync',
      async () => (await alerts()).some(({ labels, state }) => labels['carrier'] === 'north' && state === 'resolved'),
      60_000,
    );
    assert.deepEqual((await lead('state')).misfits, [], 'everything fitted the specification');
  });

  it('it speaks with our server: creates an alarm, reads it, registers a hub, and hears of ours', async () => {
    const created = await speak('POST', 'alarm', {
      alarmType: 'equipmentAlarm',
      perceivedSeverity: 'critical',
      probableCause: 'powerProblem',
      specificProblem: 'Site Mitte without power',
      alarmedObject: { id: 'site-7' },
      sourceSystemId: 'oss.carrier-north.example',
      externalAlarmId: 'N-7',
      state: 'raised',
      alarmRaisedTime: new Date().toISOString(),
      place: [{ id: 'p1', name: 'Berlin', role: 'location' }],
    });
    assert.equal(created.status, 201);
    const alarm = (await created.json()) as { id: number };
    assert.equal(alarmMisfit('Alarm', alarm), null);
    const listed = (await (await speak('GET', 'alarm')).json()) as unknown[];
    for (const one of listed) assert.equal(alarmMisfit('Alarm', one), null);
    const hub = await speak('POST', 'hub', { callback: `${address}/tmf-api/alarm/v4` });
    assert.equal(hub.status, 201);
    assert.equal(alarmMisfit('EventSubscription', await hub.json()), null);
    const labels = { alertname: 'VehiclesSilent', severity: 'critical', carrier: 'north', city: 'berlin' };
    await server.ask('POST', '/api/v2/alerts', [{ labels, annotations: { summary: 'silent in Berlin' } }]);
    const heard = await eventually(
      'our alarm at the partner',
      async () => (await lead('state')).heard.find(({ type }) => type === 'AlarmCreateEvent'),
      90_000,
    );
    assert.equal(alarmMisfit('AlarmCreateEvent', heard.body), null);
    const cleared = await speak('PATCH', `alarm/${alarm.id}`, { state: 'cleared' });
    assert.equal(cleared.status, 200);
    const refused = await speak('POST', 'alarm', { perceivedSeverity: 'critical' });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /alarmType|probableCause/);
    assert.deepEqual((await lead('state')).misfits, [], 'everything fitted the specification');
  });
});

function config(partner: string): string {
  return `
name: Peer test
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: unlock, title: Unlock, needs: [carrier-north] }]
  components: [{ name: carrier-north, title: Carrier North, kind: carrier, partner: carrier-north, match: { carrier: north } }]
partners:
  - name: carrier-north
    title: Carrier North
    token: north
    alarms:
      url: ${partner}/tmf-api/alarm/v4
      poll: 3s
      labels: { carrier: north }
      mapping: '{ "city": $lowercase(place[0].name) }'
      share: [{ carrier: north }]
people: [{ id: duty, name: Duty Person, email: duty@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
chains:
  - { name: all, match: { severity: [critical, major, minor] }, steps: [{ do: open-ticket }] }
outside:
  email: { from: "ops@example.org", relays: ["smtp://127.0.0.1:9"] }
  allow: [127.0.0.1]
`;
}
