import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { START } from '../signal/testing/memory.ts';
import { titleFor, widen } from './assess.ts';
import { rankCause } from './cause.ts';
import { incidentProblems, incidentSchema } from './config.ts';
import { correlate, type Candidate, type Correlation } from './correlate/correlate.ts';
import { NO_PAST } from './correlate/past.ts';
import { NO_SIGNATURE, signOf } from './correlate/sign.ts';
import { healthOf } from './health.ts';
import { functionConditions, functionsHurt } from './impact.ts';
import { KIEZ, kiezConfig, kiezSettings } from './testing/kiez.ts';
import { Topology } from './topology.ts';

const EXAMPLE = readFileSync(KIEZ, 'utf8');
const MINUTE = 60_000;
const { topology, join } = kiezSettings(EXAMPLE);

test('labels are placed: every match counts, the deepest is the root, an unknown city is none', () => {
  const place = topology.placeOf({ service: 'vehicles', carrier: 'north', city: 'berlin' });
  assert.deepEqual(place, { components: ['vehicles', 'carrier-north'], root: 'carrier-north', city: 'berlin' });
  assert.deepEqual(topology.placeOf({ alertname: 'X', city: 'paris' }), {
    components: ['unplaced:X'],
    root: 'unplaced:X',
    city: null,
  });
});

for (const [a, b, steps] of [
  ['carrier-north', 'carrier-north', 0],
  ['telematics-gateway', 'carrier-north', 1],
  ['booking-backend', 'carrier-north', 2],
  ['vehicles', 'telematics-gateway', 2],
  ['vehicles', 'booking-backend', 3],
  ['payment-vendor', 'booking-backend', 1],
  ['payment-vendor', 'identity-provider', Infinity],
  ['carrier-north', 'carrier-south', Infinity],
  ['unplaced:X', 'vehicles', Infinity],
  ['unplaced:X', 'unplaced:X', 0],
] as const) {
  test(`from ${a} to ${b} it is ${steps} steps, both ways`, () => {
    assert.equal(topology.distance(a, b), steps);
    assert.equal(topology.distance(b, a), steps);
  });
}

for (const [components, functions] of [
  [['carrier-north'], ['unlock', 'drive', 'end']],
  [
    ['vehicles', 'carrier-north'],
    ['unlock', 'drive', 'end'],
  ],
  [['booking-backend'], ['find', 'book']],
  [['telematics-gateway'], ['find', 'book', 'unlock', 'end']],
  [['payment-vendor'], ['find', 'book', 'pay']],
  [['unplaced:X'], []],
] as const) {
  test(`${components.join(' and ')} failing hurts ${functions.join(', ') || 'nothing known'}`, () => {
    assert.deepEqual(functionsHurt(topology, components), functions);
  });
}

test('one carrier failing degrades, both failing is down', () => {
  const of = (...names: string[]) =>
    functionConditions(topology, new Map(names.map((name) => [name, 'down' as const])));
  assert.equal(of('carrier-north').get('unlock'), 'degraded');
  assert.equal(of('carrier-north', 'telematics-gateway').get('unlock'), 'degraded');
  assert.equal(of('carrier-north', 'carrier-south').get('unlock'), 'down');
  assert.equal(of('telematics-gateway').get('unlock'), 'down');
  assert.equal(of('carrier-north').get('pay'), 'ok');
});

const NORTH = { service: 'vehicles', carrier: 'north', city: 'berlin' };
const incident = {
  id: 'inc_1',
  number: 1,
  components: ['vehicles', 'carrier-north'],
  cities: ['berlin'],
  openedAt: START,
  startedAt: START,
  signature: { ...NO_SIGNATURE, lastAt: START },
};
/** The decision about an alert of these labels that begins at the instant. */
function decide(
  labels: Readonly<Record<string, string>>,
  at: number,
  live: readonly Candidate[],
  opens = true,
): Correlation {
  const seen = { incidents: live.length, withKey: () => 0 };
  return correlate(signOf(topology, { labels, text: '', opens, at }), live, {
    topology,
    rules: join,
    seen,
    lessons: [],
    past: NO_PAST,
  });
}
const wordsOf = (decision: Correlation): readonly string[] =>
  decision.kind === 'attach' ? decision.evidence.map(({ words }) => words) : decision.reasons;

for (const [name, labels, after, kind] of [
  ['the same place and city', NORTH, 1, 'attach'],
  ['a user of the cause', { service: 'telematics', city: 'berlin' }, 3, 'attach'],
  ['a user two steps up', { service: 'booking', city: 'berlin' }, 10, 'attach'],
  ['a user two steps up at the end of the span', { service: 'booking', city: 'berlin' }, 45, 'open'],
  ['a user one step up, much later', { service: 'telematics', city: 'berlin' }, 20, 'attach'],
  ['a user two steps up after the span', { service: 'booking', city: 'berlin' }, 46, 'open'],
  ['the same place hours later', NORTH, 300, 'attach'],
  ['the partner, late, in its own words', { carrier: 'north', city: 'berlin' }, 40, 'attach'],
  ['the partner, late, without a city', { carrier: 'north' }, 40, 'attach'],
  ['the same carrier in another city', { carrier: 'north', city: 'lisbon' }, 5, 'attach'],
  ['a user of the cause in another city', { service: 'telematics', city: 'lisbon' }, 5, 'open'],
  ['the other carrier in another city', { service: 'vehicles', carrier: 'south', city: 'lisbon' }, 5, 'open'],
  ['something unrelated', { service: 'payment' }, 1, 'open'],
  ['something unrelated in the same city', { service: 'payment', city: 'berlin' }, 1, 'open'],
  ['an unknown place', { alertname: 'Odd', city: 'berlin' }, 1, 'open'],
] as const) {
  test(`correlation: ${name} -> ${kind}`, () => {
    const decision = decide(labels, START + after * MINUTE, [incident]);
    assert.equal(decision.kind, kind);
    assert.ok(wordsOf(decision).length > 0 && wordsOf(decision).every((reason) => reason.length > 5));
  });
}

test('a quiet severity stays loose instead of opening', () => {
  assert.equal(decide({ service: 'payment' }, START, [incident], false).kind, 'leave');
});

test('an unrelated outage does not join through a shared user', () => {
  const wide = { ...incident, components: ['carrier-north', 'telematics-gateway', 'booking-backend'] };
  assert.equal(decide({ service: 'payment' }, START, [wide]).kind, 'open');
});

test('of two incidents the one with more evidence takes it, with reasons in words', () => {
  const booking = { ...incident, id: 'inc_2', components: ['booking-backend'] };
  const decision = decide(NORTH, START + MINUTE, [booking, incident]);
  assert.ok(decision.kind === 'attach');
  assert.equal(decision.incidentId, 'inc_1');
  assert.deepEqual(wordsOf(decision), [
    'same place (Carrier North)',
    'same city (Berlin)',
    'same partner (Carrier North)',
    '1m after it began',
  ]);
});

const at = (labels: Record<string, string>, startsAt = START, partner: string | null = null) => ({
  labels,
  startsAt,
  partner,
});

test('the cause is the deepest component that explains the others, in words', () => {
  const cause = rankCause(
    [
      at(NORTH),
      at({ carrier: 'north', city: 'berlin' }, START + MINUTE, 'carrier-north'),
      at({ service: 'telematics', city: 'berlin' }, START + MINUTE),
    ],
    topology,
  );
  assert.ok(cause?.probability !== undefined && cause.probability > 0.9);
  assert.deepEqual(cause, {
    component: 'carrier-north',
    kind: 'partner',
    probability: cause.probability,
    reasons: [
      '2 of 3 alerts carry carrier north',
      '1 more comes from what needs Carrier North',
      'Carrier South in the same city is healthy',
      'Carrier North reported an alarm itself',
      'it failed first',
    ],
  });
});

test('an alternative that is troubled elsewhere in the city is said to be so', () => {
  const cause = rankCause([at(NORTH)], topology, [{ carrier: 'south', city: 'berlin' }]);
  assert.ok(cause?.reasons.includes('Carrier South in the same city is troubled too'));
  const far = rankCause([at(NORTH)], topology, [{ carrier: 'south', city: 'lisbon' }]);
  assert.ok(far?.reasons.includes('Carrier South in the same city is healthy'));
});

test('without a known place, and between two equals, it abstains', () => {
  assert.equal(rankCause([at({ alertname: 'X' })], topology), null);
  assert.equal(rankCause([], topology), null);
  assert.equal(rankCause([at({ service: 'payment' }), at({ service: 'identity' })], topology), null);
  assert.equal(rankCause([at({ service: 'booking' })], topology)?.kind, 'own');
});

test('the title says what members feel, where, and whose part it is', () => {
  const reach = widen({ components: [], functions: [], cities: [] }, topology.placeOf(NORTH), topology);
  assert.equal(
    titleFor(reach, topology, null, ''),
    'Unlock, Drive and Lock and end disturbed in Berlin: Carrier North',
  );
  const odd = widen({ components: [], functions: [], cities: [] }, topology.placeOf({ alertname: 'X' }), topology);
  assert.equal(titleFor(odd, topology, null, 'X is odd'), 'X is odd');
});

test('health: each city by its own alerts, an alert without a city everywhere, quiet where nothing fires', () => {
  const alert = (
    labels: Record<string, string>,
    severity: 'critical' | 'warning' | 'info',
    state = 'firing' as const,
  ) => ({
    labels,
    severity,
    state,
  });
  const cell = (cells: ReturnType<typeof healthOf>, functionName: string, city: string) =>
    cells.find((item) => item.functionName === functionName && item.city === city)!;
  const north = healthOf(topology, [alert(NORTH, 'critical')], []);
  assert.equal(north.length, topology.functions.length * topology.cities.length);
  assert.equal(cell(north, 'unlock', 'berlin').state, 'degraded');
  assert.match(cell(north, 'unlock', 'berlin').why, /Carrier North/);
  assert.equal(cell(north, 'unlock', 'lisbon').state, 'ok');
  assert.equal(
    cell(healthOf(topology, [alert({ service: 'payment' }, 'critical')], []), 'pay', 'lisbon').state,
    'down',
  );
  assert.equal(
    cell(healthOf(topology, [alert({ service: 'payment' }, 'warning')], []), 'pay', 'lisbon').state,
    'degraded',
  );
  assert.equal(cell(healthOf(topology, [alert({ service: 'payment' }, 'info')], []), 'pay', 'lisbon').state, 'ok');
  const row = {
    id: 'inc_1',
    number: 7,
    title: 'T',
    severity: 'major' as const,
    functions: ['help'],
    cities: ['lisbon'],
  };
  const byHand = healthOf(topology, [], [{ ...row, state: 'open' }]);
  assert.deepEqual(
    [cell(byHand, 'help', 'lisbon').state, cell(byHand, 'help', 'lisbon').incidentId],
    ['degraded', 'inc_1'],
  );
  assert.equal(cell(byHand, 'help', 'berlin').state, 'ok');
  assert.equal(cell(healthOf(topology, [], [{ ...row, state: 'resolved' }]), 'help', 'lisbon').state, 'ok');
});

test('a cycle of needs ends', () => {
  const config = incidentSchema.parse({
    topology: {
      functions: [{ name: 'f', title: 'F', needs: ['a'] }],
      components: [
        { name: 'a', needs: ['b'], match: { s: 'a' } },
        { name: 'b', needs: ['a'], match: { s: 'b' } },
      ],
    },
  });
  assert.deepEqual(incidentProblems(config), []);
  const cyclic = new Topology(config.topology);
  assert.deepEqual(functionsHurt(cyclic, ['b']), ['f']);
  assert.deepEqual(cyclic.roots(['a', 'b']), ['a', 'b']);
});

test('the example is free of problems; a name that points nowhere is named with what exists', () => {
  const { incident: config, signal } = kiezConfig(EXAMPLE);
  assert.deepEqual(incidentProblems(config, signal.sources), []);
  const broken = incidentSchema.parse({
    topology: {
      functions: [{ name: 'pay', title: 'Pay', needs: ['bank'] }],
      components: [{ name: 'shop', partner: 'nobody', needs: ['shop'] }],
      redundancy: [{ name: 'shop', members: ['shop', 'store'] }],
    },
  });
  const problems = incidentProblems(broken, [{ name: 's', partner: 'x', mapping: '' }]);
  assert.deepEqual(
    problems.map(({ path }) => path),
    [
      'topology.functions[0].needs[0]',
      'topology.components[0].needs[0]',
      'topology.redundancy[0].name',
      'topology.redundancy[0].members[1]',
      'topology.components[0].partner',
      'sources[0].partner',
    ],
  );
  assert.equal(problems[0]?.message, 'There is no component or redundancy group "bank"; defined are shop, shop.');
  const bad = incidentSchema.safeParse({ topology: { cities: [{ name: 'b', title: 'B', zone: 'Berlin' }] } });
  assert.match(bad.error?.issues[0]?.message ?? '', /"Berlin" is not a time zone/);
});
