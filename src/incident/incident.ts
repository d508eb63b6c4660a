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
}

/** Why an alert or an observation belongs to an incident. */
export interface Link {
  readonly incidentId: string;
  readonly memberKind: 'alert' | 'observation';
  readonly memberId: string;
  readonly linkedAt: number;
  readonly linkedBy: string;
  readonly reason: string;
}
