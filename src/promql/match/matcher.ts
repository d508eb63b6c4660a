import { RE2JS } from 're2js';
import type { Matcher } from '../port.ts';
import { alternatives, prefixOf } from './literal.ts';

const CACHE_LIMIT = 10_000;

/**
 * Turns a matcher into a test of a label value (an absent label is the empty string). Regexes are RE2, anchored at both
 * ends, and `.` matches a newline too. Answers of a regex are remembered per value.
 * @throws Error when the regex is not valid RE2
 */
export function compileMatcher(matcher: Matcher): (value: string) => boolean {
  const { op, value: wanted } = matcher;
  if (op === '=') return (value) => value === wanted;
  if (op === '!=') return (value) => value !== wanted;
  const test = compileRegex(wanted);
  return op === '=~' ? test : (value) => !test(value);
}

/** The regex part of a matcher as a test, with fast ways for the forms that need no regex engine. */
function compileRegex(pattern: string): (value: string) => boolean {
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (value) => value !== '';
  const literals = alternatives(pattern);
  if (literals !== undefined) {
    const set = new Set(literals);
    return (value) => set.has(value);
  }
  const { prefix, rest } = prefixOf(pattern);
  if (rest === '.*') return (value) => value.startsWith(prefix);
  if (rest === '.+') return (value) => value.length > prefix.length && value.startsWith(prefix);
  const regex = anchoredRegex(pattern);
  const known = new Map<string, boolean>();
  return (value) => {
    if (!value.startsWith(prefix)) return false;
    let answer = known.get(value);
    if (answer === undefined) {
      answer = regex.matches(value);
      if (known.size >= CACHE_LIMIT) known.clear();
      known.set(value, answer);
    }
    return answer;
  };
}

/**
 * Compiles a regex as label_replace and matchers need it: RE2, `.` matching newlines. Use with `matches`, which anchors
 * it at both ends.
 * @throws Error when the regex is not valid RE2
 */
export function anchoredRegex(pattern: string): RE2JS {
  return RE2JS.compile(`(?s:${pattern})`);
}

/**
 * The values a matcher can be satisfied by, when they are a short closed list: for looking them up in an index instead
 * of testing each known value. Undefined when the list is open or the matcher is negative.
 */
export function literalValues(matcher: Matcher): readonly string[] | undefined {
  if (matcher.op === '=') return [matcher.value];
  return matcher.op === '=~' ? alternatives(matcher.value) : undefined;
}
