import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident } from '../change.ts';
import { giveBack } from '../give-back.ts';
import type { Incident } from '../incident.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * Gives an accepted incident back: it is open again, and escalation can go on.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it is accepted
 */
export async function unaccept(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined; readonly reason?: string | undefined },
): Promise<Incident> {
  permit(actor, 'incident.accept');
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id, input.version);
    if (incident.state !== 'accepted') {
      const { number: id, state } = incident;
      throw new Fault('state_conflict', { what: 'incident', id, state, verb: 'given back' });
    }
    const summary = `${actor.name} gave incident ${incident.number} back; ${incident.acceptedBy} had it.`;
    return giveBack(tx, incident, { actor, summary, reason: input.reason?.trim() || undefined });
  });
}
