import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../core/fault.ts';
import { fingerprint } from '../core/labels.ts';
import { readAlertmanagerBody } from './alertmanager-body.ts';
import { compileSources, signalProblems, signalSchema } from './config.ts';
import { readInstant } from './instant.ts';
import { readMapped } from './mapped-events.ts';
import { compileMapping, inlineMappings } from './mapping.ts';
import { signalHandlers } from './index.ts';
import type { SignalTx } from './ports.ts';
import { takeRuleEvents } from './store-signal.ts';
import { Memory, person, signalTables, START } from './testing/memory.ts';
import { beat } from './verbs/beat.ts';
import { recordObservation } from './verbs/record-observation.ts';
import { takeAlerts } from './verbs/take-alerts.ts';
import { takeWebhook } from './verbs/take-webhook.ts';
import { watchHeartbeats } from './verbs/watch-heartbeats.ts';

const MINUTE = 60_000;
const sender = person('prometheus');

function setup() {
  const tables = signalTables();
  const memory = new Memory<SignalTx>(tables);
  memory.handle(signalHandlers(memory.deps));
  return { memory, tables, deps: memory.deps };
}

function one(alert: unknown) {
  const read = readAlertmanagerBody([alert], START);
  assert.ok(read);
  return read.errors[0]?.what ?? read.events[0]!;
}

test('an alert without times starts now and stays firing for five minutes', () => {
  const event = one({ labels: { alertname: 'A', empty: '' } });
  assert.ok(typeof event !== 'string');
  assert.deepEqual(event.labels, { alertname: 'A' });
  assert.equal(event.fingerprint, fingerprint({ alertname: 'A' }));
  assert.equal(event.status, 'firing');
  assert.equal(event.startsAt, START);
  assert.equal(event.endsAt, START + 5 * MINUTE);
});

test('an end that has come is a resolve, and an absent start is then not after it', () => {
  const event = one({ labels: { alertname: 'A' }, endsAt: new Date(START - MINUTE).toISOString() });
  assert.ok(typeof event !== 'string');
  assert.equal(event.status, 'resolved');
  assert.equal(event.startsAt, START - MINUTE);
});

for (const [name, alert, words] of [
  ['no object', 7, 'an alert is an object'],
  ['no labels', {}, 'labels must be an object'],
  ['only empty labels', { labels: { a: '' } }, 'labels must hold at least one label'],
  ['a number as label', { labels: { a: 1 } }, 'labels.a must be text'],
  ['a time in words', { labels: { a: 'b' }, startsAt: 'today' }, 'startsAt is "today"; write an RFC 3339'],
  ['annotations as text', { labels: { a: 'b' }, annotations: 'x' }, 'annotations must be an object'],
  [
    'start after end',
    { labels: { a: 'b' }, startsAt: '2026-01-05T09:00:00Z', endsAt: '2026-01-05T08:30:00Z' },
    'startsAt must not be after endsAt',
  ],
] as const) {
  test(`a bad alert is refused in words: ${name}`, () => {
    const what = one(alert);
    assert.ok(typeof what === 'string' && what.startsWith(words), JSON.stringify(what));
  });
}

test('one bad alert is named by its index, and the good ones are stored with work in line', async () => {
  const { memory, tables, deps } = setup();
  const body = [{ labels: { alertname: 'A' } }, { labels: {} }, { labels: { alertname: 'B' } }];
  await assert.rejects(takeAlerts(deps, sender, { body, idempotencyKey: null }), (error) => {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'body_invalid');
    assert.match(error.message, /alert 1: .*the other 2 were taken/);
    return true;
  });
  assert.equal(tables.kept[0]?.events.length, 2);
  assert.deepEqual(
    memory.work.map(({ kind, key }) => [kind, key]),
    [['alert.take', tables.kept[0]?.id]],
  );
});

test('a repeated idempotency key is the same signal', async () => {
  const { memory, tables, deps } = setup();
  const input = { body: [{ labels: { alertname: 'A' } }], idempotencyKey: 'k1' };
  const first = await takeAlerts(deps, sender, input);
  const second = await takeAlerts(deps, sender, input);
  assert.equal(first.duplicate, false);
  assert.equal(second.duplicate, true);
  assert.equal(tables.kept.length, 1);
  assert.equal(memory.work.length, 1);
});

test('a viewer may not send', async () => {
  const { deps, tables } = setup();
  const viewer = person('eve', 'viewer');
  await assert.rejects(takeAlerts(deps, viewer, { body: [], idempotencyKey: null }), /may not signal.send/);
  await assert.rejects(beat(deps, viewer, { id: 'x' }), /may not signal.send/);
  assert.equal(tables.kept.length, 0);
});

test('instants are read with fractions and offsets; the zero time is none', () => {
  assert.equal(readInstant('2026-01-05T08:00:00.123456789Z'), START + 123);
  assert.equal(readInstant('2026-01-05T09:00:00+01:00'), START);
  assert.equal(readInstant('0001-01-01T00:00:00Z'), null);
  assert.equal(readInstant('2026-13-05T09:00:00Z'), undefined);
  assert.equal(readInstant('5 January'), undefined);
});

for (const [text, words] of [
  ['$match(a, /x+/)', 'regular expression at character'],
  ['($e := $eval; $e("1"))', '$eval at character'],
  ['{"startsAt": $now()}', '$now at character'],
  ['{"a": [', 'does not parse'],
] as const) {
  test(`a mapping is refused: ${text}`, () => {
    assert.throws(
      () => compileMapping(text),
      (error) => {
        assert.ok(error instanceof Fault && error.code === 'expression_invalid');
        return error.message.includes(words);
      },
    );
  });
}

test('a mapping that never ends is stopped', async () => {
  const mapping = compileMapping('($f := function($x){ $f($x + 1) }; $f(1))');
  await assert.rejects(mapping.run({}), /the mapping failed/);
});

for (const [result, words] of [
  [{ status: 'on', labels: {} }, 'event 0 of the mapping\'s result: status is "on"'],
  [[{ status: 'firing', labels: { a: 'b' } }], 'labels.alertname is missing'],
  [{ status: 'firing', labels: { alertname: 'A' }, startsAt: 'soon' }, 'startsAt is "soon"'],
  [{ status: 'firing', labels: { alertname: 'A' }, value: 'x' }, 'value is "x"'],
  [Array.from({ length: 1001 }, () => ({})), 'at most 1000'],
] as const) {
  test(`what a mapping makes is checked: ${words}`, () => {
    assert.throws(
      () => readMapped(result, 'webhook:x', START),
      (error) => error instanceof Fault && error.message.includes(words),
    );
  });
}

const carrier = {
  name: 'carrier',
  partner: 'carrier-north',
  mapping: `{"status": state = "cleared" ? "resolved" : "firing",
    "labels": {"alertname": "CarrierAlarm", "city": $lowercase(place), "severity": severity}}`,
};

test('a partner alarm whose severity changes stays one alarm', async () => {
  const { deps, tables } = setup();
  const sources = compileSources(signalSchema.parse({ sources: [carrier] }).sources);
  const webhook = { ...deps, sources: () => sources, mappings: inlineMappings() };
  for (const body of [
    { state: 'raised', place: 'Berlin', severity: 'major' },
    { state: 'cleared', place: 'Berlin', severity: 'cleared' },
  ]) {
    await takeWebhook(webhook, sender, { source: 'carrier', body, idempotencyKey: null });
  }
  const [raised, cleared] = tables.kept.map(({ events }) => events[0]!);
  assert.equal(raised?.status, 'firing');
  assert.equal(cleared?.status, 'resolved');
  assert.equal(cleared?.fingerprint, raised?.fingerprint);
  assert.equal(raised?.labels['city'], 'berlin');
});

test('a body that cannot be mapped is kept aside with the reason', async () => {
  const { memory, deps, tables } = setup();
  const sources = compileSources(signalSchema.parse({ sources: [carrier] }).sources);
  const webhook = { ...deps, sources: () => sources, mappings: inlineMappings() };
  const input = { source: 'carrier', body: { state: 'raised' }, idempotencyKey: null };
  await assert.rejects(takeWebhook(webhook, sender, { ...input, body: { place: 7, state: 1 } }), /the mapping failed/);
  assert.equal(tables.aside.length, 1);
  assert.match(tables.aside[0]!.reason, /the mapping failed/);
  assert.equal(tables.aside[0]!.body, '{"place":7,"state":1}');
  assert.deepEqual(memory.facts(), ['signal.quarantined']);
  await assert.rejects(takeWebhook(webhook, sender, { ...input, source: 'nobody' }), /no source "nobody"/);
});

test('a heartbeat that stays away is missed once, and recovers with the next beat', async () => {
  const { memory, deps, tables } = setup();
  const { heartbeats } = signalSchema.parse({
    heartbeats: [{ name: 'billing', title: 'Billing', every: '10m', grace: '1m', labels: { service: 'payment' } }],
  });
  await watchHeartbeats(deps, heartbeats);
  await memory.pass(5 * MINUTE);
  await beat(deps, sender, { id: 'billing' });
  await memory.pass(11 * MINUTE - 1);
  assert.deepEqual(memory.facts(), []);
  await memory.pass(1);
  assert.deepEqual(memory.facts(), ['heartbeat.missed']);
  await memory.pass(60 * MINUTE);
  await watchHeartbeats(deps, heartbeats);
  await memory.pass(60 * MINUTE);
  assert.deepEqual(memory.facts(), ['heartbeat.missed']);
  await beat(deps, sender, { id: 'billing' });
  assert.deepEqual(memory.facts(), ['heartbeat.missed', 'heartbeat.recovered']);
  const [missed, recovered] = tables.kept.map(({ events }) => events[0]!);
  assert.deepEqual([missed?.status, recovered?.status], ['firing', 'resolved']);
  assert.equal(missed?.fingerprint, recovered?.fingerprint);
  assert.equal(missed?.endsAt, null);
  await assert.rejects(beat(deps, sender, { id: 'other' }), /no heartbeat "other"/);
});

test('a heartbeat that was never heard is missed too', async () => {
  const { memory, deps } = setup();
  await watchHeartbeats(deps, signalSchema.parse({ heartbeats: [{ name: 'b', title: 'B', every: '1m' }] }).heartbeats);
  await memory.pass(2 * MINUTE);
  assert.equal(memory.entries[0]?.reason, 'never-heard');
});

test('an observation names functions and cities that exist, and keeps the words out of the journal', async () => {
  const { memory, deps } = setup();
  const known = { ...deps, known: () => ({ functions: ['unlock'], cities: ['berlin'] }) };
  const agent = person('agnes', 'agent');
  const made = await recordObservation(known, agent, {
    text: ' Ms Roe stands at her car ',
    functionName: 'unlock',
    city: 'berlin',
    inTrip: true,
  });
  assert.equal(made.text, 'Ms Roe stands at her car');
  assert.equal(made.agent, 'agnes');
  assert.deepEqual(memory.facts(), ['observation.recorded']);
  assert.ok(!JSON.stringify(memory.entries).includes('Roe'));
  await assert.rejects(
    recordObservation(known, agent, { text: 'x', functionName: 'fly' }),
    /functionName is "fly"; write one of unlock/,
  );
  await assert.rejects(recordObservation(known, agent, { text: ' ' }), /1 to 4000/);
  await assert.rejects(recordObservation(known, person('v', 'viewer'), { text: 'x' }), /may not observation.record/);
});

test('transitions of rules become one signal with work in line; none become nothing', async () => {
  const { memory, tables, deps } = setup();
  const event = one({ labels: { alertname: 'A' } });
  assert.ok(typeof event !== 'string');
  const rule = { ...event, source: 'rule:booking/A', status: 'pending' as const, endsAt: null };
  assert.equal(await takeRuleEvents(memory.tx, deps, []), null);
  assert.equal(memory.work.length, 0);
  const id = await takeRuleEvents(memory.tx, deps, [rule]);
  assert.equal(tables.kept[0]?.id, id);
  assert.equal(memory.work[0]?.payload['signalId'], id);
});

test('the configuration says what to write instead', () => {
  const bad = signalSchema.safeParse({
    sources: [{ name: 'Carrier North', mapping: '/x/' }],
    heartbeats: [{ name: 'a', title: 'A', every: '5 minutes', labels: { 'a-b': 'x' }, grase: '1m' }],
  });
  assert.ok(!bad.success);
  const words = bad.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  assert.match(words, /sources\.0\.name: "Carrier North" is not a name/);
  assert.match(words, /sources\.0\.mapping: .*regular expression/);
  assert.match(words, /heartbeats\.0\.every: "5 minutes" is not a duration/);
  assert.match(words, /grase/);
  const twice = signalSchema.parse({ heartbeats: [1, 2].map(() => ({ name: 'a', title: 'A', every: '5m' })) });
  assert.deepEqual(
    signalProblems(twice).map(({ path }) => path),
    ['heartbeats[1].name'],
  );
});
