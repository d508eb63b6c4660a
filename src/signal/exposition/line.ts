import { Fault } from '../../core/fault.ts';
import type { ExpositionLimits } from './exposition.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const MAX_SHOWN = 80;

/** How the two formats differ within a sample line. */
export interface LineRules {
  /** Whether blanks and tabs may stand where they like, and a comma behind the last label. */
  readonly loose: boolean;
}

/** One line being read, from left to right. Every error names the line and what stands there. */
export class Line {
  readonly text: string;
  readonly number: number;
  readonly #limits: ExpositionLimits;
  readonly #loose: boolean;
  at = 0;

  constructor(text: string, number: number, limits: ExpositionLimits, rules: LineRules) {
    this.text = text;
    this.number = number;
    this.#limits = limits;
    this.#loose = rules.loose;
  }

  /** @throws Fault `body_invalid` with the line and what is wrong */
  fail(why: string): never {
    const shown = this.text.length > MAX_SHOWN ? `${this.text.slice(0, MAX_SHOWN)}...` : this.text;
    throw new Fault('body_invalid', { what: `line ${this.number}: ${why}: ${shown.toWellFormed()}` });
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether the next character is this one; moves behind it if so. */
  take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Passes over blanks and tabs where the format allows them. @returns whether there were any */
  blanks(): boolean {
    const from = this.at;
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
    return this.at > from;
  }

  /** The space between two parts: one, or any number of blanks in the loose format. */
  gap(before: string): void {
    if (this.#loose ? this.blanks() : this.take(' ')) return;
    this.fail(`a space is missing before ${before}`);
  }

  /** What stands up to the next blank. */
  word(): string {
    const from = this.at;
    while (!this.done && this.text[this.at] !== ' ' && !(this.#loose && this.text[this.at] === '\t')) this.at++;
    return this.text.slice(from, this.at);
  }

  metricName(): string {
    return this.#match(METRIC_NAME, 'a metric name');
  }

  /** The labels in braces, if there are any, put into `into`. */
  labels(into: Record<string, string>): void {
    if (!this.take('{')) return;
    let first = true;
    let count = 0;
    for (;;) {
      if (this.#loose) this.blanks();
      if (this.take('}')) {
        if (first || this.#loose) return;
        this.fail('a label is missing behind the last comma');
      }
      if (++count > this.#limits.maxLabels) this.fail(`there are more than ${this.#limits.maxLabels} labels`);
      this.#label(into);
      first = false;
      if (this.#loose) this.blanks();
      if (this.take(',')) continue;
      if (this.take('}')) return;
      this.fail('a comma or } is missing behind a label');
    }
  }

  #label(into: Record<string, string>): void {
    const name = this.#match(LABEL_NAME, 'a label name');
    if (name === '__name__' || name === '__proto__') this.fail(`the label ${name} is not accepted`);
    if (this.#loose) this.blanks();
    if (!this.take('=')) this.fail(`= is missing behind the label ${name}`);
    if (this.#loose) this.blanks();
    if (!this.take('"')) this.fail(`the value of the label ${name} does not begin with "`);
    if (Object.hasOwn(into, name)) this.fail(`the label ${name} occurs twice`);
    into[name] = this.#quoted(name);
  }

  #quoted(name: string): string {
    const from = this.at;
    const end = this.text.indexOf('"', from);
    const plain = end < 0 ? '' : this.text.slice(from, end);
    if (end >= 0 && !plain.includes('\\')) {
      this.at = end + 1;
      return this.#bounded(plain);
    }
    let value = '';
    for (;;) {
      const character = this.text[this.at++];
      if (character === undefined) this.fail(`the value of the label ${name} has no " at its end`);
      if (character === '"') return this.#bounded(value);
      if (character !== '\\') value += character;
      else value += unescaped(this.text[this.at++] ?? this.fail('a backslash stands at the end'), true);
    }
  }

  #bounded(text: string): string {
    return text.length <= this.#limits.maxText
      ? text
      : this.fail(`a text is longer than ${this.#limits.maxText} characters`);
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) this.fail(`${what} is expected at character ${this.at + 1}`);
    this.at = pattern.lastIndex;
    return this.#bounded(found[0]);
  }

  /** A value: a decimal number, NaN or an infinity in any case of letters. */
  number64(what: string): number {
    const word = this.word();
    if (NUMBER.test(word)) return Number(word);
    const special = SPECIAL.exec(word);
    if (!special) return this.fail(`${what} is not a number`);
    if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? NaN : this.fail(`${what} is not a number`);
    return special[1] === '-' ? -Infinity : Infinity;
  }

  /** The rest of the line with its escapes undone, as help texts have them. @param quotes whether \" is one */
  rest(quotes: boolean): string {
    const text = this.text.slice(this.at);
    this.at = this.text.length;
    if (text.length > this.#limits.maxText) this.fail(`a text is longer than ${this.#limits.maxText} characters`);
    return text.replaceAll(/\\(.)/g, (_whole, letter: string) => unescaped(letter, quotes));
  }
}

/** What an escape stands for. One that the format does not know stands for itself, backslash included. */
function unescaped(letter: string, quotes: boolean): string {
  if (letter === 'n') return '\n';
  if (letter === '\\' || (quotes && letter === '"')) return letter;
  return `\\${letter}`;
}

/** A number as a label such as `le` has it, or NaN. */
export function labelNumber(text: string | undefined): number {
  if (text === undefined) return NaN;
  if (NUMBER.test(text)) return Number(text);
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : NaN;
}
