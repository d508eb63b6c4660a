import { LocalTime } from './local-time.ts';
import { dayPartTable, DAY_PARTS, DEFAULT_DAY_PARTS, type DayPartStarts } from './day-part.ts';

/** What is to be said of one deviation from the expected level. */
export interface DeviationFacts {
  /** `bookings`: what deviates, in running text. */
  readonly subject: string;
  /** Where: `Berlin`; empty for nowhere in particular. */
  readonly place: string;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** `per minute`. */
  readonly unit: string;
  /** Beginning of the deviation, ms. */
  readonly since: number;
  /** The instant of the value, ms. */
  readonly at: number;
  /** IANA zone of the place: times are said as the clocks there show them. */
  readonly zone: string;
  readonly dayParts?: DayPartStarts;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const DAY = 86_400_000;

/**
 * A deviation in one sentence, such as "bookings in Berlin 41 % below the level expected for a Friday evening (12 instead
 * of 20.4 per minute, band 16-25), since 18:42". Without a value it says that there are none.
 */
export function describeDeviation(facts: DeviationFacts): string {
  const clock = new LocalTime(facts.zone);
  const place = facts.place ? ` in ${facts.place}` : '';
  const since = `since ${sinceText(clock, facts.since, facts.at)}`;
  const unit = facts.unit ? ` ${facts.unit}` : '';
  if (Number.isNaN(facts.value)) {
    const level = Number.isNaN(facts.expected) ? '' : ` (${short(facts.expected)}${unit} expected)`;
    return `no data for ${facts.subject}${place}${level}, ${since}`;
  }
  if (Number.isNaN(facts.expected))
    return `${facts.subject}${place} at ${short(facts.value)}${unit}; the level is still being learnt`;
  const { value, expected, lower, upper } = facts;
  const detail = `(${short(value)} instead of ${short(expected)}${unit}, band ${short(lower)}${lower < 0 ? ' to ' : '-'}${short(upper)})`;
  return `${facts.subject}${place} ${howFar(value, expected)} the level expected for a ${dayText(clock, facts)} ${detail}, ${since}`;
}

function howFar(value: number, expected: number): string {
  const side = value < expected ? 'below' : 'above';
  const share = Math.abs(value - expected) / Math.abs(expected);
  if (!(share < 10)) return `${short(Math.abs(value - expected))} ${side}`;
  return `${Math.round(share * 100)} % ${side}`;
}

function dayText(clock: LocalTime, facts: DeviationFacts): string {
  const local = clock.local(facts.at);
  const table = dayPartTable(facts.dayParts ?? DEFAULT_DAY_PARTS);
  const part = DAY_PARTS[table[Math.floor((local % DAY) / 60_000)]!]!;
  const weekday = WEEKDAYS[(Math.floor(local / DAY) + 3) % 7]!;
  return `${weekday} ${part}`;
}

/** Only the time of day today, else with the date. */
function sinceText(clock: LocalTime, since: number, at: number): string {
  const local = clock.local(since);
  const text = new Date(local).toISOString();
  const today = Math.floor(local / DAY) === Math.floor(clock.local(at) / DAY);
  return today ? text.slice(11, 16) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

/** Three significant digits, but whole numbers up to a million are written out. */
function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  if (Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4))
    return value.toExponential(2).replace('e+', 'e');
  return String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3)));
}
