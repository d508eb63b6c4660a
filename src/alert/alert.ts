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

/** Announced work during which matching alerts are expected. What resolves passes through. */
export interface Maintenance {
  readonly id: string;
  readonly title: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  /** Shown to members on the status page. */
  readonly announced: boolean;
}
