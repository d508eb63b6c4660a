import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { parseExpr, selectorsOf } from '../../promql/index.ts';
import { alertEvent, type Deviation, type Sample } from '../deviation.ts';
import type { AlertingRule, RecordingRule, Rule, RuleGroup } from '../rule/group.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleState } from '../rule/lifecycle.ts';
import { healthOf, reportedAlerts, standing, type GroupReport, type RuleReport } from './report.ts';
import { RunLog, type RuleRun } from './run-log.ts';
import { expander, type Runner, type Turn } from './turn.ts';

/** A series that a rule writes. The labels are frozen, so that their bytes are encoded once. */
interface Output {
  readonly labels: Labels;
  readonly key: string;
}

/** The metrics that a rule looks at, or null where that cannot be told from its text. */
type Reads = readonly string[] | null;

const ALERT_SERIES = ['ALERTS', 'ALERTS_FOR_STATE'] as const;

/** Evaluates the rules of one group in their order, as Prometheus does: what one records, the next one sees. */
export class GroupRunner implements Runner {
  readonly label: string;
  readonly interval: number;
  readonly sources: readonly string[];
  readonly group: RuleGroup;
  readonly #offset: number;
  readonly #states = new Map<AlertingRule, LifecycleState>();
  /** Series each rule wrote at its last evaluation, by the labels of the results: those that vanish are ended. */
  readonly #written = new Map<Rule, ReadonlyMap<string, Output>>();
  readonly #reads: readonly Reads[];
  /** Metrics written in this evaluation that are not visible yet. */
  readonly #unseen = new Set<string>();
  /** Series of rules that are gone with the last configuration. */
  #orphans: Labels[] = [];
  readonly #runs = new RunLog<Rule>();
  #last: { readonly at: number; readonly ms: number } | null = null;

  constructor(group: RuleGroup, defaultInterval: number) {
    this.group = group;
    this.label = group.name;
    this.interval = group.interval ?? defaultInterval;
    this.#offset = group.queryOffset ?? 0;
    this.#reads = group.rules.map(readsOf);
    this.sources = group.rules.filter((rule) => rule.kind === 'alerting').map((rule) => this.#source(rule));
  }

  get lastRuns(): ReadonlyMap<string, RuleRun> {
    return this.#runs.last((rule) => `${this.group.name}/${rule.name}`);
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    for (const rule of this.group.rules) {
      if (rule.kind === 'alerting') this.#states.set(rule, restore(stored.get(this.#source(rule)) ?? [], at));
    }
  }

  /** Goes on where the group of the same name stopped: its runs, and the series that may have to be ended. */
  inherit(before: GroupRunner): void {
    const heirs = new Map(this.group.rules.map((rule, index) => [keyOf(rule, this.group.rules, index), rule]));
    before.group.rules.forEach((old, index) => {
      const heir = heirs.get(keyOf(old, before.group.rules, index));
      const written = before.#written.get(old);
      if (!heir) for (const { labels } of written?.values() ?? []) this.#orphans.push(labels);
      else {
        if (written) this.#written.set(heir, written);
        for (const run of before.#runs.of(old).toReversed()) this.#runs.note(heir, run);
      }
    });
    this.#orphans.push(...before.#orphans);
    this.#last = before.#last;
  }

  /** All series that the group wrote and has not ended. */
  written(): Labels[] {
    return [...this.#written.values()].flatMap((series) => Array.from(series.values(), ({ labels }) => labels));
  }

  run(turn: Turn): void {
    const began = performance.now();
    let started = began;
    this.group.rules.forEach((rule, index) => {
      let samples = 0;
      let error: string | null = null;
      try {
        if (this.#isUnseen(this.#reads[index]!)) this.#flush(turn);
        const vector = turn.ask.instant(rule.expr, turn.at - this.#offset);
        samples = vector.length;
        error = rule.kind === 'recording' ? this.#record(rule, vector, turn) : this.#alert(rule, vector, turn);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
      }
      const ended = performance.now();
      this.#runs.note(rule, { at: turn.at, ms: ended - started, samples, error });
      started = ended;
    });
    this.#flush(turn);
    for (const labels of this.#orphans) turn.writeStale(labels, turn.at - this.#offset);
    this.#orphans = [];
    this.#last = { at: turn.at, ms: performance.now() - began };
  }

  /** The group with its rules as of the last evaluation. @param missed evaluations left out */
  report(missed: number): GroupReport {
    const { name, file, limit, labels, rules } = this.group;
    return {
      name,
      file,
      interval: this.interval,
      limit,
      queryOffset: this.#offset,
      labels,
      at: this.#last?.at ?? null,
      ms: this.#last?.ms ?? null,
      missed,
      rules: rules.map((rule) => this.#reportRule(rule)),
    };
  }

  /** The alerts of one rule that are pending or firing. */
  open(rule: AlertingRule): Deviation[] {
    return [...(this.#states.get(rule)?.active.values() ?? [])].filter(({ state }) => state !== 'resolved');
  }

  #reportRule(rule: Rule): RuleReport {
    const runs = this.#runs.of(rule);
    const { name, expr, labels } = rule;
    const common = { name, title: name, expr, labels, interval: this.interval };
    if (rule.kind === 'recording') {
      const nothing = { for: 0, keepFiringFor: 0, annotations: {}, state: null, alerts: [] };
      return { kind: 'recording', ...common, ...nothing, health: healthOf(runs), runs };
    }
    const { keepFiringFor, annotations } = rule;
    const alerts = reportedAlerts(this.open(rule));
    return { kind: 'alerting', ...common, for: rule.for, keepFiringFor, annotations, ...standing(alerts, runs) };
  }

  #record(rule: RecordingRule, vector: readonly Sample[], turn: Turn): string | null {
    const before = this.#written.get(rule);
    const now = new Map<string, Output>();
    const named = new Set<string>();
    for (const { labels } of vector) {
      const key = labelsKey(labels);
      const output = before?.get(key) ?? outputOf({ ...labels, ...rule.labels, __name__: rule.name });
      now.set(key, output);
      named.add(output.key);
    }
    if (named.size < vector.length) return 'vector contains metrics with the same labelset after applying rule labels';
    const { limit } = this.group;
    if (limit > 0 && named.size > limit) return `exceeded limit of ${limit} with ${named.size} series`;
    this.#unseen.add(rule.name);
    this.#write(rule, vector, now, turn);
    return null;
  }

  #alert(rule: AlertingRule, vector: readonly Sample[], turn: Turn): string | null {
    const before = this.#states.get(rule) ?? EMPTY_LIFECYCLE;
    const result = step(rule, before, vector, turn.at, expander(turn, this.#offset), this.group.limit);
    this.#states.set(rule, result.state);
    for (const { deviation } of result.transitions) {
      if (deviation.state === 'resolved' && this.#heldByAnother(rule, deviation.fingerprint)) continue;
      turn.events.push(alertEvent(deviation, { source: this.#source(rule), generatorUrl: null, validUntil: null }));
    }
    if (result.error) return result.error;
    const known = this.#written.get(rule);
    const now = new Map<string, Output>();
    for (const { labels } of result.samples) {
      const key = labelsKey(labels);
      now.set(key, known?.get(key) ?? outputOf(labels));
    }
    for (const name of ALERT_SERIES) this.#unseen.add(name);
    this.#write(rule, result.samples, now, turn);
    return null;
  }

  /**
   * Whether another rule of the same name holds this alert open: often one for each severity. What is stored names the
   * rule only, so after a restart each of them is given the alerts of all, and drops what is not its own.
   */
  #heldByAnother(rule: AlertingRule, fingerprint: string): boolean {
    for (const [other, { active }] of this.#states) {
      if (other === rule || other.name !== rule.name) continue;
      const held = active.get(fingerprint);
      if (held && held.state !== 'resolved') return true;
    }
    return false;
  }

  /**
   * Writes at the instant that was asked about: with an offset, that is before the evaluation.
   * @param now the series of the samples, in the same order
   */
  #write(rule: Rule, samples: readonly Sample[], now: ReadonlyMap<string, Output>, turn: Turn): void {
    const time = turn.at - this.#offset;
    const before = this.#written.get(rule);
    let index = 0;
    for (const { labels } of now.values()) {
      const { value, histogram } = samples[index++]!;
      turn.write(labels, value, time, histogram);
    }
    if (before) {
      const kept = new Set(Array.from(now.values(), ({ key }) => key));
      for (const { key, labels } of before.values()) if (!kept.has(key)) turn.writeStale(labels, time);
    }
    this.#written.set(rule, now);
  }

  #isUnseen(reads: Reads): boolean {
    if (this.#unseen.size === 0) return false;
    return reads === null || reads.some((name) => this.#unseen.has(name));
  }

  /** Lets the next expressions see what was written. All results of a group go as one batch if none reads another. */
  #flush(turn: Turn): void {
    if (this.#unseen.size === 0) return;
    this.#unseen.clear();
    turn.flush();
  }

  #source(rule: AlertingRule): string {
    return `rule:${this.group.name}/${rule.name}`;
  }
}

/** Names a rule across configurations: by its kind and name, and which of several with the same name it is. */
function keyOf(rule: Rule, rules: readonly Rule[], index: number): string {
  const same = rules.slice(0, index).filter(({ kind, name }) => kind === rule.kind && name === rule.name).length;
  return `${rule.kind} ${rule.name} ${same}`;
}

function outputOf(labels: Labels): Output {
  const kept = Object.freeze(withoutLabels(labels));
  return { labels: kept, key: labelsKey(kept) };
}

function readsOf(rule: Rule): Reads {
  // A template may ask for anything.
  if (rule.kind === 'alerting' && /query/.test(JSON.stringify([rule.labels, rule.annotations]))) return null;
  try {
    const names: string[] = [];
    for (const { matchers } of selectorsOf(parseExpr(rule.expr), { start: 0, end: 0 })) {
      const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=');
      if (!name) return null;
      names.push(name.value);
    }
    return names;
  } catch {
    // It will say so when it is evaluated.
    return null;
  }
}
