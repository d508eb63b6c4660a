import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Edge } from '../edge.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * A person accepts or rejects a learnt edge. An accepted one is part of the topology from now on; a rejected one is not
 * proposed again. Either may be decided anew.
 * @returns the edge
 * @throws Fault `forbidden`, `not_found`; `state_conflict` when it is so already, or when an end is not configured
 */
export async function decideEdge(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly accept: boolean; readonly reason?: string | undefined },
): Promise<Edge> {
  permit(actor, 'topology.decide');
  const { topology } = deps.incidents();
  const state = input.accept ? 'accepted' : 'rejected';
  return deps.store.transact(async (tx) => {
    await tx.incidents.lockCorrelation();
    const edge = await tx.correlation.edge(input.id);
    if (!edge) throw new Fault('not_found', { what: 'edge', id: input.id });
    if (edge.state === state) throw new Fault('state_conflict', { what: 'edge', id: edge.id, state, verb: state });
    const missing = [edge.caller, edge.callee].find((name) => topology.component(name) === null);
    if (input.accept && missing !== undefined) {
      const why = `open to acceptance once "${missing}" stands under topology.components`;
      throw new Fault('state_conflict', { what: 'edge', id: edge.id, state: why, verb: 'accepted' });
    }
    const reason = input.reason?.trim() || null;
    const decided: Edge = { ...edge, state, decidedBy: actor.name, decidedAt: deps.clock.now(), reason };
    await tx.correlation.putEdge(decided);
    await tx.journal.append({
      actor,
      fact: input.accept ? INCIDENT_FACTS.edgeAccepted : INCIDENT_FACTS.edgeRejected,
      subject: { kind: 'edge', id: edge.id },
      summary: `${actor.name} ${state} that ${topology.titleOf(edge.caller)} needs ${topology.titleOf(edge.callee)}.`,
      reason: reason ?? undefined,
      data: { evidence: edge.evidence },
    });
    return decided;
  });
}
