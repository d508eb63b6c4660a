import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';

const OFFSET = /(Z|[+-]\d\d:?\d\d)$/;

/**
 * An instant with its offset, ms.
 * @param option what it was given for, in messages
 * @throws Fault `bad_request` for a time without an offset: nobody can see whose time it is
 */
export function instantOf(text: string, option: string): number {
  const at = read(() => Temporal.Instant.from(text).epochMilliseconds);
  if (OFFSET.test(text) && at !== null) return at;
  throw new Fault('bad_request', {
    what: `${option}: "${text}" is no instant. Write it with its offset, such as 2026-10-04T02:00+02:00.`,
  });
}

/** How long from now (`30m`), or an instant with its offset, ms. @throws Fault `bad_request` */
export function momentOf(text: string, option: string, now: number): number {
  const duration = read(() => parseDuration(text));
  return duration !== null && text !== '0' ? now + duration : instantOf(text, option);
}

/**
 * A time of the duty, ms: an instant with its offset, a local time such as 2026-12-24T18:00, or a time of day, which is the
 * next one from `now` on.
 * @throws Fault `bad_request`
 */
export function localOf(text: string, option: string, zone: string, now: number): number {
  if (OFFSET.test(text) && text.includes('T')) return instantOf(text, option);
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  if (/^\d\d:\d\d$/.test(text)) {
    const plainTime = read(() => Temporal.PlainTime.from(text));
    if (plainTime) {
      const today = local.withPlainTime(plainTime);
      return (today.epochMilliseconds < now ? today.add({ days: 1 }) : today).epochMilliseconds;
    }
  }
  const at = /T/.test(text) ? read(() => Temporal.PlainDateTime.from(text).toZonedDateTime(zone)) : null;
  if (at) return at.epochMilliseconds;
  throw new Fault('bad_request', {
    what: `${option}: "${text}" is no time. Write 18:00 for the next one in ${zone}, 2026-12-24T18:00, or 2026-12-24T17:00Z.`,
  });
}

/** An instant as a local time of the zone, to the minute. */
export function localWords(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
}

/** An instant in UTC, to the minute. */
export function utcWords(at: number): string {
  return `${localWords(at, 'UTC')} UTC`;
}

function read<T>(text: () => T): T | null {
  try {
    return text();
  } catch {
    return null;
  }
}
