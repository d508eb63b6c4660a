import type { DayLike } from './options.ts';

/** ISO weekdays, Monday first. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Days that do not behave like their weekday. */
export interface Calendar {
  /** ISO 3166 code, and the state's own; left out: only the days that are named. */
  readonly country?: string | undefined;
  readonly state?: string | undefined;
  /** The weekday that a holiday behaves like. */
  readonly like: Weekday;
  /** The weekday that a working day between a holiday and a weekend behaves like; left out: its own. */
  readonly bridge?: Weekday | undefined;
  /** Own days: they count before holidays and bridges. */
  readonly days: readonly { readonly date: string; readonly like: Weekday }[];
}

/** The public holidays of a country or state in a year: local dates (YYYY-MM-DD). */
export type HolidaysOf = (country: string, state: string | null, year: number) => readonly string[];

const DAY = 86_400_000;

/**
 * Which weekday each date behaves like. Holidays are asked for by year, when a date of that year first comes up.
 * @param holidaysOf answers the same for the same question
 */
export function dayLikeOf(calendar: Calendar, holidaysOf: HolidaysOf): DayLike {
  const { country, state, bridge } = calendar;
  const own = new Map(calendar.days.map(({ date, like }) => [date, isoOf(like)]));
  const years = new Map<number, ReadonlySet<string>>();
  const isHoliday = (date: string): boolean => {
    if (country === undefined) return false;
    const year = Number(date.slice(0, 4));
    let known = years.get(year);
    if (!known) years.set(year, (known = new Set(holidaysOf(country, state ?? null, year))));
    return known.has(date);
  };
  const like = isoOf(calendar.like);
  const isBridge = (date: string, weekday: number): boolean =>
    (weekday === 1 && isHoliday(shifted(date, 1))) || (weekday === 5 && isHoliday(shifted(date, -1)));
  return (date) => {
    const named = own.get(date);
    if (named !== undefined) return named;
    if (isHoliday(date)) return like;
    const weekday = isoWeekday(date);
    return bridge !== undefined && isBridge(date, weekday) ? isoOf(bridge) : null;
  };
}

function isoOf(weekday: Weekday): number {
  return WEEKDAYS.indexOf(weekday) + 1;
}

function isoWeekday(date: string): number {
  // 1970-01-01 was a Thursday, ISO weekday 4.
  return ((((Date.parse(`${date}T00:00:00Z`) / DAY + 3) % 7) + 7) % 7) + 1;
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}
