import type { RetroLoss } from './losses.ts';

/** What was learned. The facts are prefilled from the journal; people add what they mean. */
export interface Retro {
  readonly id: string;
  readonly incidentId: string;
  readonly title: string;
  readonly state: 'draft' | 'held' | 'closed';
  readonly facts: RetroFacts;
  readonly summary: string;
  readonly rootCause: string;
  readonly wentWell: string;
  readonly wentBadly: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** Instants in ms, null where it did not happen. */
export interface RetroFacts {
  readonly startedAt: number;
  readonly firstAlertAt: number | null;
  readonly openedAt: number;
  readonly firstPageAt: number | null;
  readonly acceptedAt: number | null;
  readonly firstMemberNoticeAt: number | null;
  readonly partnerContactedAt: number | null;
  /** When the partner itself told us, if it did. */
  readonly partnerNoticeAt: number | null;
  readonly recoveredAt: number | null;
  readonly resolvedAt: number | null;
  readonly alerts: number;
  readonly pages: number;
  readonly observations: number;
  readonly escalations: number;
  /** What was lost, by function and unit; not there in retros of earlier versions. */
  readonly losses?: readonly RetroLoss[];
}
