import type { RankedCause } from './cause/explain.ts';
import type { MeasuredAnswer } from './cause/measured.ts';
import type { Evidence } from './correlate/correlate.ts';

/** `critical` hurts many members or one in a trip, `major` a function in a city, `minor` is felt by few. */
export type IncidentSeverity = 'critical' | 'major' | 'minor';
export type IncidentState = 'open' | 'accepted' | 'resolved' | 'merged';
/** How far one is, in the words of public status pages. */
export type IncidentPhase = 'investigating' | 'identified' | 'monitoring' | 'resolved';

/** Alerts and observations that mean one thing together. */
export interface Incident {
  readonly id: string;
  /** Counts up from 1; what people say: "incident 42". */
  readonly number: number;
  readonly title: string;
  readonly summary: string;
  readonly severity: IncidentSeverity;
  readonly state: IncidentState;
  readonly phase: IncidentPhase;
  /** When it began (the earliest sign), and when the row was opened. */
  readonly startedAt: number;
  readonly openedAt: number;
  readonly acceptedAt: number | null;
  readonly acceptedBy: string | null;
  readonly resolvedAt: number | null;
  /** Topology nodes touched by its alerts, the functions of members that are hurt, the cities. */
  readonly components: readonly string[];
  readonly functions: readonly string[];
  readonly cities: readonly string[];
  readonly cause: ProbableCause | null;
  readonly mergedInto: string | null;
  /** Set when a person changed it by hand; the machine does not overwrite these. */
  readonly pinned: readonly ('title' | 'severity' | 'cause')[];
  /** Grows with each change: a change based on an older one is refused. */
  readonly version: number;
}

/** What most likely caused it, with the evidence in words. */
export interface ProbableCause {
  readonly component: string;
  readonly kind: 'own' | 'partner' | 'change';
  readonly reasons: readonly string[];
  /** How probable it is, 0 to 1; absent when a person named it. */
  readonly probability?: number | undefined;
}

/** Candidates for the cause, most probable first, or why none is named. */
export interface Ranking {
  readonly at: number;
  /** Why none of them is taken as the cause; null if the first one is. */
  readonly abstained: string | null;
  readonly causes: readonly RankedCause[];
  /** Whether an answer of the measures is in it, and not the alerts alone. */
  readonly measured: boolean;
  /** What the measures said; null if they were not asked yet, or are not configured. */
  readonly measures: MeasuredAnswer | null;
}

/** Why an alert or an observation belongs to an incident. */
export interface Link {
  readonly incidentId: string;
  readonly memberKind: 'alert' | 'observation';
  readonly memberId: string;
  readonly linkedAt: number;
  readonly linkedBy: string;
  readonly reason: string;
  /** Each piece of evidence with its weight in log-odds; empty where a person or a rule decided. */
  readonly evidence: readonly Evidence[];
  /** The incident it came from by a merge, so that the merge can be taken back; else null. */
  readonly cameFrom: string | null;
}
