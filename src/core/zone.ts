/**
 * Whether the text names a time zone, such as Europe/Berlin or +01:00. Asked of Temporal, because the first format of
 * Intl in a process loads 9 MB of languages that a server needs only when it writes a date for people.
 */
export function isZone(text: string): boolean {
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId !== '';
  } catch {
    return false;
  }
}
