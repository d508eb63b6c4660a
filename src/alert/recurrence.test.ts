import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import ical from 'node-ical';
import { Fault } from '../core/fault.ts';
import { checkRhythm, occurrences, parseRecurrence, recurrenceText, type Rhythm } from './recurrence.ts';

const YEAR = 366 * 86_400_000;
const instant = (local: string, zone = 'Europe/Berlin'): number =>
  Temporal.ZonedDateTime.from(`${local}[${zone}]`).epochMilliseconds;

function first(rule: string, starts: string, count: number, { from = 0, zone = 'Europe/Berlin' } = {}): string[] {
  return occurrences({ rule: parseRecurrence(rule), starts, zone }, from)
    .take(count)
    .map((at) => Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'minute' }))
    .toArray();
}

describe('Recurrence', () => {
  test('every Sunday at two, across the change to summer time: the hour that is left out is the one after', () => {
    assert.deepEqual(first('FREQ=WEEKLY;BYDAY=SU', '2026-03-22T02:30', 3), [
      '2026-03-22T01:30Z',
      // 02:30 does not exist on the 29th: it is 03:30 there.
      '2026-03-29T01:30Z',
      '2026-04-05T00:30Z',
    ]);
  });

  test('across the change to winter time: of the hour that comes twice the first is meant', () => {
    assert.deepEqual(first('FREQ=WEEKLY;BYDAY=SU', '2026-10-18T02:30', 3), [
      '2026-10-18T00:30Z',
      '2026-10-25T00:30Z',
      '2026-11-01T01:30Z',
    ]);
  });

  test('days of months: the second Tuesday, the last Friday, the last day, the 31st where there is one', () => {
    const utc = { zone: 'UTC' };
    assert.deepEqual(first('FREQ=MONTHLY;BYDAY=2TU', '2026-01-01T04:00', 2, utc), [
      '2026-01-13T04:00Z',
      '2026-02-10T04:00Z',
    ]);
    assert.deepEqual(first('FREQ=MONTHLY;BYDAY=-1FR', '2026-01-01T04:00', 2, utc), [
      '2026-01-30T04:00Z',
      '2026-02-27T04:00Z',
    ]);
    assert.deepEqual(first('FREQ=MONTHLY;BYMONTHDAY=-1', '2028-02-01T04:00', 2, utc), [
      '2028-02-29T04:00Z',
      '2028-03-31T04:00Z',
    ]);
    assert.deepEqual(first('FREQ=MONTHLY', '2026-01-31T04:00', 2, utc), ['2026-01-31T04:00Z', '2026-03-31T04:00Z']);
  });

  test('an end by count and by date; what lies before the instant that is asked for counts, too', () => {
    const utc = { zone: 'UTC' };
    assert.equal(first('FREQ=DAILY;COUNT=3', '2026-01-01T04:00', 9, utc).length, 3);
    assert.equal(
      first('FREQ=DAILY;COUNT=3', '2026-01-01T04:00', 9, { ...utc, from: instant('2026-01-03T00:00', 'UTC') }).length,
      1,
    );
    assert.equal(first('FREQ=DAILY;UNTIL=20260105', '2026-01-01T04:00', 9, utc).length, 5);
    assert.equal(first('FREQ=DAILY;UNTIL=20260105T040000Z', '2026-01-01T04:00', 9, utc).length, 5);
    assert.equal(first('FREQ=DAILY;UNTIL=20260105T035959Z', '2026-01-01T04:00', 9, utc).length, 4);
  });

  test('a rule without any occurrence ends and is not looked for without end', () => {
    assert.deepEqual(first('FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', '2026-02-01T04:00', 1), []);
  });

  test('the same occurrences as another reader of RFC 5545 finds, in zones that change their clocks', () => {
    const rules = fc.oneof(
      fc.record({ freq: fc.constant('DAILY'), interval: fc.integer({ min: 1, max: 40 }), by: fc.constant('') }),
      fc.record({
        freq: fc.constant('WEEKLY'),
        interval: fc.integer({ min: 1, max: 6 }),
        by: fc
          .subarray(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], { minLength: 1 })
          .map((days) => `;BYDAY=${days.join(',')}`),
      }),
      fc.record({
        freq: fc.constant('MONTHLY'),
        interval: fc.integer({ min: 1, max: 5 }),
        by: fc.constantFrom(
          ';BYDAY=1SU',
          ';BYDAY=-1FR',
          ';BYDAY=2TU,4TU',
          ';BYDAY=MO',
          ';BYMONTHDAY=1,15',
          ';BYMONTHDAY=-1',
          ';BYMONTHDAY=31',
        ),
      }),
    );
    const starts = fc.record({
      day: fc
        .integer({ min: 0, max: 400 })
        .map((days) => Temporal.PlainDate.from('2026-01-01').add({ days }).toString()),
      hour: fc.integer({ min: 0, max: 23 }),
    });
    const ends = fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 30 }).map((count) => `;COUNT=${count}`),
    );
    const zones = fc.constantFrom('Europe/Berlin', 'Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(rules, starts, ends, zones, ({ freq, interval, by }, { day, hour }, end, zone) => {
        const rule = `FREQ=${freq};INTERVAL=${interval}${by}${end}`;
        const local = `${day}T${String(hour).padStart(2, '0')}:30`;
        const rhythm: Rhythm = { rule: parseRecurrence(rule), starts: local, zone };
        const from = instant(local, zone);
        const ours = occurrences(rhythm, from)
          .take(40)
          .filter((at) => at <= from + YEAR)
          .toArray();
        // The other reader leaves out what falls into the hour that a change of clocks leaves out; that is tested above.
        const exists = (at: number): boolean =>
          Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).hour === hour;
        fc.pre(ours.every(exists));
        assert.deepEqual(ours, theirs(rule, local, zone, from));
      }),
      { numRuns: 150 },
    );
  });

  test('what it writes it reads back', () => {
    for (const text of [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR',
      'FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20271231',
      'FREQ=DAILY;COUNT=4',
    ])
      assert.equal(recurrenceText(parseRecurrence(text)), text);
    assert.equal(recurrenceText(parseRecurrence('RRULE:freq=weekly;byday=su;wkst=mo')), 'FREQ=WEEKLY;BYDAY=SU');
  });

  test('what it does not understand is refused, with what to write instead', () => {
    const refused: [string, RegExp][] = [
      ['', /NAME=VALUE/],
      ['FREQ=YEARLY', /DAILY, WEEKLY or MONTHLY/],
      ['FREQ=WEEKLY;BYSETPOS=1', /BYSETPOS is not supported/],
      ['FREQ=WEEKLY;BYDAY=1SU', /FREQ=MONTHLY/],
      ['FREQ=MONTHLY;BYDAY=1SU;BYMONTHDAY=3', /without BYMONTHDAY/],
      ['FREQ=WEEKLY;BYDAY=SO', /MO, TU/],
      ['FREQ=DAILY;INTERVAL=0', /INTERVAL/],
      ['FREQ=DAILY;COUNT=1;UNTIL=20260101', /exclude/],
      ['FREQ=DAILY;UNTIL=20260231', /UNTIL/],
      ['FREQ=MONTHLY;BYMONTHDAY=32', /1 to 31/],
      ['FREQ=DAILY;FREQ=DAILY', /twice/],
      ['FREQ=WEEKLY;WKST=SU', /WKST/],
    ];
    for (const [text, words] of refused) assert.throws(() => parseRecurrence(text), isFault(words), text);
    assert.throws(() => checkRhythm({ starts: '2026-02-30T02:00', zone: 'UTC' }), isFault(/local time/));
    assert.throws(() => checkRhythm({ starts: '2026-02-20T02:00', zone: 'Europe/Nowhere' }), isFault(/time zone/));
  });
});

function isFault(words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Fault && words.test(error.message);
}

/** The occurrences that another program finds from the first that fits the rule on. */
function theirs(rule: string, local: string, zone: string, from: number): number[] {
  const start = local.replaceAll(/[-:]/g, '');
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//t//t//EN',
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20260101T000000Z',
  ];
  const more = [`DTSTART;TZID=${zone}:${start}00`, `RRULE:${rule}`, 'DURATION:PT1H', 'END:VEVENT', 'END:VCALENDAR'];
  const parsed = ical.sync.parseICS([...lines, ...more].join('\r\n'));
  const event = Object.values(parsed).find((part) => part?.type === 'VEVENT');
  assert.ok(event?.type === 'VEVENT' && event.rrule);
  return event.rrule
    .between(new Date(from - 1), new Date(from + YEAR), true)
    .map((date) => date.getTime())
    .filter((at) => at >= from)
    .slice(0, 40);
}
