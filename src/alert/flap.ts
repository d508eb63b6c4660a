import { systemActor } from '../core/actor.ts';
import { formatDuration } from '../core/duration.ts';
import type { NewEntry } from '../core/journal.ts';
import type { Alert } from './alert.ts';
import { ALERT_FACTS } from './facts.ts';
import { alertWords } from './words.ts';

/** When an alert flaps: it ended `times` times within `within` ms. It is over when it is calm for `calm` ms. */
export interface FlapRule {
  readonly times: number;
  readonly within: number;
  readonly calm: number;
}

/** What an end at the source means for an alert that may flap. */
export type FlapDecision =
  /** It ends. */
  | { readonly kind: 'end' }
  /** It counts as firing until it is calm; `begins` when it was not known to flap. */
  | { readonly kind: 'hold'; readonly begins: boolean; readonly until: number }
  /** It waits for calm already: said again, it changes nothing. */
  | { readonly kind: 'waits' };

/**
 * Decides whether a firing alert that its source ends is over, or flaps.
 * @param ends how often an alert of its fingerprint ended within the rule's time before this
 */
export function decideFlap(
  alert: Pick<Alert, 'flappingSince' | 'flippedAt' | 'calmAt'>,
  ends: number,
  rule: FlapRule | null,
  now: number,
): FlapDecision {
  if (rule === null) return { kind: 'end' };
  const { flappingSince, flippedAt, calmAt } = alert;
  if (calmAt !== null) return { kind: 'waits' };
  if (flappingSince === null) {
    return ends + 1 >= rule.times ? { kind: 'hold', begins: true, until: now + rule.calm } : { kind: 'end' };
  }
  // It fired all the time for longer than flapping is looked at: this end is one like any other.
  if (flippedAt !== null && now - flippedAt > rule.within) return { kind: 'end' };
  return { kind: 'hold', begins: false, until: now + rule.calm };
}

/** The row that an alert flaps. */
export function flappingEntry(alert: Alert, ends: number, rule: FlapRule, causeId: string, at: number): NewEntry {
  const { times, within, calm } = rule;
  return {
    actor: systemActor('alert'),
    fact: ALERT_FACTS.flapping,
    subject: { kind: 'alert', id: alert.id },
    incidentId: alert.incidentId ?? undefined,
    causeId,
    summary: `Flaps: it ended ${ends + 1} times within ${formatDuration(within)}, and counts as firing until it is calm for ${formatDuration(calm)}: ${alertWords(alert)}`,
    reason: 'flaps',
    data: { ends: ends + 1, times, within, calm },
    at,
  };
}
