import type { Incident } from '../../incident/incident.ts';
import type { IncidentHandover } from '../care/nouns.ts';
import type { Page, PagePurpose } from '../nouns.ts';

/** Pages that only concern the one who has the incident. */
const FOR_THE_OWNER: readonly PagePurpose[] = ['reminder', 'wake', 'hand-over-back', 'promise-due'];

/**
 * Whether nobody needs to be woken for a page any more: the incident is over, or what the page asks for was answered
 * after it was written. Pure.
 * @param handover the one that the page asks for, or null
 */
export function isMoot(
  page: Pick<Page, 'purpose' | 'createdAt'>,
  incident: Pick<Incident, 'state' | 'acceptedAt'>,
  handover: Pick<IncidentHandover, 'state'> | null,
): boolean {
  if (incident.state === 'resolved' || incident.state === 'merged') return true;
  if (page.purpose === 'hand-over') return handover?.state !== 'asked';
  if (FOR_THE_OWNER.includes(page.purpose)) return incident.state !== 'accepted';
  if (page.purpose !== 'page') return false;
  return incident.state === 'accepted' && incident.acceptedAt !== null && incident.acceptedAt >= page.createdAt;
}
