import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { backtest, writeRows } from './backtest.ts';
import { CsvFault, parseCsv, stepOf } from './csv.ts';

const iso = (time: number): string => new Date(time).toISOString();
const START = Date.UTC(2026, 0, 5);
const HALF_HOUR = 1_800_000;

/** Six weeks of a daily rhythm; a labelled outage of 5 hours in the last. */
function file(): string {
  const outage = 40 * 48 + 20;
  const rows = Array.from({ length: 42 * 48 }, (_, index) => {
    const wrong = index >= outage && index < outage + 10;
    const value = 100 + 50 * Math.sin((index / 48) * 2 * Math.PI) + ((index * 7919) % 13);
    return `${iso(START + index * HALF_HOUR)},${wrong ? 5 : value},${wrong ? 1 : 0}`;
  });
  return `timestamp,value,label\n${rows.join('\n')}\n`;
}

describe('reading CSV', () => {
  it('takes ISO, plain, date only, and Unix seconds or milliseconds; quotes; a header or none', () => {
    const { times, values, labels } = parseCsv(
      'timestamp,value\n"2026-01-01T00:00:00Z",1\n2026-01-01T02:00:00+01:00,2\n2026-01-01 02:00:00,3\n1767236400,4\n1767240000000,\n2026-01-02,6\r\n',
    );
    assert.deepEqual(
      Array.from(times, iso).map((text) => text.slice(5, 16)),
      ['01-01T00:00', '01-01T01:00', '01-01T02:00', '01-01T03:00', '01-01T04:00', '01-02T00:00'],
    );
    assert.deepEqual(Array.from(values), [1, 2, 3, 4, NaN, 6]);
    assert.equal(labels, null);
    assert.equal(stepOf(times), 3_600_000);
  });

  it('reads plain instants in the zone given', () => {
    const { times } = parseCsv('2026-07-01 12:00:00,1\n2026-01-01 12:00,2\n', 'Europe/Berlin');
    assert.deepEqual(Array.from(times, iso), ['2026-01-01T11:00:00.000Z', '2026-07-01T10:00:00.000Z']);
  });

  it('sorts, and of two rows at one instant takes the last', () => {
    const { times, values } = parseCsv('2026-01-01 01:00,1\n2026-01-01 00:00,2\n2026-01-01 01:00,3\n');
    assert.deepEqual([times.length, ...values], [2, 2, 3]);
  });

  const cases: [text: string, want: RegExp][] = [
    ['t,v\n2026-13-01,1', /^Line 2: "2026-13-01" is no instant/],
    ['2026-01-01,1\nyesterday,1', /^Line 2: "yesterday" is no instant/],
    ['2026-01-01,abc', /^Line 1: "abc" is no number/],
    ['2026-01-01', /^Line 1 has 1 columns/],
    ['2026-01-01,1,2,3', /^Line 1 has 4 columns/],
    ['2026-01-01,1,maybe', /^Line 1: the label "maybe" is not 0 or 1/],
  ];
  for (const [text, want] of cases) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseCsv(text),
        (error) => error instanceof CsvFault && want.test(error.message),
      );
    });
  }
});

describe('backtest', () => {
  it('finds the labelled event, and nothing else', () => {
    const { summary, rows, step } = backtest(file());
    assert.equal(step, HALF_HOUR);
    assert.equal(rows.length, 42 * 48);
    assert.deepEqual([summary.events, summary.found, summary.falseAlarms, summary.recall, summary.f1], [1, 1, 0, 1, 1]);
    assert.ok(summary.delay! <= 2);
    assert.equal(Math.round(summary.days), 42);
    assert.equal(summary.alarms.length, 1);
  });

  it('is causal: what comes later changes nothing before it', () => {
    const text = file();
    const cut = text.split('\n').slice(0, 1800).join('\n');
    const whole = backtest(text, { band: { step: HALF_HOUR } }).rows;
    const part = backtest(cut, { band: { step: HALF_HOUR } }).rows;
    assert.deepEqual(part, whole.slice(0, part.length));
  });

  it('runs a watermark instead, with its hysteresis', () => {
    const { summary } = backtest(file(), { band: false, watermark: { low: { critical: 20, clear: 40 } } });
    assert.deepEqual([summary.found, summary.falseAlarms, summary.delay], [1, 0, 0]);
    const high = backtest(file(), { band: false, watermark: { high: { critical: 140 } } });
    assert.ok(high.summary.alarms.length > 30);
    assert.ok(high.summary.falseAlarms! > 0);
    assert.equal(high.summary.found, 0);
    assert.equal(high.summary.precision, 0);
  });

  it('without labels only counts alarms', () => {
    const text = file().replaceAll(/,[01]$/gm, '');
    const { summary } = backtest(text);
    assert.equal(summary.recall, null);
    assert.equal(summary.alarms.length, 1);
    assert.ok(summary.alarmsPerDay > 0 && summary.alarmsPerDay < 0.1);
  });

  it('labelled stretches close together are one event', () => {
    const lines = file().trim().split('\n');
    lines[40 * 48 + 25] = lines[40 * 48 + 25]!.replace(/1$/, '0');
    assert.equal(backtest(lines.join('\n')).summary.events, 1);
  });

  it('writes rows, leaving empty what is not known', () => {
    const lines = writeRows(backtest(file()).rows).split('\n');
    assert.equal(lines[0], 'timestamp,value,expected,lower,upper,score,alarm');
    assert.match(lines[1]!, /^2026-01-05T00:00:00\.000Z,100,,,,0,0$/);
    assert.match(lines[40 * 48]!, /^2026-02-1\dT[\d:.]+Z,[\d.]+,[\d.]+,[\d.]+,[\d.]+,-?[\d.]+,0$/);
    assert.equal(writeRows([]), 'timestamp,value,expected,lower,upper,score,alarm\n');
  });

  it('an empty file is no error', () => assert.equal(backtest('').summary.rows, 0));

  const taxi = join(import.meta.dirname, '../../../../shared/data/detection/nab/realKnownCause/nyc_taxi.csv');
  it(
    'on taxi demand finds the marathon, Thanksgiving, Christmas, New Year and the blizzard',
    { skip: existsSync(taxi) ? false : `there is no ${taxi}` },
    () => {
      const { summary } = backtest(readFileSync(taxi, 'utf8'), {
        zone: 'America/New_York',
        band: { learn: 28 * 86_400_000 },
      });
      for (const [from, to] of [
        ['2014-11-01', '2014-11-03'],
        ['2014-11-26', '2014-11-29'],
        ['2014-12-24', '2014-12-27'],
        ['2014-12-31', '2015-01-02'],
        ['2015-01-26', '2015-01-28'],
      ] as const) {
        assert.ok(
          summary.alarms.some(({ start, end }) => start < Date.parse(to) && end > Date.parse(from)),
          `${from} was not seen`,
        );
      }
      assert.ok(summary.alarmsPerDay < 0.15, `${summary.alarmsPerDay} alarms a day`);
    },
  );
});
