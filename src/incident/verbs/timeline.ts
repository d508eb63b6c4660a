import { permit, type Actor } from '../../core/actor.ts';
import { loadIncident } from '../change.ts';
import type { IncidentDeps } from '../settings.ts';
import { timelineOf, type TimelineRow } from '../timeline.ts';

/**
 * What happened in an incident, oldest first, with corrections applied.
 * @throws Fault `forbidden`, `not_found`
 */
export async function timeline(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string },
): Promise<TimelineRow[]> {
  permit(actor, 'view.operations');
  return deps.store.read(async (tx) => {
    const incident = await loadIncident(tx, input.id);
    return timelineOf(await tx.journal.ofIncident(incident.id));
  });
}
