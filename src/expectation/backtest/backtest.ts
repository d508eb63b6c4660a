import { Band } from '../band/band.ts';
import type { BandOptions, DayLike } from '../band/options.ts';
import type { Sample } from '../deviation.ts';
import type { Marks } from '../watermark/marks.ts';
import { EMPTY_WATERMARK, stepWatermark } from '../watermark/watermark.ts';
import { parseCsv, stepOf } from './csv.ts';
import { summarise, type BacktestSummary } from './summary.ts';

export interface BacktestOptions {
  /** IANA zone of the demand, and of instants in the file that name none. UTC unless given. */
  readonly zone?: string;
  /** Options of the band; `step` is read from the file unless given. false leaves the band out. */
  readonly band?: Partial<BandOptions> | false;
  /** A static watermark to be run beside or instead of the band. */
  readonly watermark?: { readonly high?: Marks; readonly low?: Marks; readonly for?: number };
  readonly dayLike?: DayLike | null;
  /** How long the band learns, as a share of the file: for files without weeks of history. */
  readonly learnShare?: number;
}

export interface BacktestRow {
  readonly time: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly score: number;
  readonly alarm: boolean;
}

export interface Backtest {
  readonly rows: readonly BacktestRow[];
  readonly summary: BacktestSummary;
  /** Distance between rows, ms. */
  readonly step: number;
}

/**
 * Runs the band, a watermark or both over a file, as they would have run then: nothing is known before its time.
 * @param text CSV `timestamp,value[,label]`
 * @throws CsvFault for a row that cannot be read
 */
export function backtest(text: string, options: BacktestOptions = {}): Backtest {
  const zone = options.zone ?? 'UTC';
  const { times, values, labels } = parseCsv(text, zone);
  const step = (options.band || {}).step ?? stepOf(times);
  const span = times.length > 0 ? times.at(-1)! - times[0]! : 0;
  const learn = options.learnShare === undefined ? {} : { learn: options.learnShare * span };
  const band =
    options.band === false
      ? null
      : Band.fit({ times: [], values: [] }, zone, { ...learn, ...options.band, step }, options.dayLike ?? null);
  const judge = watermarkJudge(options.watermark);
  const rows: BacktestRow[] = [];
  for (let index = 0; index < times.length; index++) {
    const [time, value] = [times[index]!, values[index]!];
    const reading = band?.next(time, value);
    const alarm =
      (reading !== undefined && reading.state !== 'ok' && reading.state !== 'learning') || judge(time, value);
    const { expected, lower, upper, score } = reading ?? { expected: NaN, lower: NaN, upper: NaN, score: 0 };
    rows.push({ time, value, expected, lower, upper, score, alarm });
  }
  return { rows, summary: summarise(rows, labels, step), step };
}

function watermarkJudge(marks: BacktestOptions['watermark']): (time: number, value: number) => boolean {
  if (!marks) return () => false;
  const mark = {
    name: 'backtest',
    expr: '',
    for: marks.for ?? 0,
    labels: {},
    annotations: {},
    high: marks.high,
    low: marks.low,
  };
  let state = EMPTY_WATERMARK;
  return (time, value) => {
    const vector: Sample[] = Number.isNaN(value) ? [] : [{ labels: {}, value }];
    const result = stepWatermark(mark, state, vector, time, (template) => template);
    state = result.state;
    return result.active.some((deviation) => deviation.state === 'firing');
  };
}

/** The rows as CSV `timestamp,value,expected,lower,upper,score,alarm`; what is unknown is left empty. */
export function writeRows(rows: readonly BacktestRow[]): string {
  const cell = (value: number): string => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(10))));
  const lines = rows.map((row) =>
    [
      new Date(row.time).toISOString(),
      ...[row.value, row.expected, row.lower, row.upper, row.score].map(cell),
      row.alarm ? '1' : '0',
    ].join(','),
  );
  return `timestamp,value,expected,lower,upper,score,alarm\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}
