import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileInhibit, inhibitorOf, sidesOf } from './inhibit.ts';
import { parseMatchers } from './matcher-text.ts';
import { compileRoute, groupKey, groupLabels, routesOf } from './route.ts';
import { matcherWords } from './window.ts';
import type { RouteConfig } from './config.ts';

const rule = compileInhibit({
  source_matchers: [parseMatchers('severity="critical"')],
  target_matchers: [parseMatchers('severity=~"critical|warning"')],
  equal: ['city', 'service'],
});
const side = (id: string, labels: Record<string, string>) => sidesOf([rule], { id, fingerprint: `f${id}`, labels })[0];

test('an absent label and an empty one are the same for `equal`', () => {
  const one = side('1', { severity: 'critical', city: 'berlin' });
  const other = side('2', { severity: 'warning', city: 'berlin', service: '' });
  assert.equal(one?.equalKey, other?.equalKey);
  assert.notEqual(one?.equalKey, side('3', { severity: 'critical', city: 'lisbon' })?.equalKey);
});

test('an alert on neither side has none', () => assert.equal(side('1', { severity: 'info' }), undefined));

test('a target is hidden by a source, never by itself, and not by one on both sides when it is on both itself', () => {
  const critical = side('1', { severity: 'critical' })!;
  const other = side('2', { severity: 'critical' })!;
  const warning = side('3', { severity: 'warning' })!;
  assert.equal(inhibitorOf(warning, [critical, warning])?.alertId, '1');
  assert.equal(inhibitorOf(critical, [critical]), null);
  assert.equal(inhibitorOf(critical, [critical, other]), null);
  assert.equal(inhibitorOf(critical, [{ ...other, isTarget: false }])?.alertId, '2');
});

const none: Omit<RouteConfig, 'matchers'> = { continue: false, routes: [] };
const tree = compileRoute({
  ...none,
  matchers: [],
  receiver: 'all',
  group_by: ['city'],
  group_wait: 30_000,
  routes: [
    { ...none, matchers: [parseMatchers('team="maps"')], receiver: 'maps', continue: true },
    {
      ...none,
      matchers: [parseMatchers('severity=~"page|critical"')],
      group_by: ['...'],
      routes: [{ ...none, matchers: [parseMatchers('city="berlin"')], receiver: 'berlin', group_wait: 0 }],
    },
    { ...none, matchers: [], receiver: 'rest' },
  ],
});

for (const [labels, receivers] of [
  [{ team: 'maps', severity: 'critical', city: 'berlin' }, ['maps', 'berlin']],
  [{ severity: 'page', city: 'lisbon' }, ['all']],
  [{ team: 'maps' }, ['maps', 'rest']],
  [{}, ['rest']],
] as const) {
  test(`${JSON.stringify(labels)} goes to ${receivers.join(' and ')}`, () => {
    assert.deepEqual(
      routesOf(tree, labels).map(({ receiver }) => receiver),
      receivers,
    );
  });
}

test('a route has what it leaves out from the one above it; `...` groups by every label', () => {
  const [berlin] = routesOf(tree, { severity: 'critical', city: 'berlin' });
  assert.deepEqual([berlin?.groupWait, berlin?.groupBy], [0, null]);
  const [maps] = routesOf(tree, { team: 'maps', city: 'berlin', pod: '1' });
  assert.deepEqual(
    [maps?.groupWait, groupLabels(maps!, { team: 'maps', city: 'berlin', pod: '1' })],
    [30_000, { city: 'berlin' }],
  );
  assert.notEqual(groupKey(berlin!, { a: '1' }), groupKey(berlin!, { a: '2' }));
});

for (const [text, expected] of [
  ['a=b', [['a', '=', 'b']]],
  [
    '{a="b", c!~"d.*",}',
    [
      ['a', '=', 'b'],
      ['c', '!~', 'd.*'],
    ],
  ],
  ['a = "x \\"y\\" \\\\ \\n"', [['a', '=', 'x "y" \\ \n']]],
  ['"odd name"=~x', [['odd name', '=~', 'x']]],
  ['a=', [['a', '=', '']]],
  [
    'a!=b,c=d e',
    [
      ['a', '!=', 'b'],
      ['c', '=', 'd e'],
    ],
  ],
  ['a=~"x\\.y\\\\d"', [['a', '=~', 'x\\.y\\d']]],
  ['', []],
] as const) {
  test(`matchers ${JSON.stringify(text)} are read`, () => {
    const sign = (isRegex: boolean, isEqual: boolean): string =>
      isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
    assert.deepEqual(
      parseMatchers(text).map(({ name, value, isRegex, isEqual }) => [name, sign(isRegex, isEqual), value]),
      expected,
    );
  });
}
test('matchers are read back as they were written', () => {
  const matchers = parseMatchers('a="x \\"y\\" \\\\ \\n", b!~"d\\.*", "odd name"=z');
  assert.deepEqual(parseMatchers(matcherWords(matchers)), matchers);
});

for (const text of ['a', '{a="b"', 'a="b" c="d"', '1a=b', 'a~b']) {
  test(`matchers ${JSON.stringify(text)} are refused in words`, () => {
    assert.throws(() => parseMatchers(text), /bad matcher format.*Write name="value"/);
  });
}
