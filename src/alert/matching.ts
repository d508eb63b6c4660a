import { RE2JS } from 're2js';
import { Fault } from '../core/fault.ts';
import type { Labels } from '../core/labels.ts';
import type { LabelMatcher } from './alert.ts';

/** A regex without any of these is plain text: no machine is needed for it. */
const SPECIAL = /[\\.+*?()|[\]{}^$]/;
const MOST_CACHED = 2000;
const cache = new Map<string, (text: string) => boolean>();

/**
 * Whether a text matches an anchored RE2 expression. Compiled ones are cached, the least recently used go first.
 * @throws Fault `body_invalid` when the expression does not parse
 */
function regexTest(pattern: string): (text: string) => boolean {
  let test = cache.get(pattern);
  if (test) {
    cache.delete(pattern);
  } else {
    test = compile(pattern);
    if (cache.size >= MOST_CACHED) cache.delete(cache.keys().next().value!);
  }
  cache.set(pattern, test);
  return test;
}

function compile(pattern: string): (text: string) => boolean {
  const choices = pattern.split('|');
  if (choices.every((choice) => !SPECIAL.test(choice))) {
    const plain = new Set(choices);
    return (text) => plain.has(text);
  }
  try {
    const machine = RE2JS.compile(pattern, RE2JS.DOTALL);
    return (text) => machine.matches(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it does not parse';
    throw new Fault('body_invalid', {
      what: `the regular expression "${pattern}" does not parse: ${why}. RE2 syntax is read, without look-around and back-references`,
    });
  }
}

/** Whether all matchers hold for the labels. An absent label is the empty text, as in Alertmanager. */
export function matchesAll(matchers: readonly LabelMatcher[], labels: Labels): boolean {
  return matchers.every((matcher) => {
    const value = labels[matcher.name] ?? '';
    const same = matcher.isRegex ? regexTest(matcher.value)(value) : matcher.value === value;
    return same === matcher.isEqual;
  });
}

/** @throws Fault `body_invalid` when one of the regexes does not parse */
export function checkRegexes(matchers: readonly LabelMatcher[]): void {
  for (const { isRegex, value } of matchers) if (isRegex) regexTest(value);
}

/**
 * Refuses matchers that cannot be meant: none at all, no name, a regex that does not parse, or only such as match the
 * empty text (they would silence everything).
 * @throws Fault `body_invalid`
 */
export function checkMatchers(matchers: readonly LabelMatcher[]): void {
  if (matchers.length === 0) {
    throw new Fault('body_invalid', { what: 'matchers is empty; write at least one, such as city = berlin' });
  }
  matchers.forEach((matcher, index) => {
    if (matcher.name === '') throw new Fault('body_invalid', { what: `matchers[${index}].name is empty` });
    if (matcher.isRegex) regexTest(matcher.value);
  });
  if (matchesAll(matchers, {})) {
    throw new Fault('body_invalid', {
      what: 'every matcher also matches an absent label, so everything would be quiet; add one that names a value, such as city = berlin',
    });
  }
}
