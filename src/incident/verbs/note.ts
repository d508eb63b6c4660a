import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * Writes a note into an incident's timeline. Returns the row's id.
 * @throws Fault `forbidden`, `not_found`; `body_invalid` for an empty note
 */
export async function note(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly text: string },
): Promise<string> {
  permit(actor, 'incident.note');
  const text = input.text.trim();
  if (text === '' || text.length > 4000) {
    throw new Fault('body_invalid', { what: 'text: write the note in 1 to 4000 characters' });
  }
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id);
    return tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.noted,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: text,
    });
  });
}
