import { formatDuration } from '../../core/duration.ts';
import type { StepConditions } from '../nouns.ts';
import type { Unmet } from './conditions.ts';

/** Why a step was left out, for the timeline. */
export const UNMET_WORDS: Readonly<Record<Unmet | 'accepted', string>> = {
  accepted: 'somebody has it',
  'outside-hours': 'it is outside its hours',
  'too-few-alerts': 'there are too few alerts',
  'other-severity': 'it is for another severity',
  'other-function': 'it is for other functions',
};

/** The conditions of a step behind its title, such as `, in the hours office (waits for them), from 10 alerts within 10m`. */
export function conditionWords(when: StepConditions | undefined): string {
  if (!when) return '';
  const { hours, outside, alertsAtLeast, within, severity, functions } = when;
  const span = within === null ? '' : ` within ${formatDuration(within)}`;
  const words = [
    ...(hours === null ? [] : [`in the hours ${hours.name}${outside === 'wait' ? ' (waits for them)' : ''}`]),
    ...(alertsAtLeast === null ? [] : [`from ${alertsAtLeast} alerts${span}`]),
    ...(severity === null ? [] : [`if ${severity.join(' or ')}`]),
    ...(functions === null ? [] : [`if ${functions.join(' or ')} is hurt`]),
  ];
  return words.map((one) => `, ${one}`).join('');
}
