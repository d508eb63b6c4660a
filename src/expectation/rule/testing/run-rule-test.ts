import { formatDuration } from '../../../core/duration.ts';
import { labelsKey, withoutLabels, type Labels } from '../../../core/labels.ts';
import { parseSeriesLine, type SeriesLine } from '../../../promql/testing/series-line.ts';
import { LocalAsk } from '../../engine/ask.ts';
import { GroupRunner } from '../../engine/group-runner.ts';
import type { Turn } from '../../engine/turn.ts';
import type { RuleGroup } from '../group.ts';
import { checkExprTest } from './check-expr.ts';
import { labelsIn, type AlertTest, type RuleTestFile, type TestGroup } from './rule-test-file.ts';
import { TestSeries } from './test-series.ts';
import { printAlerts, type NamedAlert } from './words.ts';

/** What came of a file: each alert and each expression asked for counts once. */
export interface RuleTestReport {
  readonly passed: number;
  readonly failed: number;
  /** Not looked at, because a rule could not be evaluated. */
  readonly skipped: number;
  /** What was got and what was expected, as promtool words it. */
  readonly failures: readonly string[];
}

/**
 * Runs the tests of a file over rule groups, on a clock of its own.
 * @param groups of all rule files that the test file names, free of faults
 */
export function runRuleTest(file: RuleTestFile, groups: readonly RuleGroup[]): RuleTestReport {
  const reports = file.tests.map((test) => new TestRun(file, test, ordered(groups, file.order)).run());
  const sum = (field: 'passed' | 'failed' | 'skipped'): number =>
    reports.reduce((total, report) => total + report[field], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

/** Groups in the order asked for; those that are not named come first, with the first. */
function ordered(groups: readonly RuleGroup[], order: readonly string[]): RuleGroup[] {
  const place = (group: RuleGroup): number => Math.max(0, order.indexOf(group.name));
  return groups.toSorted((a, b) => place(a) - place(b));
}

class TestRun {
  readonly #file: RuleTestFile;
  readonly #test: TestGroup;
  readonly #series = new TestSeries();
  readonly #ask: LocalAsk;
  readonly #runners: readonly GroupRunner[];
  readonly #input: readonly { readonly line: SeriesLine; next: number }[];
  readonly #failures: string[] = [];
  #passed = 0;

  constructor(file: RuleTestFile, test: TestGroup, groups: readonly RuleGroup[]) {
    this.#file = file;
    this.#test = test;
    this.#ask = new LocalAsk(this.#series, file.interval);
    this.#runners = groups.map((group) => new GroupRunner(group, file.interval));
    const lines = (test.input_series ?? []).map(({ series, values }) => parseSeriesLine(`${series} ${values}`));
    // A series that is given twice counts as it was given last.
    const last = new Map(lines.map((line) => [labelsKey(line.labels), line]));
    this.#input = [...last.values()].map((line) => ({ line, next: 0 }));
  }

  run(): RuleTestReport {
    const alerts = this.#test.alert_rule_test ?? [];
    const exprs = this.#test.promql_expr_test ?? [];
    const all = alerts.length + exprs.length;
    const { interval } = this.#file;
    const end = Math.max(0, ...alerts.map(({ eval_time }) => eval_time), ...exprs.map(({ eval_time }) => eval_time));
    for (let since = 0; since <= end; since += interval) {
      const errors = this.#evaluate(since);
      if (errors.length > 0) {
        const checked = this.#passed + this.#failures.length;
        return this.#report(1 + this.#failures.length, all - Math.min(all, checked + 1), errors);
      }
      for (const test of alerts) {
        if (test.eval_time >= since && test.eval_time < since + interval) this.#note(this.#checkAlert(test));
      }
    }
    for (const test of exprs) {
      const at = this.#test.start_timestamp + test.eval_time;
      this.#note(checkExprTest(this.#series, test, at, this.#file.interval, this.#file.fuzzy));
    }
    return this.#report(this.#failures.length, 0, []);
  }

  #report(failed: number, skipped: number, more: readonly string[]): RuleTestReport {
    return { passed: this.#passed, failed, skipped, failures: [...this.#failures, ...more] };
  }

  #note(failure: string | null): void {
    if (failure === null) this.#passed++;
    else this.#failures.push(failure);
  }

  /** Evaluates all groups at `since` ms after the start; gives what could not be evaluated. */
  #evaluate(since: number): string[] {
    const at = this.#test.start_timestamp + since;
    this.#load(at);
    const turn: Turn = {
      ask: this.#ask,
      at,
      externalUrl: this.#test.external_url,
      externalLabels: labelsIn(this.#test.external_labels),
      events: [],
      write: (labels, value, time = at, histogram) => this.#series.add(labels, time, histogram ?? value),
      writeStale: (labels, time = at) => this.#series.add(labels, time, 'stale'),
      flush: () => {},
    };
    const errors: string[] = [];
    for (const runner of this.#runners) {
      runner.run(turn);
      for (const { name, runs } of runner.report(0).rules) {
        const error = runs[0]?.error;
        if (error) errors.push(`    rule: ${name}, time: ${formatDuration(since)}, err: ${error}`);
      }
    }
    return errors;
  }

  /** What is given becomes visible as time passes: a rule with a negative offset does not see the future. */
  #load(until: number): void {
    for (const input of this.#input) {
      const { labels, points } = input.line;
      for (; input.next < points.length; input.next++) {
        const time = this.#test.start_timestamp + input.next * this.#test.interval;
        if (time > until) break;
        const point = points[input.next];
        if (point !== undefined) this.#series.add(labels, time, point);
      }
    }
  }

  #checkAlert(test: AlertTest): string | null {
    const got: NamedAlert[] = [];
    for (const runner of this.#runners) {
      if (test.groupname !== undefined && test.groupname !== runner.group.name) continue;
      for (const rule of runner.group.rules) {
        if (rule.kind !== 'alerting' || rule.name !== test.alertname) continue;
        for (const { state, labels, annotations } of runner.open(rule))
          if (state === 'firing') got.push({ labels, annotations: withoutLabels(annotations) });
      }
    }
    const wanted = (test.exp_alerts ?? []).map(({ exp_labels, exp_annotations }) => ({
      labels: { ...labelsIn(exp_labels), alertname: test.alertname },
      annotations: labelsIn(exp_annotations),
    }));
    const [have, want] = [sorted(got), sorted(wanted)];
    if (have.length === want.length && have.every((one, index) => sameAlert(one, want[index]!))) return null;
    const name = this.#test.name === undefined ? '' : `    name: ${this.#test.name},\n`;
    const group = test.groupname === undefined ? '' : `groupname: ${test.groupname}, `;
    const when = `    ${group}alertname: ${test.alertname}, time: ${formatDuration(test.eval_time)}, `;
    return `${name}${when}\n        exp:${printAlerts(want)}, \n        got:${printAlerts(have)}`;
  }
}

function sorted(alerts: readonly NamedAlert[]): NamedAlert[] {
  const key = ({ labels, annotations }: NamedAlert): string => `${labelsKey(labels)}\u0003${labelsKey(annotations)}`;
  return alerts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function sameAlert(a: NamedAlert, b: NamedAlert): boolean {
  return sameMap(a.labels, b.labels) && sameMap(a.annotations, b.annotations);
}

/** An empty text that is expected is not the same as a label that is not there. */
function sameMap(a: Labels, b: Labels): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
