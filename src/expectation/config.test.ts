import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { expectationConfig, expectationProblems } from './config.ts';
import { watchProblems } from './config-problems.ts';
import { watchOf } from './watch/config.ts';

const schema = z.object(expectationConfig);
const complaints = (value: unknown): string[] => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the configuration of this stage', () => {
  it('takes the example as it stands', () => {
    const text = readFileSync(join(import.meta.dirname, '../../examples/kiez-mobil/lamplighter.yaml'), 'utf8');
    const { rules, watermarks, indicators } = schema.parse(parse(text));
    assert.equal(rules[0], 'rules/*.yaml');
    assert.equal(rules.length, 3);
    assert.equal(indicators[0]!.forecast.bias, 0.15);
    assert.equal(watermarks[0]!.for, 240_000);
    assert.equal(indicators[0]!.every, 60_000);
    assert.deepEqual(indicators[0]!.zone, { label: 'city', of: 'topology' });
    assert.deepEqual(indicators[0]!.day_parts, { morning: 360, daytime: 600, evening: 960, night: 1380 });
    assert.equal(indicators[1]!.watch[0]!.for, 120_000);
  });

  it('needs nothing', () =>
    assert.deepEqual(schema.parse({}), {
      rules: [],
      watermarks: [],
      calendars: [],
      indicators: [],
      events: [],
      levels: { false_alarms: 0.005 },
    }));

  const mark = (given: object): unknown => ({ watermarks: [{ name: 'w', expr: 'x', ...given }] });
  const indicator = (given: object): unknown => ({ indicators: [{ name: 'b', expr: 'x', ...given }] });
  const cases: [title: string, value: unknown, want: RegExp][] = [
    ['a budget of nothing', { levels: { false_alarms: 0 } }, /levels\.false_alarms: .*0\.0001/],
    ['a budget that is no number', indicator({ band: { false_alarms: 'few' } }), /band\.false_alarms: .*number/],
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

describe('watches in one line', () => {
  const rule = (given: object): unknown => ({ rules: [{ watch: 'bookings', ...given }] });
  const read = (given: object) => {
    const [watch] = schema.parse(rule(given)).rules;
    assert.ok(typeof watch === 'object');
    return watchOf(watch);
  };

  it('stand next to rule files, in the short form', () => {
    const { rules } = schema.parse({
      rules: ['rules/*.yaml', parse('{ watch: bookings, below: expected, for: 5m, severity: page }')],
    });
    assert.equal(rules.length, 2);
    assert.equal(rules[0], 'rules/*.yaml');
  });

  it('are named by what they watch, and carry the function as a label', () => {
    const watch = read({ below: 'expected', for: '5m', severity: 'page', function: 'book' });
    assert.deepEqual(
      [watch.name, watch.side, watch.limit, watch.for, watch.severity, watch.labels],
      ['BookingsBelowExpected', 'below', { kind: 'expected' }, 300_000, 'page', { function: 'book' }],
    );
    assert.equal(read({ above: 40 }).name, 'BookingsAboveLimit');
    assert.equal(read({ nodata: true }).name, 'BookingsNodata');
    assert.deepEqual(read({ below: '70% of expected' }).limit, { kind: 'share', share: 0.7 });
    assert.deepEqual(read({ above: '150 %' }).limit, { kind: 'share', share: 1.5 });
    assert.deepEqual(read({ outside: 'expected', parts: ['night'] }).parts, ['night']);
  });

  const cases: [title: string, given: object, want: RegExp][] = [
    ['no side', {}, /exactly one of below, above, outside, nodata, such as below: expected/],
    ['two sides', { below: 'expected', above: 3 }, /this one says below and above\. Write one watch for each/],
    ['a limit that is none', { below: 'usual' }, /"usual" is no limit\. Write expected/],
    ['clear on the wrong side', { below: '70%', clear: '60%' }, /clear must lie at or above the limit/],
    ['clear of another form', { below: 5, clear: '80%' }, /clear is of the same form/],
    ['a floor where nothing falls', { above: 'expected', floor: 3 }, /floor goes with below or outside/],
    ['a part that is none', { below: 'expected', parts: ['noon'] }, /morning, daytime, evening, night/],
    ['an unknown key', { below: 'expected', fro: '5m' }, /A watch has no key "fro"/],
  ];
  for (const [title, given, want] of cases) {
    it(`says what to write instead of ${title}`, () => {
      const result = schema.safeParse(rule(given));
      assert.ok(!result.success);
      assert.match(JSON.stringify(result.error.issues).replaceAll('\\"', '"'), want);
    });
  }

  it('name what exists, and only once', () => {
    const values = schema.parse({
      indicators: [{ name: 'bookings', expr: 'x', by: ['city'], watch: [{ when: 'below', severity: 'page' }] }],
      rules: [
        { watch: 'booking', below: 'expected' },
        { watch: 'bookings', below: 'expected', match: { town: 'berlin' } },
        { watch: 'bookings', above: 'expected', function: 'fly' },
      ],
      events: [
        { name: 'fair', from: '2026-09-01T10:00+02:00', to: '2026-09-01T12:00+02:00', factor: 2, indicators: ['cars'] },
      ],
    });
    assert.deepEqual(
      watchProblems(values, ['book', 'pay']).map(({ message }) => message),
      [
        'rules[0].watch: there is no indicator "booking". Write one of bookings',
        'rules[1].match: series of "bookings" have no label "town". They have city',
        'rules[1].name: there are two watches "BookingsBelowExpected". Give this one a name of its own',
        'rules[2].function: there is no function "fly". Write one of book, pay',
        'events[0].indicators[0]: there is no indicator "cars". Write one of bookings',
      ],
    );
  });
});

describe('events', () => {
  const event = (given: object): string[] =>
    complaints({ events: [{ name: 'fair', from: '2026-09-01T10:00Z', to: '2026-09-01T12:00Z', factor: 2, ...given }] });
  it('need a zone, an order and a possible factor', () => {
    assert.deepEqual(event({}), []);
    assert.match(event({ from: '2026-09-01 10:00' })[0]!, /is no instant\. Write it with its zone/);
    assert.match(event({ to: '2026-09-01T09:00Z' })[0]!, /to must lie after from/);
    assert.match(event({ factor: -1 })[0]!, /factor must lie between 0 and 100/);
  });
});
