import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { START } from '../../signal/testing/memory.ts';
import { KIEZ, kiezSettings } from '../testing/kiez.ts';
import { Correlator, type CorrelationEvent } from './engine.ts';
import { buckets, similarity, sketchOf } from './minhash.ts';
import { EventsFault, readEvents } from './read-events.ts';

const MINUTE = 60_000;
const { topology, join: rules } = kiezSettings(readFileSync(KIEZ, 'utf8'));
const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin', severity: 'critical' };
const NORTH = { alertname: 'CarrierAlarm', carrier: 'north', city: 'berlin', severity: 'critical' };

let count = 0;
function event(
  labels: Readonly<Record<string, string>>,
  minute: number,
  change: Partial<CorrelationEvent> = {},
): CorrelationEvent {
  const at = START + minute * MINUTE;
  count++;
  return {
    id: `e${count}`,
    kind: 'alert',
    status: 'firing',
    at,
    receivedAt: at,
    labels,
    text: '',
    opens: true,
    ...change,
  };
}
function run(events: readonly CorrelationEvent[]): Correlator {
  const correlator = new Correlator({ topology, rules, settle: 5 * MINUTE });
  for (const one of events) correlator.take(one);
  return correlator;
}

test('repeats are counted and nothing else', () => {
  const correlator = run([event(UNLOCK, 0), event(UNLOCK, 1), event(UNLOCK, 2)]);
  assert.equal(correlator.counts.repeats, 2);
  assert.equal(correlator.incidents()[0]!.members.length, 1);
});

test('a flapping alert stays with its incident and opens no other', () => {
  const flips = Array.from({ length: 10 }, (_, index) => [
    event(UNLOCK, index * 8),
    event(UNLOCK, index * 8 + 2, { status: 'resolved' }),
  ]);
  const correlator = run(flips.flat());
  assert.equal(correlator.incidents().length, 1);
  assert.equal(correlator.counts.flaps, 9);
});

test('out of order and late: an event joins by when it happened, not by when it came', () => {
  const late = event(NORTH, -1, { receivedAt: START + 12 * MINUTE });
  const correlator = run([event(UNLOCK, 0), event({ ...UNLOCK, instance: '2' }, 11), late]);
  assert.equal(correlator.counts.late, 1);
  const [incident] = correlator.incidents();
  assert.equal(incident!.members.length, 3);
  assert.equal(incident!.startedAt, START - MINUTE, 'it began earlier than was known');
});

test('a clock that runs ahead is set to the time of arrival', () => {
  const ahead = event(NORTH, 60, { receivedAt: START + MINUTE });
  assert.equal(run([event(UNLOCK, 0), ahead]).incidents().length, 1);
});

test('members of a closed incident do not take what comes much later', () => {
  const correlator = run([event(UNLOCK, 0), event(UNLOCK, 5, { status: 'resolved' }), event(NORTH, 40)]);
  assert.equal(correlator.incidents().length, 2);
});

test('what several kinds of texts share is estimated; figures do not count', () => {
  const [a, b, c] = [
    sketchOf('share of failed requests is 12 % at booking'),
    sketchOf('share of failed requests is 37 % at booking'),
    sketchOf('das Auto lässt sich nicht öffnen'),
  ];
  assert.equal(similarity(a!, b!), 1);
  assert.ok(similarity(a!, c!) < 0.2);
  assert.equal(buckets(a!).length, 4);
  assert.equal(sketchOf('7'), null);
});

test('events are read line by line, and a wrong line is named', () => {
  const line = JSON.stringify({ at: '2026-01-05T08:00:00Z', labels: UNLOCK, text: 'x' });
  const [read] = readEvents(`${line}\n\n`, 'events.jsonl');
  assert.deepEqual([read!.at, read!.receivedAt, read!.opens, read!.status], [START, START, true, 'firing']);
  for (const [text, words] of [
    ['{', /line 1 is not JSON/],
    [`${line}\n{"at":1,"labels":{},"more":2}`, /line 2: .*more/s],
    ['{"at":"soon","labels":{}}', /line 1: at: "soon" is no time. Write Unix seconds or ISO 8601/],
  ] as const) {
    assert.throws(
      () => readEvents(text, 'events.jsonl'),
      (error) => error instanceof EventsFault && words.test(error.message),
    );
  }
});
