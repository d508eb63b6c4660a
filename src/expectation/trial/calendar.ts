import type { Calendar } from '../band/calendar.ts';
import type { CalendarConfig, IndicatorConfig } from '../config.ts';

const CODE = /^([A-Z]{2})(?:-([A-Z0-9-]{1,12}))?$/;

/**
 * The calendar that a name stands for: one of the configuration, or a country (ISO 3166 code) with or without a state, such
 * as DE or DE-BE, whose holidays behave like Sundays. null when it is neither.
 */
export function calendarNamed(name: string, calendars: readonly CalendarConfig[]): Calendar | null {
  const own = calendars.find((calendar) => calendar.name === name);
  if (own) return own;
  const code = CODE.exec(name);
  return code ? { country: code[1]!, state: code[2], like: 'sunday', days: [] } : null;
}

/**
 * Why a name stands for no calendar, in words; null when it does.
 * @param holidayMistake why there are no holidays for a country and state; null when there are
 */
export function calendarMistake(
  name: string,
  calendars: readonly CalendarConfig[],
  holidayMistake: (country: string, state: string | null) => string | null,
): string | null {
  const calendar = calendarNamed(name, calendars);
  const known = calendars.map((each) => each.name);
  if (!calendar)
    return `there is no calendar "${name}". Write ${known.length > 0 ? `one of ${known.join(', ')}, or ` : ''}a country such as DE or DE-BE`;
  const { country, state } = calendar;
  return country === undefined ? null : holidayMistake(country, state ?? null);
}

/**
 * The calendar of a file, which is one series without labels: what the indicator names; where it leaves that to a label,
 * the only calendar that there is.
 */
export function calendarOfFile(
  { calendar }: Pick<IndicatorConfig, 'calendar'>,
  calendars: readonly CalendarConfig[],
): Calendar | null {
  if (calendar === undefined) return null;
  if (typeof calendar === 'string') return calendars.find(({ name }) => name === calendar) ?? null;
  return calendars.length === 1 ? calendars[0]! : null;
}
