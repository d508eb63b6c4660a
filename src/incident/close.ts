import type { Actor } from '../core/actor.ts';
import { writeIncident } from './change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from './facts.ts';
import type { Incident } from './incident.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';

/** Resolves a live incident and writes why. Returns it after that. @throws Fault `conflict` */
export async function closeIncident(
  tx: IncidentTx,
  deps: IncidentDeps,
  incident: Incident,
  told: {
    readonly actor: Actor;
    readonly summary: string;
    readonly reason: string;
    readonly causeId: string | null;
  },
): Promise<Incident> {
  const now = deps.clock.now();
  const after = await writeIncident(tx, incident, { state: 'resolved', phase: 'resolved', resolvedAt: now });
  await tx.work.cancel(INCIDENT_WORK.settle, incident.id);
  await tx.journal.append({
    actor: told.actor,
    fact: INCIDENT_FACTS.resolved,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    causeId: told.causeId ?? undefined,
    summary: told.summary,
    reason: told.reason,
    at: now,
  });
  return after;
}
