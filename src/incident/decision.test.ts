import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertHandlers } from '../alert/index.ts';
import { Memory, person, START } from '../signal/testing/memory.ts';
import { takeAlerts } from '../signal/verbs/take-alerts.ts';
import {
  decideEdge,
  incidentHandlers,
  merge,
  proposeEdges,
  recordChange,
  resolve,
  seenCalls,
  split,
  unmerge,
} from './index.ts';
import type { IncidentTx } from './ports.ts';
import { causeMeasures, causeSchema, type CauseMeasures } from './cause/setting.ts';
import type { Measure } from './settings.ts';
import { similarIncidents } from './similar.ts';
import { suppressedBy } from './suppress.ts';
import { KIEZ, kiezSettings } from './testing/kiez.ts';
import { incidentTables } from './testing/memory.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const MINUTE = 60_000;
const amira = person('Amira');
const viewer = person('Vera', 'viewer');
const FLOW = {
  'alert.fired': ['incident.attach'],
  'alert.severity-changed': ['incident.attach'],
  'alert.resolved': ['incident.release'],
};
const NORTH = {
  alertname: 'HeartbeatsLow',
  service: 'vehicles',
  carrier: 'north',
  city: 'berlin',
  severity: 'critical',
};
const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin', severity: 'critical' };
const PAY = { alertname: 'PaymentsLow', service: 'payment', severity: 'critical' };
const BOOK = { alertname: 'BookingsFail', service: 'booking', severity: 'critical' };

function setup(measure: Measure | null = null, cause: CauseMeasures | null = null) {
  const tables = incidentTables();
  const memory = new Memory<IncidentTx>(tables, FLOW);
  const settings = {
    ...kiezSettings(EXAMPLE),
    cause,
  };
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps, measure === null ? null : (ask) => ask(measure))]);
  const send = async (labels: Record<string, string>, over = false): Promise<void> => {
    const endsAt = new Date(memory.clock.now() + (over ? 0 : 600 * MINUTE)).toISOString();
    await takeAlerts(deps, amira, { body: [{ labels, endsAt }], idempotencyKey: null });
    await memory.pass(2000);
  };
  return { memory, tables, deps, settings, send, all: tables.all };
}

test('a link keeps each piece of evidence with its weight', async () => {
  const { tables, send, all } = setup();
  await send(NORTH);
  await send(UNLOCK);
  const links = await tables.incidents.links(all[0]!.id);
  assert.deepEqual(links[1]!.evidence.slice(0, 2), [
    { weight: 2.5, words: 'Telematics gateway needs Carrier North, 1 step away' },
    { weight: 1.5, words: 'same city (Berlin)' },
  ]);
});

test('a merge by a person is remembered, can be taken back, and then the two stay apart', async () => {
  const { memory, tables, deps, send, all } = setup();
  await send({ alertname: 'GatewayErrors', service: 'telematics', severity: 'critical', zone: 'a' });
  await send(PAY);
  assert.equal(all.length, 2);
  await merge(deps, amira, { id: all[1]!.id, into: all[0]!.id, reason: 'the same deploy' });
  await memory.pass(2000);
  assert.deepEqual([all[1]!.state, tables.rows[1]!.incidentId], ['merged', all[0]!.id]);
  assert.equal(
    (await tables.correlation.lessons(['payment-vendor/PaymentsLow'])).get('payment-vendor/PaymentsLow')?.[0]?.verdict,
    'together',
  );

  await assert.rejects(unmerge(deps, viewer, { id: all[1]!.id, reason: 'no' }), { code: 'forbidden' });
  const back = await unmerge(deps, amira, { id: all[1]!.id, reason: 'two after all' });
  assert.deepEqual([back.state, back.acceptedBy, tables.rows[1]!.incidentId], ['open', null, all[1]!.id]);
  assert.deepEqual(all[0]!.components, ['telematics-gateway']);
  const lessons =
    (await tables.correlation.lessons(['payment-vendor/PaymentsLow'])).get('payment-vendor/PaymentsLow') ?? [];
  assert.deepEqual(
    lessons.map(({ verdict, by }) => [verdict, by]),
    [['apart', 'Amira']],
  );
  assert.ok(memory.facts().includes('incident.unmerged'));
  await assert.rejects(unmerge(deps, amira, { id: all[1]!.id, reason: 'again' }), { code: 'state_conflict' });
});

test('a later alert at the common need bridges two incidents', async () => {
  const { memory, tables, deps, send, all } = setup();
  await send({ alertname: 'UnlockFailures', service: 'telematics', city: 'berlin', severity: 'critical' });
  await send({ alertname: 'UnlockFailures', service: 'telematics', city: 'lisbon', severity: 'critical' });
  // The same place in another city joins; put them apart as a person would, to have two.
  const taken = tables.rows.filter(({ labels }) => labels['city'] === 'lisbon').map(({ id }) => id);
  await split(deps, amira, { id: all[0]!.id, alerts: taken, reason: 'two cities' });
  assert.equal(all.length, 2);
  await send({ alertname: 'CarrierDown', carrier: 'north', severity: 'critical' });
  const live = all.filter(({ state }) => state === 'open');
  assert.equal(live.length, 1);
  const merged = all.find(({ state }) => state === 'merged');
  assert.equal(merged?.mergedInto, live[0]!.id);
  const row = memory.entries.find(({ fact }) => fact === 'incident.merged');
  assert.match(row?.reason ?? '', /both need Carrier North/);
});

test('a split is remembered: the next time the two stay apart', async () => {
  const { memory, tables, deps, send, all } = setup();
  await send(NORTH);
  await send(UNLOCK);
  assert.equal(all.length, 1);
  const unlock = tables.rows.find(({ name }) => name === 'UnlockFailures')!;
  await split(deps, amira, { id: all[0]!.id, alerts: [unlock.id], reason: 'a broken lock firmware' });
  for (const { id } of all) await resolve(deps, amira, { id, reason: 'done' });
  await send(NORTH, true);
  await send(UNLOCK, true);
  await memory.pass(60 * MINUTE);
  await send(NORTH);
  await send(UNLOCK);
  const live = all.filter(({ state }) => state === 'open');
  assert.equal(live.length, 2, 'the lesson keeps them apart');
});

test('an alert that came late and is over joins the past incident in whose time it lies', async () => {
  const { memory, tables, deps, send, all } = setup();
  await send(NORTH);
  const began = memory.clock.now();
  await send(NORTH, true);
  await memory.pass(10 * MINUTE);
  assert.equal(all[0]!.state, 'resolved');
  // Both come at once, after the incident: it fired and was over before anybody looked.
  const startsAt = new Date(began).toISOString();
  for (const endsAt of [memory.clock.now() + 600 * MINUTE, memory.clock.now() - 1]) {
    const body = [{ labels: UNLOCK, startsAt, endsAt: new Date(endsAt).toISOString() }];
    await takeAlerts(deps, amira, { body, idempotencyKey: null });
  }
  await memory.pass(2000);
  assert.equal(all.length, 1, 'nobody is paged for what is over');
  assert.equal(tables.rows.find(({ name }) => name === 'UnlockFailures')?.incidentId, all[0]!.id);
});

test('an alert that was over before its turn opens nothing, and the journal says why nobody was paged', async () => {
  const { memory, tables, deps, all } = setup();
  const began = memory.clock.now();
  memory.clock.advance(10 * MINUTE);
  for (const endsAt of [memory.clock.now() + 600 * MINUTE, memory.clock.now() - 1]) {
    const labels = { ...UNLOCK, severity: 'critical' };
    const body = [{ labels, startsAt: new Date(began).toISOString(), endsAt: new Date(endsAt).toISOString() }];
    await takeAlerts(deps, amira, { body, idempotencyKey: null });
  }
  await memory.pass(2000);
  const [alert] = tables.rows;
  assert.deepEqual([all.length, alert?.state, alert?.incidentId], [0, 'resolved', null]);
  const passed = memory.entries.filter(({ fact }) => fact === 'incident.alert-passed');
  assert.deepEqual(
    passed.map(({ subject, reason }) => [subject.id, reason]),
    [[alert!.id, 'over-before-its-turn']],
  );
});

test('a change near in time is named with the cause; the same one twice is one', async () => {
  const { memory, deps, send, all, tables } = setup();
  const told = { id: 'build-812', kind: 'deploy', component: 'Telematics gateway', title: 'gateway 4.2' } as const;
  assert.equal((await recordChange(deps, amira, told)).isNew, true);
  assert.equal((await recordChange(deps, amira, told)).isNew, false);
  await assert.rejects(
    recordChange(deps, amira, { ...told, component: 'nothing' }),
    /none of the topology; write one of/,
  );
  await memory.pass(5 * MINUTE);
  await send(UNLOCK);
  await memory.pass(2000);
  assert.deepEqual([all[0]!.cause?.component, all[0]!.cause?.kind], ['telematics-gateway', 'change']);
  assert.ok(all[0]!.cause!.reasons.includes('deploy "gateway 4.2" 5m before'));
  const ranking = await tables.correlation.ranking(all[0]!.id);
  assert.equal(ranking?.causes[0]?.changeId, 'Amira:build-812');
});

test('a learnt edge is proposed with its evidence, and only a person makes it part of the topology', async () => {
  const { memory, deps, settings, tables } = setup();
  const measure: Measure = {
    values: async (expr) =>
      expr.includes('traces_service_graph')
        ? [
            { labels: { client: 'maps', server: 'identity' }, value: 3 },
            { labels: { client: 'booking', server: 'telematics' }, value: 9 },
            { labels: { client: 'booking', server: 'unheard-of' }, value: 1 },
          ]
        : [],
    range: async () => [],
  };
  const seen = await seenCalls(settings, measure, START);
  assert.equal(await proposeEdges(deps, seen), 2, 'what is configured is not proposed');
  assert.equal(await proposeEdges(deps, seen), 0, 'what was proposed is not proposed again');
  assert.equal(settings.topology.distance('map-vendor', 'identity-provider'), Infinity, 'never taken silently');
  const id = 'map-vendor->identity-provider';
  assert.match((await tables.correlation.edge(id))!.evidence[0]!.words, /client="maps", server="identity"/);
  await assert.rejects(decideEdge(deps, viewer, { id, accept: true }), { code: 'forbidden' });
  await assert.rejects(decideEdge(deps, amira, { id: 'booking-backend->unheard-of', accept: true }), {
    code: 'state_conflict',
  });
  await decideEdge(deps, amira, { id, accept: true, reason: 'seen in the traces' });
  settings.topology.learn((await tables.correlation.edges()).filter(({ state }) => state === 'accepted'));
  assert.equal(settings.topology.distance('map-vendor', 'identity-provider'), 1);
  await decideEdge(deps, amira, { id, accept: false });
  await proposeEdges(deps, seen);
  assert.equal((await tables.correlation.edge(id))!.state, 'rejected', 'rejected stays rejected');
  assert.deepEqual(
    memory.facts().filter((fact) => fact.startsWith('edge.')),
    ['edge.proposed', 'edge.proposed', 'edge.accepted', 'edge.rejected'],
  );
});

test('children of a failed parent are told as its consequences, and stay', () => {
  const { settings } = setup();
  const alerts = [
    { id: '1', labels: NORTH },
    { id: '2', labels: UNLOCK },
    { id: '3', labels: BOOK },
  ];
  assert.deepEqual(
    [...suppressedBy(alerts, settings.topology)],
    [
      ['2', 'carrier-north'],
      ['3', 'carrier-north'],
    ],
  );
});

test('a past incident like the new one is found', async () => {
  const { memory, deps, settings, tables, send, all } = setup();
  await send(NORTH);
  await send(UNLOCK);
  await resolve(deps, amira, { id: all[0]!.id, reason: 'the carrier restarted its gateway' });
  await send(NORTH, true);
  await send(UNLOCK, true);
  await memory.pass(120 * MINUTE);
  await send(NORTH);
  const [found] = await similarIncidents(memory.tx, settings.topology, all[1]!);
  assert.equal(found?.incident.id, all[0]!.id);
  assert.ok(found!.score >= 0.5);
  assert.ok(found!.reasons.some((reason) => reason.startsWith('the same alerts (HeartbeatsLow')));
  assert.equal(tables.all.length, 2);
});

test('measures outweigh alerts: the silent vendor below is named, not the loud backend', async () => {
  const onset = START + 60 * MINUTE;
  const measure: Measure = {
    values: async () => [],
    range: async (expr, from, to, step) => {
      const rows = Math.floor((to - from) / step) + 1;
      const line = (service: string, usual: number, since: number) => ({
        labels: { service },
        values: Array.from({ length: rows }, (_, row) => (from + row * step > onset ? since : usual)),
      });
      return expr === 'requests'
        ? [line('booking', 10, 10), line('payment', 8, 8), line('telematics', 5, 5)]
        : [line('booking', 0.01, 3), line('payment', 0.01, 3), line('telematics', 0.01, 0.01)];
    },
  };
  const { memory, tables, send, all } = setup(
    measure,
    causeMeasures(causeSchema.parse({ requests: 'requests', failures: 'failures', history: '2h' })),
  );
  await memory.pass(60 * MINUTE);
  await send(BOOK);
  await memory.pass(5 * MINUTE);
  const ranking = await tables.correlation.ranking(all[0]!.id);
  assert.equal(ranking?.measured, true);
  assert.equal(ranking.causes[0]?.component, 'payment-vendor');
  assert.deepEqual(ranking.causes[0]?.path, ['booking-backend', 'payment-vendor']);
  assert.equal(all[0]!.cause?.component, 'payment-vendor');
});
