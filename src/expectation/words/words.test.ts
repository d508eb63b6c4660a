import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeDeviation, describeForecastOff, type DeviationFacts } from './words.ts';

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

  it('in German, with its own decimals and units', () =>
    assert.equal(
      describeDeviation(facts(), 'de'),
      'bookings in Berlin 41 % unter dem Wert, der an einem Freitagabend zu erwarten ist (12 statt 20,4 pro Minute, Band 16-25), seit 18:42',
    ));

  it('beyond a fixed limit, saying what was expected besides', () => {
    const limited = facts({ limit: { side: 'below', value: 15.5 } });
    assert.equal(
      describeDeviation(limited),
      'bookings in Berlin below the limit of 15.5 per minute (12; 20.4 expected), since 18:42',
    );
    assert.equal(
      describeDeviation({ ...limited, expected: NaN }, 'de'),
      'bookings in Berlin unter der Grenze von 15,5 pro Minute (12), seit 18:42',
    );
  });
});

describe('a forecast that is off, in words', () => {
  const off = { subject: 'bookings', place: 'Berlin', span: 86_400_000, limits: { bias: 0.15, wape: 0.25 } };
  it('says how much and which way', () => {
    assert.equal(
      describeForecastOff({ ...off, bias: 0.231, wape: 0.26 }),
      'the forecast of bookings in Berlin was 23 % too high over the last 24 h (error 26 %, limits 15 % and 25 %)',
    );
    assert.equal(
      describeForecastOff({ ...off, bias: -0.3, wape: 0.3 }, 'de'),
      'die Prognose zu bookings in Berlin lag in den letzten 24 h 30 % zu niedrig (Fehler 30 %, Grenzen 15 % und 25 %)',
    );
  });
  it('or that it misses without leaning to a side', () =>
    assert.match(describeForecastOff({ ...off, bias: 0.02, wape: 0.4 }), /missed by 40 % .* in both directions/));
});
