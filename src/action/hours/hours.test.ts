import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { holidaysOf } from '../../outside/holidays.ts';
import { afterOpenTime, edgesOf, isOpen, openTimeBetween, opensAt } from './hours.ts';
import type { HoursWindow } from './window.ts';

const HOUR = 3_600_000;
const none = (): readonly string[] => [];
const office: HoursWindow = {
  name: 'office',
  zone: 'Europe/Berlin',
  only: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }],
  calendar: null,
  inverted: false,
};
const berlin = (local: string): number => Temporal.ZonedDateTime.from(`${local}[Europe/Berlin]`).epochMilliseconds;

describe('hours of the week', () => {
  it('are open from their beginning up to, and not at, their end', () => {
    for (const [local, open] of [
      ['2026-09-15T08:59', false],
      ['2026-09-15T09:00', true],
      ['2026-09-15T16:59', true],
      ['2026-09-15T17:00', false],
      ['2026-09-19T12:00', false],
    ] as const) {
      assert.equal(isOpen(office, berlin(local), none), open, local);
      assert.equal(isOpen({ ...office, inverted: true }, berlin(local), none), !open, `the rest at ${local}`);
    }
  });

  it('go over midnight, and belong to the day on which they begin', () => {
    const night = { ...office, only: [{ days: [5], from: '22:00', to: '06:00' }] };
    assert.ok(isOpen(night, berlin('2026-09-19T05:59'), none), 'Saturday morning');
    assert.ok(!isOpen(night, berlin('2026-09-18T05:59'), none), 'Friday morning');
    assert.equal(opensAt(night, berlin('2026-09-15T12:00'), none), berlin('2026-09-18T22:00'));
  });

  it('on a holiday are those of the weekday that it counts as', () => {
    const german = { ...office, calendar: { country: 'DE', like: 'sunday', days: [] } } as const;
    const christmas = berlin('2026-12-25T12:00');
    assert.ok(isOpen(office, christmas, holidaysOf), 'a Friday like any other without a calendar');
    assert.ok(!isOpen(german, christmas, holidaysOf));
    // The 25th and 26th are holidays, the 27th is a Sunday.
    assert.equal(opensAt(german, berlin('2026-12-24T18:00'), holidaysOf), berlin('2026-12-28T09:00'));
    const own = { ...office, calendar: { like: 'sunday', days: [{ date: '2026-12-24', like: 'sunday' }] } } as const;
    assert.ok(!isOpen(own, berlin('2026-12-24T12:00'), none), 'a day that is named');
  });

  it('follow the wall clock through both changes of clocks', () => {
    const daily = { ...office, only: [{ days: [], from: '01:00', to: '05:00' }] };
    // In March an hour is left out, in October one comes twice.
    const spring = [berlin('2026-03-29T00:00'), berlin('2026-03-30T00:00')] as const;
    const autumn = [berlin('2026-10-25T00:00'), berlin('2026-10-26T00:00')] as const;
    assert.equal(openTimeBetween(daily, ...spring, none), 3 * HOUR);
    assert.equal(openTimeBetween(daily, ...autumn, none), 5 * HOUR);
  });

  it('that never begin do not stop a clock', () => {
    const never = { ...office, only: [], inverted: false };
    assert.equal(opensAt(never, berlin('2026-09-15T12:00'), none), null);
    assert.equal(afterOpenTime(never, 1000, 500, none), 1500);
  });

  it('count time inside them alone: eight hours from a Friday noon end on Monday', () => {
    const friday = berlin('2026-09-18T12:00');
    assert.equal(afterOpenTime(office, friday, 8 * HOUR, none), berlin('2026-09-21T12:00'));
    assert.equal(afterOpenTime(office, friday, 5 * HOUR, none), berlin('2026-09-18T17:00'));
    assert.equal(afterOpenTime(null, friday, 5 * HOUR, none), friday + 5 * HOUR);
    assert.deepEqual(edgesOf(office, friday, friday + 72 * HOUR, none), [
      berlin('2026-09-18T17:00'),
      berlin('2026-09-21T09:00'),
    ]);
  });

  it('what is counted forward is what is counted between, in any zone and for any hours', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
    const window = fc.record({
      name: fc.constant('any'),
      zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'),
      only: fc.array(fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 })), from: time, to: time }), {
        minLength: 1,
        maxLength: 3,
      }),
      calendar: fc.constant(null),
      inverted: fc.boolean(),
    });
    const start = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(window, start, fc.integer({ min: 1, max: 40 }), (hours, from, halves) => {
        const span = halves * (HOUR / 2);
        const to = afterOpenTime(hours, from, span, none);
        const never = opensAt(hours, from, none) === null;
        assert.equal(never ? span : openTimeBetween(hours, from, to, none), span);
        if (!never) assert.ok(isOpen(hours, to - 1, none), 'the last millisecond is inside');
      }),
      { numRuns: 60 },
    );
  });
});
