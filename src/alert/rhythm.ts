import { Fault } from '../core/fault.ts';
import { checkRhythm, occurrences, parseRecurrence, recurrenceText } from './recurrence.ts';

/** When work recurs. */
export interface RhythmInput {
  /** RFC 5545, section 3.3.10: FREQ of DAILY, WEEKLY or MONTHLY, INTERVAL, BYDAY, BYMONTHDAY, UNTIL, COUNT. */
  readonly rule: string;
  /** Local time of the first occurrence that may be, such as 2026-10-04T02:00. */
  readonly starts: string;
  readonly zone: string;
  /** ms that pass from begin to end. */
  readonly duration: number;
}

const SHORTEST = 60_000;
const LONGEST = 7 * 86_400_000;

/**
 * Checks when work recurs, and writes its rule in one form.
 * @throws Fault `body_invalid`, also when nothing of it is left after `now`, ms
 */
export function readRhythm(input: RhythmInput, now: number): RhythmInput {
  const { starts, zone, duration } = input;
  checkRhythm(input);
  if (!(duration >= SHORTEST && duration <= LONGEST)) {
    throw new Fault('body_invalid', { what: 'duration is milliseconds from begin to end, from one minute to 7 days' });
  }
  const parsed = parseRecurrence(input.rule);
  const rhythm = { rule: recurrenceText(parsed), starts, zone, duration: Math.round(duration) };
  if (occurrences({ ...rhythm, rule: parsed }, now - rhythm.duration + 1).next().done === true) {
    throw new Fault('body_invalid', {
      what: `rule: ${rhythm.rule} has no occurrence from now on; write a later UNTIL, a larger COUNT, or days that exist`,
    });
  }
  return rhythm;
}
