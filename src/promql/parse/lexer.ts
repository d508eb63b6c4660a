import { syntaxError } from './syntax-error.ts';

type TokenType = 'eof' | 'identifier' | 'number' | 'duration' | 'string' | 'symbol';

/** One word of an expression; `start` and `end` are offsets into the text. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\r\n]+|#[^\n]*/y;
const METRIC = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const DURATION = /(?:\d+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_])/y;
const NUMBER = /0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const SYMBOL = /==|!=|=~|!~|<=|>=|[(){}[\],=<>+\-*/%^@:]/y;

/**
 * Cuts an expression into tokens, the last one being `eof`.
 * @throws Fault `expression_invalid` at a character or string that fits nothing
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let braces = false;
  let brackets = false;
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (type: TokenType, found: string): void => {
    tokens.push({ type, text: found, start: at, end: at + found.length });
    at += found.length;
  };
  while (at < text.length) {
    const character = text[at]!;
    const blank = match(SPACE);
    if (blank !== undefined) {
      at += blank.length;
    } else if (character === '"' || character === "'" || character === '`') {
      push('string', readString(text, at));
    } else if (/[0-9]/.test(character) || (character === '.' && /[0-9]/.test(text[at + 1] ?? ''))) {
      const duration = match(DURATION);
      if (duration === undefined) push('number', readNumber(text, at, match(NUMBER)!));
      else push('duration', duration);
    } else {
      const word = match(braces || brackets ? LABEL : METRIC);
      const symbol = word === undefined ? match(SYMBOL) : undefined;
      if (word !== undefined) {
        push(!braces && /^(?:inf|nan)$/i.test(word) ? 'number' : 'identifier', word);
      } else if (symbol !== undefined) {
        if (symbol === '{' || symbol === '}') braces = symbol === '{';
        if (symbol === '[' || symbol === ']') brackets = symbol === '[';
        push('symbol', symbol);
      } else {
        throw syntaxError(text, at, `unexpected character: ${quoteCharacter(text, at)}`);
      }
    }
  }
  tokens.push({ type: 'eof', text: '', start: text.length, end: text.length });
  return tokens;
}

function quoteCharacter(text: string, at: number): string {
  return `'${String.fromCodePoint(text.codePointAt(at)!)}'`;
}

function readString(text: string, start: number): string {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return text.slice(start, at + 1);
    if (quote === '`') continue;
    if (text[at] === '\\') at++;
    else if (text[at] === '\n') break;
  }
  throw syntaxError(text, start, quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
}

function readNumber(text: string, start: number, found: string): string {
  const rest = /^[a-zA-Z0-9_.]+/.exec(text.slice(start + found.length))?.[0];
  if (rest === undefined) return found;
  throw syntaxError(text, start, `bad number or duration syntax: "${found}${rest}"`);
}
