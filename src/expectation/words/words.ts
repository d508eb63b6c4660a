import { DAY_PARTS, DEFAULT_DAY_PARTS, dayPartTable, type DayPartStarts } from '../band/day-part.ts';
import { LocalTime } from '../band/local-time.ts';
import { wordsIn, type WordLanguage, type Words } from './language.ts';

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
  /** A fixed limit that was passed, where that is what is wrong. */
  readonly limit?: { readonly side: 'below' | 'above'; readonly value: number } | undefined;
}

const DAY = 86_400_000;

/**
 * A deviation in one sentence, such as "bookings in Berlin 41 % below the level expected for a Friday evening (12 instead
 * of 20.4 per minute, band 16-25), since 18:42". Without a value it says that there are none.
 */
export function describeDeviation(facts: DeviationFacts, language: WordLanguage = 'en'): string {
  const words = wordsIn(language);
  const clock = new LocalTime(facts.zone);
  const figure = (value: number): string => short(value).replace('.', words.point);
  const subject = `${facts.subject}${facts.place ? ` ${words.in} ${facts.place}` : ''}`;
  const since = `${words.since} ${sinceText(clock, facts.since, facts.at)}`;
  const unit = facts.unit ? ` ${words.unit(facts.unit)}` : '';
  const { value, expected, lower, upper, limit } = facts;
  if (Number.isNaN(value)) {
    const level = Number.isNaN(expected) ? '' : ` (${words.expected(`${figure(expected)}${unit}`)})`;
    return `${words.noData(subject, level)}, ${since}`;
  }
  if (limit) {
    const level = Number.isNaN(expected) ? '' : `; ${words.expected(figure(expected))}`;
    return `${subject} ${words.limit(limit.side, `${figure(limit.value)}${unit}`)} (${figure(value)}${level}), ${since}`;
  }
  if (Number.isNaN(expected)) return words.learning(subject, `${figure(value)}${unit}`);
  const span = `${figure(lower)}${lower < 0 ? ` ${words.to} ` : '-'}${figure(upper)}`;
  const detail = `(${words.instead(figure(value), figure(expected), unit)}, ${words.band} ${span})`;
  const far = howFar(value, expected, words, figure);
  return `${subject} ${far} ${words.expectedFor(dayText(clock, facts, words))} ${detail}, ${since}`;
}

function howFar(value: number, expected: number, words: Words, figure: (value: number) => string): string {
  const side = value < expected ? words.below : words.above;
  const share = Math.abs(value - expected) / Math.abs(expected);
  if (!(share < 10)) return `${figure(Math.abs(value - expected))} ${side}`;
  return `${Math.round(share * 100)} % ${side}`;
}

function dayText(clock: LocalTime, facts: DeviationFacts, words: Words): string {
  const local = clock.local(facts.at);
  const table = dayPartTable(facts.dayParts ?? DEFAULT_DAY_PARTS);
  const part = DAY_PARTS[table[Math.floor((local % DAY) / 60_000)]!]!;
  return words.day(((Math.floor(local / DAY) + 3) % 7) + 1, part);
}

/** What is to be said of a forecast that does not fit. Shares of 1. */
export interface ForecastOffFacts {
  readonly subject: string;
  readonly place: string;
  /** Signed: above 0 the forecast was too high. */
  readonly bias: number;
  readonly wape: number;
  /** What was looked at, ms. */
  readonly span: number;
  readonly limits: { readonly bias: number; readonly wape: number };
}

/** A forecast that is off in one sentence. */
export function describeForecastOff(facts: ForecastOffFacts, language: WordLanguage = 'en'): string {
  const words = wordsIn(language);
  const share = (value: number): string => `${Math.round(Math.abs(value) * 100)} %`;
  const subject = `${facts.subject}${facts.place ? ` ${words.in} ${facts.place}` : ''}`;
  const span = `${Math.round(facts.span / 3_600_000)} h`;
  const biased = Math.abs(facts.bias) > facts.limits.bias;
  const limits =
    language === 'de'
      ? `Grenzen ${share(facts.limits.bias)} und ${share(facts.limits.wape)}`
      : `limits ${share(facts.limits.bias)} and ${share(facts.limits.wape)}`;
  const common = { subject, span, wape: share(facts.wape), limits };
  return biased
    ? words.forecastOff({ ...common, share: share(facts.bias), high: facts.bias > 0 })
    : words.forecastUneven(common);
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
