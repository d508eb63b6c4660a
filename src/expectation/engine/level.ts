import type { Labels } from '../../core/labels.ts';
import type { BandStateName } from '../band/reading.ts';
import { DAY_PARTS, dayPartTable, type DayPart, type DayPartStarts } from '../band/day-part.ts';
import { LocalTime } from '../band/local-time.ts';
import type { PlannedEvent } from '../given/event.ts';

/** One series of an indicator, as of the last evaluation. */
export interface SeriesLevel {
  readonly labels: Labels;
  readonly state: BandStateName;
  readonly value: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
  readonly since: number | null;
  readonly words: string;
  /** What the events that are on multiply the level by; 1 without one. */
  readonly factor: number;
  /** The value that was forecast for this instant, where one was. */
  readonly forecast: number | null;
  /** What the deviation that is open has cost so far. */
  readonly loss: { readonly amount: number; readonly unit: string; readonly from: number } | null;
}

export interface IndicatorLevel {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly expr: string;
  /** ms between two evaluations. */
  readonly every: number;
  readonly series: readonly SeriesLevel[];
}

type Values = readonly (number | null)[];

/** One series with its band over a time, in parallel columns. */
export interface LevelLine {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly labels: Labels;
  readonly zone: string;
  readonly times: readonly number[];
  readonly actual: Values;
  readonly expected: Values;
  readonly lower: Values;
  readonly upper: Values;
  readonly lastWeek: Values;
  /** What was given in advance, where it was. */
  readonly forecast: Values;
  /** Events that change the level in this time. */
  readonly events: readonly PlannedEvent[];
  readonly dayParts: readonly { readonly name: DayPart; readonly from: number; readonly to: number }[];
  /** Static watermarks on the same expression. */
  readonly marks: readonly { readonly name: string; readonly side: 'low' | 'high'; readonly value: number }[];
}

/** A finite number, or null. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const MINUTE = 60_000;

/** The parts of the day between two instants (ms) on the clocks of a zone. */
export function dayPartsBetween(zone: string, starts: DayPartStarts, from: number, to: number): LevelLine['dayParts'] {
  const clock = new LocalTime(zone);
  const table = dayPartTable(starts);
  const partAt = (time: number): DayPart => DAY_PARTS[table[Math.floor((clock.local(time) % 86_400_000) / MINUTE)]!]!;
  const found: { name: DayPart; from: number; to: number }[] = [];
  // Parts begin at whole minutes; a quarter of an hour is looked at once and refined where it changes.
  for (let time = from; time < to;) {
    const name = partAt(time);
    let end = Math.floor(time / (15 * MINUTE) + 1) * 15 * MINUTE;
    while (end < to && partAt(end) === name) end += 15 * MINUTE;
    if (end >= to) end = to;
    else while (end - MINUTE > time && partAt(end - MINUTE) !== name) end -= MINUTE;
    found.push({ name, from: time, to: end });
    time = end;
  }
  return found;
}
