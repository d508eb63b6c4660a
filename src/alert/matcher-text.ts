import { Fault } from '../core/fault.ts';
import type { LabelMatcher } from './alert.ts';

const ONE = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*/s;
const QUOTED = /^"((?:[^"\\]|\\.)*)"\s*/s;
const BARE = /^([^,}"]*)/s;

/**
 * Reads matchers as Alertmanager writes them: `alertname="Down"`, `{city=~"ber.*", severity!=info}`. Values may stand
 * without quotes up to the next comma; in quotes, `\\"`, `\\\\` and `\\n` are escapes.
 * @throws Fault `bad_request`, naming the text and what is expected there
 */
export function parseMatchers(text: string): LabelMatcher[] {
  let rest = text.trim();
  const braces = rest.startsWith('{');
  if (braces) {
    if (!rest.endsWith('}')) throw unread(text, 'the brace is not closed');
    rest = rest.slice(1, -1);
  }
  const matchers: LabelMatcher[] = [];
  while (rest.trim() !== '') {
    const head = ONE.exec(rest);
    if (!head) throw unread(text, `"${rest.trim()}" has no name and sign`);
    rest = rest.slice(head[0].length);
    const quoted = QUOTED.exec(rest);
    const value = quoted ?? BARE.exec(rest)!;
    rest = rest.slice(value[0].length);
    const sign = head[2]!;
    matchers.push({
      name: head[1]!.startsWith('"') ? unescaped(head[1]!.slice(1, -1)) : head[1]!,
      value: quoted ? unescaped(value[1]!) : value[1]!.trim(),
      isRegex: sign.endsWith('~'),
      isEqual: !sign.startsWith('!'),
    });
    if (rest.startsWith(',')) rest = rest.slice(1);
    else if (rest.trim() !== '') throw unread(text, `a comma is missing before "${rest.trim()}"`);
  }
  return matchers;
}

function unescaped(text: string): string {
  // A backslash before anything else is meant as it stands, as in a regular expression.
  return text.replaceAll(/\\([n"\\])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function unread(text: string, why: string): Fault {
  return new Fault('bad_request', {
    what: `bad matcher format: ${text} (${why}). Write name="value", with =, !=, =~ or !~`,
  });
}
