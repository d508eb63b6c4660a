import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';

/** Loaded when the first calendar asks: the tables of all countries take some megabytes that most do not need. */
let loaded: typeof Holidays | null = null;

function load(): typeof Holidays {
  if (!loaded) {
    const module = createRequire(import.meta.url)('date-holidays') as typeof Holidays & { default?: typeof Holidays };
    loaded = module.default ?? module;
  }
  return loaded;
}

/** A year takes some ten ms to work out, and thousands of series ask for the same. */
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 500;

/**
 * The public holidays of a country or one of its states in a year, as local dates (YYYY-MM-DD), from tables that come
 * with the package `date-holidays`: nothing is asked over the network. A country that is not known has none.
 */
export function holidaysOf(country: string, state: string | null, year: number): readonly string[] {
  const key = `${country} ${state ?? ''} ${year}`;
  const before = known.get(key);
  if (before) return before;
  const calendar = state === null ? new (load())(country) : new (load())(country, state);
  const dates = calendar
    .getHolidays(year)
    .filter(({ type }) => type === 'public')
    .map(({ date }) => date.slice(0, 10));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, dates);
  return dates;
}

/** Why there are no holidays for a country and state, in words; null when there are. */
export function holidayMistake(country: string, state: string | null): string | null {
  const all = new (load())();
  const countries = all.getCountries() ?? {};
  if (!(country in countries)) return `there are no holidays of "${country}". Write one of ${list(countries)}`;
  const states = all.getStates(country) ?? {};
  if (state === null || state.toUpperCase() in states || state in states) return null;
  const known = Object.keys(states).length > 0 ? `Write one of ${list(states)}` : 'Leave out state';
  return `"${country}" has no state "${state}". ${known}`;
}

function list(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).join(', ');
}
