import { readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { backtest, calendarNamed, CsvFault, dayLikeOf, writeRows } from '../../expectation/index.ts';
import { holidaysOf } from '../../outside/holidays.ts';
import { backtestDefinition, checkCalendar, type DefinitionOptions } from './backtest-definition.ts';
import { ProgressBar } from './progress-bar.ts';

interface BacktestCommandOptions extends DefinitionOptions {
  readonly weeks: number;
  readonly coverage: number;
}

/** Runs a definition, or the expected level alone, over a CSV or the recorded history as it would have run. */
export async function backtestCommand(options: BacktestCommandOptions): Promise<void> {
  const { watch, indicator, watermark, rule, input, output } = options;
  if ([watch, indicator, watermark, rule].some((name) => name !== undefined)) return backtestDefinition(options);
  if (input === undefined)
    throw new Fault('bad_request', {
      what: 'Name what is to be tried with --watch, --indicator, --watermark or --rule, or give a CSV with --input.',
    });
  const bar = new ProgressBar('Back-test');
  bar.show(0);
  const result = tested(readFileSync(input === '-' ? 0 : input, 'utf8'), options);
  bar.clear();
  if (options.json) console.log(JSON.stringify(result.summary, null, 2));
  const rows = options.json && output === undefined ? null : writeRows(result.rows);
  if (rows === null) return;
  if (output === undefined) process.stdout.write(rows);
  else writeFileSync(output, rows);
}

/** A row that cannot be read is told with its line, not as a crash. */
function tested(
  text: string,
  { zone = 'UTC', weeks, coverage, calendar: name }: BacktestCommandOptions,
): ReturnType<typeof backtest> {
  checkCalendar(name, []);
  const calendar = name === undefined ? null : calendarNamed(name, []);
  try {
    return backtest(text, { zone, band: { weeks, coverage }, dayLike: calendar && dayLikeOf(calendar, holidaysOf) });
  } catch (error) {
    if (error instanceof CsvFault) throw new Fault('bad_request', { what: error.message });
    if (error instanceof RangeError)
      throw new Fault('bad_request', { what: `"${zone}" is no time zone. Write one such as Europe/Berlin.` });
    throw error;
  }
}
