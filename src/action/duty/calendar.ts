import type { ActionSetting } from '../services.ts';
import type { Shift } from './plan.ts';

/** Octets after which a line goes on in the next one (RFC 5545, section 3.1). */
const FOLD = 75;

/**
 * Shifts as iCalendar (RFC 5545). Times are in UTC, so that no reader needs a zone's rules; the UID of a shift is its
 * begin and its person, so that a reader updates it instead of showing it twice.
 * @param at the instant of making, ms
 */
export function calendarOf(
  setting: Pick<ActionSetting, 'name' | 'people' | 'url'>,
  all: readonly Shift[],
  at: number,
): string {
  const nameOf = (id: string): string => setting.people.find((person) => person.id === id)?.name ?? id;
  const host = URL.canParse(setting.url) ? new URL(setting.url).host : 'lamplighter';
  const events = all.flatMap((shift) => {
    const deputy = shift.deputy === null ? '' : `Deputy: ${nameOf(shift.deputy)}. `;
    return [
      'BEGIN:VEVENT',
      `UID:${shift.from}-${shift.focal}@${host}`,
      `DTSTAMP:${utc(at)}`,
      `DTSTART:${utc(shift.from)}`,
      `DTEND:${utc(shift.to)}`,
      `SUMMARY:${escaped(`On duty: ${nameOf(shift.focal)}`)}`,
      `DESCRIPTION:${escaped(`${deputy}${shift.override === null ? (shift.layer ?? 'fallback') : 'override'}`)}`,
      `URL:${setting.url.replace(/\/+$/, '')}/duty`,
      'TRANSP:OPAQUE',
      'END:VEVENT',
    ];
  });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Lamplighter//Duty//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(`${setting.name}: duty`)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...events,
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
