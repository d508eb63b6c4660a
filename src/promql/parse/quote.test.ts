import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLabelName, quote, unquote } from './quote.ts';

test('any text survives quoting', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(text.isWellFormed());
      assert.equal(unquote(quote(text)), text);
    }),
  );
});

test('escapes of Go are read', () => {
  assert.equal(unquote(String.raw`"a\tb\x41\101\u00e4\U0001F600\""`), 'a\tbAAä😀"');
  assert.equal(unquote(String.raw`"\xc3\xa4"`), 'ä');
  assert.equal(unquote(String.raw`'\''`), "'");
  assert.equal(unquote('`a\\n`'), 'a\\n');
});

test('wrong escapes are refused', () => {
  for (const text of [
    String.raw`"\q"`,
    String.raw`"\x4"`,
    String.raw`"\'"`,
    String.raw`"\ud800"`,
    String.raw`"\400"`,
  ]) {
    assert.equal(unquote(text), undefined, text);
  }
});

test('a byte that is no UTF-8 is kept, shown as it was written, and no label name', () => {
  const text = unquote(String.raw`"a\xc5z"`)!;
  assert.equal(quote(text), String.raw`"a\xc5z"`);
  assert.equal(isLabelName(text), false);
  assert.equal(isLabelName('any thing'), true);
  assert.equal(isLabelName(''), false);
});
