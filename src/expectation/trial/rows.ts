import { labelsKey, type Labels } from '../../core/labels.ts';

/** Series of which rows are kept; of others only when they fire is known. */
const MOST_SERIES = 20;
/** Rows that go into the CSV. */
const MOST_ROWS = 200_000;
/** Series and points of the charts. */
const CHART_SERIES = 8;
const CHART_POINTS = 500;

type Column = (number | null)[];

/** One series of a trial, thinned for a chart. */
export interface TrialLine {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly actual: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** What is known of one series at one instant. NaN is unknown. */
export interface TrialRow {
  readonly time: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly score: number;
  readonly alarm: boolean;
}

/** Gathers the rows of a trial by series. */
export class TrialRows {
  readonly #series = new Map<string, { readonly labels: Labels; readonly rows: TrialRow[] }>();
  #count = 0;

  add(labels: Labels, row: TrialRow): void {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (!series) {
      if (this.#series.size >= MOST_SERIES) return;
      this.#series.set(key, (series = { labels, rows: [] }));
    }
    if (this.#count >= MOST_ROWS) return;
    this.#count++;
    series.rows.push(row);
  }

  /** CSV timestamp,value,expected,lower,upper,score,alarm; with the series behind it where there are several. */
  csv(): string {
    const several = this.#series.size > 1;
    const lines = [`timestamp,value,expected,lower,upper,score,alarm${several ? ',series' : ''}`];
    for (const { labels, rows } of this.#series.values()) {
      const name = several ? `,${seriesCell(labels)}` : '';
      for (const { time, value, expected, lower, upper, score, alarm } of rows) {
        const figures = [value, expected, lower, upper, score].map(cell).join(',');
        lines.push(`${new Date(time).toISOString()},${figures},${alarm ? 1 : 0}${name}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  /** A few series, thinned: those that alarmed first. */
  lines(): TrialLine[] {
    const alarmed = (rows: readonly TrialRow[]): number => Number(rows.some(({ alarm }) => alarm));
    return [...this.#series.values()]
      .sort((a, b) => alarmed(b.rows) - alarmed(a.rows))
      .slice(0, CHART_SERIES)
      .map(({ labels, rows }) => ({ labels, ...thinned(rows) }));
  }
}

function thinned(rows: readonly TrialRow[]): Omit<TrialLine, 'labels'> {
  const stride = Math.max(1, Math.ceil(rows.length / CHART_POINTS));
  const times: number[] = [];
  const columns: Record<'actual' | 'expected' | 'lower' | 'upper', Column> = {
    actual: [],
    expected: [],
    lower: [],
    upper: [],
  };
  for (let from = 0; from < rows.length; from += stride) {
    const some = rows.slice(from, from + stride);
    // What alarmed is what is looked for: it must not fall between the points.
    const row = some.find(({ alarm }) => alarm) ?? some[0]!;
    times.push(row.time);
    columns.actual.push(known(row.value));
    columns.expected.push(known(row.expected));
    columns.lower.push(known(row.lower));
    columns.upper.push(known(row.upper));
  }
  return { times, ...columns };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

function cell(value: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(10)));
}

/** Labels in one field, without a comma. */
function seriesCell(labels: Labels): string {
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
