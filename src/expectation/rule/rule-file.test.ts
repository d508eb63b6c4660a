import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRuleFile } from './rule-file.ts';

const check = (expr: string): string | null => (expr.includes('(((') ? 'unclosed parenthesis' : null);
const read = (text: string) => parseRuleFile(text, 'a.yaml', check);
const faults = (text: string): string[] => read(text).faults.map(({ line, message }) => `${line}: ${message}`);

describe('rule files', () => {
  it('reads groups with everything a group may have', () => {
    const { groups, faults: none } = read(`groups:
  - name: g
    interval: 30s
    limit: 5
    query_offset: 1m
    labels: { team: ops, weight: 1.0 }
    rules:
      - record: a:b
        expr: sum(x)
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 10m
        labels: { severity: page, team: own }
        annotations:
          summary: "{{ $labels.instance }} is down"
`);
    assert.deepEqual(none, []);
    assert.equal(groups.length, 1);
    const [group] = groups;
    assert.deepEqual([group!.interval, group!.limit, group!.queryOffset, group!.line], [30_000, 5, 60_000, 2]);
    assert.deepEqual(group!.rules[0], {
      kind: 'recording',
      name: 'a:b',
      expr: 'sum(x)',
      labels: { team: 'ops', weight: '1.0' },
      line: 8,
    });
    assert.deepEqual(group!.rules[1], {
      kind: 'alerting',
      name: 'Down',
      expr: 'up == 0',
      for: 300_000,
      keepFiringFor: 600_000,
      labels: { team: 'own', weight: '1.0', severity: 'page' },
      annotations: { summary: '{{ $labels.instance }} is down' },
      line: 10,
    });
  });

  it('an empty file has no groups and no faults', () => assert.deepEqual(read(''), { groups: [], faults: [] }));

  const rule = (body: string): string =>
    `groups:\n  - name: g\n    rules:\n      - ${body.replaceAll('\n', '\n        ')}\n`;
  const cases: [title: string, text: string, want: RegExp][] = [
    ['not YAML', 'groups: [', /^\d: This is not YAML/],
    ['no groups', 'rules: []', /has no key "rules"/],
    [
      'a misspelt key',
      rule('alert: A\nexpr: up\nfo: 5m'),
      /^6: An alerting rule has no key "fo"\. Write "for" instead/,
    ],
    ['a key of the other kind', rule('record: a\nexpr: up\nfor: 5m'), /^6: A recording rule has no key "for"/],
    [
      'a bad duration',
      rule('alert: A\nexpr: up\nfor: 5 minutes'),
      /^6: "for: 5 minutes" is not a duration\. Write a number and a unit/,
    ],
    ['a bare number as duration', rule('alert: A\nexpr: up\nfor: 5'), /^6: "for: 5" is not a duration/],
    ['no expression', rule('alert: A'), /^4: "expr" of the rule is missing/],
    ['a broken expression', rule('alert: A\nexpr: (((up'), /^5: The expression does not parse: unclosed parenthesis/],
    [
      'a broken template',
      rule('alert: A\nexpr: up\nannotations:\n  s: "{{ nope }}"'),
      /^7: The template of "s" does not parse: .*"nope" not defined/,
    ],
    ['both kinds', rule('alert: A\nrecord: a\nexpr: up'), /^4: The rule has both/],
    ['neither kind', rule('expr: up'), /^4: The rule has neither/],
    ['a name no series can have', rule('record: a-b\nexpr: up'), /"a-b" cannot name a series/],
    ['a label no label can be', rule('alert: A\nexpr: up\nlabels: { a-b: x }'), /"a-b" cannot name a label/],
    ['__name__', rule('record: a\nexpr: up\nlabels: { __name__: x }'), /"__name__" cannot be set/],
    ['a key twice', rule('alert: A\nexpr: up\nexpr: down'), /^6: "expr" stands here twice/],
    ['a list that is none', 'groups: { name: g }', /"groups" must be a list/],
    ['a negative limit', 'groups: [{ name: g, limit: -1, rules: [] }]', /"limit" must be a whole number/],
    [
      'two groups of a name',
      'groups:\n  - { name: g, rules: [] }\n  - { name: g, rules: [] }',
      /^3: The group "g" is already defined in line 2/,
    ],
    [
      'a rule twice',
      'groups:\n  - name: g\n    rules:\n      - { record: a, expr: up }\n      - { record: a, expr: up }',
      /^5: The rule "a" repeats the one in line 4/,
    ],
  ];
  for (const [title, text, want] of cases) {
    it(`${title} is told with its line`, () => {
      const found = faults(text);
      assert.ok(
        found.some((fault) => want.test(fault)),
        `${want} not in ${JSON.stringify(found)}`,
      );
    });
  }
});
