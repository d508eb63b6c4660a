import type { Incident } from '../../src/incident/incident.ts';
import type { Tx } from '../../src/store/index.ts';

/**
 * I6 for whoever has an incident: the look at a snooze, a hand-over, a promise or a clock is planned and not overdue, and
 * what is over asks nothing any more.
 */
export async function careKept(tx: Tx, { id, number, state }: Incident, now: number): Promise<string | null> {
  const care = await tx.actions.care(id);
  const clocks = await tx.actions.slaClocksOf(id);
  const asked = (await tx.actions.incidentHandoversOf(id)).filter((one) => one.state === 'asked');
  const live = state === 'open' || state === 'accepted';
  if (!live) {
    if (clocks.some((clock) => clock.stoppedAt === null && clock.state === 'running'))
      return `I6: a clock of incident ${number} (${state}) still runs`;
    if (care && (care.nextAt !== null || care.snoozedUntil !== null || care.promisedAt !== null))
      return `I6: incident ${number} (${state}) is over and still asks somebody`;
    return asked.length > 0 ? `I6: a hand-over of incident ${number} (${state}) is still asked` : null;
  }
  if (!care) return state === 'accepted' ? `I6: incident ${number} is accepted and nobody looks after it` : null;
  const owed = [
    ...(state === 'accepted' && care.snoozedUntil !== null ? [care.snoozedUntil] : []),
    ...(care.promisedAt !== null && care.snoozedUntil === null ? [care.promisedAt] : []),
    ...asked.map(({ dueAt }) => dueAt),
    ...clocks.flatMap((clock) => (clock.state === 'running' ? [clock.dueAt] : [])),
  ];
  const mustLook = state === 'accepted' || owed.length > 0;
  if (mustLook && care.nextAt === null) return `I6: incident ${number} (${state}) has no next look at who has it`;
  if (care.nextAt !== null && care.nextAt <= now)
    return `I6: incident ${number} (${state}) should have been looked at since ${care.nextAt}`;
  if (owed.some((at) => care.nextAt === null || care.nextAt > at))
    return `I6: incident ${number} (${state}) is looked at only after what is owed`;
  if (care.nextAt !== null && !(await tx.work.isOpen('care.due', id)))
    return `I6: the look at incident ${number} (${state}) has no row of work`;
  return state === 'open' && care.snoozedUntil !== null ? `I6: incident ${number} is open and snoozed` : null;
}
