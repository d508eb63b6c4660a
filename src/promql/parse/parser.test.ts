import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/fault.ts';
import type { Expr } from './ast.ts';
import { checkExpr } from './check.ts';
import { parseExpr, parseSelector } from './parser.ts';
import { formatExpr, printExpr } from './print.ts';

/** What the parser says about a text that is wrong. */
function complaint(text: string): string {
  try {
    parseExpr(text);
  } catch (error) {
    if (error instanceof Fault && error.code === 'expression_invalid') return String(error.params.what);
    throw error;
  }
  return 'it parses';
}

const WRONG: readonly (readonly [string, string])[] = [
  ['', '1:1: parse error: no expression found in input'],
  ['foo bar', '1:5: parse error: unexpected identifier "bar"'],
  ['foo +', '1:6: parse error: unexpected end of input'],
  ['sum(\n  foo\n  bar)', '3:3: parse error: unexpected identifier "bar" in aggregation, expected ","'],
  ['foo * / bar', '1:7: parse error: unexpected <op:/>'],
  ['(foo', '1:5: parse error: unclosed left parenthesis'],
  ['foo{a="b"', '1:10: parse error: unexpected end of input in label matching, expected "," or "}"'],
  ['foo{a~"b"}', `1:6: parse error: unexpected character: '~'`],
  ['foo{a="b}', '1:7: parse error: unterminated quoted string'],
  ["'\\q'", `1:1: parse error: invalid escape sequence in '\\q'`],
  ['1foo', '1:1: parse error: bad number or duration syntax: "1foo"'],
  ['foo[5m', '1:7: parse error: unexpected end of input in subquery or range selector, expected "]"'],
  ['foo[5m5m]', '1:5: parse error: not a valid duration string: "5m5m"'],
  ['foo[0s]', '1:5: parse error: duration must be greater than 0'],
  ['(foo)[5m]', '1:1: parse error: ranges only allowed for vector selectors'],
  ['foo offset 1m [5m]', '1:1: parse error: no offset modifiers allowed before range'],
  ['foo @ 1 @ 2', '1:9: parse error: @ <timestamp> may not be set multiple times'],
  [
    'sum(foo) offset 5m',
    '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['nosuch(foo)', '1:1: parse error: unknown function with name "nosuch"'],
  ['rate(foo)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
  ['rate()', '1:1: parse error: expected 1 argument(s) in call to "rate", got 0'],
  ['round(a, 1, 2)', '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
  ['topk(foo)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['sum(1)', '1:5: parse error: expected type instant vector in aggregation expression, got scalar'],
  ['1 == 1', '1:1: parse error: comparisons between scalars must use BOOL modifier'],
  ['a + bool b', '1:1: parse error: bool modifier can only be used on comparison operators'],
  ['a and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
  ['a and on(x) group_left b', '1:13: parse error: no grouping allowed for "and" operation'],
  ['a + on(x) group_left(x) b', '1:1: parse error: label "x" must not occur in ON and GROUP clause at once'],
  ['a + on(x) 1', '1:1: parse error: vector matching only allowed between instant vectors'],
  ['foo[5m] + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
  [
    '-"text"',
    '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
  ],
  ['1[5m:1m]', '1:1: parse error: subquery is only allowed on instant vector, got scalar instead'],
  ['{a=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
  ['foo{__name__="bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
  ['{"foo", "bar"}', '1:9: parse error: metric name must not be set twice: "foo" or "bar"'],
];

for (const [text, wanted] of WRONG) {
  test(`does not parse: ${JSON.stringify(text)}`, () => assert.equal(complaint(text), wanted));
}

const CANONICAL: readonly (readonly [string, string])[] = [
  ['SUM(x) BY (a,b,)', 'sum by (a, b) (x)'],
  ['sum without(a) (x)', 'sum without (a) (x)'],
  ['a+ON(x)GROUP_LEFT b', 'a + on (x) group_left () b'],
  ['rate(x [5m] @ 1.5 offset -1h30m)', 'rate(x[5m] @ 1.500 offset -1h30m)'],
  ['x[90:1m30s] @ end()', 'x[1m30s:1m30s] @ end()'],
  ["{'my.metric', `a`='b'}", '{"my.metric",a="b"}'],
  ['1_000 + 0x10 + 5m + .5e3', '1000 + 16 + 300 + 500'],
  ['- - 1', '1'],
  ['x # comment\n + y', 'x + y'],
  ['inf ^ NaN', 'Inf ^ NaN'],
  ['by{on="1"} / sum / offset', 'by{on="1"} / sum / offset'],
];

for (const [text, wanted] of CANONICAL) {
  test(`prints ${JSON.stringify(text)}`, () => assert.equal(printExpr(parseExpr(text)), wanted));
}

test('^ binds to the right and tighter than a sign', () => {
  assert.deepEqual(shapeOf(parseExpr('-a ^ b ^ c * d')), ['*', ['-', ['^', 'a', ['^', 'b', 'c']]], 'd']);
  assert.deepEqual(shapeOf(parseExpr('a or b and c == d + e * f')), [
    'or',
    'a',
    ['and', 'b', ['==', 'c', ['+', 'd', ['*', 'e', 'f']]]],
  ]);
  assert.deepEqual(shapeOf(parseExpr('a - b - c')), ['-', ['-', 'a', 'b'], 'c']);
});

type Shape = string | Shape[];

function shapeOf(expr: Expr): Shape {
  if (expr.kind === 'binary') return [expr.op, shapeOf(expr.left), shapeOf(expr.right)];
  return expr.kind === 'unary' ? [expr.op, shapeOf(expr.expr)] : printExpr(expr);
}

test('a selector gives its matchers', () => {
  assert.deepEqual(parseSelector('up{job=~"a|b"}'), [
    { name: '__name__', op: '=', value: 'up' },
    { name: 'job', op: '=~', value: 'a|b' },
  ]);
  assert.throws(() => parseSelector('up offset 5m'), /expected a vector selector/);
});

/** Random expressions as text, so that the parser makes the trees. */
const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', '0x1f', '-2.5', 'Inf', 'time()', '5m'),
    fc.tuple(tie('scalar'), fc.constantFrom('+', '^', '> bool')).map(([a, op]) => `(${a} ${op} 2)`),
    tie('vector').map((inner) => `scalar(${inner})`),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('up', 'up{job=~"a|b",x!="\\n"}', '{"a b"}', 'up @ 7 offset 1m', 'sum', 'up offset -3s'),
    fc
      .tuple(
        tie('vector'),
        tie('vector'),
        fc.constantFrom('+', 'and', '== bool', '/ on (a) group_left (b)', '^', 'or ignoring (z)'),
      )
      .map(([a, b, op]) => `${a} ${op} ${b}`),
    fc.tuple(tie('vector'), tie('scalar')).map(([a, b]) => `clamp_max(${a}, ${b})`),
    tie('vector').map((inner) => `sum by (a, "b c") (${inner})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([k, inner]) => `topk without (x) (${k}, ${inner})`),
    tie('vector').map((inner) => `max_over_time((${inner})[1h:5m] @ start())`),
    tie('vector').map((inner) => `-(${inner})`),
  ),
}));

test('what is printed or formatted parses to the same tree', () => {
  fc.assert(
    fc.property(vector, (text) => {
      const expr = parseExpr(text);
      const printed = printExpr(expr);
      assert.equal(printExpr(parseExpr(printed)), printed);
      assert.equal(printExpr(parseExpr(formatExpr(expr))), printed);
      assert.deepEqual(withoutSpans(parseExpr(printed)), withoutSpans(expr));
      assert.equal(checkExpr(expr), 'instant vector');
    }),
    { numRuns: 300 },
  );
});

function withoutSpans(expr: Expr): unknown {
  return JSON.parse(JSON.stringify(expr, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

test('random text either parses or is refused with a position', () => {
  const word = fc.constantFrom(
    'a',
    'sum',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '5m',
    '1',
    '"x"',
    '=',
    '+',
    '-',
    ',',
    'by',
    'offset',
    '@',
    ':',
    '^',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const said = complaint(words.join(''));
      assert.match(said, /^(?:it parses$|\d+:\d+: parse error: .)/);
    }),
    { numRuns: 2000 },
  );
});

test('a long expression is formatted over several lines', () => {
  const text =
    'sum by (job, instance) (rate(http_requests_total{job="api-server",handler="/very/long/path"}[5m])) / on (job) group_left () limits';
  assert.equal(
    formatExpr(parseExpr(text)),
    [
      '  sum by (job, instance) (rate(http_requests_total{job="api-server",handler="/very/long/path"}[5m]))',
      '/ on (job) group_left ()',
      '  limits',
    ].join('\n'),
  );
});

test('deep nesting and long chains are refused before the stack ends', () => {
  assert.match(complaint('('.repeat(50_000)), /parse error: more than 300 levels of nesting$/);
  assert.match(complaint('-'.repeat(50_000) + 'a'), /levels of nesting$/);
  assert.match(complaint('a+'.repeat(50_000) + 'a'), /more than 2000 operators$/);
  assert.match(complaint('a^'.repeat(50_000) + 'a'), /levels of nesting$/);
  const deep = '('.repeat(290) + 'a' + ')'.repeat(290);
  assert.equal(printExpr(parseExpr(deep)), deep);
  const long = Array.from({ length: 2001 }, () => 'a').join(' or ');
  assert.equal(printExpr(parseExpr(long)), long);
});
