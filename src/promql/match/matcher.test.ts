import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileMatcher, literalValues } from './matcher.ts';

const PATTERNS = [
  '',
  'a',
  'a|b',
  'ab(c|d)',
  '(?:a|b|)',
  'a.*',
  'ab.+',
  'a?b',
  'ab*',
  'a{2}b',
  '.*',
  '.+',
  'a\\.b',
  'a\\|b|c',
  '(?i)AB',
  'a|b.*',
  '[ab]c',
  'x(a|b)y',
  '(a|b)(c|d)',
  'a(b',
  '^a$',
  'a\\db',
  'a||b',
  'ab(c|d)?',
];

test('every short cut answers as RE2 does', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'x', 'y', '.', '|', '\n', '1'), maxLength: 5 });
  for (const pattern of PATTERNS) {
    let regex: RE2JS | undefined;
    try {
      regex = RE2JS.compile(`(?s:${pattern})`);
    } catch {
      assert.throws(() => compileMatcher({ name: 'l', op: '=~', value: pattern }), pattern);
      continue;
    }
    const test = compileMatcher({ name: 'l', op: '=~', value: pattern });
    const not = compileMatcher({ name: 'l', op: '!~', value: pattern });
    fc.assert(
      fc.property(value, (text) => {
        const wanted = regex.matches(text);
        assert.equal(test(text), wanted, `${pattern} on ${JSON.stringify(text)}`);
        assert.equal(test(text), wanted, 'the remembered answer');
        assert.equal(not(text), !wanted);
      }),
      { numRuns: 200 },
    );
    const literals = literalValues({ name: 'l', op: '=~', value: pattern });
    for (const literal of literals ?? []) assert.equal(regex.matches(literal), true, `${pattern} for ${literal}`);
  }
});

test('closed lists of values are found', () => {
  const of = (value: string): readonly string[] | undefined => literalValues({ name: 'l', op: '=~', value });
  assert.deepEqual(of('a|b|c'), ['a', 'b', 'c']);
  assert.deepEqual(of('node(1|2)x'), ['node1x', 'node2x']);
  assert.deepEqual(of('a\\.b'), ['a.b']);
  assert.equal(of('a.b'), undefined);
  assert.equal(of('a|b.*'), undefined);
  assert.deepEqual(literalValues({ name: 'l', op: '=', value: 'a|b' }), ['a|b']);
  assert.equal(literalValues({ name: 'l', op: '!=', value: 'a' }), undefined);
});
