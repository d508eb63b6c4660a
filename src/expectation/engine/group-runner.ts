import { labelsKey, withoutLabels, type Labels } from '../../core/labels.ts';
import { alertEvent, type Deviation, type Sample } from '../deviation.ts';
import type { AlertingRule, RecordingRule, RuleGroup } from '../rule/group.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleState } from '../rule/lifecycle.ts';
import { expander, type RuleRun, type Runner, type Turn } from './turn.ts';

/** Evaluates the rules of one group in their order, as Prometheus does: what one records, the next one sees. */
export class GroupRunner implements Runner {
  readonly interval: number;
  readonly sources: readonly string[];
  readonly lastRuns = new Map<string, RuleRun>();
  readonly #group: RuleGroup;
  readonly #states = new Map<AlertingRule, LifecycleState>();
  /** Series each rule wrote at its last evaluation: those that vanish are ended. */
  readonly #written = new Map<RecordingRule | AlertingRule, Map<string, Labels>>();

  constructor(group: RuleGroup, defaultInterval: number) {
    this.#group = group;
    this.interval = group.interval ?? defaultInterval;
    this.sources = group.rules.filter((rule) => rule.kind === 'alerting').map((rule) => this.#source(rule));
  }

  restore(stored: ReadonlyMap<string, readonly Deviation[]>, at: number): void {
    for (const rule of this.#group.rules) {
      if (rule.kind === 'alerting') this.#states.set(rule, restore(stored.get(this.#source(rule)) ?? [], at));
    }
  }

  run(turn: Turn): void {
    for (const rule of this.#group.rules) {
      const started = performance.now();
      let samples = 0;
      let error: string | null = null;
      try {
        const vector = turn.ask.instant(rule.expr, turn.at - (this.#group.queryOffset ?? 0));
        samples = vector.length;
        error = rule.kind === 'recording' ? this.#record(rule, vector, turn) : this.#alert(rule, vector, turn);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
      }
      this.lastRuns.set(`${this.#group.name}/${rule.name}`, {
        at: turn.at,
        ms: performance.now() - started,
        samples,
        error,
      });
    }
  }

  #record(rule: RecordingRule, vector: readonly Sample[], turn: Turn): string | null {
    const found = new Map<string, { labels: Labels; value: number }>();
    for (const { labels, value } of vector) {
      const named = withoutLabels({ ...labels, ...rule.labels, __name__: rule.name });
      const key = labelsKey(named);
      if (found.has(key)) return 'vector contains metrics with the same labelset after applying rule labels';
      found.set(key, { labels: named, value });
    }
    if (this.#group.limit > 0 && found.size > this.#group.limit)
      return `exceeded limit of ${this.#group.limit} with ${found.size} series`;
    this.#write(rule, [...found.values()], turn);
    return null;
  }

  #alert(rule: AlertingRule, vector: readonly Sample[], turn: Turn): string | null {
    const before = this.#states.get(rule) ?? EMPTY_LIFECYCLE;
    const result = step(rule, before, vector, turn.at, expander(turn), this.#group.limit);
    this.#states.set(rule, result.state);
    for (const { deviation } of result.transitions) {
      turn.events.push(alertEvent(deviation, { source: this.#source(rule), generatorUrl: null, validUntil: null }));
    }
    if (!result.error) this.#write(rule, result.samples, turn);
    return result.error;
  }

  #write(rule: RecordingRule | AlertingRule, samples: readonly Sample[], turn: Turn): void {
    const before = this.#written.get(rule);
    const now = new Map<string, Labels>();
    for (const { labels, value } of samples) {
      turn.write(labels, value);
      now.set(labelsKey(labels), labels);
    }
    if (before) for (const [key, labels] of before) if (!now.has(key)) turn.writeStale(labels);
    turn.flush();
    this.#written.set(rule, now);
  }

  #source(rule: AlertingRule): string {
    return `rule:${this.#group.name}/${rule.name}`;
  }
}
