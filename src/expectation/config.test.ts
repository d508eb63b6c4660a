import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { expectationConfig, expectationProblems } from './config.ts';

const schema = z.object(expectationConfig);
const complaints = (value: unknown): string[] => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the configuration of this stage', () => {
  it('takes the example as it stands', () => {
    const text = readFileSync(join(import.meta.dirname, '../../examples/kiez-mobil/lamplighter.yaml'), 'utf8');
    const { rules, watermarks, indicators } = schema.parse(parse(text));
    assert.deepEqual(rules, ['rules/*.yaml']);
    assert.equal(watermarks[0]!.for, 240_000);
    assert.equal(indicators[0]!.every, 60_000);
    assert.deepEqual(indicators[0]!.zone, { label: 'city', of: 'topology' });
    assert.deepEqual(indicators[0]!.day_parts, { morning: 360, daytime: 600, evening: 1020, night: 1320 });
    assert.equal(indicators[0]!.watch[0]!.for, 300_000);
  });

  it('needs nothing', () =>
    assert.deepEqual(schema.parse({}), { rules: [], watermarks: [], calendars: [], indicators: [] }));

  const mark = (given: object): unknown => ({ watermarks: [{ name: 'w', expr: 'x', ...given }] });
  const indicator = (given: object): unknown => ({ indicators: [{ name: 'b', expr: 'x', ...given }] });
  const cases: [title: string, value: unknown, want: RegExp][] = [
    ['an unknown key', mark({ hihg: { warning: 1 } }), /A watermark has no key "hihg"\. It may have: name, .*high/],
    ['no mark at all', mark({}), /needs "high", "low", "nodata" or "flatline"/],
    ['a mark without a value', mark({ high: { clear: 1 } }), /"high" needs "warning" or "critical"/],
    [
      'critical on the wrong side',
      mark({ low: { warning: 5, critical: 9 } }),
      /critical must lie beyond warning \(low\)/,
    ],
    ['clear on the wrong side', mark({ low: { critical: 150, clear: 100 } }), /clear must be at or above 150/],
    [
      'a bad duration',
      mark({ low: { critical: 1 }, for: '4 min' }),
      /"4 min" is not a duration\. Write a number and a unit/,
    ],
    [
      'two of a name',
      {
        watermarks: [
          { name: 'w', expr: 'x', nodata: 'warning' },
          { name: 'w', expr: 'y', nodata: 'warning' },
        ],
      },
      /watermarks\.1\.name: There are two watermarks "w"/,
    ],
    ['an exception for nothing', mark({ except: [{ high: 'off' }] }), /needs "part" or "labels"/],
    ['an exception that changes nothing', mark({ except: [{ part: 'night' }] }), /needs "high" or "low"/],
    ['a part of the day that is none', mark({ except: [{ part: 'noon', low: 'off' }] }), /morning, daytime, evening/],
    ['a flat line without a time', mark({ flatline: 'warning' }), /flatline needs "for"/],
    ['a calendar of nothing', { calendars: [{ name: 'c' }] }, /needs "country" or "days"/],
    ['a country in words', { calendars: [{ name: 'c', country: 'Germany' }] }, /two capital letters/],
    [
      'a date that is none',
      { calendars: [{ name: 'c', days: [{ date: '2026-13-01', like: 'sunday' }] }] },
      /no such date/,
    ],
    ['an unknown zone', indicator({ zone: 'Europe/Atlantis' }), /Europe\/Berlin/],
    [
      'an unknown condition',
      indicator({ watch: [{ when: 'lower', severity: 'page' }] }),
      /when is one of below, above, outside, nodata/,
    ],
    [
      'an unknown severity',
      indicator({ watch: [{ when: 'below', severity: 'high' }] }),
      /severity is one of page, critical/,
    ],
    ['too much coverage', indicator({ band: { coverage: 95 } }), /coverage must lie between 0\.5 and 0\.999/],
    ['too fast', indicator({ every: '10ms' }), /every must be at least 1000 ms/],
    ['a key of the band', indicator({ band: { week: 4 } }), /"band" has no key "week"/],
    ['a time that is none', indicator({ day_parts: { morning: '25:00' } }), /Write a local time such as "06:00"/],
  ];
  for (const [title, value, want] of cases) {
    it(`says what to write instead of ${title}`, () => {
      const found = complaints(value);
      assert.ok(
        found.some((complaint) => want.test(complaint)),
        `${want} not in ${JSON.stringify(found)}`,
      );
    });
  }

  it('says which calendar is missing, and which country has no holidays', () => {
    const values = schema.parse({
      calendars: [
        { name: 'berlin', country: 'DE', state: 'BE' },
        { name: 'moon', country: 'XM' },
      ],
      indicators: [
        { name: 'a', expr: 'x', calendar: 'berlin' },
        { name: 'b', expr: 'x', calendar: 'bern' },
        { name: 'c', expr: 'x', calendar: { label: 'city' } },
      ],
    });
    const problems = expectationProblems(values, (country) => (country === 'DE' ? null : `none of ${country}`));
    assert.deepEqual(problems, [
      { path: ['indicators', 1, 'calendar'], message: 'There is no calendar "bern". Write one of berlin, moon' },
      { path: ['calendars', 1, 'country'], message: 'none of XM' },
    ]);
  });
});
