import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident, readReason, writeIncident } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { Incident } from '../incident.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * A resolved incident was not over: it is open again and not accepted by anybody.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it is resolved; `body_invalid` without a
 * reason
 */
export async function reopen(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined; readonly reason: string },
): Promise<Incident> {
  permit(actor, 'incident.reopen');
  const reason = readReason(input.reason, 'say what shows that it is not over');
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id, input.version);
    if (incident.state !== 'resolved') {
      const { number: id, state } = incident;
      throw new Fault('state_conflict', { what: 'incident', id, state, verb: 'reopened' });
    }
    const after = await writeIncident(tx, incident, {
      state: 'open',
      phase: 'investigating',
      resolvedAt: null,
      acceptedAt: null,
      acceptedBy: null,
    });
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.reopened,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: `${actor.name} reopened incident ${incident.number}.`,
      reason,
    });
    return after;
  });
}
