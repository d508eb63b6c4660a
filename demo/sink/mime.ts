/** A message as a mail program would show it. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** The plain text. */
  readonly text: string;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Headers and body of a message or of one of its parts; a header folded over lines is one line again. */
function parted(raw: string): Part {
  const gap = /\r?\n\r?\n/.exec(raw);
  const head = gap === null ? raw : raw.slice(0, gap.index);
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: gap === null ? '' : raw.slice(gap.index + gap[0].length) };
}

function quotedPrintable(text: string): Buffer {
  const joined = text.replaceAll(/=\r?\n/g, '');
  const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** Encoded words in a header (RFC 2047), such as =?UTF-8?Q?=C3=96ffnen?=, in plain letters. */
function decodedHeader(value: string): string {
  const joined = value.replaceAll(/\?=\s+=\?/g, '?==?');
  return joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, coded: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(coded, 'base64').toString('utf8')
      : quotedPrintable(coded.replaceAll('_', ' ')).toString('utf8'),
  );
}

function decodedBody({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding === 'quoted-printable') return quotedPrintable(body).toString('utf8');
  // The message was read byte by byte; its letters are UTF-8.
  return Buffer.from(body, 'latin1').toString('utf8');
}

/** The first plain text found, going into parts of parts. */
function plainText(part: Part): string | null {
  const type = part.headers.get('content-type') ?? 'text/plain';
  if (/^text\/plain/i.test(type)) return decodedBody(part);
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return null;
  for (const raw of part.body.split(`--${boundary}`).slice(1)) {
    const text = plainText(parted(raw.replace(/^\r?\n/, '')));
    if (text !== null) return text;
  }
  return null;
}

/** Reads a message as it came over SMTP, one character for each byte. */
export function readLetter(raw: string): Letter {
  const part = parted(raw);
  return {
    from: decodedHeader(part.headers.get('from') ?? ''),
    to: decodedHeader(part.headers.get('to') ?? ''),
    subject: decodedHeader(part.headers.get('subject') ?? ''),
    text: (plainText(part) ?? '').replaceAll('\r\n', '\n').trim(),
  };
}
