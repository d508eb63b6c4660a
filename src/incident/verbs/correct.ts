import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident, readReason } from '../change.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { IncidentDeps } from '../settings.ts';

export interface CorrectInput {
  readonly id: string;
  /** The journal row that is wrong. */
  readonly entryId: string;
  readonly summary?: string | undefined;
  /** When it really happened, ms. */
  readonly at?: number | undefined;
  readonly reason: string;
}

/**
 * Corrects a row of an incident's timeline. The row itself stays as written: the correction is a row of its own that
 * names it, and the timeline shows both. Returns the correction's id.
 * @throws Fault `forbidden`, `not_found`; `body_invalid` when nothing is corrected, or the instant has not come yet
 */
export async function correct(deps: IncidentDeps, actor: Actor, input: CorrectInput): Promise<string> {
  permit(actor, 'incident.correct');
  const reason = readReason(input.reason, 'say how it is known');
  const summary = input.summary?.trim();
  if (summary === '')
    throw new Fault('body_invalid', { what: 'summary is empty; write what happened, or leave it out' });
  if (summary === undefined && input.at === undefined) {
    throw new Fault('body_invalid', { what: 'nothing to correct; write summary, at, or both' });
  }
  if (input.at !== undefined && !(input.at >= 0 && input.at <= deps.clock.now())) {
    throw new Fault('body_invalid', { what: 'at must be an instant that has passed, in milliseconds since 1970' });
  }
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, input.id);
    const entry = await tx.journal.byId(input.entryId);
    if (!entry || entry.incidentId !== incident.id) {
      throw new Fault('not_found', { what: `row of incident ${incident.number}`, id: input.entryId });
    }
    if (entry.fact === INCIDENT_FACTS.corrected) {
      throw new Fault('body_invalid', { what: 'entryId names a correction; name the row that it corrects' });
    }
    return tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.corrected,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      causeId: entry.id,
      summary: `${actor.name} corrected: ${entry.summary}`,
      reason,
      data: {
        entryId: entry.id,
        ...(summary === undefined ? {} : { summary }),
        ...(input.at === undefined ? {} : { at: input.at }),
      },
    });
  });
}
