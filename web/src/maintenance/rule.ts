/** Rules of recurrence (RFC 5545): made from the fields of the form, and in words. */
import type { useWords } from '../language/index.ts';

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Day = (typeof DAYS)[number];
export type Rhythm = 'daily' | 'weekly' | 'monthDay' | 'monthWeek' | 'rule';

/** What the form holds of a rule. */
export interface RuleFields {
  rhythm: Rhythm;
  weeks: number;
  days: Day[];
  /** Local date and time of the first occurrence, as a datetime-local field has it. */
  starts: string;
  /** The last day, or empty. */
  until: string;
  text: string;
}

/** The rule that the fields say. */
export function ruleOf({ rhythm, weeks, days, starts, until, text }: RuleFields): string {
  if (rhythm === 'rule') return text.trim();
  const end = until === '' ? '' : `;UNTIL=${until.replaceAll('-', '')}`;
  if (rhythm === 'daily') return `FREQ=DAILY${end}`;
  if (rhythm === 'weekly') {
    const interval = weeks > 1 ? `;INTERVAL=${weeks}` : '';
    const chosen = DAYS.filter((day) => days.includes(day));
    return `FREQ=WEEKLY${interval}${chosen.length === 0 ? '' : `;BYDAY=${chosen.join(',')}`}${end}`;
  }
  const date = new Date(`${starts.slice(0, 10)}T12:00:00Z`);
  if (rhythm === 'monthDay') return `FREQ=MONTHLY;BYMONTHDAY=${date.getUTCDate()}${end}`;
  const day = DAYS[(date.getUTCDay() + 6) % 7]!;
  const nth = Math.ceil(date.getUTCDate() / 7);
  return `FREQ=MONTHLY;BYDAY=${nth === 5 ? -1 : nth}${day}${end}`;
}

/** The fields that say a rule; one that they cannot say stays a text. */
export function fieldsOf(rule: string, starts: string): RuleFields {
  const parts = partsOf(rule);
  const until = parts['UNTIL']?.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3') ?? '';
  const fields: RuleFields = { rhythm: 'rule', weeks: 1, days: [], starts, until, text: rule };
  const days = (parts['BYDAY']?.split(',') ?? []).filter((day): day is Day => DAYS.some((known) => known === day));
  const tried: RuleFields[] = [
    { ...fields, rhythm: 'daily' },
    { ...fields, rhythm: 'weekly', weeks: Number(parts['INTERVAL'] ?? 1), days },
    { ...fields, rhythm: 'monthDay' },
    { ...fields, rhythm: 'monthWeek' },
  ];
  return tried.find((one) => ruleOf(one) === rule) ?? fields;
}

function partsOf(rule: string): Partial<Record<string, string>> {
  return Object.fromEntries(rule.split(';').map((part) => part.split('=') as [string, string]));
}

type T = ReturnType<typeof useWords>['t'];

/** A rule in words, such as "Every week on Sun at 02:30". */
export function ruleWords(rule: string, starts: string, t: T, locale: string): string {
  const parts = partsOf(rule);
  const count = Number(parts['INTERVAL'] ?? 1);
  const unit = ({ DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' } as const)[parts['FREQ'] as 'DAILY'];
  if (unit === undefined) return rule;
  const words = [count === 1 ? t(`work.every.${unit}`) : t(`work.every.${unit}s`, { count })];
  const days = parts['BYDAY']?.split(',').map((day) => dayWords(day, t, locale));
  if (days !== undefined) words.push(t('work.on', { days: days.join(', ') }));
  for (const day of parts['BYMONTHDAY']?.split(',') ?? [])
    words.push(day === '-1' ? t('work.lastDay') : t('work.onDay', { day }));
  words.push(t('work.at', { time: starts.slice(11, 16) }));
  const until = parts['UNTIL']?.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3');
  if (until !== undefined) words.push(t('work.untilWords', { day: until }));
  if (parts['COUNT'] !== undefined) words.push(t('work.times', { count: Number(parts['COUNT']) }));
  return words.join(' ');
}

function dayWords(text: string, t: T, locale: string): string {
  const match = /^(-?\d)?([A-Z]{2})$/.exec(text);
  const day = DAYS.indexOf(match?.[2] as Day);
  if (day < 0) return text;
  const nth = match?.[1];
  const name = dayName(DAYS[day]!, locale, nth === undefined ? 'short' : 'long');
  return nth === undefined ? name : `${t(`work.nth.${nth as '1'}`)} ${name}`;
}

/** What a day of the week is called. */
export function dayName(day: Day, locale: string, length: 'short' | 'long' = 'short'): string {
  // The first of June 2026 is a Monday.
  const date = new Date(Date.UTC(2026, 5, 1 + DAYS.indexOf(day), 12));
  return new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' }).format(date);
}
