/*
 * Label values are Unicode text, but a PromQL string can spell any byte. A byte that is no valid UTF-8 is kept as the
 * lone surrogate U+DC00 + byte, so that it survives and can be told from valid text.
 */
const SURROGATE_BASE = 0xdc00;
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Reads a quoted PromQL string with Go's escapes; undefined when an escape or the quoting is wrong. */
export function unquote(text: string): string | undefined {
  const quote = text[0];
  const body = text.slice(1, -1);
  if (quote === '`') return body;
  if (!body.includes('\\')) return body.includes('\n') ? undefined : body;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let at = 0;
  while (at < body.length) {
    const slash = body.indexOf('\\', at);
    const plainEnd = slash < 0 ? body.length : slash;
    bytes.push(...encoder.encode(body.slice(at, plainEnd)));
    if (slash < 0) break;
    const escape = readEscape(body, slash + 1, quote!);
    if (escape === undefined) return undefined;
    if (typeof escape.value === 'number') bytes.push(escape.value);
    else bytes.push(...encoder.encode(escape.value));
    at = escape.end;
  }
  return decodeBytes(bytes);
}

function readEscape(body: string, at: number, quote: string): { value: string | number; end: number } | undefined {
  const letter = body[at];
  if (letter === undefined) return undefined;
  const simple = letter === quote ? quote : SIMPLE[letter];
  if (simple !== undefined) return { value: simple, end: at + 1 };
  const hexLength = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  const start = hexLength > 0 ? at + 1 : at;
  const digits = body.slice(start, start + (hexLength || 3));
  const pattern = hexLength > 0 ? /^[\da-fA-F]+$/ : /^[0-7]{3}$/;
  if (digits.length !== (hexLength || 3) || !pattern.test(digits)) return undefined;
  const code = parseInt(digits, hexLength > 0 ? 16 : 8);
  const end = start + digits.length;
  if (hexLength === 2 || hexLength === 0) return code > 255 ? undefined : { value: code, end };
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
  return { value: String.fromCodePoint(code), end };
}

function decodeBytes(bytes: readonly number[]): string {
  const raw = Uint8Array.from(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    let text = '';
    let at = 0;
    while (at < raw.length) {
      const length = sequenceLength(raw, at);
      if (length === 0) text += String.fromCharCode(SURROGATE_BASE + raw[at]!);
      else text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw.subarray(at, at + length));
      at += length || 1;
    }
    return text;
  }
}

function sequenceLength(raw: Uint8Array, at: number): number {
  const first = raw[at]!;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (length === 0 || at + length > raw.length) return 0;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** Writes text as Go's %q does, in double quotes. */
export function quote(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const escape = Object.keys(SIMPLE).find((letter) => SIMPLE[letter] === character);
    if (character === '"') out += '\\"';
    else if (escape !== undefined) out += `\\${escape}`;
    else if (code >= SURROGATE_BASE && code < 0xe000)
      out += `\\x${((code - SURROGATE_BASE) & 0xff).toString(16).padStart(2, '0')}`;
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += character;
  }
  return `${out}"`;
}

const CLASSIC_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const CLASSIC_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Whether a label name can stand without quotes. */
export function isClassicLabel(name: string): boolean {
  return CLASSIC_LABEL.test(name);
}

/** Whether a metric name can stand before the braces. */
export function isClassicMetric(name: string): boolean {
  return CLASSIC_METRIC.test(name);
}

/** Whether text is a label name at all: any valid UTF-8 that is not empty. */
export function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}
