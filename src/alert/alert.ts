import type { Labels } from '../core/labels.ts';

export type AlertState = 'pending' | 'firing' | 'resolved';
/** How loud an alert is: `page` and `critical` release a chain, `warning` opens a ticket, `info` is kept. */
export type AlertSeverity = 'page' | 'critical' | 'warning' | 'info';

/** One thing that is not as expected. There is one open row (pending or firing) per fingerprint. */
export interface Alert {
  readonly id: string;
  readonly fingerprint: string;
  readonly source: string;
  /** The label `alertname`. */
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  /** Since when it is wrong; when it began to fire; when it ended. */
  readonly startsAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** When it resolves by itself unless it is sent again; null for never. */
  readonly expiresAt: number | null;
  readonly lastSeenAt: number;
  readonly value: number | null;
  readonly generatorUrl: string | null;
  /** How often it was received while open. */
  readonly count: number;
  readonly incidentId: string | null;
  /** Why it is quiet, if it is: the ids of the silence and the maintenance window that cover it. */
  readonly silencedBy: string | null;
  readonly maintenanceBy: string | null;
  /** The fingerprint of the alert that inhibits it, by a rule of `inhibit`. */
  readonly inhibitedBy: string | null;
  /** The group that it waits with, if its being told is held back by `group_wait` or `group_interval`. */
  readonly heldBy: string | null;
  /** Since when it flaps, when it last began or ended meanwhile, and since when it waits for calm; null if it does not. */
  readonly flappingSince: number | null;
  readonly flippedAt: number | null;
  readonly calmAt: number | null;
  /** The signal or journal row it came from. */
  readonly causeId: string | null;
}

/** A label matcher as in Alertmanager: regexes are anchored and RE2. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** Keeps matching alerts quiet between two instants. Ending it early keeps the row. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  /** Who made it, as an actor's id: who is told about it. Null where only a name came in. */
  readonly authorId: string | null;
  readonly annotations: Labels;
  readonly updatedAt: number;
}

/** Where announced work is done, by the names of the topology: what lies there is meant besides the matchers. */
export interface WorkPlaces {
  readonly components: readonly string[];
  readonly functions: readonly string[];
}

/** What a piece of announced work and a plan of recurring work have in common. */
export interface WorkTerms {
  readonly title: string;
  /** All of them must hold; none are needed where places are named. */
  readonly matchers: readonly LabelMatcher[];
  readonly places: WorkPlaces;
  /** What the places mean in labels: one of these lists must hold as well, unless there is none. */
  readonly anyOf: readonly (readonly LabelMatcher[])[];
  readonly createdBy: string;
  /** Shown to members on the status page. */
  readonly announced: boolean;
  /** How long before its begin it is told, ms; null for not at all. */
  readonly notice: number | null;
  /** Who is told besides those on duty then: ids of people, names of partners. */
  readonly tell: readonly string[];
}

/** Announced work during which matching alerts are expected. What resolves passes through. */
export interface Maintenance extends WorkTerms {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The plan that it is an occurrence of, or null. */
  readonly planId: string | null;
}

/** Work that recurs. Each occurrence becomes a window of its own some time before it begins. */
export interface MaintenancePlan extends WorkTerms {
  readonly id: string;
  /** When it recurs, in the form of RFC 5545, section 3.3.10, such as `FREQ=WEEKLY;BYDAY=SU`. */
  readonly rule: string;
  /** Local time of the first occurrence that may be, and the zone that it is of. */
  readonly starts: string;
  readonly zone: string;
  /** How long an occurrence lasts, ms: hours that pass, also where clocks are changed meanwhile. */
  readonly duration: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Up to when occurrences have windows already, ms: the begin of the last one. */
  readonly madeUntil: number | null;
  readonly endedAt: number | null;
}
