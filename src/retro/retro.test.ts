import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from '../action/nouns.ts';
import { alertHandlers } from '../alert/index.ts';
import { incidentHandlers } from '../incident/index.ts';
import { KIEZ, kiezSettings } from '../incident/testing/kiez.ts';
import { accept } from '../incident/verbs/accept.ts';
import { correct } from '../incident/verbs/correct.ts';
import { reopen } from '../incident/verbs/reopen.ts';
import { resolve } from '../incident/verbs/resolve.ts';
import { takeRuleEvents } from '../signal/store-signal.ts';
import { Memory, person, START } from '../signal/testing/memory.ts';
import { retroHandlers } from './index.ts';
import type { RetroTx } from './ports.ts';
import { retroTables } from './testing/memory.ts';
import { updateRetro } from './verbs/update.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const settings = kiezSettings(EXAMPLE);
const MINUTE = 60_000;
const duty = person('Amira');
const FLOW = {
  'alert.fired': ['incident.attach'],
  'alert.resolved': ['incident.release'],
  'incident.resolved': ['retro.prefill'],
  'incident.corrected': ['retro.prefill'],
};

function page(to: string, handedOverAt: number | null): Page {
  return {
    id: `pag_${to}`,
    key: to,
    incidentId: 'inc',
    chainRunId: null,
    person: to,
    channel: 'email',
    address: `${to}@example.org`,
    reason: '',
    state: 'handed-over',
    createdAt: START,
    handedOverAt,
    attempts: 1,
    lastError: null,
    receipt: null,
    acceptHash: '',
    acceptedAt: null,
    purpose: 'page',
    about: null,
    replyHash: null,
    replyUsedAt: null,
  };
}

type Losses = NonNullable<Parameters<typeof retroTables>[1]>;

async function lived(losses: Losses = [], source = 'rule:a') {
  const pages = [page('jonas', null), page('amira', START + 3000), page('amira', START + 9000)];
  const actions = { pagesOf: async () => pages, noticesOf: async () => [], partnerContactsOf: async () => [] };
  const tables = retroTables(actions, losses);
  const memory = new Memory<RetroTx>(tables, FLOW);
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps), ...retroHandlers(deps)]);
  const event = (source: string, labels: Record<string, string>, status: 'firing' | 'resolved') => ({
    fingerprint: source,
    source,
    labels: { severity: 'critical', carrier: 'north', city: 'berlin', ...labels },
    annotations: {},
    status,
    startsAt: START - MINUTE,
    endsAt: status === 'resolved' ? memory.clock.now() : null,
    generatorUrl: null,
    value: null,
  });
  await takeRuleEvents(memory.tx, deps, [
    event(source, { alertname: 'Low', service: 'vehicles', function: 'book' }, 'firing'),
  ]);
  await memory.pass(2 * MINUTE);
  const id = tables.all[0]!.id;
  await accept(deps, duty, { id });
  await memory.pass(3 * MINUTE);
  await takeRuleEvents(memory.tx, deps, [event('webhook:carrier-north', { alertname: 'CarrierAlarm' }, 'firing')]);
  await memory.pass(5 * MINUTE);
  await takeRuleEvents(memory.tx, deps, [
    event(source, {}, 'resolved'),
    event('webhook:carrier-north', {}, 'resolved'),
  ]);
  await memory.pass(5 * MINUTE);
  return { memory, tables, deps, id };
}

test('the facts of an incident are gathered when it resolves', async () => {
  const { memory, tables } = await lived();
  assert.deepEqual(memory.quarantined, []);
  const draft = tables.drafts[0]!;
  assert.equal(draft.state, 'draft');
  assert.deepEqual(draft.facts, {
    startedAt: START - MINUTE,
    firstAlertAt: START,
    openedAt: START,
    firstPageAt: START + 3000,
    acceptedAt: START + 2 * MINUTE,
    firstMemberNoticeAt: null,
    partnerContactedAt: null,
    partnerNoticeAt: START + 5 * MINUTE,
    recoveredAt: START + 10 * MINUTE,
    resolvedAt: START + 15 * MINUTE,
    alerts: 2,
    pages: 3,
    observations: 0,
    escalations: 1,
    losses: [],
  });
  assert.match(draft.summary, /It lasted 16m\.\nProbable cause: Carrier North \(2 of 2 alerts carry carrier north/);
  assert.equal(draft.rootCause, '');
});

test('what was lost is told by function, and nothing is counted twice', async () => {
  const loss = (id: string, more: Partial<Losses[number]>): Losses[number] => ({
    id,
    fingerprint: 'band:bookings',
    alert: 'BookingsBelowExpected',
    indicator: 'bookings',
    labels: { city: 'berlin' },
    side: 'below',
    startsAt: START,
    endsAt: START + 9 * MINUTE,
    amount: 84.4,
    expected: 200,
    unit: 'bookings',
    open: false,
    ...more,
  });
  const { tables } = await lived(
    [
      loss('los_1', {}),
      loss('los_2', { amount: 60 }),
      loss('los_3', { labels: { city: 'lisbon' }, amount: 16, expected: 40 }),
      loss('los_4', { side: 'above', amount: 500, labels: { city: 'bern' } }),
      loss('los_5', { startsAt: START - 90 * MINUTE, endsAt: START - 80 * MINUTE }),
      loss('los_6', { fingerprint: 'band:of something else', labels: { city: 'rome' } }),
    ],
    'band:bookings',
  );
  const draft = tables.drafts[0]!;
  assert.deepEqual(draft.facts.losses, [
    { functionName: 'book', indicator: 'bookings', unit: 'bookings', amount: 100.4, expected: 240 },
  ]);
  assert.match(draft.summary, /\nLost: 100 bookings \(.*[Bb]ook.*, 42 % of what was to be expected\)\.$/);
});

test('when it resolves again the draft is refreshed, with what people wrote and the corrected instant', async () => {
  const { memory, tables, deps, id } = await lived();
  const draft = tables.drafts[0]!;
  await updateRetro(deps, duty, { id: draft.id, version: 1, wentWell: 'The switch', state: 'held' });
  await reopen(deps, duty, { id, reason: 'again' });
  const row = memory.entries.find(({ fact }) => fact === 'incident.accepted')!;
  await correct(deps, duty, { id, entryId: row.id, at: START + MINUTE, reason: 'phone log' });
  await memory.pass(30 * MINUTE);
  await resolve(deps, duty, { id, reason: 'now it is' });
  await memory.drain();
  const after = tables.drafts[0]!;
  assert.equal(tables.drafts.length, 1);
  assert.deepEqual([after.wentWell, after.state], ['The switch', 'draft']);
  assert.equal(after.facts.acceptedAt, START + MINUTE);
  assert.equal(after.facts.resolvedAt, START + 45 * MINUTE);
  assert.deepEqual(
    memory.facts().filter((fact) => fact.startsWith('retro.')),
    ['retro.prefilled', 'retro.held', 'retro.refreshed'],
  );
});

test('a correction after the retro was held changes the facts and nothing else', async () => {
  const { memory, tables, deps, id } = await lived();
  await updateRetro(deps, duty, { id: tables.drafts[0]!.id, version: 1, state: 'held' });
  const row = memory.entries.find(({ fact }) => fact === 'incident.accepted')!;
  await correct(deps, duty, { id, entryId: row.id, at: START + MINUTE, reason: 'phone log' });
  await memory.drain();
  assert.equal(tables.drafts[0]?.facts.acceptedAt, START + MINUTE);
  assert.equal(tables.drafts[0]?.state, 'held');
});

test('closing asks for the root cause; versions and roles are minded', async () => {
  const { tables, deps } = await lived();
  const { id } = tables.drafts[0]!;
  await assert.rejects(updateRetro(deps, duty, { id, version: 1, state: 'closed' }), /rootCause is empty/);
  const closed = await updateRetro(deps, duty, { id, version: 1, state: 'closed', rootCause: 'one SIM' });
  assert.deepEqual([closed.state, closed.version], ['closed', 2]);
  await assert.rejects(updateRetro(deps, duty, { id, version: 1, summary: 'x' }), /changed meanwhile/);
  await assert.rejects(updateRetro(deps, duty, { id: 'ret_0', version: 1 }), /no retro "ret_0"/);
  await assert.rejects(updateRetro(deps, person('a', 'agent'), { id, version: 2 }), /may not retro.update/);
});
