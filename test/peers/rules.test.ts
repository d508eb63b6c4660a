import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const missing = spawnSync('which', ['promtool']).status !== 0;

const RULES = `
groups:
  - name: first
    rules:
      - { record: "job:up:sum", expr: "sum by (job) (up)" }
      - { record: "job:up:ahead", expr: "sum by (job) (up offset -2m)" }
      - alert: InstanceDown
        expr: up == 0
        for: 3m
        keep_firing_for: 2m
        labels: { severity: page, where: "{{ $externalLabels.dc }}" }
        annotations:
          summary: '{{ $labels.instance }} is {{ if eq $value 0.0 }}down{{ else }}up{{ end }} for {{ $value | humanizeDuration }}'
          others: '{{ range query "job:up:sum" }}{{ .Labels.job }}={{ .Value }};{{ end }}'
          link: '{{ $externalURL }}/x'
  - name: second
    rules:
      - { record: "all:up:sum", expr: "sum(job:up:sum)" }
      - { alert: NothingUp, expr: "all:up:sum == 0", labels: { severity: warning } }
      - { alert: Gone, expr: 'absent(up{job="b"})' }
`;

/** One series that fails for a while and comes back, one that ends, one that never was. */
const SERIES = `
      - { series: 'up{job="a", instance="1"}', values: '1 1 0x6 1x10' }
      - { series: 'up{job="a", instance="2"}', values: '1+0x4 stale _x4 1 1' }
      - { series: 'count{job="a"}', values: '0+10x10 5+1x8' }`;

function file(tests: string, head = ''): string {
  return `
rule_files: [rules.yml]
evaluation_interval: 1m
group_eval_order: [first, second]
${head}
tests:
  - interval: 1m
    name: one
    external_labels: { dc: fra }
    external_url: https://prom.example.org
    input_series:${SERIES}
${tests}`;
}

const firing = (text: string): string => `
            exp_annotations:
              summary: '1 is down for ${text}'
              others: 'a=1;'
              link: https://prom.example.org/x`;

/** Files of rule tests; the verdict is what Debian's promtool says about them. */
const FILES: Readonly<Record<string, string>> = {
  'pending-is-not-firing': file(`
    alert_rule_test:
      - { eval_time: 4m, alertname: InstanceDown, exp_alerts: [] }
      - { eval_time: 2m, alertname: NothingUp }`),
  'firing-with-labels-and-texts': file(`
    alert_rule_test:
      - eval_time: 6m
        alertname: InstanceDown
        exp_alerts:
          - exp_labels: { severity: page, where: fra, job: a, instance: "1" }
            exp_annotations:
              summary: '1 is down for 0s'
              others: 'a=0;'
              link: https://prom.example.org/x`),
  'wrong-annotation': file(`
    alert_rule_test:
      - eval_time: 6m
        alertname: InstanceDown
        exp_alerts:
          - exp_labels: { severity: page, where: fra, job: a, instance: "1" }${firing('1s')}`),
  'wrong-label': file(`
    alert_rule_test:
      - eval_time: 6m
        alertname: InstanceDown
        exp_alerts: [{ exp_labels: { severity: mail } }]`),
  'kept-firing': file(`
    alert_rule_test:
      - eval_time: 10m
        alertname: InstanceDown
        exp_alerts:
          - exp_labels: { severity: page, where: fra, job: a, instance: "1" }
            exp_annotations:
              summary: '1 is down for 0s'
              others: 'a=0;'
              link: https://prom.example.org/x
      - { eval_time: 12m, alertname: InstanceDown }`),
  'between-two-evaluations': file(`
    alert_rule_test:
      - { eval_time: 12m30s, alertname: InstanceDown }
      - { eval_time: 30s, alertname: Gone, exp_alerts: [{ exp_labels: { job: b } }] }`),
  'an-alert-nobody-defines': file(`
    alert_rule_test:
      - { eval_time: 1m, alertname: Unheard }`),
  'an-alert-nobody-defines-expected': file(`
    alert_rule_test:
      - { eval_time: 1m, alertname: Unheard, exp_alerts: [{ exp_labels: { a: b } }] }`),
  expressions: file(`
    promql_expr_test:
      - expr: job:up:sum
        eval_time: 1m
        exp_samples: [{ labels: 'job:up:sum{job="a"}', value: 2 }]
      - expr: round(rate(count[5m]) * 60, 0.001)
        eval_time: 6m
        exp_samples: [{ labels: '{job="a"}', value: 10 }]
      - expr: up{instance="2"}
        eval_time: 6m
      - expr: max_over_time(count[10m:2m])
        eval_time: 8m30s
        exp_samples: [{ labels: '{job="a"}', value: 80 }]
      - expr: ALERTS{alertname="InstanceDown",alertstate="pending"}
        eval_time: 3m
        exp_samples: [{ labels: 'ALERTS{alertname="InstanceDown",alertstate="pending",severity="page",where="fra",job="a",instance="1"}', value: 1 }]
      - expr: 3 + 4
        exp_samples: [{ value: 7 }]`),
  'expression-wrong-value': file(`
    promql_expr_test:
      - { expr: job:up:sum, eval_time: 1m, exp_samples: [{ labels: 'job:up:sum{job="a"}', value: 3 }] }`),
  'expression-missing-sample': file(`
    promql_expr_test:
      - { expr: job:up:sum, eval_time: 1m }`),
  'expression-does-not-parse': file(`
    promql_expr_test:
      - { expr: 'sum(', eval_time: 1m }`),
  'expression-is-a-string': file(`
    promql_expr_test:
      - { expr: '"text"', eval_time: 1m }`),
  'a-negative-offset-does-not-see-the-future': file(`
    promql_expr_test:
      - { expr: job:up:ahead, eval_time: 1m, exp_samples: [{ labels: 'job:up:ahead{job="a"}', value: 2 }] }`),
  'an-order-with-a-group-twice': file('', '').replace('[first, second]', '[first, first]'),
  'an-unknown-key': file(`
    promql_tests: []`),
  'no-alertname': file(`
    alert_rule_test:
      - { eval_time: 1m }`),
  'nothing-to-test': file(''),
  'a-rule-file-with-a-mistake': file('').replace('rules.yml', 'broken.yml'),
  'a-rule-that-cannot-be-evaluated': file(`
    promql_expr_test:
      - { expr: '1', exp_samples: [{ value: 1 }] }`).replace('rules.yml', 'many.yml'),
  'numbers-without-quotes': `
tests:
  - interval: 1m
    input_series: [{ series: a, values: 0x3 }, { series: b, values: 7 }, { series: c, values: .5 }, { series: d, values: Inf }]
    promql_expr_test:
      - { expr: count_over_time(a[10m]), eval_time: 5m30s, exp_samples: [{ value: 4 }] }
      - { expr: b, eval_time: 0, exp_samples: [{ labels: b, value: 7.0 }] }
      - { expr: d, exp_samples: [{ labels: d, value: .inf }] }
      - { expr: c, exp_samples: [{ labels: c, value: 5e-1 }] }`,
  'an-empty-list-of-rule-files': `
tests:
  - interval: 1m
    input_series: [{ series: 'a', values: '1 2 3' }]
    promql_expr_test: [{ expr: a, eval_time: 2m, exp_samples: [{ labels: a, value: 3 }] }]`,
  'wrong-order-of-groups': file(`
    promql_expr_test:
      - { expr: 'all:up:sum', exp_samples: [{ labels: 'all:up:sum', value: 2 }] }`).replace(
    '[first, second]',
    '[second, first]',
  ),
};

const BROKEN = `groups: [{ name: broken, rules: [{ record: a, expr: 'sum(' }] }]`;
/** Both sides of the join have two series. */
const MANY = `groups: [{ name: many, rules: [{ record: a, expr: 'up * on (job) up' }] }]`;

describe('rule tests, beside Debian promtool', { skip: missing ? 'not installed: promtool' : false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'lamplighter-rules-'));
  const path = (name: string): string => join(directory, `${name}.test.yml`);
  const ours = new Map<string, boolean>();

  before(() => {
    writeFileSync(join(directory, 'rules.yml'), RULES);
    writeFileSync(join(directory, 'broken.yml'), BROKEN);
    writeFileSync(join(directory, 'many.yml'), MANY);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path(name), text);
    // All files in one run: starting takes longer than testing.
    const { stdout, stderr } = spawnSync(process.execPath, [main, 'rules', 'test', ...Object.keys(FILES).map(path)], {
      encoding: 'utf8',
    });
    assert.match(stdout, /\n\d+ passed, \d+ failed, \d+ skipped\n$/, stdout + stderr);
    const parts = stdout.split('Unit Testing:  ').slice(1);
    for (const [index, name] of Object.keys(FILES).entries()) ours.set(name, /^\s+SUCCESS$/m.test(parts[index]!));
  });

  after(() => rmSync(directory, { recursive: true, force: true }));

  for (const name of Object.keys(FILES)) {
    it(name.replaceAll('-', ' '), () => {
      const theirs = spawnSync('promtool', ['test', 'rules', path(name)], { encoding: 'utf8' });
      assert.equal(ours.get(name), theirs.status === 0, theirs.stdout + theirs.stderr);
    });
  }

  it('both verdicts occur, and the status says it', () => {
    assert.ok([...ours.values()].filter(Boolean).length >= 6);
    assert.ok([...ours.values()].filter((passed) => !passed).length >= 6);
    const run = (...names: string[]): number | null =>
      spawnSync(process.execPath, [main, 'rules', 'test', ...names.map(path)]).status;
    assert.equal(run('expressions', 'kept-firing'), 0);
    assert.equal(run('expressions', 'wrong-label'), 1);
  });

  it('rule files are found right and wrong alike', () => {
    for (const name of ['rules.yml', 'broken.yml', 'many.yml']) {
      const file = join(directory, name);
      const theirs = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      const here = spawnSync(process.execPath, [main, 'rules', 'check', file], { encoding: 'utf8' });
      assert.equal(here.status, theirs.status, theirs.stdout + theirs.stderr + here.stdout + here.stderr);
    }
  });
});
