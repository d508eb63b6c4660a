import { labelsKey, type Labels } from '../../core/labels.ts';
import { instantOf } from '../backtest/csv.ts';
import { LocalTime } from '../band/local-time.ts';

/** What a file of forecasts must fit: the indicator as it is configured. */
export interface ForecastTarget {
  readonly name: string;
  /** Labels that tell its series apart; none is known where the list is empty. */
  readonly by: readonly string[];
  /** Values that are known of a label, or null where any may come. */
  valuesOf(label: string): readonly string[] | null;
  /** The zone of a series, for instants that name none. */
  zoneOf(labels: Labels): string;
}

export interface ForecastRows {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export const MOST_ROWS = 200_000;
const MOST_MISTAKES = 20;

/**
 * Reads a forecast: a header with `timestamp`, `value` and the labels of the indicator, then one row for each value.
 * @returns the series, ascending in time, or every mistake with its line and what to write instead
 */
export function readForecast(
  text: string,
  target: ForecastTarget,
): { readonly series: readonly ForecastRows[] } | { readonly mistakes: readonly string[] } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const head = lines.findIndex((line) => line.trim() !== '');
  if (head < 0)
    return { mistakes: ['The file is empty. Write a header such as timestamp,value,city and one row for each value'] };
  const columns = cellsOf(lines[head]!);
  const wrong = headMistakes(columns, target, head + 1);
  if (wrong.length > 0) return { mistakes: wrong };
  const reader = new RowReader(columns, target);
  for (let index = head + 1; index < lines.length && reader.mistakes.length < MOST_MISTAKES; index++) {
    if (lines[index]!.trim() !== '') reader.take(lines[index]!, index + 1);
  }
  if (reader.mistakes.length >= MOST_MISTAKES) reader.mistakes.push('There may be more mistakes further on');
  if (reader.mistakes.length > 0) return { mistakes: reader.mistakes };
  const series = reader.series();
  return series.length > 0 ? { series } : { mistakes: ['There is no row. Write one for each value'] };
}

class RowReader {
  readonly mistakes: string[] = [];
  readonly #columns: readonly string[];
  readonly #target: ForecastTarget;
  readonly #clocks = new Map<string, LocalTime>();
  readonly #series = new Map<string, { labels: Labels; rows: Map<number, { value: number; line: number }> }>();
  #count = 0;

  constructor(columns: readonly string[], target: ForecastTarget) {
    this.#columns = columns;
    this.#target = target;
  }

  take(line: string, number: number): void {
    const cells = cellsOf(line);
    const say = (what: string): void => void this.mistakes.push(`line ${number}: ${what}`);
    if (cells.length !== this.#columns.length)
      return say(`there are ${cells.length} fields. Write ${this.#columns.length}: ${this.#columns.join(',')}`);
    if (++this.#count > MOST_ROWS) {
      if (this.#count === MOST_ROWS + 1) say(`there are more than ${MOST_ROWS} rows. Write several files`);
      return;
    }
    const labels = this.#labelsOf(cells, say);
    const value = this.#valueOf(cells, say);
    const time = labels && this.#timeOf(cells, labels, say);
    if (!labels || value === null || time === null) return;
    const key = labelsKey(labels);
    const series = this.#series.get(key) ?? { labels, rows: new Map() };
    this.#series.set(key, series);
    const before = series.rows.get(time);
    if (before) return say(`this instant of this series stands in line ${before.line} already. Leave one of them out`);
    series.rows.set(time, { value, line: number });
  }

  series(): ForecastRows[] {
    return [...this.#series.values()].map(({ labels, rows }) => {
      const sorted = [...rows].sort(([a], [b]) => a - b);
      return { labels, times: sorted.map(([time]) => time), values: sorted.map(([, { value }]) => value) };
    });
  }

  #labelsOf(cells: readonly string[], say: (what: string) => void): Labels | null {
    const labels: Record<string, string> = {};
    for (const [index, column] of this.#columns.entries()) {
      if (column === 'timestamp' || column === 'value') continue;
      const value = cells[index]!;
      const known = this.#target.valuesOf(column);
      if (value === '') {
        say(`${column} is empty. Write which series the value is for`);
        return null;
      }
      if (known && !known.includes(value)) {
        say(`there is no ${column} "${value}". Write one of ${known.join(', ')}`);
        return null;
      }
      labels[column] = value;
    }
    return labels;
  }

  #valueOf(cells: readonly string[], say: (what: string) => void): number | null {
    const text = cells[this.#columns.indexOf('value')]!;
    const value = text === '' ? NaN : Number(text);
    if (Number.isFinite(value)) return value;
    say(
      text === ''
        ? 'the value is empty. Leave the row out where nothing is forecast'
        : `"${text}" is no number. Write it with a point, such as 31.5`,
    );
    return null;
  }

  #timeOf(cells: readonly string[], labels: Labels, say: (what: string) => void): number | null {
    const text = cells[this.#columns.indexOf('timestamp')]!;
    const zone = this.#target.zoneOf(labels);
    let clock = this.#clocks.get(zone);
    if (!clock) this.#clocks.set(zone, (clock = new LocalTime(zone)));
    const time = instantOf(text, clock);
    if (time === null) say(`"${text}" is no instant. Write 2026-01-31T12:00:00Z, 2026-01-31 12:00 or Unix seconds`);
    return time;
  }
}

function headMistakes(columns: readonly string[], { name, by }: ForecastTarget, line: number): string[] {
  const wanted = ['timestamp', 'value', ...by];
  const header = `Write the header ${wanted.join(',')}`;
  const missing = wanted.filter((column) => !columns.includes(column));
  if (missing.length > 0) return [`line ${line}: the header has no ${missing.join(', no ')}. ${header}`];
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) return [`line ${line}: the header names ${twice} twice. ${header}`];
  const unknown = columns.filter((column) => !wanted.includes(column));
  if (by.length > 0 && unknown.length > 0)
    return [`line ${line}: series of "${name}" have no label ${unknown.join(', ')}. ${header}`];
  const noLabel = unknown.find((column) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(column));
  return noLabel === undefined ? [] : [`line ${line}: "${noLabel}" is no name of a label. ${header}`];
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
