/** A line by RFC 5424, as a mapping sees it. */
export interface SyslogLine {
  readonly facility: number;
  /** 0 is an emergency, 7 debugging. */
  readonly severity: number;
  readonly timestamp: string | null;
  readonly hostname: string | null;
  readonly app: string | null;
  readonly procid: string | null;
  readonly msgid: string | null;
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly message: string;
}

const HEAD = /^<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /;
const HIGHEST = 191;

/** Reads a line. @returns the line, or in words what is wrong with it */
export function readSyslogLine(text: string): SyslogLine | string {
  const head = HEAD.exec(text);
  if (!head) return 'it does not begin as RFC 5424 says: <PRI>1 TIMESTAMP HOST APP PROCID MSGID';
  const [whole, pri, timestamp, hostname, app, procid, msgid] = head;
  if (Number(pri) > HIGHEST) return `the priority ${pri} is above ${HIGHEST}`;
  const read = readData(text, whole.length);
  if (typeof read === 'string') return read;
  const given = (word: string | undefined): string | null => (word === undefined || word === '-' ? null : word);
  return {
    facility: Number(pri) >> 3,
    severity: Number(pri) & 7,
    timestamp: given(timestamp),
    hostname: given(hostname),
    app: given(app),
    procid: given(procid),
    msgid: given(msgid),
    data: read.data,
    message: text
      .slice(read.end)
      .replace(/^ /, '')
      .replace(/^\uFEFF/, ''),
  };
}

/** Reads `-` or `[id name="value" ...][...]`; `"`, `\` and `]` stand behind a backslash. */
function readData(text: string, start: number): { data: Record<string, Record<string, string>>; end: number } | string {
  const data: Record<string, Record<string, string>> = {};
  if (text[start] === '-') return { data, end: start + 1 };
  let at = start;
  while (text[at] === '[') {
    const id = /^[^\s=\]"]{1,32}/.exec(text.slice(at + 1, at + 40))?.[0];
    if (id === undefined) return 'structured data has no id';
    at += 1 + id.length;
    const pairs: Record<string, string> = {};
    while (text[at] === ' ') {
      const name = /^ ([^\s=\]"]{1,32})="/.exec(text.slice(at, at + 40));
      if (!name) return 'structured data has a pair that is no name="value"';
      at += name[0].length;
      let value = '';
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '\\' && /["\\\]]/.test(text[at + 1] ?? '')) at++;
        value += text[at++];
      }
      if (text[at] !== '"') return 'structured data has a value without an end';
      at++;
      pairs[name[1]!] = value;
    }
    if (text[at] !== ']') return 'structured data has no end';
    at++;
    data[id] = pairs;
  }
  return at === start ? 'structured data is missing; write - for none' : { data, end: at };
}

const MOST = 65_536;

/**
 * Cuts a TCP stream into lines: octet-counted (`LENGTH LINE`, RFC 6587), or ended by line feeds where a line begins at
 * once. Hand it the text as Latin-1, so that characters are bytes.
 */
export class SyslogFrames {
  #rest = '';

  /** The lines that are whole now. @throws Error when the stream is neither, or a line is too long */
  push(bytes: string): string[] {
    this.#rest += bytes;
    const lines: string[] = [];
    for (;;) {
      const counted = /^(\d{1,6}) /.exec(this.#rest);
      if (counted) {
        const length = Number(counted[1]);
        if (length > MOST) throw new Error(`a line of ${length} bytes is too long`);
        const start = counted[0].length;
        if (this.#rest.length < start + length) break;
        lines.push(utf8(this.#rest.slice(start, start + length)));
        this.#rest = this.#rest.slice(start + length);
        continue;
      }
      if (!this.#rest.startsWith('<')) break;
      const end = this.#rest.indexOf('\n');
      if (end < 0) break;
      lines.push(utf8(this.#rest.slice(0, end)));
      this.#rest = this.#rest.slice(end + 1);
    }
    if (this.#rest.length > MOST + 8) throw new Error('a line is too long');
    if (this.#rest !== '' && !/^(\d{1,6}( |$)|<)/.test(this.#rest))
      throw new Error('the stream is neither octet-counted nor lines');
    return lines;
  }
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
