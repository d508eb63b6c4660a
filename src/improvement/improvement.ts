import type { DefinitionKind } from './definition.ts';

/** A change that keeps the cause from coming back, with the proof that it would have helped. */
export interface Improvement {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'proposed' | 'proved' | 'adopted' | 'rejected';
  readonly retroId: string | null;
  readonly incidentId: string | null;
  readonly owner: string | null;
  readonly dueAt: number | null;
  /** The rule it changes, and how; null for work that is no rule. */
  readonly change: RuleChange | null;
  readonly proof: Proof | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** `rule` names a watermark, a watch or an alerting rule of the configuration; `after` is its new definition. */
export interface RuleChange {
  readonly kind: DefinitionKind;
  readonly rule: string;
  /** The definitions as YAML text, as they stand (or will stand) in the configuration. */
  readonly before: string;
  readonly after: string;
}

/** What a replay of the recorded signals through the changed rule showed. */
export interface Proof {
  readonly at: number;
  readonly incidentId: string | null;
  /** First firing in the incident's window with today's rule and with the changed one, ms; null if none. */
  readonly firedBefore: number | null;
  readonly firedAfter: number | null;
  /** How much earlier the changed rule would have alerted, ms; null if one of them did not. */
  readonly earlierBy: number | null;
  /** The recorded history looked at. */
  readonly historyFrom: number;
  readonly historyTo: number;
  /** Firings outside known incidents: today, and with the change. */
  readonly alertsBefore: number;
  readonly alertsAfter: number;
  readonly extraAlerts: number;
  /** "would have alerted 4 min earlier, 0 extra alerts in the history at hand (28 days)" */
  readonly verdict: string;
}
