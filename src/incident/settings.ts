import type { Labels } from '../core/labels.ts';
import type { Deps } from '../core/transaction.ts';
import { partnerOfSource, type Source } from '../signal/index.ts';
import { causeMeasures, type CauseMeasures } from './cause/setting.ts';
import type { IncidentConfig } from './config.ts';
import type { JoinRules } from './correlate/correlate.ts';
import { Past } from './correlate/past.ts';
import type { IncidentTx } from './ports.ts';
import { Topology } from './topology.ts';

/** What the stage needs of the configuration, made ready once per reload. */
export interface IncidentSettings {
  readonly topology: Topology;
  /** What the stored alerts tell; PastKeeper fills it. */
  readonly past: Past;
  readonly join: JoinRules;
  /** How long all alerts must have been over before an incident resolves by itself, ms. */
  readonly settle: number;
  /** Where calls are seen that the configuration may lack. */
  readonly learn: IncidentConfig['incidents']['learn'];
  /** What the cause is measured by; null if by alerts alone. */
  readonly cause: CauseMeasures | null;
  /** The partner behind an alert's source, or null for own systems. */
  readonly partnerOf: (alertSource: string) => string | null;
}

/** The metrics engine as this stage asks it. */
export interface Measure {
  /** The vector of an expression at an instant, ms. @throws Fault */
  values(expr: string, at: number): Promise<readonly { readonly labels: Labels; readonly value: number }[]>;
  /** The series of an expression between two instants, ms; one value a step, NaN where there is none. @throws Fault */
  range(
    expr: string,
    from: number,
    to: number,
    step: number,
  ): Promise<readonly { readonly labels: Labels; readonly values: readonly number[] }[]>;
}

/**
 * Asks the metrics engine several questions, together within a time that is limited: what explains an incident is never
 * worth much waiting. @throws Fault `query_timeout` when the time is up, `unavailable` when the engine is away
 */
export type AskMeasures = <T>(questions: (measure: Measure) => Promise<T>) => Promise<T>;

export interface IncidentDeps extends Deps<IncidentTx> {
  /** The settings as they are now: a reload exchanges them. */
  readonly incidents: () => IncidentSettings;
}

/** Makes the settings from a checked configuration. */
export function incidentSettings(config: IncidentConfig, sources: ReadonlyMap<string, Source>): IncidentSettings {
  const topology = new Topology(config.topology);
  return {
    topology,
    past: new Past(topology),
    join: config.incidents.join,
    settle: config.incidents.settle,
    learn: config.incidents.learn,
    cause: config.incidents.cause === undefined ? null : causeMeasures(config.incidents.cause),
    partnerOf: (alertSource) => partnerOfSource(sources, alertSource),
  };
}
