import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BERLIN, CITIES } from './city.ts';
import { bookingsPerMinute, usualBookings } from './demand.ts';

const MINUTE = 60_000;

function berlin(text: string): number {
  return Temporal.ZonedDateTime.from(`${text}[Europe/Berlin]`).epochMilliseconds;
}

test('Friday evening is the peak of the week and far above the night', () => {
  const peak = usualBookings(BERLIN, berlin('2026-09-18T19:00'));
  for (let hour = 0; hour < 24 * 7; hour++) {
    const usual = usualBookings(BERLIN, berlin('2026-09-14T00:00') + hour * 60 * MINUTE);
    assert.ok(usual <= peak + 1e-9, `hour ${hour} has ${usual}`);
  }
  assert.ok(usualBookings(BERLIN, berlin('2026-09-18T04:00')) < peak / 10);
});

test('demand follows the wall clock of the city, also over a change of the clocks', () => {
  const summer = usualBookings(BERLIN, berlin('2026-10-23T18:00'));
  const winter = usualBookings(BERLIN, berlin('2026-10-30T18:00'));
  assert.equal(summer, winter);
  assert.equal(berlin('2026-10-30T18:00') - berlin('2026-10-23T18:00'), (7 * 24 + 1) * 60 * MINUTE);
});

test('a day that is like another one follows the curve of that one, without an edge', () => {
  const festival = usualBookings(BERLIN, berlin('2026-08-26T20:00'));
  assert.equal(festival, usualBookings(BERLIN, berlin('2026-08-29T20:00')), 'a Wednesday like a Saturday');
  for (let minute = -60; minute < 25 * 60; minute++) {
    const at = berlin('2026-08-26T00:00') + minute * MINUTE;
    assert.ok(Math.abs(usualBookings(BERLIN, at + MINUTE) - usualBookings(BERLIN, at)) < 1, `minute ${minute}`);
  }
});

test('one minute is much like the next: the curve has no edge, at midnight neither', () => {
  for (const city of CITIES) {
    for (let minute = 0; minute < 7 * 24 * 60; minute++) {
      const at = berlin('2026-09-14T00:00') + minute * MINUTE;
      const step = usualBookings(city, at + MINUTE) - usualBookings(city, at);
      assert.ok(Math.abs(step) < 0.6, `${city.name}: a step of ${step} at minute ${minute}`);
    }
  }
});

test('noise stays near the usual level and repeats with its seed', () => {
  const at = berlin('2026-09-18T17:30');
  const day = Array.from({ length: 240 }, (_, minute) => at + minute * MINUTE);
  const near = day.filter((at) => {
    const usual = usualBookings(BERLIN, at);
    return Math.abs(bookingsPerMinute(BERLIN, at, 7) - usual) < 0.15 * usual;
  });
  assert.ok(near.length > day.length * 0.9, `${near.length} of ${day.length}`);
  assert.equal(bookingsPerMinute(BERLIN, at, 7), bookingsPerMinute(BERLIN, at, 7));
  assert.notEqual(bookingsPerMinute(BERLIN, at, 7), bookingsPerMinute(BERLIN, at, 8));
});
