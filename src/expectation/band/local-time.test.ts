import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LocalTime } from './local-time.ts';

describe('local time', () => {
  it('is what Temporal says, in any order of instants', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    ];
    for (const zone of zones) {
      const clock = new LocalTime(zone);
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) }), (time) => {
          const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
          assert.equal(clock.offset(time), offsetNanoseconds / 1e6);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('changes at the very instant of the change', () => {
    const change = Date.UTC(2026, 2, 29, 1);
    const clock = new LocalTime('Europe/Berlin');
    assert.deepEqual(
      [clock.offset(change - 1), clock.offset(change), clock.offset(change - 1)],
      [3_600_000, 7_200_000, 3_600_000],
    );
  });

  it('refuses a zone that does not exist', () => assert.throws(() => new LocalTime('Europe/Atlantis'), RangeError));
});
