import type { Labels } from '../../core/labels.ts';
import type { Deviation } from '../deviation.ts';
import type { RuleRun } from './run-log.ts';

/** One pending or firing deviation of a rule. */
export interface ReportedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAt: number;
  readonly firedAt: number | null;
  /** Since when it is only held by keep_firing_for, ms, or null. */
  readonly keptSince: number | null;
  readonly value: number | null;
}

/** One rule, watermark or indicator with its state and its last runs. Durations are ms. */
export interface RuleReport {
  readonly kind: 'alerting' | 'recording' | 'watermark' | 'indicator';
  readonly name: string;
  readonly title: string;
  readonly expr: string;
  readonly interval: number;
  readonly for: number;
  readonly keepFiringFor: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The worst of its alerts; null for a recording rule. */
  readonly state: 'inactive' | 'pending' | 'firing' | null;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly alerts: readonly ReportedAlert[];
  /** Newest first, at most ten. */
  readonly runs: readonly RuleRun[];
}

/** A group of rules, evaluated one after the other. */
export interface GroupReport {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly limit: number;
  readonly queryOffset: number;
  readonly labels: Labels;
  /** Last evaluation and how long it took, ms; null before the first. */
  readonly at: number | null;
  readonly ms: number | null;
  /** Evaluations left out since the start, because the one before was not done or the process slept. */
  readonly missed: number;
  readonly rules: readonly RuleReport[];
}

/** Everything the engine evaluates. */
export interface RulesReport {
  readonly groups: readonly GroupReport[];
  readonly watermarks: readonly RuleReport[];
  readonly indicators: readonly RuleReport[];
}

/** The open deviations of a rule as they are reported, firing ones first. */
export function reportedAlerts(deviations: Iterable<Deviation>): ReportedAlert[] {
  const found: ReportedAlert[] = [];
  for (const { labels, annotations, state, activeAt, firedAt, keptSince, value } of deviations) {
    if (state === 'resolved') continue;
    found.push({
      labels,
      annotations,
      state,
      activeAt,
      firedAt,
      keptSince,
      value: Number.isFinite(value) ? value : null,
    });
  }
  return found.sort((a, b) => Number(a.state === 'pending') - Number(b.state === 'pending') || a.activeAt - b.activeAt);
}

/** State and health of a rule that alerts. */
export function standing(
  alerts: readonly ReportedAlert[],
  runs: readonly RuleRun[],
): Pick<RuleReport, 'state' | 'health' | 'alerts' | 'runs'> {
  const [worst] = alerts;
  return { state: worst?.state ?? 'inactive', health: healthOf(runs), alerts, runs };
}

/** Health as Prometheus names it. */
export function healthOf([last]: readonly RuleRun[]): RuleReport['health'] {
  if (!last) return 'unknown';
  return last.error === null ? 'ok' : 'err';
}
