import { parseDuration } from '../../core/duration.ts';
import type { PageAnswer } from './accept-by-link.ts';

/** What somebody wrote above what is quoted, and what they want by it; null where it is only to be read. */
export interface ReadReply {
  readonly answer: PageAnswer | null;
  readonly text: string;
}

/** Headers of an automatic answer, in lower case. */
type Headers = Readonly<Record<string, string>>;

const ACCEPT = new Set([
  'accept',
  'accepted',
  'ack',
  'acknowledge',
  'annehmen',
  'angenommen',
  'übernehme',
  'übernehmen',
]);
const CONFIRM = new Set(['confirm', 'confirmed', 'dran', 'weiter', 'bestätige', 'bestätigen']);
const DECLINE = new Set(['decline', 'declined', 'ablehnen', 'abgelehnt']);
const SNOOZE = new Set(['snooze', 'schlummern']);
const GIVE_BACK = new Set(['unaccept', 'zurückgeben']);

/** The line at which a quotation, a forwarded mail or a signature begins. */
const QUOTE = [
  /^\s*>/,
  /^\s*(on|am|le|el)\s.{5,300}\b(wrote|schrieb.*|a écrit|escribió)\s*:\s*$/i,
  /^\s*-{2,}\s*(original message|ursprüngliche nachricht|forwarded message|weitergeleitete nachricht)/i,
  /^_{10,}\s*$/,
  /^\s*(from|von|de)\s*:\s.*@/i,
  /^-- ?$/,
];

/**
 * Reads an answer to a page's mail: the first word above what is quoted says what is wanted, in English or German. Pure.
 * @param text the mail as plain text
 */
export function readReply(text: string): ReadReply {
  const own = ownWords(text);
  const [first = ''] = own.split('\n').filter((line) => line.trim() !== '');
  return { answer: answerOf(first), text: own.slice(0, 4000) };
}

/**
 * Whether a mail was written by a machine: RFC 3834 and what programs send besides it. Such a mail never acts. Pure.
 * @param from the envelope's sender; bounces and many automatic answers have none
 */
export function isAutomatic(headers: Headers, subject: string, from: string): boolean {
  const submitted = (headers['auto-submitted'] ?? 'no').trim().toLowerCase();
  if (from === '' || !submitted.startsWith('no')) return true;
  if (/\b(bulk|junk|list|auto_reply)\b/i.test(headers['precedence'] ?? '')) return true;
  const marks = [
    'x-autoreply',
    'x-autorespond',
    'x-autoresponder',
    'x-auto-response-suppress',
    'list-id',
    'list-unsubscribe',
  ];
  if (marks.some((name) => headers[name] !== undefined)) return true;
  return /^\s*(automatic reply|auto(matic)? ?reply|out of (the )?office|abwesen|automatische antwort|undeliver|delivery status|mail delivery)/i.test(
    subject,
  );
}

function ownWords(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const end = lines.findIndex((line, index) =>
    // The line "On ... wrote:" is often folded.
    QUOTE.some((mark) => mark.test(line) || mark.test(`${line} ${lines[index + 1] ?? ''}`.trim())),
  );
  return (end === -1 ? lines : lines.slice(0, end)).join('\n').trim();
}

function answerOf(line: string): PageAnswer | null {
  const words = line
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const [first = '', second = ''] = words;
  if (ACCEPT.has(first)) return { kind: 'accept' };
  if (CONFIRM.has(first) || (first === 'on' && second === 'it')) return { kind: 'confirm' };
  if (DECLINE.has(first)) return { kind: 'decline' };
  if (GIVE_BACK.has(first) || (first === 'give' && second === 'back')) return { kind: 'give-back' };
  if (!SNOOZE.has(first)) return null;
  const span = spanOf(words.slice(1));
  return span === null ? null : { kind: 'snooze', span };
}

/** `30m`, `30 min`, `1 h`; half an hour when nothing is written. */
function spanOf(words: readonly string[]): number | null {
  const text = words.slice(0, 2).join('');
  const found = /^(\d{1,4})(m|min|minutes|minuten|h|hour|hours|stunde|stunden)?/.exec(text);
  if (words.length === 0) return parseDuration('30m');
  if (!found) return null;
  return parseDuration(`${found[1]}${found[2]?.startsWith('h') || found[2]?.startsWith('s') ? 'h' : 'm'}`);
}
