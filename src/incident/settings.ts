import type { Deps } from '../core/transaction.ts';
import { partnerOfSource, type Source } from '../signal/index.ts';
import type { IncidentConfig } from './config.ts';
import type { JoinRules } from './correlate/correlate.ts';
import type { IncidentTx } from './ports.ts';
import { Topology } from './topology.ts';

/** What the stage needs of the configuration, made ready once per reload. */
export interface IncidentSettings {
  readonly topology: Topology;
  readonly join: JoinRules;
  /** How long all alerts must have been over before an incident resolves by itself, ms. */
  readonly settle: number;
  /** The partner behind an alert's source, or null for own systems. */
  readonly partnerOf: (alertSource: string) => string | null;
}

export interface IncidentDeps extends Deps<IncidentTx> {
  /** The settings as they are now: a reload exchanges them. */
  readonly incidents: () => IncidentSettings;
}

/** Makes the settings from a checked configuration. */
export function incidentSettings(config: IncidentConfig, sources: ReadonlyMap<string, Source>): IncidentSettings {
  return {
    topology: new Topology(config.topology),
    join: config.incidents.join,
    settle: config.incidents.settle,
    partnerOf: (alertSource) => partnerOfSource(sources, alertSource),
  };
}
