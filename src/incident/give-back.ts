import type { Actor } from '../core/actor.ts';
import { writeIncident } from './change.ts';
import { INCIDENT_FACTS } from './facts.ts';
import type { Incident } from './incident.ts';
import type { IncidentTx } from './ports.ts';

/** Makes an accepted incident open again, with the reason: escalation can go on. @throws Fault `conflict` */
export async function giveBack(
  tx: IncidentTx,
  incident: Incident,
  told: {
    readonly actor: Actor;
    readonly summary: string;
    readonly reason?: string | undefined;
    readonly causeId?: string | undefined;
  },
): Promise<Incident> {
  const after = await writeIncident(tx, incident, { state: 'open', acceptedAt: null, acceptedBy: null });
  await tx.journal.append({
    ...told,
    fact: INCIDENT_FACTS.unaccepted,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
  });
  return after;
}

/** Puts an accepted incident into other hands, who have it from now on. @throws Fault `conflict` */
export async function handOver(
  tx: IncidentTx,
  incident: Incident,
  told: { readonly actor: Actor; readonly to: string; readonly causeId?: string | undefined; readonly at: number },
): Promise<Incident> {
  const { actor, to, causeId, at } = told;
  const after = await writeIncident(tx, incident, { state: 'accepted', acceptedAt: at, acceptedBy: to });
  await tx.journal.append({
    actor,
    fact: INCIDENT_FACTS.handedOver,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    causeId,
    summary: `${to} took incident ${incident.number} over from ${incident.acceptedBy ?? 'nobody'}.`,
    data: { from: incident.acceptedBy, to },
    at,
  });
  return after;
}
