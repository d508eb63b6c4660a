import type { Labels } from '../../core/labels.ts';
import { dayPartTable, DAY_PARTS, DEFAULT_DAY_PARTS, type DayPart, type DayPartStarts } from '../band/day-part.ts';
import { LocalTime } from '../band/local-time.ts';

/**
 * Marks on one side: the alarm opens beyond `warning` or `critical` and closes only back at `clear` (left out: at the
 * mark that opened it).
 */
export interface Marks {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
  readonly clear?: number | undefined;
}

/** Other marks for some series or some parts of the day. */
export interface MarkException {
  /** Parts of the day, on the wall clock of the series' zone; empty: all. */
  readonly part: readonly DayPart[];
  /** Labels that the series must have, each with exactly this value. */
  readonly labels: Labels;
  /** The marks that hold instead; `off` for none on this side. A side that is left out stays as it is. */
  readonly high?: Marks | 'off' | undefined;
  readonly low?: Marks | 'off' | undefined;
}

/** The marks of a watermark with what depends on series and time. */
export interface MarkTable {
  readonly high?: Marks | undefined;
  readonly low?: Marks | undefined;
  readonly except?: readonly MarkException[] | undefined;
  readonly day_parts?: DayPartStarts | undefined;
}

export type Severity = 'warning' | 'critical';
export type Side = 'high' | 'low' | 'nodata' | 'flat';

export interface Breach {
  readonly side: Side;
  readonly severity: Severity;
  /** The mark that was passed; null for nodata and flat. */
  readonly mark: number | null;
}

const DAY = 86_400_000;
/** Offsets of a zone are looked up once and not for every series: a memo, the same for the same zone. */
const clocks = new Map<string, LocalTime>();

/**
 * The marks that hold for one series at an instant: the last exception that fits counts, for each side that it names.
 * @param zone IANA zone whose clock says which part of the day it is; asked for only when a part matters
 */
export function marksAt(
  table: MarkTable,
  labels: Labels,
  at: number,
  zone: () => string,
): { readonly high: Marks | undefined; readonly low: Marks | undefined } {
  let { high, low } = table;
  let part: DayPart | null = null;
  for (const exception of table.except ?? []) {
    if (!Object.entries(exception.labels).every(([name, value]) => labels[name] === value)) continue;
    if (exception.part.length > 0) {
      part ??= partAt(table.day_parts ?? DEFAULT_DAY_PARTS, at, zone());
      if (!exception.part.includes(part)) continue;
    }
    if (exception.high !== undefined) high = exception.high === 'off' ? undefined : exception.high;
    if (exception.low !== undefined) low = exception.low === 'off' ? undefined : exception.low;
  }
  return { high, low };
}

function partAt(starts: DayPartStarts, at: number, zone: string): DayPart {
  let clock = clocks.get(zone);
  if (!clock) clocks.set(zone, (clock = new LocalTime(zone)));
  const minute = Math.floor((((clock.local(at) % DAY) + DAY) % DAY) / 60_000);
  return DAY_PARTS[dayPartTable(starts)[minute]!]!;
}

/** What a value is beyond, given what was open: the hysteresis. */
export function breachOf(
  marks: { readonly high: Marks | undefined; readonly low: Marks | undefined },
  value: number,
  before: Breach | null,
): Breach | null {
  return sideBreach('high', marks.high, value, 1, before) ?? sideBreach('low', marks.low, value, -1, before);
}

function sideBreach(
  side: 'high' | 'low',
  marks: Marks | undefined,
  value: number,
  sign: 1 | -1,
  before: Breach | null,
): Breach | null {
  if (!marks) return null;
  const beyond = (limit: number | undefined): limit is number => limit !== undefined && sign * value > sign * limit;
  if (beyond(marks.critical)) return { side, severity: 'critical', mark: marks.critical };
  const open = before?.side === side ? before : null;
  // The mark that opened it may be that of another part of the day: then the nearest of those that hold now.
  const known = open !== null && (open.mark === marks.warning || open.mark === marks.critical);
  const clear = marks.clear ?? (known ? open.mark! : (marks.warning ?? marks.critical));
  const held = open !== null && beyond(clear);
  // Once critical, it stays critical until the clear mark: a severity that flaps pages twice.
  if (held) return open.severity === 'critical' ? open : { ...open, mark: marks.warning ?? open.mark };
  return beyond(marks.warning) ? { side, severity: 'warning', mark: marks.warning } : null;
}
