import { formatDuration } from '../../core/duration.ts';
import { withoutLabels, type Labels } from '../../core/labels.ts';
import { pendingDeviation, type Deviation, type Sample, type Transition } from '../deviation.ts';
import type { AlertingRule } from './group.ts';

/** How long a resolved alert is remembered, so that its end can be sent again: as Prometheus does. */
const RESOLVED_RETENTION = 15 * 60_000;

/** The alerts of one rule by fingerprint: pending, firing, and resolved in the last 15 minutes. */
export interface LifecycleState {
  readonly active: ReadonlyMap<string, Deviation>;
  readonly lastError: string | null;
  readonly lastAt: number | null;
}

/** What one evaluation did. With an `error` the alerts are as before (over the limit: cleared) and nothing is sent. */
export interface LifecycleStep {
  readonly state: LifecycleState;
  readonly transitions: readonly Transition[];
  /** `ALERTS` and `ALERTS_FOR_STATE`, to be visible to later rules of the same evaluation. */
  readonly samples: readonly Sample[];
  readonly error: string | null;
}

/** Expands a label or an annotation for one sample; it must not throw. */
export type Expand = (template: string, sample: Sample) => string;

/** The part of a rule that the state machine needs. */
export type LifecycleRule = Pick<AlertingRule, 'name' | 'for' | 'keepFiringFor' | 'labels' | 'annotations'>;

export const EMPTY_LIFECYCLE: LifecycleState = { active: new Map(), lastError: null, lastAt: null };

/** The state after a restart: what was stored as active. `at` is the instant of the restart, ms. */
export function restore(stored: readonly Deviation[], at: number): LifecycleState {
  const kept = stored.filter((deviation) => deviation.state !== 'resolved' || recentlyResolved(deviation, at));
  return { active: new Map(kept.map((deviation) => [deviation.fingerprint, deviation])), lastError: null, lastAt: at };
}

/**
 * One evaluation of an alerting rule.
 * @param vector result of the rule's expression at `at`
 * @param at instant of the evaluation, ms
 * @param limit greatest number of pending and firing alerts; 0 is no limit
 * Source: Prometheus 3, rules/alerting.go.
 */
export function step(
  rule: LifecycleRule,
  state: LifecycleState,
  vector: readonly Sample[],
  at: number,
  expand: Expand,
  limit = 0,
): LifecycleStep {
  const found = new Map<string, Deviation>();
  for (const sample of vector) {
    const fresh = deviationOf(rule, sample, at, expand);
    if (found.has(fresh.fingerprint)) {
      const error = 'vector contains metrics with the same labelset after applying alert labels';
      return { state: { ...state, lastError: error, lastAt: at }, transitions: [], samples: [], error };
    }
    found.set(fresh.fingerprint, fresh);
  }
  const transitions: Transition[] = [];
  const active = new Map<string, Deviation>();
  for (const fresh of found.values()) {
    const before = state.active.get(fresh.fingerprint);
    const next = seen(rule, before, fresh, at, transitions);
    active.set(next.fingerprint, next);
  }
  for (const before of state.active.values()) {
    if (found.has(before.fingerprint)) continue;
    const next = unseen(rule, before, at, transitions);
    if (next) active.set(next.fingerprint, next);
  }
  const open = [...active.values()].filter((deviation) => deviation.state !== 'resolved');
  if (limit > 0 && open.length > limit) {
    const error = `exceeded limit of ${limit} with ${open.length} alerts`;
    return { state: { active: new Map(), lastError: error, lastAt: at }, transitions: [], samples: [], error };
  }
  const samples = open.flatMap((deviation) => alertSamples(rule, deviation));
  return { state: { active, lastError: null, lastAt: at }, transitions, samples, error: null };
}

function deviationOf(rule: LifecycleRule, sample: Sample, at: number, expand: Expand): Deviation {
  const labels: Record<string, string> = { ...withoutLabels(sample.labels, ['__name__']) };
  for (const [name, template] of Object.entries(rule.labels)) labels[name] = expand(template, sample);
  labels['alertname'] = rule.name;
  const annotations: Record<string, string> = {};
  for (const [name, template] of Object.entries(rule.annotations)) annotations[name] = expand(template, sample);
  return pendingDeviation(withoutLabels(labels), annotations, sample.value, at);
}

function seen(
  rule: LifecycleRule,
  before: Deviation | undefined,
  fresh: Deviation,
  at: number,
  transitions: Transition[],
): Deviation {
  const known = before && before.state !== 'resolved' ? before : null;
  const current: Deviation = known
    ? { ...known, value: fresh.value, annotations: fresh.annotations, keptSince: null }
    : fresh;
  if (current.state === 'pending' && at - current.activeAt >= rule.for) {
    const firing: Deviation = { ...current, state: 'firing', firedAt: at };
    const reason = rule.for > 0 ? `the condition held for ${formatDuration(rule.for)}` : 'the condition holds';
    transitions.push({ to: 'firing', at, deviation: firing, reason });
    return firing;
  }
  if (!known) transitions.push({ to: 'pending', at, deviation: current, reason: 'the condition began to hold' });
  return current;
}

function unseen(rule: LifecycleRule, before: Deviation, at: number, transitions: Transition[]): Deviation | null {
  if (before.state === 'resolved') return recentlyResolved(before, at) ? before : null;
  if (before.state === 'firing' && rule.keepFiringFor > 0) {
    const keptSince = before.keptSince ?? at;
    if (at - keptSince < rule.keepFiringFor) return { ...before, keptSince };
  }
  const resolved: Deviation = { ...before, state: 'resolved', resolvedAt: at, keptSince: null };
  const reason =
    before.state === 'pending'
      ? `the condition ended before it had held for ${formatDuration(rule.for)}`
      : rule.keepFiringFor > 0
        ? `the condition has not held for ${formatDuration(rule.keepFiringFor)}`
        : 'the condition no longer holds';
  transitions.push({ to: 'resolved', at, deviation: resolved, reason });
  // A pending alert that ends was never sent, so nothing about it has to be repeated.
  return before.state === 'firing' ? resolved : null;
}

function recentlyResolved(deviation: Deviation, at: number): boolean {
  return deviation.resolvedAt !== null && at - deviation.resolvedAt <= RESOLVED_RETENTION;
}

function alertSamples(rule: LifecycleRule, deviation: Deviation): Sample[] {
  const base: Labels = { ...deviation.labels, alertname: rule.name };
  return [
    { labels: { ...base, __name__: 'ALERTS', alertstate: deviation.state }, value: 1 },
    { labels: { ...base, __name__: 'ALERTS_FOR_STATE' }, value: Math.floor(deviation.activeAt / 1000) },
  ];
}
