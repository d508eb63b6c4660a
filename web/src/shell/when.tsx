/** Times for people: absolute in the reader's zone with the zone in the title, and relative beside it. */
import { localeOf, useWords } from '../language/index.ts';
import { lag, useInstant } from './clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in at most two units, such as "4 min" or "1 h 12 min". */
export function lengthOf(milliseconds: number, language: string): string {
  const ms = Math.max(0, milliseconds);
  const hour = 'h';
  const day = language === 'de' ? 'T' : 'd';
  if (ms < MINUTE - 500) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.max(1, Math.floor(ms / MINUTE))} min`;
  if (ms < DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    return minutes === 0 ? `${Math.floor(ms / HOUR)} ${hour}` : `${Math.floor(ms / HOUR)} ${hour} ${minutes} min`;
  }
  const hours = Math.floor((ms % DAY) / HOUR);
  const days = Math.floor(ms / DAY);
  return hours === 0 || days > 6 ? `${days} ${day}` : `${days} ${day} ${hours} ${hour}`;
}

/** Whether two instants are on one day of the reader's calendar. */
export function isOneDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** The clock time, with the date unless it is today; seconds only where the order of events matters. */
export function absolute(at: number, language: string, now: number, seconds = false): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (seconds) time.second = '2-digit';
  if (isOneDay(at, now)) return new Intl.DateTimeFormat(localeOf(language), time).format(at);
  const day: Intl.DateTimeFormatOptions =
    Math.abs(at - now) < 6 * DAY
      ? { weekday: 'short', day: 'numeric', month: 'short' }
      : Math.abs(at - now) < 300 * DAY
        ? { day: 'numeric', month: 'short' }
        : { day: 'numeric', month: 'short', year: 'numeric' };
  return `${new Intl.DateTimeFormat(localeOf(language), day).format(at)}, ${new Intl.DateTimeFormat(localeOf(language), time).format(at)}`;
}

function titleOf(at: number, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'full', timeStyle: 'long' }).format(at);
}

interface WhenProps {
  at: number;
  /** Which of the two to show, both unless said otherwise; `clock` where the day is said elsewhere. */
  show?: 'both' | 'absolute' | 'relative' | 'clock';
  seconds?: boolean;
}

/** An instant as text. */
export function When({ at, show = 'both', seconds = false }: WhenProps) {
  const { t, language } = useWords();
  const now = useInstant();
  const exact = absolute(at, language, show === 'clock' ? at : now, seconds);
  const gap = now - at;
  const near = lengthOf(Math.abs(gap), language);
  const relative =
    // The page's clock may be a little behind an instant that has just been.
    gap > -lag() ? (gap < 5_000 ? t('time.justNow') : t('time.ago', { near })) : t('time.in', { near });
  return (
    <time dateTime={new Date(at).toISOString()} title={titleOf(at, language)}>
      {show === 'absolute' || show === 'clock' ? exact : show === 'relative' ? relative : `${exact} · ${relative}`}
    </time>
  );
}

/** How long something has lasted, running on until an end is known. */
export function Lasting({ from, to }: { from: number; to: number | null }) {
  const { language } = useWords();
  const now = useInstant();
  return <span className="number">{lengthOf((to ?? now) - from, language)}</span>;
}

/** From one instant to another; the day is said once when it is the same. */
export function spanOf(from: number, to: number, language: string, now: number): string {
  const end = new Intl.DateTimeFormat(localeOf(language), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${absolute(from, language, now)} – ${isOneDay(from, to) ? end.format(to) : absolute(to, language, now)}`;
}

/** What a datetime-local field wants, in the reader's zone. */
export function fieldOf(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE);
  return local.toISOString().slice(0, 16);
}

/** The instant a datetime-local field says, or null when it is empty. */
export function instantOf(field: string): number | null {
  const at = new Date(field).getTime();
  return field === '' || Number.isNaN(at) ? null : at;
}

export const zoneName: string = new Intl.DateTimeFormat().resolvedOptions().timeZone;
