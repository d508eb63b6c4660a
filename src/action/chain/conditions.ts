import type { HolidaysOf } from '../../expectation/band/calendar.ts';
import type { Incident } from '../../incident/incident.ts';
import { isOpen, opensAt } from '../hours/hours.ts';
import type { ChainStep } from '../nouns.ts';

/** What a decision about a chain looks at beside the run and its incident. */
export interface ChainSight {
  /** How many alerts the incident has got within so many ms (null: ever), counted up to `most`. */
  alerts(within: number | null, most: number): number;
  readonly holidays: HolidaysOf;
}

/** Why a step's conditions do not hold. */
export type Unmet = 'outside-hours' | 'too-few-alerts' | 'other-severity' | 'other-function';

/** Whether a step can be taken: now, not at all, or from an instant on (ms). */
export type Verdict =
  | {
      readonly kind: 'take';
      /** How long it was held up by its hours since it was due, ms. */
      readonly held: number;
    }
  | { readonly kind: 'leave-out'; readonly reason: Unmet }
  | { readonly kind: 'wait'; readonly until: number };

/**
 * Judges the conditions of a step at the instant `at`, when it was due at `due` (ms). Pure. Hours that never begin again
 * count as outside.
 */
export function judge(
  { when }: Pick<ChainStep, 'when'>,
  incident: Pick<Incident, 'severity' | 'functions'>,
  due: number,
  at: number,
  sight: ChainSight,
): Verdict {
  if (!when) return { kind: 'take', held: 0 };
  const { severity, functions, alertsAtLeast, within, hours, outside } = when;
  if (severity && !severity.includes(incident.severity)) return { kind: 'leave-out', reason: 'other-severity' };
  if (functions && !functions.some((name) => incident.functions.includes(name)))
    return { kind: 'leave-out', reason: 'other-function' };
  if (hours && !isOpen(hours, at, sight.holidays)) {
    const until = outside === 'wait' ? opensAt(hours, at, sight.holidays) : null;
    return until === null ? { kind: 'leave-out', reason: 'outside-hours' } : { kind: 'wait', until };
  }
  if (alertsAtLeast !== null && sight.alerts(within, alertsAtLeast) < alertsAtLeast)
    return { kind: 'leave-out', reason: 'too-few-alerts' };
  if (!hours || outside === 'skip' || isOpen(hours, due, sight.holidays)) return { kind: 'take', held: 0 };
  const opened = opensAt(hours, due, sight.holidays) ?? at;
  return { kind: 'take', held: Math.max(0, Math.min(opened, at) - due) };
}
