import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World } from './world.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 8, 18, 15);

test('each metric and label set is one series with one sample a step', () => {
  const series = new World(7).advance(START, START + 9 * MINUTE, MINUTE);
  assert.equal(series.length, 14);
  assert.equal(new Set(series.map(({ labels }) => JSON.stringify(labels))).size, 14);
  for (const { samples } of series) {
    assert.deepEqual(
      samples.map(({ at }) => at),
      Array.from({ length: 10 }, (_, step) => START + step * MINUTE),
    );
  }
});

test('counters grow, also from one call to the next and through the outage', () => {
  const world = new World(7);
  const counted = () => {
    const last = world
      .advance(at, at + 5 * MINUTE, 15_000)
      .filter(({ labels }) => labels['__name__']?.endsWith('_total'));
    at += 5 * MINUTE + 15_000;
    return last;
  };
  let at = START;
  const before = counted();
  world.change({ silentAt: at });
  const after = counted();
  assert.equal(before.length, 6);
  before.forEach((series, index) => {
    const values = [...series.samples, ...(after[index]?.samples ?? [])].map(({ value }) => value);
    values.slice(1).forEach((value, step) => assert.ok(value >= (values[step] ?? 0), `${value} after ${values[step]}`));
  });
});

test('the outage is in the figures: heartbeats over North fall and unlock attempts fail', () => {
  const world = new World(7);
  world.advance(START, START + MINUTE, MINUTE);
  world.change({ silentAt: START + MINUTE });
  const series = world.advance(START + 2 * MINUTE, START + 6 * MINUTE, MINUTE);
  const last = (name: string, labels: Record<string, string>) =>
    series
      .find((one) => one.labels['__name__'] === name && Object.entries(labels).every(([k, v]) => one.labels[k] === v))
      ?.samples.at(-1)?.value ?? NaN;
  assert.ok(last('kiez_vehicle_heartbeats_per_minute', { city: 'berlin', carrier: 'north' }) < 20);
  assert.ok(last('kiez_vehicle_heartbeats_per_minute', { city: 'lisbon', carrier: 'north' }) > 400);
  const failed = last('kiez_unlock_failures_total', { city: 'berlin' });
  assert.ok(failed / last('kiez_unlock_attempts_total', { city: 'berlin' }) > 0.3);
});

test('the same seed tells the same story', () => {
  const one = new World(3).advance(START, START + 60 * MINUTE, MINUTE);
  assert.deepEqual(one, new World(3).advance(START, START + 60 * MINUTE, MINUTE));
  assert.notDeepEqual(one, new World(4).advance(START, START + 60 * MINUTE, MINUTE));
});
