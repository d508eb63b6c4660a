import type { OutgoingMessage } from '../action/ports.ts';

/** Characters of the GSM 7-bit alphabet and of its extension, which take two places (3GPP TS 23.038). */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_EXTENSION = '\f^{}\\[~]|€';

/** A page as SMS: what is the matter, how to accept by answering, and the link. */
export function smsText(message: OutgoingMessage): string {
  const { page } = message;
  if (!page) return plain(`${message.subject}\n${message.text}`).slice(0, 450);
  return plain(
    `${page.short}\nReply ${page.code} ${page.verb === 'Accept' ? 'to accept' : `(${page.verb})`} or open ${page.accept}`,
  );
}

/** Typographic signs that would double the price of every message are written plainly. */
function plain(text: string): string {
  return text
    .replaceAll(/[\u2018\u2019\u201a]/g, "'")
    .replaceAll(/[\u201c\u201d\u201e]/g, '"')
    .replaceAll(/[\u2013\u2014]/g, '-')
    .replaceAll('\u2026', '...')
    .replaceAll('\u00a0', ' ');
}

/** How the text travels: as GSM 7-bit where every character fits, else as UCS-2; cut into parts. Pure. */
export interface SmsParts {
  readonly coding: 'gsm' | 'ucs2';
  readonly parts: readonly string[];
}

/**
 * Cuts a text into the parts of a concatenated SMS: 160 places or 153 a part as GSM 7-bit (characters of the extension
 * take two), 70 or 67 as UCS-2. A surrogate pair and an escape are never cut in two.
 */
export function smsParts(text: string): SmsParts {
  const characters = Array.from(text);
  const gsm = characters.every((one) => GSM.includes(one) || GSM_EXTENSION.includes(one));
  const sizeOf = (one: string): number => (gsm ? (GSM_EXTENSION.includes(one) ? 2 : 1) : one.length);
  const whole = characters.reduce((sum, one) => sum + sizeOf(one), 0);
  const coding = gsm ? 'gsm' : 'ucs2';
  if (whole <= (gsm ? 160 : 70)) return { coding, parts: [text] };
  const limit = gsm ? 153 : 67;
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const one of characters) {
    const size = sizeOf(one);
    if (used + size > limit) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += one;
    used += size;
  }
  return { coding, parts: [...parts, part] };
}
