import { TemplateFault, type Value } from './value.ts';

/** A piece of an action, between `{{` and `}}`. `space` tells whether white space stands before it. */
export type Token =
  | { readonly kind: 'word' | 'field' | 'variable' | 'mark'; readonly text: string; readonly space: boolean }
  | { readonly kind: 'literal'; readonly text: string; readonly value: Value; readonly space: boolean };

/** A template cut into texts and actions, white space trimmed where `{{-` and `-}}` ask for it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly line: number };

/** @throws TemplateFault for an action that does not end, or a token that is none */
export function cut(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  while (at <= source.length) {
    const open = source.indexOf('{{', at);
    let text = source.slice(at, open < 0 ? source.length : open);
    if (trimNext) text = text.trimStart();
    if (open < 0) {
      if (text) pieces.push({ kind: 'text', text });
      return pieces;
    }
    const trims = /^\{\{-\s/.test(source.slice(open, open + 4));
    if (trims) text = text.trimEnd();
    if (text) pieces.push({ kind: 'text', text });
    const line = source.slice(0, open).split('\n').length;
    const start = open + (trims ? 3 : 2);
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*?(\s-)?\}\}/.exec(source.slice(start));
    if (comment) {
      at = start + comment[0].length;
      trimNext = comment[1] !== undefined;
      continue;
    }
    const { tokens, end, trim } = readAction(source, start, line);
    pieces.push({ kind: 'action', tokens, line });
    at = end;
    trimNext = trim;
  }
  return pieces;
}

const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const RAW = /`[^`]*`/y;
const CHARACTER = /'(?:[^'\\\n]|\\.[^']*)'/uy;

function readAction(source: string, start: number, line: number): { tokens: Token[]; end: number; trim: boolean } {
  const tokens: Token[] = [];
  let at = start;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  for (;;) {
    const space = match(/\s*/y)!;
    at += space.length;
    if (at >= source.length) throw new TemplateFault(`line ${line}: the action has no end. Write "}}".`);
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trim: false };
    if (space && source.startsWith('-}}', at)) return { tokens, end: at + 3, trim: true };
    const token = readToken(source, at, match, space !== '' || tokens.length === 0);
    if (!token) throw new TemplateFault(`line ${line}: unexpected "${source.slice(at, at + 10)}" in an action`);
    at += token.length;
    tokens.push(token.token);
  }
}

function readToken(
  source: string,
  at: number,
  match: (pattern: RegExp) => string | null,
  space: boolean,
): { token: Token; length: number } | null {
  const first = source[at]!;
  const literal = (text: string, value: Value): { token: Token; length: number } => ({
    token: { kind: 'literal', text, value, space },
    length: text.length,
  });
  const quoted = match(STRING);
  if (quoted !== null) return literal(quoted, unquote(quoted));
  const raw = match(RAW);
  if (raw !== null) return literal(raw, raw.slice(1, -1).replaceAll('\r', ''));
  const character = match(CHARACTER);
  if (character !== null) return literal(character, BigInt(unquote(`"${character.slice(1, -1)}"`).codePointAt(0) ?? 0));
  const number = match(NUMBER);
  if (number !== null) return literal(number, numberOf(number.replaceAll('_', '')));
  const word = match(WORD);
  if (word !== null) return { token: { kind: 'word', text: word, space }, length: word.length };
  if (first === '$') {
    const name = /\$[\p{L}\p{Nd}_]*/u.exec(source.slice(at, at + 200))![0];
    return { token: { kind: 'variable', text: name, space }, length: name.length };
  }
  if (first === '.') {
    const name = /^\.[\p{L}\p{Nd}_]*/u.exec(source.slice(at, at + 200))![0];
    return { token: { kind: 'field', text: name.slice(1), space }, length: name.length };
  }
  if (source.startsWith(':=', at)) return { token: { kind: 'mark', text: ':=', space }, length: 2 };
  if ('(),|='.includes(first)) return { token: { kind: 'mark', text: first, space }, length: 1 };
  return null;
}

function numberOf(text: string): Value {
  const isFloat = /[.]|^[+-]?(?!0[xX])[^xX]*[eE]/.test(text);
  if (!isFloat) return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', ''));
  return Number(text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replaceAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs, (whole, code: string) => {
      const escape = ESCAPES[code];
      if (escape !== undefined) return escape;
      if (code === '\\' || code === '"' || code === "'") return code;
      if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      throw new TemplateFault(`"${whole}" is not an escape. Write "\\\\" for a backslash.`);
    });
}
