import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident, mustBeLive, writeIncident } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { Incident } from '../incident.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * The duty officer takes the incident: escalation stops. Accepting again what one has accepted changes nothing.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` when it is over; `conflict` when another has it
 */
export async function accept(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined },
): Promise<Incident> {
  permit(actor, 'incident.accept');
  return deps.store.transact(async (tx) => {
    // The version is not asked for here: an acceptance from a phone is about the incident, not about its wording.
    const incident = await loadIncident(tx, input.id);
    mustBeLive(incident, 'accepted');
    if (incident.state === 'accepted') {
      if (incident.acceptedBy === actor.name) return incident;
      throw new Fault('conflict', {
        what: `Incident ${incident.number} was accepted by ${incident.acceptedBy} already`,
      });
    }
    const now = deps.clock.now();
    const after = await writeIncident(tx, incident, { state: 'accepted', acceptedAt: now, acceptedBy: actor.name });
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.accepted,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: `${actor.name} accepted incident ${incident.number}.`,
      at: now,
    });
    return after;
  });
}
