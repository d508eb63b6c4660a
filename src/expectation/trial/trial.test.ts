import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../core/fault.ts';
import { calendarConfig, indicatorConfig, watermarkConfig } from '../config.ts';
import type { EnginePlan } from '../engine/plan.ts';
import { ForecastBook } from '../given/forecast.ts';
import { parseRuleFile } from '../rule/rule-file.ts';
import { watchOf, watchRuleConfig } from '../watch/config.ts';
import { runTrial, type TrialOutcome, type TrialRequest } from './trial.ts';

const START = Date.UTC(2026, 0, 5);
const HALF_HOUR = 1_800_000;
const OUTAGE = 40 * 48 + 20;
/** A Wednesday in the sixth week. */
const HOLIDAY = '2026-02-11';

/** Six weeks of a daily rhythm; an outage of 5 hours in the last, labelled. */
function file(): string {
  const rows = Array.from({ length: 42 * 48 }, (_, index) => {
    const wrong = index >= OUTAGE && index < OUTAGE + 10;
    const value = 100 + 50 * Math.sin((index / 48) * 2 * Math.PI) + ((index * 7919) % 13);
    return `${new Date(START + index * HALF_HOUR).toISOString()},${wrong ? 5 : value},${wrong ? 1 : 0}`;
  });
  return `timestamp,value,label\n${rows.join('\n')}\n`;
}

const indicator = indicatorConfig.parse({ name: 'bookings', expr: 'bookings', every: '5m', unit: 'per minute' });
const plan: EnginePlan = {
  groups: [],
  watermarks: [],
  indicators: [indicator],
  calendars: [],
  zones: {},
  titles: {},
  externalUrl: '',
  interval: 60_000,
};

function tried(
  rule: TrialRequest['rule'],
  csv = file(),
  calendar: string | null = null,
  changed: Partial<EnginePlan> = {},
  zone?: string,
): TrialOutcome & { pieces: number } {
  const world = {
    ask: { instant: () => [], range: () => [] },
    plan: { ...plan, ...changed },
    holidaysOf: (_: string, state: string | null) => (state === 'BE' ? [HOLIDAY] : []),
    given: { forecasts: new ForecastBook(), events: [] },
  };
  const trial = runTrial({ rule, from: 0, to: 0, csv, calendar, zone }, world);
  let last = 0;
  for (let pieces = 1; ; pieces++) {
    const step = trial.next();
    if (step.done) return { ...step.value, pieces };
    assert.ok(step.value >= last && step.value < 1, 'progress only grows');
    last = step.value;
  }
}
const watch = (given: object): TrialRequest['rule'] => ({
  kind: 'watch',
  watch: watchOf(watchRuleConfig.parse({ watch: 'bookings', ...given })),
});
const at = (index: number): number => START + index * HALF_HOUR;

/** Six weeks with quiet Sundays, and a holiday that is like one. */
function withHoliday(): string {
  const rows = Array.from({ length: 42 * 48 }, (_, index) => {
    const time = new Date(START + index * HALF_HOUR);
    const quiet = time.getUTCDay() === 0 || time.toISOString().startsWith(HOLIDAY);
    return `${time.toISOString()},${(quiet ? 30 : 100) + ((index * 7919) % 13)}`;
  });
  return `timestamp,value\n${rows.join('\n')}\n`;
}

describe('the calendar of a file', () => {
  const below = watch({ below: 'expected' });
  const alarms = (calendar: string | null, changed: Partial<EnginePlan> = {}) =>
    tried(below, withHoliday(), calendar, changed).firings.length;
  const berlin = calendarConfig.parse({ name: 'berlin', country: 'DE', state: 'BE', cities: ['berlin'] });
  const byCity = { ...indicator, calendar: { label: 'city' } };

  it('is none unless the indicator has one, and may be named', () => {
    assert.equal(alarms(null), 1, 'a quiet Wednesday is one');
    assert.equal(alarms('DE-BE'), 0);
    assert.equal(alarms('DE-BY'), 1, 'no holiday there');
    assert.equal(alarms('berlin', { calendars: [berlin] }), 0);
    assert.throws(
      () => alarms('bern'),
      (error) => error instanceof Fault && /no calendar "bern"/.test(error.message),
    );
  });

  it('is that of the indicator by default; where that is left to a label, the only one there is', () => {
    assert.equal(alarms(null, { calendars: [berlin], indicators: [{ ...indicator, calendar: 'berlin' }] }), 0);
    assert.equal(alarms(null, { calendars: [berlin], indicators: [byCity] }), 0);
    const two = [berlin, calendarConfig.parse({ name: 'munich', country: 'DE', state: 'BY' })];
    assert.equal(alarms(null, { calendars: two, indicators: [byCity] }), 1, 'which one is not known');
  });
});

describe('a trial over a file', () => {
  it('of a watch learns the level on the way, fires in the outage alone, and counts what was lost', () => {
    const { firings, labelled, rows, lines, losses, pieces } = tried(watch({ below: 'expected', for: '30m' }));
    assert.equal(firings.length, 1);
    assert.ok(firings[0]!.firedAt >= at(OUTAGE) && firings[0]!.firedAt <= at(OUTAGE + 3));
    assert.ok(firings[0]!.resolvedAt! > at(OUTAGE + 9));
    assert.deepEqual(labelled, [{ from: at(OUTAGE), to: at(OUTAGE + 9) }]);
    const [head, first] = rows.split('\n');
    assert.equal(head, 'timestamp,value,expected,lower,upper,score,alarm');
    assert.equal(first, '2026-01-05T00:00:00.000Z,100,,,,0,0', 'nothing is expected yet');
    assert.equal(rows.trim().split('\n').length, 42 * 48 + 1);
    assert.ok(lines[0]!.times.length <= 500 && lines[0]!.expected.at(-1) !== null);
    // Ten half hours at some hundred per minute.
    assert.ok(losses['bookings']! > 10_000 && losses['bookings']! < 50_000, JSON.stringify(losses));
    assert.ok(pieces > 50, 'it is done in pieces');
  });

  it('of an indicator without watches looks at both sides of the band', () => {
    const outcome = tried({ kind: 'indicator', indicator });
    assert.deepEqual(
      outcome.firings.map(({ labels }) => labels['alertname']),
      ['BookingsOutsideExpected'],
    );
  });

  it('of a watermark takes the values as the result of its expression', () => {
    const mark = watermarkConfig.parse({ name: 'low', expr: 'anything', low: { critical: 20 }, for: '1h' });
    const { firings } = tried({ kind: 'watermark', mark });
    assert.deepEqual(
      firings.map(({ firedAt, resolvedAt }) => [firedAt, resolvedAt]),
      [[at(OUTAGE + 2), at(OUTAGE + 10)]],
    );
  });

  it('of a PromQL rule lets every selector read the file', () => {
    const text =
      'groups: [{ name: g, rules: [{ alert: Low, expr: \'sum by (city) (bookings{city="berlin"}) < 20\', for: 1h }] }]';
    const { groups } = parseRuleFile(text, 'f', () => null);
    const rule = groups[0]!.rules[0]!;
    assert.ok(rule.kind === 'alerting');
    const { firings, rows } = tried({ kind: 'rule', rule });
    assert.deepEqual(
      firings.map(({ labels, firedAt }) => [labels['city'], firedAt]),
      [['berlin', at(OUTAGE + 2)]],
    );
    assert.match(rows, /,5,,,,0,1\n/);
  });

  it('says which line cannot be read, and which indicator there is', () => {
    const bad = (run: () => unknown, want: RegExp): void =>
      assert.throws(run, (error) => error instanceof Fault && error.code === 'bad_request' && want.test(error.message));
    bad(() => tried(watch({ below: 'expected' }), '2026-01-01,1\n2026-01-02,x\n'), /Line 2: "x" is no number/);
    bad(() => tried(watch({ watch: 'cars', below: 'expected' })), /no indicator "cars"\. Write one of bookings/);
  });

  it('reads the local times of a file in the zone of its city, where the definition follows a label', () => {
    const follows = { ...indicator, zone: { label: 'city', of: 'topology' as const } };
    const rule: TrialRequest['rule'] = { kind: 'indicator', indicator: follows };
    const csv = 'timestamp,value\n2026-07-01 12:00,1\n2026-07-01 12:30,2\n';
    const first = (zones: Record<string, string>, zone?: string): string =>
      tried(rule, csv, null, { zones }, zone).rows.split('\n')[1]!.split(',')[0]!;
    assert.match(first({ berlin: 'Europe/Berlin', munich: 'Europe/Berlin' }), /^2026-07-01T10:00/);
    assert.match(first({ berlin: 'Europe/Berlin', lisbon: 'Europe/Lisbon' }), /^2026-07-01T12:00/, 'nobody can tell');
    assert.match(first({ berlin: 'Europe/Berlin', lisbon: 'Europe/Lisbon' }, 'Europe/Lisbon'), /^2026-07-01T11:00/);
  });
});
