import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertHandlers } from '../../alert/index.ts';
import { Fault } from '../../core/fault.ts';
import { Memory, person } from '../../signal/testing/memory.ts';
import { takeAlerts } from '../../signal/verbs/take-alerts.ts';
import { causeMeasures, causeSchema } from '../cause/setting.ts';
import { incidentHandlers, resolve } from '../index.ts';
import type { IncidentTx } from '../ports.ts';
import type { AskMeasures } from '../settings.ts';
import { engineOfCalls, type SeenCalls } from '../testing/calls.ts';
import { KIEZ, kiezSettings } from '../testing/kiez.ts';
import { incidentTables } from '../testing/memory.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const MINUTE = 60_000;
const amira = person('Amira');
const FLOW = {
  'alert.fired': ['incident.attach'],
  'alert.severity-changed': ['incident.attach'],
  'alert.resolved': ['incident.release'],
};
const BOOK = { alertname: 'BookingsFail', service: 'booking', severity: 'critical' };
const USUAL: Readonly<Record<string, SeenCalls>> = {
  'app->booking': { requests: 20, failures: 0.08 },
  'booking->payment': { requests: 10, failures: 0.04 },
  'booking->telematics': { requests: 10, failures: 0.04 },
};
const FAILS = { 'app->booking': { requests: 20, failures: 3.9 }, 'booking->payment': { requests: 10, failures: 3.8 } };

/** An incident stage with an engine that can be taken away; everything is well until `failing` is set. */
function setup() {
  const tables = incidentTables();
  const memory = new Memory<IncidentTx>(tables, FLOW);
  const calls = { caller: 'client', callee: 'server', requests: 'requests', failures: 'failures' };
  const settings = { ...kiezSettings(EXAMPLE), cause: causeMeasures(causeSchema.parse({ calls: [calls] })) };
  const deps = { ...memory.deps, incidents: () => settings };
  const state = { asked: 0, fault: null as Error | null, failing: Infinity };
  const engine = engineOfCalls((at) => (at > state.failing ? { ...USUAL, ...FAILS } : USUAL));
  const ask: AskMeasures = async (questions) => {
    state.asked++;
    if (state.fault) throw state.fault;
    return questions(engine);
  };
  memory.handle([...alertHandlers(deps), ...incidentHandlers(deps, ask)]);
  const send = async (labels: Record<string, string>, over = false): Promise<void> => {
    const endsAt = new Date(memory.clock.now() + (over ? 0 : 600 * MINUTE)).toISOString();
    await takeAlerts(deps, amira, { body: [{ labels, endsAt }], idempotencyKey: null });
    await memory.pass(3000);
  };
  const begin = async (): Promise<void> => {
    await memory.pass(500 * MINUTE);
    state.failing = memory.clock.now();
    await memory.pass(2 * MINUTE);
    await send(BOOK);
  };
  const measures = async () => (await tables.correlation.ranking(tables.all[0]!.id))?.measures ?? null;
  const told = (): string[] =>
    memory.entries.filter(({ fact }) => fact === 'incident.cause-measured').map(({ summary }) => summary);
  return { memory, tables, deps, state, send, begin, measures, told };
}

test('the measures are asked soon after an incident opened, and what they say is told once', async () => {
  const { memory, tables, state, begin, measures, told } = setup();
  await begin();
  await memory.pass(5 * MINUTE);
  const [incident] = tables.all;
  assert.deepEqual([incident?.cause?.component, state.asked > 2], ['payment-vendor', true]);
  assert.ok(
    incident?.cause?.reasons.includes(
      "Payment vendor answers 38 % of Booking backend's requests with an error, 0.4 % before",
    ),
  );
  assert.deepEqual([(await measures())?.abstained, told().length], [null, 1]);
  assert.match(told()[0]!, /^The measures point at Payment vendor \(\d+ %\)\.$/);
});

test('an engine that is away is a reason for silence: nothing is put aside, and its answer comes later', async () => {
  const { memory, tables, state, begin, measures, told } = setup();
  state.fault = new Fault('unavailable', { what: 'The metrics engine' });
  await begin();
  await memory.pass(3 * MINUTE);
  assert.deepEqual(
    [(await measures())?.abstained, (await measures())?.why],
    ['engine-away', 'The metrics engine is not available at the moment.'],
  );
  assert.deepEqual([tables.all[0]?.cause?.component, memory.quarantined.length], ['booking-backend', 0]);
  const asked = state.asked;
  await memory.pass(60 * MINUTE);
  assert.ok(state.asked - asked < 12, `asked ${state.asked - asked} times in an hour`);
  state.fault = null;
  await memory.pass(11 * MINUTE);
  assert.equal(tables.all[0]?.cause?.component, 'payment-vendor');
  assert.deepEqual(told(), ['The measures name no cause.', told()[1]]);
});

test('an answer stays while the engine is slow afterwards', async () => {
  const { memory, tables, state, begin, measures } = setup();
  await begin();
  state.fault = new Fault('query_timeout', { limit: '10s' });
  await memory.pass(3 * MINUTE);
  const now = await measures();
  assert.deepEqual([now?.abstained, now?.explanation?.causes[0]?.component], ['engine-slow', 'payment-vendor']);
  assert.equal(tables.all[0]?.cause?.component, 'payment-vendor');
});

test('it is asked again when the incident grows, no more once its window is over, and never once it is resolved', async () => {
  const { memory, tables, deps, state, send, begin } = setup();
  await begin();
  await memory.pass(22 * MINUTE);
  const settled = state.asked;
  await memory.pass(8 * MINUTE);
  assert.equal(state.asked, settled);
  await send({ ...BOOK, alertname: 'BookingErrors' });
  assert.equal(tables.all.length, 1);
  await memory.pass(MINUTE);
  assert.equal(state.asked, settled + 1);
  await resolve(deps, amira, { id: tables.all[0]!.id, reason: 'over' });
  state.failing = Infinity;
  await memory.pass(60 * MINUTE);
  assert.equal(state.asked, settled + 1);
});

test('a storm asks once for many alerts', async () => {
  const { memory, state, send, begin } = setup();
  await begin();
  const asked = state.asked;
  for (let index = 0; index < 3; index++) await send({ ...BOOK, alertname: `Storm${index}` });
  await memory.pass(1000);
  assert.ok(state.asked - asked <= 1, `${state.asked - asked}`);
});

test('a question that the engine refuses is told and not repeated', async () => {
  const { memory, state, begin, measures, told } = setup();
  state.fault = new Fault('execution_failed', { what: 'many-to-many matching' });
  await begin();
  await memory.pass(30 * MINUTE);
  assert.deepEqual([(await measures())?.abstained, told().length, state.asked], ['query-refused', 1, 1]);
});
