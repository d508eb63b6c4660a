import { readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { backtest, CsvFault, writeRows } from '../../expectation/index.ts';

interface BacktestCommandOptions {
  readonly input: string;
  readonly output?: string;
  readonly zone: string;
  readonly weeks: number;
  readonly coverage: number;
  readonly json?: boolean;
}

/** Runs the expected level over a CSV as it would have run. */
export function backtestCommand(options: BacktestCommandOptions): void {
  const text = readFileSync(options.input === '-' ? 0 : options.input, 'utf8');
  const result = tested(text, options);
  if (options.json) console.log(JSON.stringify(result.summary, null, 2));
  const rows = options.json && options.output === undefined ? null : writeRows(result.rows);
  if (rows === null) return;
  if (options.output === undefined) process.stdout.write(rows);
  else writeFileSync(options.output, rows);
}

/** A row that cannot be read is told with its line, not as a crash. */
function tested(text: string, { zone, weeks, coverage }: BacktestCommandOptions): ReturnType<typeof backtest> {
  try {
    return backtest(text, { zone, band: { weeks, coverage } });
  } catch (error) {
    if (error instanceof CsvFault) throw new Fault('bad_request', { what: error.message });
    if (error instanceof RangeError)
      throw new Fault('bad_request', { what: `"${zone}" is no time zone. Write one such as Europe/Berlin.` });
    throw error;
  }
}
