import { LocalTime } from '../band/local-time.ts';

/** A series as it stands in a file. Rows out of order are sorted; of two rows at one instant the last counts. */
export interface Table {
  readonly times: Float64Array;
  /** NaN where the cell is empty or says NaN. */
  readonly values: Float64Array;
  /** 1 where the row is labelled as wrong; null when the file has no labels. */
  readonly labels: Uint8Array | null;
}

/** A row that cannot be read. */
export class CsvFault extends Error {}

const PLAIN = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?$/;
const ZONED = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads `timestamp,value[,label]`, with or without a header.
 * @param text the file
 * @param zone zone of instants that name none; UTC unless given
 * @throws CsvFault with the line
 */
export function parseCsv(text: string, zone = 'UTC'): Table {
  const local = zone === 'UTC' ? null : new LocalTime(zone);
  const rows: { time: number; value: number; label: number }[] = [];
  let labelled = false;
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const time = instantOf(cells[0]!, local);
    if (time === null) {
      if (index === 0) return;
      throw new CsvFault(`Line ${index + 1}: "${cells[0]}" is no instant. Write 2026-01-31T12:00:00Z or Unix seconds.`);
    }
    if (cells.length < 2 || cells.length > 3) {
      throw new CsvFault(
        `Line ${index + 1} has ${cells.length} columns. Write timestamp,value or timestamp,value,label.`,
      );
    }
    const label = cells[2] ?? '';
    if (cells.length === 3) labelled = true;
    if (!/^(?:|0|1|true|false)$/i.test(label))
      throw new CsvFault(`Line ${index + 1}: the label "${label}" is not 0 or 1.`);
    rows.push({ time, value: numberOf(cells[1]!, index + 1), label: /^(?:1|true)$/i.test(label) ? 1 : 0 });
  });
  rows.sort((a, b) => a.time - b.time);
  const kept = rows.filter((row, index) => rows[index + 1]?.time !== row.time);
  return {
    times: Float64Array.from(kept, (row) => row.time),
    values: Float64Array.from(kept, (row) => row.value),
    labels: labelled ? Uint8Array.from(kept, (row) => row.label) : null,
  };
}

function numberOf(cell: string, line: number): number {
  if (cell === '' || /^(?:nan|null|na)$/i.test(cell)) return NaN;
  const value = Number(cell);
  if (!Number.isFinite(value))
    throw new CsvFault(`Line ${line}: "${cell}" is no number. Leave the cell empty where there is no value.`);
  return value;
}

/** The instant that a cell names, ms, or null. @param local the zone of instants that name none; null is UTC */
export function instantOf(cell: string, local: LocalTime | null): number | null {
  if (/^\d{9,11}(?:\.\d+)?$/.test(cell)) return Number(cell) * 1000;
  if (/^\d{12,14}$/.test(cell)) return Number(cell);
  if (ZONED.test(cell)) {
    const time = Date.parse(cell.replace(' ', 'T'));
    return Number.isNaN(time) ? null : time;
  }
  if (!PLAIN.test(cell)) return null;
  const [date, clock] = cell.split(/[ T]/) as [string, string | undefined];
  const wall = Date.parse(`${date}T${clock ? (clock.length === 5 ? `${clock}:00` : clock) : '00:00:00'}Z`);
  if (Number.isNaN(wall)) return null;
  // Two steps, because the offset is known by instant and not by wall clock.
  return local ? wall - local.offset(wall - local.offset(wall)) : wall;
}

/** Median distance between rows, ms. */
export function stepOf(times: Float64Array): number {
  if (times.length < 2) return 60_000;
  const distances = new Float64Array(times.length - 1);
  for (let index = 1; index < times.length; index++) distances[index - 1] = times[index]! - times[index - 1]!;
  return distances.sort()[distances.length >> 1]!;
}
