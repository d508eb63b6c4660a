/** What is measured of a node, or of the calls from one node to another, in equal steps. Gaps are NaN. */
export interface Measures {
  readonly requests: readonly number[];
  readonly failures: readonly number[];
  /** Mean seconds of a request. */
  readonly latency: readonly number[];
}

/**
 * A table of measures. A row at instant t covers the step that begins there. Keys are node names, or `caller->callee`
 * for what a caller sees of a callee.
 */
export interface MeasureTable {
  readonly times: readonly number[];
  /** Length of a row, ms. */
  readonly step: number;
  readonly of: ReadonlyMap<string, Measures>;
}

export const MEASURED = ['requests', 'failures', 'latency'] as const;

/** The key of what a caller sees of a callee. */
export function callKey(caller: string, callee: string): string {
  return `${caller}->${callee}`;
}

/** Says which line cannot be read, and what to write instead. */
export class TableFault extends Error {}

const HEAD = 'time,node,metric,value';
const MAX_ROWS = 5_000_000;

/**
 * Reads measures as CSV: `time,node,metric,value`, one value a line; time in Unix seconds or ISO 8601; metric is
 * requests, failures or latency. Other metrics are left out. docs/formats/explain.md.
 * @throws TableFault with the line
 */
export function readMeasures(text: string, name: string): MeasureTable {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== HEAD) throw new TableFault(`${name}: line 1 must be "${HEAD}".`);
  if (lines.length > MAX_ROWS) throw new TableFault(`${name}: more than ${MAX_ROWS} lines. Narrow the time.`);
  const cells = new Map<string, Map<number, [number, number, number]>>();
  const times = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const [when = '', node = '', metric = '', value = '', ...rest] = line.split(',');
    const where = `${name}: line ${index + 1}`;
    if (rest.length > 0) throw new TableFault(`${where} has more than four fields.`);
    if (node === '') throw new TableFault(`${where} names no node.`);
    const column = (MEASURED as readonly string[]).indexOf(metric);
    if (column < 0) continue;
    const at = readInstant(when);
    if (at === null) throw new TableFault(`${where}: "${when}" is no time. Write Unix seconds or ISO 8601.`);
    const number = value === '' ? NaN : Number(value);
    if (value !== '' && Number.isNaN(number)) throw new TableFault(`${where}: "${value}" is no number.`);
    times.add(at);
    let rows = cells.get(node);
    if (!rows) cells.set(node, (rows = new Map()));
    const row = rows.get(at) ?? [NaN, NaN, NaN];
    row[column] = number;
    rows.set(at, row);
  }
  return tableOf(
    [...times].sort((a, b) => a - b),
    cells,
  );
}

/** Makes a table of cells by node and instant, each being requests, failures and latency. */
export function tableOf(
  times: readonly number[],
  cells: ReadonlyMap<string, ReadonlyMap<number, readonly [number, number, number]>>,
): MeasureTable {
  const of = new Map<string, Measures>();
  for (const [node, rows] of cells) {
    const column = (index: 0 | 1 | 2): number[] => times.map((at) => rows.get(at)?.[index] ?? NaN);
    of.set(node, { requests: column(0), failures: column(1), latency: column(2) });
  }
  const steps = times.slice(1).map((at, index) => at - times[index]!);
  return { times, step: steps.length === 0 ? 60_000 : Math.min(...steps), of };
}

/** The rows whose instant fits, as a table of its own. */
export function rowsWhere(table: MeasureTable, fits: (at: number) => boolean): MeasureTable {
  const kept = table.times.flatMap((at, index) => (fits(at) ? [index] : []));
  const pick = (values: readonly number[]): number[] => kept.map((index) => values[index]!);
  const of = new Map(
    [...table.of].map(([node, { requests, failures, latency }]) => [
      node,
      { requests: pick(requests), failures: pick(failures), latency: pick(latency) },
    ]),
  );
  return { times: pick(table.times), step: table.step, of };
}

/** An instant in ms of Unix seconds or ISO 8601, or null. */
export function readInstant(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d{1,11}(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000);
  if (!/^\d{4}-\d\d-\d\dT/.test(trimmed)) return null;
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? null : at;
}
