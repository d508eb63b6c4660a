/** An event of a calendar that is handed out. */
export interface CalendarEvent {
  /** The same for the same event at every reading, so that a reader updates it instead of showing it twice. */
  readonly uid: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
  /** Whether it keeps its reader from other things. */
  readonly busy: boolean;
}

/** Octets after which a line goes on in the next one (RFC 5545, section 3.1). */
const FOLD = 75;

/**
 * Events as iCalendar (RFC 5545). Times are in UTC, so that no reader needs a zone's rules.
 * @param at the instant of making, ms
 */
export function icalendar(name: string, product: string, events: readonly CalendarEvent[], at: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Lamplighter//${product}//EN`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...events.flatMap(({ uid, startsAt, endsAt, summary, description, url, busy }) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      `DTSTAMP:${utc(at)}`,
      `DTSTART:${utc(startsAt)}`,
      `DTEND:${utc(endsAt)}`,
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(description)}`,
      `URL:${url}`,
      `TRANSP:${busy ? 'OPAQUE' : 'TRANSPARENT'}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function utc(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replaceAll(/\r?\n/g, '\\n');
}

/** Lines are folded by octets, and no character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = '';
  let used = 0;
  for (const letter of line) {
    const size = encoder.encode(letter).length;
    if (used + size > FOLD) {
      out += '\r\n ';
      used = 1;
    }
    out += letter;
    used += size;
  }
  return out;
}
