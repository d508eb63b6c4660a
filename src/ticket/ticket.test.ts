import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertHandlers } from '../alert/index.ts';
import { incidentHandlers } from '../incident/index.ts';
import { KIEZ, kiezSettings } from '../incident/testing/kiez.ts';
import { resolve } from '../incident/verbs/resolve.ts';
import { Memory, person } from '../signal/testing/memory.ts';
import { takeAlerts } from '../signal/verbs/take-alerts.ts';
import { ticketHandlers } from './index.ts';
import type { TicketTx } from './ports.ts';
import { ticketTables } from './testing/memory.ts';
import { openTicket } from './verbs/open.ts';
import { updateTicket } from './verbs/update.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const settings = kiezSettings(EXAMPLE);
const duty = person('Amira');
const FLOW = {
  'alert.fired': ['incident.attach', 'ticket.open-for-alert'],
  'alert.resolved': ['incident.release'],
  'chain.ticket-wanted': ['ticket.open'],
  'incident.resolved': ['ticket.note-resolved'],
};
const PAY = { alertname: 'PaymentsLow', service: 'payment', severity: 'critical' };

function setup() {
  const tables = ticketTables();
  const memory = new Memory<TicketTx>(tables, FLOW);
  const deps = { ...memory.deps, incidents: () => settings };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps), ...ticketHandlers(deps)]);
  const send = async (labels: Record<string, string>, more: object = {}): Promise<void> => {
    await takeAlerts(deps, duty, { body: [{ labels, ...more }], idempotencyKey: null });
    await memory.pass(2000);
  };
  const want = async (incidentId: string): Promise<void> => {
    await memory.tx.journal.append({
      actor: duty,
      fact: 'chain.ticket-wanted',
      subject: { kind: 'chain', id: 'chn_1' },
      incidentId,
      summary: 'The chain wants a ticket.',
    });
    await memory.drain();
  };
  return { memory, tables, deps, send, want };
}

test('an incident gets one ticket however often its chain asks; when it resolves the ticket is noted and stays open', async () => {
  const { memory, tables, deps, send, want } = setup();
  await send(PAY);
  const incident = tables.all[0]!;
  await want(incident.id);
  await want(incident.id);
  assert.equal(tables.written.length, 1);
  const ticket = tables.written[0]!;
  assert.deepEqual(
    [ticket.kind, ticket.priority, ticket.incidentId, ticket.title],
    ['incident', 2, incident.id, incident.title],
  );
  await resolve(deps, duty, { id: incident.id, reason: 'vendor is back' });
  await memory.drain();
  assert.equal(tables.written[0]?.state, 'open');
  const noted = memory.entries.at(-1)!;
  assert.deepEqual([noted.fact, noted.subject.id, noted.reason], ['ticket.commented', ticket.id, 'vendor is back']);
  assert.deepEqual(memory.quarantined, []);
});

test('a warning opens a ticket; the same warning again comments on it; an info opens none', async () => {
  const { memory, tables, send } = setup();
  const warning = { ...PAY, severity: 'warning' };
  await send(warning);
  await send(warning, { endsAt: new Date(memory.clock.now()).toISOString() });
  await send(warning);
  await send({ ...PAY, severity: 'info' });
  assert.deepEqual(
    tables.written.map(({ title, kind }) => [title, kind]),
    [['PaymentsLow (payment)', 'technology']],
  );
  assert.equal(memory.facts().filter((fact) => fact === 'ticket.commented').length, 1);
});

test('a critical alert opens no ticket by itself: its chain does', async () => {
  const { tables, send } = setup();
  await send(PAY);
  assert.equal(tables.written.length, 0);
});

test('a ticket by hand is checked in words', async () => {
  const { deps } = setup();
  await assert.rejects(openTicket(deps, duty, { title: ' ' }), /title is empty/);
  await assert.rejects(openTicket(deps, duty, { title: 'x', priority: 6 }), /priority is 6; write 1/);
  await assert.rejects(openTicket(deps, duty, { title: 'x', incidentId: 'inc_0' }), /no incident "inc_0"/);
  await assert.rejects(openTicket(deps, person('v', 'viewer'), { title: 'x' }), /may not ticket.open/);
});

test('a ticket is done and can come back; a comment is kept; an older version is refused', async () => {
  const { memory, deps } = setup();
  const made = await openTicket(deps, person('Agnes', 'agent'), { title: 'Second SIM' });
  const done = await updateTicket(deps, duty, { id: made.id, version: 1, state: 'done', comment: 'built in' });
  assert.equal(done.closedAt, memory.clock.now());
  await assert.rejects(updateTicket(deps, duty, { id: made.id, version: 1, owner: 'x' }), /changed meanwhile/);
  const back = await updateTicket(deps, duty, { id: made.id, version: 2, state: 'waiting' });
  assert.deepEqual([back.closedAt, back.version], [null, 3]);
  assert.deepEqual(memory.facts(), ['ticket.opened', 'ticket.done', 'ticket.commented', 'ticket.reopened']);
  const same = await updateTicket(deps, duty, { id: made.id, version: 3, state: 'waiting' });
  assert.equal(same.version, 3);
  await assert.rejects(updateTicket(deps, duty, { id: 'tck_0', version: 1 }), /no ticket "tck_0"/);
  await assert.rejects(updateTicket(deps, person('v', 'viewer'), { id: made.id, version: 3 }), /may not ticket.update/);
});
