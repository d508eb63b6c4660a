import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory, person, START } from '../signal/testing/memory.ts';
import { takeAlerts } from '../signal/verbs/take-alerts.ts';
import { takeRuleEvents } from '../signal/store-signal.ts';
import type { AlertEvent } from '../signal/signal.ts';
import type { Alert, LabelMatcher } from './alert.ts';
import { alertHandlers } from './index.ts';
import { decideEvent } from './lifecycle.ts';
import { checkMatchers, matchesAll } from './matching.ts';
import type { AlertTx } from './ports.ts';
import { severityOf } from './severity.ts';
import { alertTables } from './testing/memory.ts';
import { endMaintenance } from './verbs/end-maintenance.ts';
import { expireSilence } from './verbs/expire-silence.ts';
import { maintain } from './verbs/maintain.ts';
import { silence } from './verbs/silence.ts';

const MINUTE = 60_000;
const duty = person('amira');

const EVENT: AlertEvent = {
  fingerprint: 'f1',
  source: 'rule:booking/A',
  labels: { alertname: 'A', severity: 'critical', city: 'berlin' },
  annotations: {},
  status: 'firing',
  startsAt: START,
  endsAt: null,
  generatorUrl: null,
  value: 1,
};
const OPEN: Alert = {
  id: 'alr_1',
  fingerprint: 'f1',
  source: EVENT.source,
  name: 'A',
  labels: EVENT.labels,
  annotations: {},
  severity: 'critical',
  state: 'firing',
  startsAt: START,
  firedAt: START,
  resolvedAt: null,
  expiresAt: null,
  lastSeenAt: START,
  value: 1,
  generatorUrl: null,
  count: 1,
  incidentId: null,
  silencedBy: null,
  maintenanceBy: null,
  inhibitedBy: null,
  heldBy: null,
  flappingSince: null,
  flippedAt: null,
  calmAt: null,
  causeId: null,
};

function setup() {
  const tables = alertTables();
  const memory = new Memory<AlertTx>(tables);
  memory.handle(alertHandlers(memory.deps));
  const post = async (labels: Record<string, string>, more: object = {}): Promise<void> => {
    await takeAlerts(memory.deps, duty, { body: [{ labels, ...more }], idempotencyKey: null });
    await memory.drain();
  };
  const rule = async (...events: Partial<AlertEvent>[]): Promise<void> => {
    await takeRuleEvents(
      memory.tx,
      memory.deps,
      events.map((event) => ({ ...EVENT, ...event })),
    );
    await memory.drain();
  };
  return { memory, tables, deps: memory.deps, post, rule };
}

const pending = { ...OPEN, state: 'pending' as const, firedAt: null };
for (const [name, event, open, receivedAt, kind, reason] of [
  ['a first firing opens', {}, null, 0, 'open', 'first-seen'],
  ['a first pending opens', { status: 'pending' }, null, 0, 'open', 'first-seen'],
  ['a pending one that fires, fires', {}, pending, 5, 'fire', 'lasted-long-enough'],
  ['a pending one that fires late, fires all the same', {}, pending, -5, 'fire', 'lasted-long-enough'],
  ['a firing one seen again is refreshed', {}, OPEN, 5, 'refresh', 'seen-again'],
  ['pending does not take a firing one back', { status: 'pending' }, OPEN, 5, 'refresh', 'seen-again'],
  ['an older signal takes nothing back', {}, OPEN, -5, 'refresh', 'late'],
  ['an end resolves a firing one', { status: 'resolved', endsAt: START + 4 }, OPEN, 5, 'resolve', 'source-resolved'],
  [
    'an end clears a pending one',
    { status: 'resolved', endsAt: START + 4 },
    pending,
    5,
    'clear',
    'went-away-before-firing',
  ],
  ['an end of nothing is nothing', { status: 'resolved', endsAt: START }, null, 5, 'ignore', 'nothing-open'],
  [
    'an end of a former one is nothing',
    { status: 'resolved', endsAt: START - 9 },
    OPEN,
    5,
    'ignore',
    'ended-before-this-began',
  ],
  [
    'an end overtaken by a later firing is nothing',
    { status: 'resolved', endsAt: START + 1 },
    OPEN,
    -5,
    'ignore',
    'later-signal-known',
  ],
] as const) {
  test(`lifecycle: ${name}`, () => {
    const decision = decideEvent({ ...EVENT, ...event }, open, START + receivedAt);
    assert.deepEqual([decision.kind, decision.reason], [kind, reason]);
  });
}

test('a late signal counts and moves the start back, nothing else', () => {
  const decision = decideEvent({ ...EVENT, startsAt: START - 100, value: 9 }, OPEN, START - 1);
  assert.ok(decision.kind === 'refresh');
  assert.deepEqual(decision.change, { count: 2, startsAt: START - 100 });
});

for (const [word, severity] of [
  ['page', 'page'],
  ['CRITICAL', 'critical'],
  ['info', 'info'],
  ['sev1', 'warning'],
  ['', 'warning'],
] as const) {
  test(`the severity label "${word}" is ${severity}`, () => assert.equal(severityOf({ severity: word }), severity));
}

const m = (name: string, value: string, isRegex = false, isEqual = true): LabelMatcher => ({
  name,
  value,
  isRegex,
  isEqual,
});
for (const [matchers, labels, expected] of [
  [[m('city', 'berlin')], { city: 'berlin' }, true],
  [[m('city', 'berlin', false, false)], { city: 'berlin' }, false],
  [[m('city', 'berlin', false, false)], {}, true],
  [[m('city', 'ber', true)], { city: 'berlin' }, false],
  [[m('city', 'ber.*', true)], { city: 'berlin' }, true],
  [[m('city', 'berlin|lisbon', true)], { city: 'lisbon' }, true],
  [[m('city', 'berlin|lis.on', true)], { city: 'xlisbon' }, false],
  [[m('city', 'b.*', true, false)], { city: 'berlin' }, false],
  [[m('city', '', false)], {}, true],
  [[m('text', 'a.b', true)], { text: 'a\nb' }, true],
  [[m('a', '1'), m('b', '2')], { a: '1', b: '3' }, false],
] as const) {
  test(`matching ${JSON.stringify(matchers)} on ${JSON.stringify(labels)} is ${expected}`, () => {
    assert.equal(matchesAll(matchers, labels), expected);
  });
}

for (const [matchers, words] of [
  [[], /matchers is empty/],
  [[m('', 'x')], /matchers\[0\]\.name is empty/],
  [[m('a', '(', true)], /"\(" does not parse/],
  [[m('a', '(?=x)', true)], /does not parse/],
  [[m('a', '.*', true)], /everything would be quiet/],
  [[m('a', 'x', false, false)], /everything would be quiet/],
] as const) {
  test(`matchers are refused: ${String(words)}`, () => assert.throws(() => checkMatchers(matchers), words));
}

test('a rule pends, fires and resolves; what changes nothing visible writes no row', async () => {
  const { memory, tables, rule } = setup();
  await rule({ status: 'pending' });
  await rule({ status: 'pending' });
  memory.clock.advance(MINUTE);
  await rule({});
  memory.clock.advance(MINUTE);
  await rule({ value: 7, annotations: { summary: 'worse' } });
  assert.equal(tables.rows[0]?.count, 4);
  assert.equal(tables.rows[0]?.value, 7);
  assert.equal(tables.rows[0]?.firedAt, START + MINUTE);
  await rule({ status: 'resolved', endsAt: memory.clock.now() });
  assert.deepEqual(memory.facts(), ['alert.pending', 'alert.fired', 'alert.resolved']);
  await rule({ startsAt: memory.clock.now() });
  assert.equal(tables.rows.length, 2);
  assert.ok(memory.entries.every(({ causeId }) => causeId !== null));
});

test('a pending one that goes away is cleared, never resolved', async () => {
  const { memory, rule } = setup();
  await rule({ status: 'pending' });
  await rule({ status: 'resolved', endsAt: START });
  assert.deepEqual(memory.facts(), ['alert.pending', 'alert.cleared']);
});

test('a changed severity is told once', async () => {
  const { memory, rule } = setup();
  await rule({ labels: { ...EVENT.labels, severity: 'warning' } });
  await rule({});
  await rule({});
  assert.deepEqual(memory.facts(), ['alert.fired', 'alert.severity-changed']);
});

test('an alert that is not sent again resolves at its expiry, which each sending moves', async () => {
  const { memory, tables, post } = setup();
  await post({ alertname: 'A' });
  await memory.pass(4 * MINUTE);
  await post({ alertname: 'A' });
  await memory.pass(5 * MINUTE - 1);
  assert.deepEqual(memory.facts(), ['alert.fired']);
  await memory.pass(1);
  assert.deepEqual(memory.facts(), ['alert.fired', 'alert.resolved']);
  assert.equal(tables.rows[0]?.resolvedAt, START + 9 * MINUTE);
  assert.equal(memory.entries[1]?.reason, 'not-sent-again');
});

test('a silenced alert is quiet; what still fires at the end is told, what resolved is not', async () => {
  const { memory, tables, deps, rule } = setup();
  const input = { matchers: [m('city', 'berlin')], endsAt: START + 10 * MINUTE, comment: 'known' };
  const made = await silence(deps, duty, input);
  await rule({}, { fingerprint: 'f2', labels: { ...EVENT.labels, alertname: 'B' } });
  await rule({ fingerprint: 'f2', status: 'resolved', endsAt: START });
  assert.equal(tables.rows[0]?.silencedBy, made.id);
  await memory.pass(10 * MINUTE - 1);
  assert.ok(!memory.facts().includes('alert.fired'));
  await memory.pass(1);
  const told = memory.entries.slice(-2);
  assert.deepEqual(
    told.map(({ fact }) => fact),
    ['silence.ended', 'alert.fired'],
  );
  assert.equal(told[1]?.subject.id, tables.rows[0]?.id);
  assert.equal(told[1]?.reason, 'no-longer-quiet');
  assert.equal(told[1]?.causeId, told[0]?.id);
  assert.equal(tables.rows[0]?.silencedBy, null);
});

test('an alert told before it was silenced is shown quiet, and not told twice', async () => {
  const { memory, tables, deps, rule } = setup();
  await rule({});
  const made = await silence(deps, duty, { matchers: [m('city', 'berlin')], endsAt: START + MINUTE, comment: 'on it' });
  await memory.drain();
  assert.equal(tables.rows[0]?.silencedBy, made.id);
  await memory.pass(MINUTE);
  assert.equal(tables.rows[0]?.silencedBy, null);
  assert.equal(memory.facts().filter((fact) => fact === 'alert.fired').length, 1);
});

test('a silence ended by hand tells at once; ended again it is refused', async () => {
  const { memory, deps, rule } = setup();
  const made = await silence(deps, duty, { matchers: [m('city', 'berlin')], endsAt: START + MINUTE, comment: 'known' });
  await rule({});
  await expireSilence(deps, duty, { id: made.id });
  await memory.pass(MINUTE);
  assert.deepEqual(memory.facts(), ['silence.created', 'alert.silenced', 'silence.ended', 'alert.fired']);
  await assert.rejects(expireSilence(deps, duty, { id: made.id }), /is over; it cannot be ended/);
  await assert.rejects(expireSilence(deps, duty, { id: 'sil_0' }), /no silence "sil_0"/);
});

test('announced work that begins later keeps quiet only what fires during it', async () => {
  const { memory, tables, deps, rule } = setup();
  const window = await maintain(deps, duty, {
    title: 'Gateway upgrade',
    matchers: [m('city', 'berlin')],
    startsAt: START + MINUTE,
    endsAt: START + 5 * MINUTE,
  });
  await rule({});
  await memory.pass(2 * MINUTE);
  await rule({ fingerprint: 'f2' });
  assert.equal(tables.rows[1]?.maintenanceBy, window.id);
  await endMaintenance(deps, duty, { id: window.id });
  await memory.drain();
  const fired = memory.entries.filter(({ fact }) => fact === 'alert.fired').map(({ subject }) => subject.id);
  assert.deepEqual(
    fired,
    tables.rows.map(({ id }) => id),
  );
});

test('verbs refuse who may not, and times that cannot be meant', async () => {
  const { deps } = setup();
  const agent = person('agnes', 'agent');
  const input = { matchers: [m('city', 'berlin')], endsAt: START + MINUTE, comment: 'x', title: 'x' };
  await assert.rejects(silence(deps, agent, input), /agnes may not alert.silence/);
  await assert.rejects(maintain(deps, agent, input), /agnes may not alert.maintain/);
  await assert.rejects(silence(deps, duty, { ...input, endsAt: START }), /endsAt is in the past/);
  await assert.rejects(silence(deps, duty, { ...input, startsAt: START + 2 * MINUTE }), /endsAt must be after/);
  await assert.rejects(maintain(deps, duty, { ...input, title: ' ' }), /title is empty/);
});
