import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertHandlers } from '../alert/index.ts';
import { silence } from '../alert/verbs/silence.ts';
import type { Entry } from '../core/journal.ts';
import { Memory, person, START } from '../signal/testing/memory.ts';
import { takeRuleEvents } from '../signal/store-signal.ts';
import { recordObservation } from '../signal/verbs/record-observation.ts';
import { takeAlerts } from '../signal/verbs/take-alerts.ts';
import { takeWebhook } from '../signal/verbs/take-webhook.ts';
import { compileSources, inlineMappings } from '../signal/index.ts';
import { incidentHandlers } from './index.ts';
import type { IncidentTx } from './ports.ts';
import { KIEZ, kiezConfig, kiezSettings } from './testing/kiez.ts';
import { incidentTables } from './testing/memory.ts';
import { timelineOf } from './timeline.ts';
import { accept } from './verbs/accept.ts';
import { correct } from './verbs/correct.ts';
import { merge } from './verbs/merge.ts';
import { note } from './verbs/note.ts';
import { open } from './verbs/open.ts';
import { reopen } from './verbs/reopen.ts';
import { resolve } from './verbs/resolve.ts';
import { split } from './verbs/split.ts';
import { unaccept } from './verbs/unaccept.ts';
import { update } from './verbs/update.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const MINUTE = 60_000;
const amira = person('Amira');
const jonas = person('Jonas');
const agent = person('Agnes', 'agent');
const viewer = person('Vera', 'viewer');
const FLOW = {
  'alert.fired': ['incident.attach'],
  'alert.severity-changed': ['incident.attach'],
  'alert.resolved': ['incident.release'],
  'observation.recorded': ['incident.observe'],
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

function setup() {
  const tables = incidentTables();
  const memory = new Memory<IncidentTx>(tables, FLOW);
  const settings = kiezSettings(EXAMPLE);
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps)]);
  const send = async (labels: Record<string, string>, over = false): Promise<void> => {
    const endsAt = new Date(memory.clock.now() + (over ? 0 : 600 * MINUTE)).toISOString();
    await takeAlerts(deps, amira, { body: [{ labels, endsAt }], idempotencyKey: null });
    await memory.pass(2000);
  };
  const observe = async (input: { functionName?: string; city?: string; inTrip?: boolean; incidentId?: string }) => {
    const known = () => ({
      functions: settings.topology.functions.map(({ name }) => name),
      cities: settings.topology.cities.map(({ name }) => name),
    });
    const made = await recordObservation({ ...deps, known }, agent, { text: 'it does not open', ...input });
    await memory.pass(2000);
    return (await tables.signals.observations({})).find(({ id }) => id === made.id)!;
  };
  return { memory, tables, deps, send, observe, all: tables.all };
}

test('one carrier down: own alerts, the users of it and the late partner alarm are one incident with its cause', async () => {
  const { memory, tables, deps, send, all } = setup();
  await send(NORTH);
  await send(UNLOCK);
  await memory.pass(20 * MINUTE);
  const sources = compileSources(kiezConfig(EXAMPLE).signal.sources);
  const body = {
    state: 'raised',
    place: 'Berlin',
    perceivedSeverity: 'critical',
    id: 7,
    specificProblem: 'x',
    probableCause: 'y',
    alarmRaisedTime: '2026-01-05T08:00:00Z',
  };
  await takeWebhook({ ...deps, sources: () => sources, mappings: inlineMappings() }, amira, {
    source: 'carrier-north',
    body,
    idempotencyKey: null,
  });
  await memory.pass(2000);
  await send(PAY);
  assert.deepEqual(memory.quarantined, []);
  assert.equal(all.length, 2);
  const [carrier, pay] = all;
  assert.equal(carrier?.title, 'Unlock, Drive and Lock and end disturbed in Berlin: Carrier North');
  assert.equal(carrier?.severity, 'critical');
  assert.equal(carrier?.cause?.component, 'carrier-north');
  assert.equal(carrier?.cause?.kind, 'partner');
  assert.ok(carrier?.cause?.reasons.includes('Carrier North reported an alarm itself'));
  assert.equal(pay?.severity, 'major');
  assert.deepEqual(
    tables.rows.map(({ incidentId }) => incidentId),
    [carrier?.id, carrier?.id, carrier?.id, pay?.id],
  );
  assert.equal(memory.facts().filter((fact) => fact === 'incident.opened').length, 2);
  assert.ok(memory.entries.filter(({ fact }) => fact.startsWith('incident.')).every(({ causeId }) => causeId !== null));
});

test('a warning opens nothing, but is brought in when its incident opens', async () => {
  const { tables, send, all } = setup();
  await send({ ...UNLOCK, severity: 'warning' });
  assert.equal(all.length, 0);
  await send(NORTH);
  assert.equal(all.length, 1);
  assert.equal(tables.rows[0]?.incidentId, all[0]?.id);
});

test('an alert that becomes louder opens', async () => {
  const { memory, deps, all } = setup();
  const event = (severity: string) => ({
    fingerprint: 'x',
    source: 'webhook:x',
    labels: { ...PAY, severity },
    annotations: {},
    status: 'firing' as const,
    startsAt: START,
    endsAt: null,
    generatorUrl: null,
    value: null,
  });
  await takeRuleEvents(memory.tx, deps, [event('warning')]);
  await memory.drain();
  assert.equal(all.length, 0);
  await takeRuleEvents(memory.tx, deps, [event('critical')]);
  await memory.drain();
  assert.equal(all.length, 1);
});

test('what is silenced opens nothing until the silence ends', async () => {
  const { memory, deps, send, all } = setup();
  const matchers = [{ name: 'service', value: 'payment', isRegex: false, isEqual: true }];
  await silence(deps, amira, { matchers, endsAt: START + 10 * MINUTE, comment: 'known' });
  await send(PAY);
  assert.equal(all.length, 0);
  await memory.pass(10 * MINUTE);
  assert.equal(all.length, 1);
});

test('it resolves by itself when all alerts stayed over for the settling time, and not before', async () => {
  const { memory, send, all } = setup();
  await send(NORTH);
  await send(UNLOCK);
  await send(NORTH, true);
  await memory.pass(10 * MINUTE);
  assert.equal(all[0]?.state, 'open');
  await send(UNLOCK, true);
  await memory.pass(4 * MINUTE);
  await send(NORTH);
  await memory.pass(10 * MINUTE);
  assert.equal(all[0]?.state, 'open');
  assert.equal(all.length, 1);
  await send(NORTH, true);
  await memory.pass(5 * MINUTE - 2001);
  assert.equal(all[0]?.state, 'open');
  await memory.pass(2);
  assert.equal(all[0]?.state, 'resolved');
  const row = memory.entries.at(-1)!;
  assert.deepEqual([row.fact, row.reason], ['incident.resolved', 'all its alerts have been over for 5m']);
});

test('an observation from a trip attaches as impact and raises; it is no cause; one of another place stays', async () => {
  const { memory, tables, send, observe, all } = setup();
  await send({ ...PAY, city: 'lisbon' });
  const before = all[0]!;
  assert.equal(before.severity, 'major');
  const elsewhere = await observe({ functionName: 'pay', city: 'berlin', inTrip: true });
  assert.equal(elsewhere.incidentId, null);
  const here = await observe({ functionName: 'pay', city: 'lisbon', inTrip: true });
  assert.equal(here.incidentId, before.id);
  assert.equal(all[0]?.severity, 'critical');
  assert.deepEqual(all[0]?.cause, before.cause);
  assert.ok(memory.facts().includes('incident.severity-raised'));
  const named = await observe({ functionName: 'register', incidentId: before.id });
  assert.equal(named.incidentId, before.id);
  assert.equal(tables.linked.filter(({ memberKind }) => memberKind === 'observation').length, 2);
});

test('observations made before the incident are brought in when it opens', async () => {
  const { tables, send, observe, all } = setup();
  await observe({ functionName: 'unlock', city: 'berlin' });
  await send(NORTH);
  assert.equal((await tables.signals.observations({}))[0]?.incidentId, all[0]?.id);
});

test('what people set stays: the machine changes neither title nor severity after that', async () => {
  const { deps, send, all } = setup();
  await send(NORTH);
  await update(deps, amira, { id: all[0]!.id, title: 'Carrier outage', severity: 'major', reason: 'few cars' });
  await send(UNLOCK);
  assert.equal(all[0]?.title, 'Carrier outage');
  assert.equal(all[0]?.severity, 'major');
});

test('accepting: once, by one; given back it is open again', async () => {
  const { memory, deps, send, all } = setup();
  await send(NORTH);
  const { id } = all[0]!;
  await accept(deps, amira, { id });
  const again = await accept(deps, amira, { id });
  assert.equal(again.acceptedBy, 'Amira');
  await assert.rejects(accept(deps, jonas, { id }), /accepted by Amira already/);
  assert.equal(memory.facts().filter((fact) => fact === 'incident.accepted').length, 1);
  await unaccept(deps, amira, { id });
  await assert.rejects(unaccept(deps, amira, { id }), /is open; it cannot be given back/);
  assert.equal((await accept(deps, jonas, { id })).acceptedBy, 'Jonas');
});

test('a change based on an older version is refused', async () => {
  const { deps, send, all } = setup();
  await send(NORTH);
  const { id, version } = all[0]!;
  await update(deps, amira, { id, version, phase: 'identified' });
  await assert.rejects(update(deps, jonas, { id, version, phase: 'monitoring' }), /was changed meanwhile/);
  await assert.rejects(
    update(deps, jonas, { id, phase: 'investigating' }),
    /reason is empty; say why it is investigating/,
  );
  await assert.rejects(update(deps, jonas, { id, phase: 'resolved' }), /resolve the incident instead/);
  await assert.rejects(update(deps, jonas, { id, severity: 'minor' }), /reason is empty; say why fewer/);
  assert.equal(
    (await update(deps, jonas, { id, phase: 'investigating', reason: 'wrong lead' })).phase,
    'investigating',
  );
});

test('resolve and reopen by hand, each with a reason', async () => {
  const { memory, deps, send, all } = setup();
  await send(NORTH);
  const { id } = all[0]!;
  await assert.rejects(resolve(deps, amira, { id, reason: ' ' }), /reason is empty; say what ended it/);
  await resolve(deps, amira, { id, reason: 'rerouted' });
  assert.match(memory.entries.at(-1)!.summary, /Still firing: HeartbeatsLow/);
  await assert.rejects(resolve(deps, amira, { id, reason: 'x' }), /is resolved; it cannot be resolved/);
  await assert.rejects(accept(deps, amira, { id }), /is resolved; it cannot be accepted/);
  const after = await reopen(deps, amira, { id, reason: 'cars are gone again' });
  assert.deepEqual([after.state, after.resolvedAt, after.acceptedBy], ['open', null, null]);
  await assert.rejects(reopen(deps, amira, { id, reason: 'x' }), /is open; it cannot be reopened/);
});

test('merge moves everything and ends the one; split takes it out again', async () => {
  const { memory, tables, deps, send, observe, all } = setup();
  await send(NORTH);
  await send(PAY);
  await observe({ functionName: 'pay' });
  const [carrier, pay] = all;
  await merge(deps, amira, { id: pay!.id, into: carrier!.id, reason: 'one network' });
  assert.deepEqual([all[1]?.state, all[1]?.mergedInto], ['merged', carrier!.id]);
  assert.ok(tables.rows.every(({ incidentId }) => incidentId === carrier!.id));
  assert.ok((await tables.signals.observations({})).every(({ incidentId }) => incidentId === carrier!.id));
  assert.ok(tables.linked.every(({ incidentId }) => incidentId === carrier!.id));
  assert.ok(all[0]?.functions.includes('pay'));
  await memory.pass(2000);
  const input = { id: carrier!.id, alerts: [tables.rows[1]!.id], reason: 'two after all' };
  const made = await split(deps, amira, input);
  assert.deepEqual([made.number, made.severity, made.cause?.component], [3, 'major', 'payment-vendor']);
  assert.deepEqual(
    tables.rows.map(({ incidentId }) => incidentId),
    [carrier!.id, made.id],
  );
  assert.ok(!all[0]?.functions.includes('pay'));
  await assert.rejects(split(deps, amira, input), /does not belong to this incident/);
  await assert.rejects(split(deps, amira, { ...input, alerts: [tables.rows[0]!.id] }), /at least one must stay/);
  await assert.rejects(
    merge(deps, amira, { id: made.id, into: made.id, reason: 'x' }),
    /into names the incident itself/,
  );
  await assert.rejects(
    merge(deps, amira, { id: pay!.id, into: made.id, reason: 'x' }),
    /is merged; it cannot be merged/,
  );
});

test('an incident by hand names what exists, takes observations in, and is not resolved by the machine', async () => {
  const { memory, deps, observe, all } = setup();
  await observe({ functionName: 'help' });
  const input = { title: 'Hotline is dead', severity: 'major' as const, functions: ['help'] };
  const made = await open(deps, agent, input);
  assert.equal(memory.facts().filter((fact) => fact === 'incident.observation-attached').length, 1);
  await memory.pass(600 * MINUTE);
  assert.equal(all.find(({ id }) => id === made.id)?.state, 'open');
  await assert.rejects(
    open(deps, agent, { ...input, functions: ['fly'] }),
    /functions holds "fly"; write any of register/,
  );
  await assert.rejects(open(deps, agent, { ...input, cities: ['rome'] }), /cities holds "rome"/);
});

test('a correction names the row it corrects; the timeline applies it and keeps what was first written', async () => {
  const { memory, deps, send, all } = setup();
  await send(NORTH);
  const { id } = all[0]!;
  await memory.pass(10 * MINUTE);
  const entryId = await note(deps, agent, { id, text: 'called Carrier North' });
  await correct(deps, amira, { id, entryId, at: START + 5 * MINUTE, reason: 'phone log' });
  await correct(deps, amira, { id, entryId, summary: 'called Carrier South', reason: 'wrong name' });
  const rows = timelineOf(await memory.tx.journal.ofIncident(id));
  const row = rows.find((item) => item.id === entryId)!;
  assert.deepEqual(
    [row.summary, row.at, row.corrected?.before],
    ['called Carrier South', START + 5 * MINUTE, 'called Carrier North'],
  );
  assert.ok(!rows.some(({ fact }) => fact === 'incident.corrected'));
  assert.equal(memory.entries.find((entry) => entry.id === entryId)?.summary, 'called Carrier North');
  await assert.rejects(correct(deps, amira, { id, entryId, reason: 'x' }), /nothing to correct/);
  await assert.rejects(correct(deps, amira, { id, entryId, at: START + 900 * MINUTE, reason: 'x' }), /has passed/);
  await assert.rejects(
    correct(deps, amira, { id, entryId: 'jrn_0', summary: 'y', reason: 'x' }),
    /There is no row of incident 1/,
  );
  const correction = memory.entries.find(({ fact }) => fact === 'incident.corrected')!;
  const input = { id, entryId: correction.id, summary: 'y', reason: 'x' };
  await assert.rejects(correct(deps, amira, input), /names a correction/);
});

test('a timeline is sorted by when things happened, also when a correction moves a row', () => {
  const entry = (id: string, at: number, fact = 'incident.noted', data = {}): Entry => ({
    id,
    at,
    recordedAt: at,
    actorKind: 'person',
    actorId: 'a',
    actorName: 'Amira',
    fact,
    subject: { kind: 'incident', id: 'inc_1' },
    incidentId: 'inc_1',
    causeId: null,
    summary: id,
    reason: null,
    data,
    sequence: null,
    hash: null,
  });
  const rows = timelineOf([
    entry('b', 20),
    entry('a', 10),
    entry('c', 30, 'incident.corrected', { entryId: 'b', at: 5 }),
  ]);
  assert.deepEqual(
    rows.map(({ id, at }) => [id, at]),
    [
      ['b', 5],
      ['a', 10],
    ],
  );
});

test('every verb refuses who may not', async () => {
  const { deps, send, all } = setup();
  await send(NORTH);
  const { id } = all[0]!;
  const refused = /may not incident\.\w+\. It needs the role admin or duty/;
  await assert.rejects(open(deps, viewer, { title: 'x', severity: 'minor' }), refused);
  await assert.rejects(note(deps, viewer, { id, text: 'x' }), refused);
  await assert.rejects(accept(deps, agent, { id }), refused);
  await assert.rejects(unaccept(deps, agent, { id }), refused);
  await assert.rejects(update(deps, agent, { id, title: 'x' }), refused);
  await assert.rejects(merge(deps, agent, { id, into: 'x', reason: 'x' }), refused);
  await assert.rejects(split(deps, agent, { id, alerts: [], reason: 'x' }), refused);
  await assert.rejects(resolve(deps, agent, { id, reason: 'x' }), refused);
  await assert.rejects(reopen(deps, agent, { id, reason: 'x' }), refused);
  await assert.rejects(correct(deps, agent, { id, entryId: 'x', reason: 'x' }), refused);
});

test('a storm of one cause is one incident, and an unrelated alert beside it is its own', async () => {
  const { memory, deps, all } = setup();
  const body = Array.from({ length: 300 }, (_, index) => ({ labels: { ...NORTH, vehicle: String(index) } }));
  await takeAlerts(deps, amira, { body: [...body, { labels: PAY }], idempotencyKey: null });
  await memory.pass(2000);
  assert.deepEqual(memory.quarantined, []);
  assert.equal(all.length, 2);
});
