import { Fault } from '../core/fault.ts';
import { isZone } from '../core/zone.ts';

/** A subset of the rules of recurrence of RFC 5545, section 3.3.10: what announced work needs. */
export interface Recurrence {
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY';
  /** Every how many days, weeks or months. */
  readonly interval: number;
  /** Days of the week, 1 is Monday; `nth` counts within the month, from its end when negative, 0 is each of them. */
  readonly days: readonly { readonly day: number; readonly nth: number }[];
  /** Days of the month; -1 is the last one. */
  readonly monthDays: readonly number[];
  /** The last instant that an occurrence may begin at: a local date or time, or an instant. */
  readonly until: string | null;
  readonly count: number | null;
}

/** Since when, in which zone, and for how long an occurrence lasts. */
export interface Rhythm {
  readonly rule: Recurrence;
  /** Local time of the first occurrence that may be, such as 2026-10-04T02:00. */
  readonly starts: string;
  /** IANA zone that the local times are of. */
  readonly zone: string;
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const PARTS = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'COUNT', 'WKST'] as const;
const MOST_INTERVAL = 400;
const MOST_COUNT = 1000;
/** Days looked at before it is said that a rule has no further occurrence: each rule of this subset has one in 29 years. */
const HORIZON = 30 * 366;

/**
 * Reads a rule such as `FREQ=WEEKLY;BYDAY=SU` (RFC 5545, section 3.3.10): FREQ of DAILY, WEEKLY or MONTHLY, INTERVAL,
 * BYDAY, BYMONTHDAY, UNTIL, COUNT, and WKST=MO.
 * @throws Fault `body_invalid` saying which part is not understood and what to write instead
 */
export function parseRecurrence(text: string): Recurrence {
  const parts = new Map<string, string>();
  for (const part of text
    .trim()
    .replace(/^RRULE:/i, '')
    .split(';')) {
    const [name = '', value = '', more] = part.toUpperCase().split('=');
    if (more !== undefined || value === '')
      throw wrong(`"${part}" is no part of a rule; parts are NAME=VALUE with ; between them`);
    if (!PARTS.some((known) => known === name))
      throw wrong(`${name} is not supported; supported are ${PARTS.join(', ')}`);
    if (parts.has(name)) throw wrong(`${name} stands there twice`);
    parts.set(name, value);
  }
  const frequency = parts.get('FREQ');
  if (frequency !== 'DAILY' && frequency !== 'WEEKLY' && frequency !== 'MONTHLY') {
    throw wrong(`FREQ must be DAILY, WEEKLY or MONTHLY, such as FREQ=WEEKLY;BYDAY=SU`);
  }
  if (parts.has('UNTIL') && parts.has('COUNT'))
    throw wrong('UNTIL and COUNT exclude each other; leave one of them out');
  const first = parts.get('WKST');
  if (first !== undefined && first !== 'MO') throw wrong('weeks begin on Monday; write WKST=MO or leave it out');
  const until = parts.get('UNTIL') ?? null;
  if (until !== null) readUntil(until, 'UTC');
  const monthDays = listOf(parts.get('BYMONTHDAY')).map(monthDay);
  const days = listOf(parts.get('BYDAY')).map((day) => weekday(day, frequency, monthDays.length > 0));
  if (monthDays.length > 0 && frequency === 'WEEKLY')
    throw wrong('BYMONTHDAY does not go with FREQ=WEEKLY; write FREQ=MONTHLY');
  const count = wholeOf(parts.get('COUNT'), 'COUNT', MOST_COUNT);
  return {
    frequency,
    interval: wholeOf(parts.get('INTERVAL'), 'INTERVAL', MOST_INTERVAL) ?? 1,
    days,
    monthDays,
    until,
    count,
  };
}

/** Writes a rule as RFC 5545 has it. `parseRecurrence` reads it back. */
export function recurrenceText({ frequency, interval, days, monthDays, until, count }: Recurrence): string {
  const named = days.map(({ day, nth }) => `${nth === 0 ? '' : nth}${DAYS[day - 1]!}`);
  return [
    `FREQ=${frequency}`,
    ...(interval === 1 ? [] : [`INTERVAL=${interval}`]),
    ...(named.length === 0 ? [] : [`BYDAY=${named.join(',')}`]),
    ...(monthDays.length === 0 ? [] : [`BYMONTHDAY=${monthDays.join(',')}`]),
    ...(until === null ? [] : [`UNTIL=${until}`]),
    ...(count === null ? [] : [`COUNT=${count}`]),
  ].join(';');
}

/**
 * Checks what a rule is tied to.
 * @throws Fault `body_invalid` naming the zone or the local time that is wrong
 */
export function checkRhythm({ starts, zone }: Pick<Rhythm, 'starts' | 'zone'>): void {
  if (!isZone(zone))
    throw new Fault('body_invalid', { what: `"${zone}" is no time zone; write one such as Europe/Berlin` });
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(starts) || !isLocal(starts)) {
    throw new Fault('body_invalid', { what: `starts is "${starts}"; write a local time such as 2026-10-04T02:00` });
  }
}

/**
 * The instants at which occurrences begin, ms, in order, from the instant given on (inclusive). A local time that a change
 * of clocks leaves out is the one an hour later; one that comes twice is the first of the two (RFC 5545, section 3.3.5).
 */
export function* occurrences({ rule, starts, zone }: Rhythm, from: number): Generator<number> {
  const first = Temporal.PlainDateTime.from(starts);
  const until = rule.until === null ? Infinity : readUntil(rule.until, zone);
  const time = first.toPlainTime();
  let left = rule.count ?? Infinity;
  let day = first.toPlainDate();
  // Without a count, nothing before the instant has to be gone through. A day earlier, so that no zone matters.
  const asked = Temporal.Instant.fromEpochMilliseconds(Math.max(from, 0)).toZonedDateTimeISO(zone).toPlainDate();
  if (rule.count === null && Temporal.PlainDate.compare(asked.subtract({ days: 1 }), day) > 0)
    day = asked.subtract({ days: 1 });
  const begin = first.toPlainDate();
  for (let looked = 0; looked < HORIZON && left > 0; looked++, day = day.add({ days: 1 })) {
    if (!takes(rule, begin, day)) continue;
    const at = day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
    if (at > until) return;
    left--;
    looked = 0;
    if (at >= from) yield at;
  }
}

/** Whether the rule, begun on a day, takes this one. */
function takes(rule: Recurrence, begin: Temporal.PlainDate, day: Temporal.PlainDate): boolean {
  const { frequency, interval, days, monthDays } = rule;
  if (frequency === 'DAILY' && begin.until(day).days % interval !== 0) return false;
  if (frequency === 'WEEKLY') {
    const weeks = mondayOf(begin).until(mondayOf(day)).days / 7;
    if (weeks % interval !== 0) return false;
    if (days.length === 0) return day.dayOfWeek === begin.dayOfWeek;
  }
  if (frequency === 'MONTHLY') {
    const months = (day.year - begin.year) * 12 + day.month - begin.month;
    if (months % interval !== 0) return false;
    if (days.length === 0 && monthDays.length === 0) return day.day === begin.day;
  }
  const fromEnd = day.day - day.daysInMonth - 1;
  if (monthDays.length > 0 && !monthDays.includes(day.day) && !monthDays.includes(fromEnd)) return false;
  if (days.length === 0) return true;
  const nth = Math.ceil(day.day / 7);
  const last = -Math.ceil((day.daysInMonth - day.day + 1) / 7);
  return days.some((one) => one.day === day.dayOfWeek && (one.nth === 0 || one.nth === nth || one.nth === last));
}

function mondayOf(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.subtract({ days: day.dayOfWeek - 1 });
}

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',');
}

function weekday(
  text: string,
  frequency: Recurrence['frequency'],
  withMonthDays: boolean,
): { day: number; nth: number } {
  const match = /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text);
  if (!match) throw wrong(`BYDAY has "${text}"; write MO, TU, WE, TH, FR, SA or SU, in months also 1SU or -1FR`);
  if (match[1] !== undefined && (frequency !== 'MONTHLY' || withMonthDays)) {
    throw wrong(`BYDAY has "${text}"; a number before the day goes with FREQ=MONTHLY and without BYMONTHDAY only`);
  }
  return { day: DAYS.indexOf(match[2] as (typeof DAYS)[number]) + 1, nth: Number(match[1] ?? 0) };
}

function monthDay(text: string): number {
  const day = Number(text);
  if (!Number.isInteger(day) || day === 0 || Math.abs(day) > 31) {
    throw wrong(`BYMONTHDAY has "${text}"; write a day from 1 to 31, or -1 for the last one`);
  }
  return day;
}

function wholeOf(text: string | undefined, name: string, most: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw wrong(`${name} is "${text}"; write a whole number from 1 to ${most}`);
  return value;
}

/** The last instant of UNTIL, ms: a date counts to its end, a time without Z is local. */
function readUntil(text: string, zone: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(text);
  const [, year, month, day, hour = '23', minute = '59', second = '59', utc] = match ?? [];
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!match || !isLocal(local)) throw wrong(`UNTIL is "${text}"; write a date such as 20261231, or 20261231T235959Z`);
  return Temporal.PlainDateTime.from(local).toZonedDateTime(utc === undefined ? zone : 'UTC').epochMilliseconds;
}

function isLocal(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

function wrong(what: string): Fault {
  return new Fault('body_invalid', { what: `rule: ${what}` });
}
