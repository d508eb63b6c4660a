/** What the demo says: plain lines, coloured where the terminal wants it. */
interface Terminal {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  /** A line that may be overwritten is shown only where somebody looks at a terminal. */
  readonly live: boolean;
  /** Letters in one line of the terminal. */
  readonly columns: () => number;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** Whether to colour: not when NO_COLOR says so, not in a pipe or a dumb terminal; FORCE_COLOR overrules. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '0') !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Prints the story's lines. */
export class Console {
  readonly #terminal: Terminal;
  #waiting = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** One line under the time of the story. */
  say(wall: string, text: string): void {
    this.#line(`${this.#paint('dim', wall)}  ${text}`);
  }

  /** What is looked at right now; the next line takes its place. Nothing where output is not a terminal. */
  wait(wall: string, text: string): void {
    if (!this.#terminal.live) return;
    this.#terminal.write(
      `\r\u001B[2K${this.#paint('dim', `${wall}  … ${text}`.slice(0, this.#terminal.columns() - 1))}`,
    );
    this.#waiting = true;
  }

  /** An act that was seen, with what was seen. */
  seen(wall: string, act: number, title: string, lines: readonly string[]): void {
    const mark = this.#paint('green', '✓');
    this.#line(`${this.#paint('dim', wall)}  ${mark} ${this.#paint('bold', `Act ${act}`.padEnd(6))}  ${title}`);
    this.#details(lines);
  }

  /** An act that was not seen in its time, with what was expected and what there was. */
  missed(wall: string, act: number, title: string, expected: string, found: string): void {
    const mark = this.#paint('red', '✗');
    this.#line(`${this.#paint('dim', wall)}  ${mark} ${this.#paint('bold', `Act ${act}`.padEnd(6))}  ${title}: missed`);
    this.#details([`expected: ${expected}`, `seen: ${found}`]);
  }

  /** Lines without a time, such as the closing list of addresses. */
  plain(lines: readonly string[]): void {
    for (const line of lines) this.#line(line);
  }

  /** An error, with its lines. */
  error(lines: readonly string[]): void {
    lines.forEach((line, at) => this.#line(at === 0 ? this.#paint('red', line) : line));
  }

  #details(lines: readonly string[]): void {
    for (const line of lines) this.#line(`         ${line}`);
  }

  #line(text: string): void {
    if (this.#waiting) this.#terminal.write('\r\u001B[2K');
    this.#waiting = false;
    this.#terminal.write(`${text}\n`);
  }

  #paint(colour: keyof typeof CODES, text: string): string {
    return this.#terminal.colour ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text;
  }
}
