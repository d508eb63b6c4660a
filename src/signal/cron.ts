import { Fault } from '../core/fault.ts';

/** When work is due, as cron has it: minutes, hours, days of the month, months, days of the week. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day fits when either the day of the month or that of the week does: both are restricted then. */
  readonly either: boolean;
  /** Whether every hour is meant: such work goes on through changes of clocks by real time. */
  readonly hourly: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'days of the month', from: 1, to: 31 },
  {
    name: 'months',
    from: 1,
    to: 12,
    names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'days of the week', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const SHORT: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
/** Days looked at for the next time: the 29th of February on a certain day of the week comes within 40 years. */
const HORIZON = 40 * 366;

/**
 * Reads a cron expression: five fields with numbers, names, `*`, lists, ranges and steps, or a word such as `@daily`, as
 * Vixie cron and its Debian version read them (crontab(5)).
 * @throws Fault `bad_request` saying which field is wrong and what to write instead
 */
export function parseCron(text: string): Cron {
  const fields = (SHORT[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) {
    throw wrong(
      text,
      'it has five fields: minutes, hours, days of the month, months, days of the week; such as 30 2 * * 1-5',
    );
  }
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, index) => readField(text, fields[index]!, field));
  // Field by field restricted means: not begun with a star, as cron itself decides.
  const star = (index: number): boolean => fields[index]!.startsWith('*');
  const cron: Cron = {
    minutes: [...minutes!].toSorted((a, b) => a - b),
    hours: [...hours!].toSorted((a, b) => a - b),
    days: days!,
    months: months!,
    weekdays: new Set([...weekdays!].map((day) => day % 7)),
    either: !star(2) && !star(4),
    hourly: star(1),
  };
  if (nextRun(cron, 'UTC', 0) === null) throw wrong(text, 'that day never comes');
  return cron;
}

/**
 * The next time after an instant (exclusive), ms; null when there is none. Work at certain hours that fall into a change to
 * summer time is due an hour later by the clock, and once when an hour comes twice; hourly work goes by real time.
 */
export function nextRun(cron: Cron, zone: string, after: number): number | null {
  // An hour before, because two local times of the day of a change may be the same instant.
  let day = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 });
  for (let looked = 0; looked < HORIZON; looked++, day = day.add({ days: 1 })) {
    if (!fits(cron, day)) continue;
    let first = Infinity;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        for (const at of instants(cron, day, hour, minute, zone)) if (at > after && at < first) first = at;
      }
      // Hours are in order; only a change of clocks mixes them, and by less than three.
      if (first !== Infinity && hour > localHour(first, zone) + 3) break;
    }
    if (first !== Infinity) return first;
  }
  return null;
}

function localHour(at: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).hour;
}

function fits({ days, months, weekdays, either }: Cron, day: Temporal.PlainDate): boolean {
  if (!months.has(day.month)) return false;
  const [ofMonth, ofWeek] = [days.has(day.day), weekdays.has(day.dayOfWeek % 7)];
  return either ? ofMonth || ofWeek : ofMonth && ofWeek;
}

function instants({ hourly }: Cron, day: Temporal.PlainDate, hour: number, minute: number, zone: string): number[] {
  const local = day.toPlainDateTime({ hour, minute });
  if (!hourly) return [local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds];
  const found = [
    local.toZonedDateTime(zone, { disambiguation: 'earlier' }),
    local.toZonedDateTime(zone, { disambiguation: 'later' }),
  ];
  // A local time that is left out becomes another one, which has a turn of its own.
  return found.filter((one) => one.hour === hour && one.minute === minute).map((one) => one.epochMilliseconds);
}

function readField(text: string, field: string, { name, from, to, names = [] }: Field): Set<number> {
  const fault = (): Fault =>
    wrong(
      text,
      `"${field}" are no ${name}; write numbers from ${from} to ${to}, *, a list 1,2, a range 1-5 or steps */5`,
    );
  const numberOf = (part: string): number => {
    const named = part === '' ? -1 : names.indexOf(part.toLowerCase());
    const value = named >= 0 ? named : /^\d{1,2}$/.test(part) ? Number(part) : NaN;
    if (!(value >= from && value <= to)) throw fault();
    return value;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, more] = part.split('/');
    if (more !== undefined || (step !== undefined && !/^[1-9]\d?$/.test(step))) throw fault();
    const [low = '', high, another] = range === '*' ? [String(from), String(to)] : range.split('-');
    if (another !== undefined || (step !== undefined && high === undefined)) throw fault();
    const [first, last] = [numberOf(low), numberOf(high ?? low)];
    if (first > last) throw fault();
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function wrong(text: string, what: string): Fault {
  return new Fault('bad_request', { what: `The cron expression "${text}" does not parse: ${what}.` });
}
