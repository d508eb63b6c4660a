import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topologySchema } from '../config.ts';
import { Topology } from '../topology.ts';
import { correlate, type Candidate, type Correlation } from './correlate.ts';
import { Correlator, type CorrelationEvent } from './engine.ts';
import { NO_PAST, Past } from './past.ts';
import { NO_SIGNATURE, sharpen, signOf, type Sign } from './sign.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.UTC(2026, 4, 12, 7, 30);
const RULES = { distance: 2, within: 45 * MINUTE };
/** app -> shop -> stock -> store; app -> search -> store; desk -> stock; till -> cash. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  app: ['shop', 'search'],
  desk: ['stock'],
  shop: ['stock'],
  search: ['store'],
  stock: ['store'],
  store: [],
  till: ['cash'],
  cash: [],
  mail: [],
};
const topology = new Topology(
  topologySchema.parse({
    cities: [],
    functions: [],
    components: Object.entries(NEEDS).map(([name, needs]) => ({ name, kind: 'app', match: { service: name }, needs })),
    redundancy: [],
  }),
);

function sign(service: string, minute: number, change: Readonly<Record<string, string>> = {}): Sign {
  const labels = { alertname: 'ErrorsHigh', service, severity: 'critical', team: 'red', ...change };
  return signOf(topology, { labels, text: '', opens: labels.severity === 'critical', at: START + minute * MINUTE });
}

/** An incident that holds these signs. */
function incident(number: number, ...signs: readonly Sign[]): Candidate {
  const first = signs[0]!.at;
  return {
    id: `inc_${number}`,
    number,
    components: [...new Set(signs.flatMap(({ place }) => place.components))],
    cities: [],
    openedAt: first,
    startedAt: first,
    signature: signs.reduce((signature, one) => sharpen(signature, one), NO_SIGNATURE),
  };
}

function decide(one: Sign, candidates: readonly Candidate[], past = new Past(topology)): Correlation {
  const seen = { incidents: candidates.length, withKey: () => 0 };
  return correlate(one, candidates, { topology, rules: RULES, seen, lessons: [], past });
}

const bridgesOf = (decision: Correlation): readonly string[] =>
  decision.kind === 'attach' ? decision.bridges.map(({ incidentId, reason }) => `${incidentId}: ${reason}`) : [];
const wordsOf = (decision: Correlation): string =>
  decision.kind === 'attach' ? decision.evidence.map(({ words }) => words).join('; ') : decision.reasons.join('; ');

/** A past in which DiskFills fires daily at `shop` alone, and QueueGrows with the failures of `stock`. */
function days(count: number): Past {
  const past = new Past(topology);
  for (let day = -count; day < 0; day++) {
    past.take(sign('shop', (day * DAY) / MINUTE, { alertname: 'DiskFills', severity: 'warning' }));
    past.take(sign('stock', (day * DAY) / MINUTE + 300));
    past.take(sign('shop', (day * DAY) / MINUTE + 301, { alertname: 'QueueGrows', severity: 'warning' }));
  }
  past.take(sign('mail', -30));
  return past;
}

test('a kind is known by how often it came with other trouble near it, wherever and at the place', () => {
  const past = days(10);
  assert.deepEqual(past.habit('DiskFills', false), { company: 0, alone: 10 });
  assert.deepEqual(past.habitAt('shop/QueueGrows', false), { company: 10, alone: 0 });
  assert.deepEqual(past.habitAt('stock/QueueGrows', false), { company: 0, alone: 0 });
});

test('a storm of one kind is counted once', () => {
  const past = new Past(topology);
  for (let index = 0; index < 500; index++)
    past.take(sign('shop', index / 100, { alertname: 'DiskFills', severity: 'warning', instance: `${index}` }));
  past.take(sign('mail', 60));
  assert.deepEqual(past.habit('DiskFills', false), { company: 0, alone: 1 });
});

test('a warning that mostly fires by itself stays out, one that comes with trouble joins, a new one is weighed as before', () => {
  const failing = incident(1, sign('shop', 0));
  const past = days(10);
  const disk = sign('shop', 1, { alertname: 'DiskFills', severity: 'warning' });
  assert.equal(decide(disk, [failing], past).kind, 'leave');
  assert.match(wordsOf(decide(disk, [failing])), /but only a warning/);
  const queue = decide(sign('shop', 1, { alertname: 'QueueGrows', severity: 'warning' }), [failing], past);
  assert.match(wordsOf(queue), /QueueGrows mostly comes with other trouble \(10 of 10 times\)/);
});

test('what was called before counts as a way: from the caller to anything, to the callee from what the incident stands on', () => {
  const past = new Past(topology);
  past.take(sign('mail', -9000, { upstream: 'till' }));
  assert.deepEqual([past.tie('mail', 'till')?.named, past.tie('till', 'mail')?.named], [1, 0]);
  const decision = decide(sign('mail', 1), [incident(1, sign('till', 0))], past);
  assert.equal(decision.kind, 'attach');
  assert.match(wordsOf(decision), /mail named till before/);
  assert.equal(decide(sign('mail', 1), [incident(1, sign('till', 0))]).kind, 'open');
  past.hearOf([{ caller: 'mail', callee: 'till', state: 'rejected' }]);
  assert.equal(
    decide(sign('mail', 1), [incident(1, sign('till', 0))], past).kind,
    'open',
    'a person said that it is none',
  );
});

test('a proposed call counts as seen once', () => {
  const past = new Past(topology);
  past.hearOf([{ caller: 'mail', callee: 'till', state: 'proposed' }]);
  assert.equal(past.tie('mail', 'till')?.named, 1);
  past.hearOf([]);
  assert.equal(past.tie('mail', 'till')?.named ?? 0, 0);
});

test('places that began to fail together before are near, where the map knows no way', () => {
  const past = new Past(topology);
  for (const day of [-3, -2]) {
    past.take(sign('mail', day * 1440));
    past.take(sign('till', day * 1440 + 2));
  }
  assert.deepEqual(past.tie('till', 'mail'), { named: 0, together: 2, of: 2 });
  const decision = decide(sign('mail', 1), [incident(1, sign('till', 0))], past);
  assert.match(wordsOf(decision), /failed together before \(2 of 2 times\)/);
});

test('what an incident names and another component needs may fail silently: it joins', () => {
  const search = incident(1, sign('search', 0, { upstream: 'store' }));
  const decision = decide(sign('stock', 1), [search]);
  assert.equal(decision.kind, 'attach');
  assert.match(wordsOf(decision), /stock needs store, which the incident names/);
  assert.equal(
    decide(sign('stock', 1), [incident(1, sign('search', 0))]).kind,
    'open',
    'two of our own alone say too little',
  );
});

test('an alert that names what it calls is where that is', () => {
  const store = incident(1, sign('store', 0));
  const decision = decide(sign('app', 2, { upstream: 'shop' }), [store]);
  assert.match(wordsOf(decision), /app names shop, which needs store|app needs store/);
  assert.equal(decision.kind, 'attach');
});

test('what lies between two incidents makes them one', () => {
  const store = incident(1, sign('store', 0));
  const app = incident(2, sign('app', 1, { upstream: 'shop' }));
  assert.deepEqual(bridgesOf(decide(sign('shop', 2), [store, app])), ['inc_1: one needs shop, which needs store']);
});

test('what two incidents hurt does not make them one, nor a third one part of either', () => {
  const shop = incident(1, sign('shop', 0));
  const search = incident(2, sign('search', 0));
  assert.deepEqual(bridgesOf(decide(sign('app', 2, { upstream: 'search' }), [shop, search])), []);
});

test('an alert that names what another incident stands on joins the two, unless something deeper explains it', () => {
  const mail = incident(1, sign('mail', 0));
  const till = incident(2, sign('till', 1));
  const names = sign('till', 2, { upstream: 'mail' });
  assert.deepEqual(bridgesOf(decide(names, [mail, till])), ['inc_1: till names mail']);
  const cash = incident(2, sign('cash', 0), sign('till', 1));
  assert.deepEqual(bridgesOf(decide(names, [mail, cash])), []);
});

test('a caller that is hurt and names a component it is known to need may tell of another fault there', () => {
  const shop = incident(1, sign('shop', 0), sign('app', 1, { upstream: 'search' }));
  const decision = decide(sign('search', 2), [shop]);
  assert.ok(!wordsOf(decision).includes('the incident names search'), wordsOf(decision));
});

test('who has no past knows nothing', () => {
  assert.deepEqual(
    [NO_PAST.habit('x', true), NO_PAST.tie('a', 'b'), NO_PAST.tied('a')],
    [{ company: 0, alone: 0 }, null, []],
  );
});

test('the days before teach, and are not given out', () => {
  let count = 0;
  const event = (service: string, at: number, labels: Readonly<Record<string, string>> = {}): CorrelationEvent => ({
    id: `e${++count}`,
    kind: 'alert',
    status: 'firing',
    at,
    receivedAt: at,
    labels: { alertname: 'ErrorsHigh', service, severity: 'critical', ...labels },
    text: '',
    opens: labels['severity'] === undefined,
  });
  const disk = { alertname: 'DiskFills', severity: 'warning' };
  const before = Array.from({ length: 8 }, (_, day) =>
    event('shop', START + (day - 8) * DAY, { ...disk, day: `${day}` }),
  );
  const events = [event('shop', START), event('shop', START + MINUTE, disk)];
  const members = (history: readonly CorrelationEvent[]): number[] => {
    const correlator = new Correlator({ topology, rules: RULES, settle: 5 * MINUTE });
    correlator.remember([
      event('mail', START - 9 * DAY),
      ...history,
      event('mail', START - 60 * MINUTE, { instance: '2' }),
    ]);
    for (const one of events) correlator.take(one);
    assert.equal(correlator.counts.events, 2);
    return correlator.incidents().map((one) => one.members.length);
  };
  assert.deepEqual(members([]), [2]);
  assert.deepEqual(members(before), [1]);
});
