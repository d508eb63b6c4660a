import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeDeviation, type DeviationFacts } from './words.ts';

const friday = (hour: number, minute: number): number => Date.UTC(2026, 10, 20, hour, minute);
const facts = (given: Partial<DeviationFacts> = {}): DeviationFacts => ({
  subject: 'bookings',
  place: 'Berlin',
  value: 12,
  expected: 20.4,
  lower: 16,
  upper: 25,
  unit: 'per minute',
  since: friday(17, 42),
  at: friday(17, 55),
  zone: 'Europe/Berlin',
  ...given,
});

describe('a deviation in words', () => {
  const cases: [title: string, facts: DeviationFacts, text: string][] = [
    [
      'below, in the local time of the city',
      facts(),
      'bookings in Berlin 41 % below the level expected for a Friday evening (12 instead of 20.4 per minute, band 16-25), since 18:42',
    ],
    [
      'above, in another zone, without a place and a unit',
      facts({ place: '', unit: '', value: 31.234, zone: 'America/New_York' }),
      'bookings 53 % above the level expected for a Friday daytime (31.2 instead of 20.4, band 16-25), since 12:42',
    ],
    [
      'since another day',
      facts({ since: friday(17, 42) - 86_400_000 }),
      'bookings in Berlin 41 % below the level expected for a Friday evening (12 instead of 20.4 per minute, band 16-25), since 2026-11-19 18:42',
    ],
    [
      'where nothing was expected',
      facts({ expected: 0, lower: -1, upper: 2 }),
      'bookings in Berlin 12 above the level expected for a Friday evening (12 instead of 0 per minute, band -1 to 2), since 18:42',
    ],
    ['no data', facts({ value: NaN }), 'no data for bookings in Berlin (20.4 per minute expected), since 18:42'],
    [
      'still learning',
      facts({ expected: NaN }),
      'bookings in Berlin at 12 per minute; the level is still being learnt',
    ],
  ];
  for (const [title, given, text] of cases) it(title, () => assert.equal(describeDeviation(given), text));
});
