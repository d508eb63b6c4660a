import { permit, type Actor } from '../../core/actor.ts';
import { loadIncident, mustBeLive, readReason } from '../change.ts';
import { closeIncident } from '../close.ts';
import type { Incident } from '../incident.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * A person says that it is over. Alerts that still fire are named in the timeline.
 * @throws Fault `forbidden`, `not_found`, `conflict`, `state_conflict`; `body_invalid` without a reason
 */
export async function resolve(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined; readonly reason: string },
): Promise<Incident> {
  permit(actor, 'incident.resolve');
  const reason = readReason(input.reason, 'say what ended it');
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id, input.version);
    mustBeLive(incident, 'resolved');
    const firing = await tx.alerts.list({ incidentId: incident.id, states: ['firing'], limit: 20 });
    const names = [...new Set(firing.items.map(({ name }) => name))];
    const still = names.length > 0 ? ` Still firing: ${names.join(', ')}.` : '';
    const summary = `${actor.name} resolved incident ${incident.number}.${still}`;
    return closeIncident(tx, deps, incident, { actor, summary, reason, causeId: null });
  });
}
