import type { Actor } from '../core/actor.ts';
import { writeIncident } from './change.ts';
import { joinSignatures, keysOfIncident } from './correlate/sign.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from './facts.ts';
import type { Incident } from './incident.ts';
import { assessSoon } from './join.ts';
import { moveMembers, worseSeverity } from './move.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';

/**
 * One live incident ends in another: its alerts and observations move there, and what it is known by. Where they came
 * from is kept, so that it can be taken back. Returns the one that remains.
 */
export async function mergeIncidents(
  tx: IncidentTx,
  deps: IncidentDeps,
  merge: {
    readonly from: Incident;
    readonly into: Incident;
    readonly actor: Actor;
    readonly reason: string;
    readonly causeId: string | null;
  },
): Promise<Incident> {
  const { from, into, actor, reason } = merge;
  const now = deps.clock.now();
  const { topology } = deps.incidents();
  const count = await moveMembers(tx, { from: from.id, to: into.id, at: now, by: actor.name, reason, merge: true });
  await writeIncident(tx, from, { state: 'merged', mergedInto: into.id, resolvedAt: now });
  await tx.work.cancel(INCIDENT_WORK.settle, from.id);
  const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
  const order = topology.functions.map(({ name }) => name);
  const after = await writeIncident(tx, into, {
    components: union(into.components, from.components),
    functions: union(into.functions, from.functions).sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    cities: union(into.cities, from.cities),
    startedAt: Math.min(into.startedAt, from.startedAt),
    severity: worseSeverity(into, from),
  });
  const signature = joinSignatures(await tx.correlation.signature(into.id), await tx.correlation.signature(from.id));
  await tx.correlation.putSignature(into.id, signature, [
    ...new Set(keysOfIncident(topology, { ...after, signature })),
  ]);
  const causeId = await tx.journal.append({
    actor,
    fact: INCIDENT_FACTS.merged,
    subject: { kind: 'incident', id: from.id },
    incidentId: from.id,
    causeId: merge.causeId ?? undefined,
    summary: `${actor.name} merged incident ${from.number} into incident ${into.number}.`,
    reason,
    data: { into: into.id, ...count },
    at: now,
  });
  await tx.journal.append({
    actor,
    fact: INCIDENT_FACTS.absorbed,
    subject: { kind: 'incident', id: into.id },
    incidentId: into.id,
    causeId,
    summary: `${actor.name} merged incident ${from.number} into this one: ${from.title}`,
    reason,
    data: { from: from.id, ...count },
    at: now,
  });
  await assessSoon(tx, into.id, now, causeId);
  return after;
}
