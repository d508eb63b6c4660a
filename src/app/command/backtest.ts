import { readFileSync, writeFileSync } from 'node:fs';
import { backtest, writeRows } from '../../expectation/index.ts';

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
  const result = backtest(text, { zone: options.zone, band: { weeks: options.weeks, coverage: options.coverage } });
  if (options.json) console.log(JSON.stringify(result.summary, null, 2));
  const rows = options.json && options.output === undefined ? null : writeRows(result.rows);
  if (rows === null) return;
  if (options.output === undefined) process.stdout.write(rows);
  else writeFileSync(options.output, rows);
}
