import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { acceptLink } from './look-up.ts';
import { tighter } from './learning.ts';

test('the tightened watermark differs in the mark and in the time, and in nothing else', () => {
  const definition = [
    'name: vehicle-heartbeats-low',
    'expr: sum by (city, carrier) (kiez_vehicle_heartbeats_per_minute)',
    'low: { critical: 150, clear: 400 }',
    'for: 4m',
    'labels: { service: vehicles }',
  ].join('\n');
  const before = parse(definition) as Record<string, unknown>;
  const changed: unknown = { ...before, low: { critical: 300, clear: 400 }, for: '1m' };
  assert.deepEqual(parse(tighter(definition)), changed);
  assert.deepEqual(parse(tighter(JSON.stringify(before))), changed);
});

test('an acceptance link is found in plain text and in JSON', () => {
  const link = 'http://127.0.0.1:8642/accept/aB-_9';
  assert.equal(acceptLink(`Accept here: ${link}\nThanks`), link);
  assert.equal(acceptLink(JSON.stringify({ text: `Accept: ${link}.`, other: 1 })), link);
  assert.equal(acceptLink('http://127.0.0.1:8642/incidents/1'), null);
});
