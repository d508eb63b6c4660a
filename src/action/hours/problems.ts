import type { HolidaysOf } from '../../expectation/band/calendar.ts';
import type { ConfigProblem } from '../../signal/index.ts';
import { repeatedNames } from '../../signal/index.ts';
import type { ChainConfig } from '../config.ts';
import type { ActionSetting } from '../services.ts';
import { edgesOf, isOpen } from './hours.ts';
import type { HoursWindow } from './window.ts';
import { windowOf } from './windows.ts';

/**
 * How far ahead the hours of a chain are looked at, ms. In one time zone each week is like the other, changes of clocks
 * included; several zones change their clocks on different days of the year.
 */
const ONE_ZONE = 8 * 86_400_000;
const SEVERAL_ZONES = 366 * 86_400_000;

/** Two kinds of year: without any holiday, and with nothing but holidays. */
const YEARS: readonly HolidaysOf[] = [() => [], (_country, _state, year) => daysOf(year)];

/** Windows that are named twice, or refer to what is not there. Pure. */
export function hoursProblems(setting: ActionSetting): ConfigProblem[] {
  const problems = repeatedNames('hours', setting.hours);
  const calendars = setting.calendars?.map(({ name }) => name) ?? [];
  setting.hours.forEach(({ not, calendar }, index) => {
    const path = `hours[${index}]`;
    if (calendar !== undefined && !calendars.includes(calendar)) {
      const known = calendars.length === 0 ? 'Add it under calendars.' : `Write one of: ${calendars.join(', ')}.`;
      problems.push({ path: `${path}.calendar`, message: `There is no calendar "${calendar}". ${known}` });
    }
    if (not === undefined) return;
    const base = setting.hours.find(({ name }) => name === not);
    if (!base) {
      const message = `There are no hours "${not}". Write the name of a window with only:.`;
      problems.push({ path: `${path}.not`, message });
    } else if (base.not !== undefined) {
      const message = `"${not}" is the rest of another window itself. Write the name of a window with only:.`;
      problems.push({ path: `${path}.not`, message });
    }
  });
  return problems;
}

/**
 * A chain must page somebody at every instant: what its hours leave out is a configuration problem. Waiting for hours is
 * enough for what few feel, and for nothing else.
 * @param from ms; a year from there is looked at
 */
export function chainHoursProblems(
  setting: ActionSetting,
  chain: ChainConfig,
  path: string,
  from: number,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  chain.steps.forEach((step, index) => {
    const at = `${path}.steps[${index}]`;
    const known = setting.hours.map(({ name }) => name);
    if (step.hours !== undefined && !known.includes(step.hours)) {
      const list = known.length === 0 ? 'none are defined; add them under hours' : `Write one of: ${known.join(', ')}`;
      problems.push({ path: `${at}.hours`, message: `There are no hours "${step.hours}". ${list}.` });
    }
    if (step.outside !== undefined && step.hours === undefined) {
      const message = 'outside says what is done outside the hours. Write hours: with the name of a window beside it.';
      problems.push({ path: `${at}.outside`, message });
    }
    if (step.within !== undefined && step.alerts_at_least === undefined) {
      const message = 'within is the time in which alerts are counted. Write alerts_at_least: beside it.';
      problems.push({ path: `${at}.within`, message });
    }
  });
  if (problems.length > 0) return problems;
  const hole = firstHole(setting, chain, from);
  return hole === null ? [] : [{ path: `${path}.steps`, message: hole }];
}

interface Timed {
  readonly window: HoursWindow | null;
  readonly waits: boolean;
  readonly pages: boolean;
}

/** The first instant at which no step pages, in words, or null. */
function firstHole(setting: ActionSetting, chain: ChainConfig, from: number): string | null {
  const steps = chain.steps
    .toSorted((a, b) => a.after - b.after)
    .map((step): Timed => {
      return { window: windowOf(setting, step.hours), waits: step.outside === 'wait', pages: step.do === 'page' };
    });
  if (!steps.some(({ pages }) => pages) || steps.every(({ window }) => window === null)) return null;
  const onlyMinor = chain.match.severity?.every((one) => one === 'minor') ?? false;
  const kinds = steps.some(({ window }) => window !== null && window.calendar !== null) ? YEARS : YEARS.slice(0, 1);
  for (const holidays of kinds) {
    for (const at of momentsOf(steps, from, holidays)) {
      const lack = lackAt(steps, at, onlyMinor, holidays);
      if (lack === null) continue;
      const when = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(setting.duty.zone);
      const day = `${when.toPlainDate().toString()} ${when.toPlainTime().toString({ smallestUnit: 'minute' })}`;
      return lack === 'waits'
        ? `On ${day} nobody is paged until a window of hours begins. Put a page step without hours before the one that waits, or match severity [minor] alone.`
        : `On ${day} the hours of every page step leave it out. Write a page step without hours as the last resort, or hours that cover the rest.`;
    }
  }
  return null;
}

function momentsOf(steps: readonly Timed[], from: number, holidays: HolidaysOf): number[] {
  const windows = [
    ...new Map(steps.flatMap(({ window }) => (window ? [[window.name, window] as const] : []))).values(),
  ];
  const zones = new Set(windows.map(({ zone }) => zone));
  const to = from + (zones.size > 1 ? SEVERAL_ZONES : ONE_ZONE);
  return [from, ...windows.flatMap((window) => edgesOf(window, from, to, holidays))];
}

function lackAt(
  steps: readonly Timed[],
  at: number,
  mayWait: boolean,
  holidays: HolidaysOf,
): 'left-out' | 'waits' | null {
  for (const { window, waits, pages } of steps) {
    const open = window === null || isOpen(window, at, holidays);
    if (open && pages) return null;
    if (!open && waits) return mayWait ? null : 'waits';
  }
  return 'left-out';
}

function daysOf(year: number): string[] {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  return Array.from({ length: first.daysInYear }, (_, day) => first.add({ days: day }).toString());
}
