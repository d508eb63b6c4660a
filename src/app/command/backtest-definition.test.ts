import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/fault.ts';
import { backtestCommand } from './backtest.ts';

const config = fileURLToPath(new URL('../../../examples/kiez-mobil/lamplighter.yaml', import.meta.url));
const START = Date.UTC(2026, 0, 5);
const HALF_HOUR = 1_800_000;

/** Four weeks of a daily rhythm with an outage of three hours near the end. */
function csv(): string {
  const rows = Array.from({ length: 28 * 48 }, (_, index) => {
    const value =
      index >= 1300 && index < 1306 ? 1 : 60 + 30 * Math.sin((index / 48) * 2 * Math.PI) + ((index * 7) % 5);
    return `${new Date(START + index * HALF_HOUR).toISOString()},${value}`;
  });
  return `timestamp,value\n${rows.join('\n')}\n`;
}

describe('lamplighter backtest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplighter-backtest-'));
  const [input, output, definition] = ['in.csv', 'out.csv', 'changed.yaml'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const common = { config, zone: 'UTC', weeks: 4, coverage: 0.95, history: '28d', input, output };
  before(() => writeFileSync(input, csv()));
  after(() => rmSync(folder, { recursive: true }));

  it('tries a changed watch of the configuration on a file, next to the one in force', async () => {
    writeFileSync(definition, 'watch: bookings\nbelow: 50% of expected\n');
    const said = mock.method(console, 'log', () => {});
    await backtestCommand({ ...common, watch: 'BookingsBelowExpected', definition, json: true });
    const result = JSON.parse(String(said.mock.calls[0]!.arguments[0])) as Record<
      'after' | 'today',
      { alarms: number }
    >;
    said.mock.restore();
    assert.deepEqual([result.after.alarms, result.today.alarms], [1, 1]);
    const rows = readFileSync(output, 'utf8').trim().split('\n');
    assert.equal(rows[0], 'timestamp,value,expected,lower,upper,score,alarm');
    assert.equal(rows.filter((row) => row.endsWith(',1')).length, 6);
  });

  it('takes the holidays of a country, with a definition and without', async () => {
    // Six weeks in which Sundays are quiet, and Christmas Day, a Thursday, too.
    const first = Date.UTC(2025, 10, 17);
    const rows = Array.from({ length: 42 * 48 }, (_, index) => {
      const time = new Date(first + index * HALF_HOUR);
      const quiet = time.getUTCDay() === 0 || time.toISOString().startsWith('2025-12-25');
      return `${time.toISOString()},${(quiet ? 20 : 100) + ((index * 7) % 5)}`;
    });
    const christmas = join(folder, 'christmas.csv');
    writeFileSync(christmas, `timestamp,value\n${rows.join('\n')}\n`);
    const alarmed = async (options: object): Promise<boolean> => {
      const said = mock.method(console, 'log', () => {});
      await backtestCommand({ ...common, input: christmas, json: true, ...options });
      said.mock.restore();
      return /^2025-12-25T.*,1$/m.test(readFileSync(output, 'utf8'));
    };
    writeFileSync(definition, 'watch: bookings\nbelow: expected\n');
    const watch = { watch: 'BookingsBelowExpected', definition };
    assert.deepEqual([await alarmed({}), await alarmed({ calendar: 'DE-BE' })], [true, false]);
    assert.deepEqual(
      [await alarmed({ ...watch, calendar: 'JP' }), await alarmed({ ...watch, calendar: 'DE' })],
      [true, false],
    );
  });

  it('says which watches there are, and that something has to be named', async () => {
    const refused = (options: object, want: RegExp) =>
      assert.rejects(
        backtestCommand({ ...common, ...options }),
        (error) => error instanceof Fault && want.test(error.message),
      );
    await refused({ watch: 'Nothing' }, /There are: BookingsBelowExpected, BookingsHalfAtNight/);
    await refused({ watch: 'BookingsBelowExpected', calendar: 'XX' }, /--calendar XX: there are no holidays of "XX"/);
    await refused({ calendar: 'bern' }, /no calendar "bern". Write a country such as DE or DE-BE/);
    await refused({ watch: 'A', rule: 'B' }, /Name one of --watch/);
    await refused({ input: undefined }, /give a CSV with --input/);
  });

  it('asks for the zone where it follows a label that a file does not have', async () => {
    const { zone: _, ...open } = common;
    const asked = (error: unknown): boolean =>
      error instanceof Fault && /Write --zone with one of Europe\/Berlin, Europe\/Lisbon/.test(error.message);
    await assert.rejects(backtestCommand({ ...open, indicator: 'bookings', json: true }), asked);
    const wrong = backtestCommand({ ...open, indicator: 'bookings', json: true, zone: 'Berlin' });
    await assert.rejects(wrong, /"Berlin" is no time zone/);
  });
});
