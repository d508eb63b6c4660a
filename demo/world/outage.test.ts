import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BERLIN, CITIES } from './city.ts';
import { effectOf, NO_OUTAGE } from './outage.ts';

const MINUTE = 60_000;
const USUAL = { north: 1, overToSouth: 0, bookings: 1, attempts: 1, unlockFailures: 0.02 };

test('without an outage everything is as usual', () => {
  for (const city of CITIES) assert.deepEqual(effectOf(NO_OUTAGE, city, 1e12), USUAL);
});

test('within two minutes North is nearly silent, most bookings are gone and unlocking fails; only in Berlin', () => {
  const outage = { ...NO_OUTAGE, silentAt: 0 };
  const effect = effectOf(outage, BERLIN, 2 * MINUTE);
  assert.ok(effect.north < 0.01);
  assert.ok(Math.abs(effect.bookings - 0.4) < 0.01);
  assert.ok(effect.unlockFailures > 0.4);
  assert.ok(effect.attempts > 1.5);
  const elsewhere = CITIES.find((city) => city !== BERLIN);
  assert.ok(elsewhere !== undefined);
  assert.deepEqual(effectOf(outage, elsewhere, 2 * MINUTE), USUAL);
});

test('a minute after the route moved, South carries all cars and members can book again, though North is silent', () => {
  const effect = effectOf({ ...NO_OUTAGE, silentAt: 0, southAt: 10 * MINUTE }, BERLIN, 11 * MINUTE);
  assert.equal(effect.north, 0);
  assert.equal(effect.overToSouth, 1);
  assert.equal(effect.bookings, 1);
  assert.equal(effect.unlockFailures, 0.02);
});

test('when North is back and the cars returned, everything is as usual again', () => {
  const outage = { silentAt: 0, southAt: 10 * MINUTE, recoveredAt: 30 * MINUTE, northAt: 31 * MINUTE };
  assert.deepEqual(effectOf(outage, BERLIN, 33 * MINUTE), USUAL);
});
