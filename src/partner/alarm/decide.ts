import { instantOf, isCleared, type ReadAlarm, type TmfAlarm } from '../../signal/tmf642/index.ts';
import type { AlarmRecord } from '../nouns.ts';

/** What a message about a partner's alarm means for what is known of it, with the reason by name. */
export type AlarmDecision =
  | { readonly kind: 'raise'; readonly reason: 'first-seen' | 'raised-again' }
  | { readonly kind: 'change'; readonly reason: 'changed'; readonly fields: readonly string[] }
  | { readonly kind: 'clear'; readonly reason: 'source-cleared' }
  | { readonly kind: 'ignore'; readonly reason: 'own-alarm' | 'late' | 'nothing-open' | 'nothing-new' };

/** Told along with each message; a change of these alone is none. */
const PASSING = new Set(['alarmChangedTime', 'alarmReportingTime', 'state', '@type', '@baseType', '@schemaLocation']);

/** When the message's state of the alarm began, by the sender's clock, ms. */
export function changedAt(alarm: TmfAlarm, toldAt: number): number {
  const ended = isCleared(alarm) ? instantOf(alarm, 'alarmClearedTime') : null;
  return instantOf(alarm, 'alarmChangedTime') ?? ended ?? toldAt;
}

/**
 * Decides what a message does. Pure.
 * @param known the newest row of this alarm, cleared or not, or null
 * @param toldAt the instant of the event, or of the list it stood in, ms
 * @param systemId our own: an alarm that came from us is never taken back as theirs
 */
export function decideAlarm(
  known: AlarmRecord | null,
  { alarm }: ReadAlarm,
  toldAt: number,
  systemId: string,
): AlarmDecision {
  if (alarm.sourceSystemId === systemId) return { kind: 'ignore', reason: 'own-alarm' };
  const at = changedAt(alarm, toldAt);
  if (known && known.state !== 'cleared') {
    if (at < known.changedAt) return { kind: 'ignore', reason: 'late' };
    if (isCleared(alarm)) return { kind: 'clear', reason: 'source-cleared' };
    const fields = changedFields(known.alarm, alarm);
    return fields.length === 0
      ? { kind: 'ignore', reason: 'nothing-new' }
      : { kind: 'change', reason: 'changed', fields };
  }
  if (isCleared(alarm)) return { kind: 'ignore', reason: 'nothing-open' };
  // A message about one field of an alarm that was never told is no alarm: the next comparison of the lists brings it.
  if (alarm.perceivedSeverity === undefined) return { kind: 'ignore', reason: 'nothing-open' };
  // Once cleared an alarm stays so: what is older than the end is an echo, what is younger is another alarm.
  if (known && at <= (known.clearedAt ?? known.changedAt)) return { kind: 'ignore', reason: 'late' };
  return { kind: 'raise', reason: known ? 'raised-again' : 'first-seen' };
}

/** The fields that say something new. A field that is left out says nothing. */
export function changedFields(before: TmfAlarm, after: TmfAlarm): string[] {
  return Object.keys(after).filter(
    (field) => !PASSING.has(field) && JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
}
