import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRuleFile } from '../rule-file.ts';
import { parseRuleTestFile } from './rule-test-file.ts';
import { runRuleTest, type RuleTestReport } from './run-rule-test.ts';

const RULES = `
groups:
  - name: first
    rules:
      - { record: double, expr: in * 2 }
      - { alert: High, expr: double > 10, for: 1m, labels: { group: one } }
  - name: second
    labels: { team: red }
    query_offset: 1m
    rules: [{ alert: High, expr: in > 5 }]
`;

function run(tests: string, rules = RULES): RuleTestReport {
  const { groups, faults } = parseRuleFile(rules, 'rules.yaml', () => null);
  assert.deepEqual(faults, []);
  return runRuleTest(parseRuleTestFile(tests), groups);
}

test('alerts of one name are told apart by their group, and group labels are theirs', () => {
  const report = run(`
tests:
  - interval: 1m
    input_series: [{ series: in, values: 1 8x10 }]
    alert_rule_test:
      - { eval_time: 2m, alertname: High, groupname: first, exp_alerts: [{ exp_labels: { group: one } }] }
      - { eval_time: 2m, alertname: High, groupname: second, exp_alerts: [{ exp_labels: { team: red } }] }
      - { eval_time: 1m, alertname: High, groupname: second }
      - { eval_time: 2m, alertname: High, exp_alerts: [{ exp_labels: { group: one } }, { exp_labels: { team: red } }] }
      - { eval_time: 2m, alertname: High, exp_alerts: [{ exp_labels: { group: one } }] }
`);
  assert.deepEqual([report.passed, report.failed, report.skipped], [4, 1, 0]);
  assert.match(report.failures[0]!, /alertname: High, time: 2m[\s\S]*got:[\s\S]*team="red"/);
});

test('a start makes all instants count from it', () => {
  const report = run(`
tests:
  - interval: 1m
    start_timestamp: 2024-01-01T00:00:00Z
    input_series: [{ series: in, values: '10+10x15' }]
    promql_expr_test:
      - { expr: time(), eval_time: 5m, exp_samples: [{ value: 1704067500 }] }
      - { expr: in @ 1704067320, eval_time: 5m, exp_samples: [{ labels: in, value: 30 }] }
      - { expr: double, eval_time: 5m, exp_samples: [{ labels: double, value: 120 }] }
`);
  assert.deepEqual(report.failures, []);
  assert.equal(report.passed, 3);
});

test('fuzzy takes the neighbouring number and no other', () => {
  const file = (fuzzy: boolean): string => `
fuzzy_compare: ${fuzzy}
tests:
  - input_series: [{ series: low, values: 2.9999999999999996 }, { series: lower, values: 2.9999999999999987 }]
    promql_expr_test:
      - { expr: low, exp_samples: [{ labels: low, value: 3 }] }
      - { expr: lower, exp_samples: [{ labels: lower, value: 3 }] }
`;
  assert.deepEqual([run(file(true)).passed, run(file(true)).failed], [1, 1]);
  assert.deepEqual([run(file(false)).passed, run(file(false)).failed], [0, 2]);
});

test('native histograms are compared, also when a rule records them', () => {
  const rules = 'groups: [{ name: g, rules: [{ record: sums, expr: sum(h) }] }]';
  const report = run(
    `
tests:
  - input_series: [{ series: 'h{a="1"}', values: '{{schema:0 sum:3 count:3 buckets:[1 2]}}' }, { series: 'h{a="2"}', values: '{{schema:0 sum:1 count:1 buckets:[1]}}' }]
    promql_expr_test:
      - { expr: sums, exp_samples: [{ labels: sums, histogram: '{{schema:0 sum:4 count:4 buckets:[2 2]}}' }] }
      - { expr: sums, exp_samples: [{ labels: sums, histogram: '{{schema:0 sum:4 count:4 buckets:[2 1]}}' }] }
`,
    rules,
  );
  assert.deepEqual([report.passed, report.failed], [1, 1]);
});

test('when a rule cannot be evaluated, the rest is not looked at', () => {
  const rules = 'groups: [{ name: g, rules: [{ record: bad, expr: in * on () in }] }]';
  const report = run(
    `
tests:
  - input_series: [{ series: 'in{a="1"}', values: 1x5 }, { series: 'in{a="2"}', values: _ 1x5 }]
    promql_expr_test: [{ expr: 1, exp_samples: [{ value: 1 }] }, { expr: 2, eval_time: 3m }, { expr: 3 }]
`,
    rules,
  );
  assert.deepEqual([report.passed, report.failed, report.skipped], [0, 1, 2]);
  assert.match(report.failures[0]!, /rule: bad, time: 1m, err: /);
});

test('mistakes in the file are named by their place', () => {
  assert.throws(() => parseRuleTestFile('tests: [{ interval: soon }]'), /tests\.0\.interval: "soon" is not a duration/);
  assert.throws(() => parseRuleTestFile('rules: []'), /rules/);
  assert.throws(() => parseRuleTestFile('tests: ['), /line \d+/);
  assert.throws(() => parseRuleTestFile('group_eval_order: [a, a]'), /repeated in evaluation order: a/);
});
