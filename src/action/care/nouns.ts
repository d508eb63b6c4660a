import type { IncidentSeverity } from '../../incident/incident.ts';
import type { HoursWindow } from '../hours/window.ts';

/** What is asked of whoever has an incident, and what was promised about it. One for each incident. All instants in ms. */
export interface IncidentCare {
  /** The incident's id. */
  readonly id: string;
  /** The person who has it; null for nobody, or somebody whom the configuration does not know as a person. */
  readonly owner: string | null;
  /** The acceptance that this is about: another one begins anew. */
  readonly ownedSince: number | null;
  /** The last sign that somebody works on it. */
  readonly progressAt: number;
  /** When the one who has it was reminded of it; null since the last progress. */
  readonly remindedAt: number | null;
  readonly snoozedAt: number | null;
  readonly snoozedUntil: number | null;
  readonly snoozedBy: string | null;
  readonly snoozeReason: string | null;
  /** How bad it was and what it reached when it was snoozed: more than that wakes it. */
  readonly snoozeSeverity: IncidentSeverity | null;
  readonly snoozeComponents: readonly string[];
  /** When the next update is promised, since when, and by whom. */
  readonly promisedAt: number | null;
  readonly promiseSetAt: number | null;
  readonly promisedBy: string | null;
  readonly promiseRemindedAt: number | null;
  readonly promisesKept: number;
  readonly promisesBroken: number;
  /** When it is to be looked at again. */
  readonly nextAt: number | null;
}

/** Somebody who has an incident asks others to take it. */
export interface IncidentHandover {
  readonly id: string;
  readonly incidentId: string;
  /** Who has it until somebody accepts: the name, and the person if it is one. */
  readonly fromName: string;
  readonly from: string | null;
  /** Whom it was asked of, as it was written: a person, a team, `next`, `deputy`, `focal`. */
  readonly target: string;
  /** The people who were asked, and those who declined. */
  readonly asked: readonly string[];
  readonly declined: readonly string[];
  readonly reason: string;
  readonly state: 'asked' | 'accepted' | 'declined' | 'withdrawn' | 'expired';
  readonly askedAt: number;
  readonly dueAt: number;
  readonly answeredAt: number | null;
  readonly answeredBy: string | null;
}

/** When an acceptance without progress is asked about, and so long after that given back, ms. */
export interface AcceptanceTimes {
  readonly remind: number;
  readonly give_back: number;
}

/** By severity; null asks nothing. */
export type AcceptanceRules = Readonly<Record<IncidentSeverity, AcceptanceTimes | null>>;

export type SlaKind = 'response' | 'restoration';

/** A clock of an agreed level of service: from the detection to the first acceptance, or to the end. */
export interface SlaClock {
  readonly id: string;
  readonly incidentId: string;
  readonly kind: SlaKind;
  /** The entry of the configuration that it comes from. */
  readonly sla: string;
  /** As they are counted in the report. */
  readonly severity: IncidentSeverity;
  readonly functions: readonly string[];
  /** How much time there is, ms, inside the hours. */
  readonly span: number;
  readonly hours: HoursWindow | null;
  readonly startedAt: number;
  readonly warnAt: number;
  readonly dueAt: number;
  readonly warnedAt: number | null;
  readonly stoppedAt: number | null;
  readonly brokenAt: number | null;
  readonly state: 'running' | 'kept' | 'broken' | 'void';
  /** Whom a warning, and a broken target, pages. */
  readonly warn: readonly string[];
  readonly broken: readonly string[];
}
