import { Fault } from '../core/fault.ts';

/** A time that an event of a calendar takes. */
export interface CalendarSpan {
  readonly summary: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

const MOST = 500;
const DAY = 86_400_000;

/**
 * The times that the events of an iCalendar file take within [from, to), recurring ones included. Whole days are those of
 * the zone.
 * @param text RFC 5545
 * @throws Fault `body_invalid` when it holds no event in that time, or more than 500
 */
export async function readCalendar(text: string, from: number, to: number, zone: string): Promise<CalendarSpan[]> {
  if (!/BEGIN:VCALENDAR/i.test(text)) {
    throw new Fault('body_invalid', { what: 'it is no iCalendar file. It begins with BEGIN:VCALENDAR.' });
  }
  const { default: ical } = await import('node-ical');
  const spans: CalendarSpan[] = [];
  for (const part of Object.values(ical.sync.parseICS(text))) {
    if (part?.type !== 'VEVENT' || !(part.start instanceof Date)) continue;
    const length = part.end instanceof Date ? part.end.getTime() - part.start.getTime() : DAY;
    const starts = part.rrule ? part.rrule.between(new Date(from - length), new Date(to), true) : [part.start];
    for (const start of starts) {
      const startsAt = part.datetype === 'date' ? localMidnight(start, zone) : start.getTime();
      const endsAt =
        part.datetype === 'date' ? localMidnight(new Date(start.getTime() + length), zone) : startsAt + length;
      const summary = typeof part.summary === 'string' ? part.summary : 'away';
      if (endsAt > from && startsAt < to && endsAt > startsAt) spans.push({ summary, startsAt, endsAt });
    }
    if (spans.length > MOST)
      throw new Fault('body_invalid', { what: `it has more than ${MOST} events. Hand over fewer.` });
  }
  if (spans.length === 0) throw new Fault('body_invalid', { what: 'it has no event that lies ahead within a year.' });
  return spans.toSorted((a, b) => a.startsAt - b.startsAt);
}

/** The parser gives whole days as midnight of the machine's zone: the day is what counts. */
function localMidnight(date: Date, zone: string): number {
  const day = new Temporal.PlainDate(date.getFullYear(), date.getMonth() + 1, date.getDate());
  return day.toZonedDateTime(zone).epochMilliseconds;
}
