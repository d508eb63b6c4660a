import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident, mustBeLive, readReason, writeIncident } from '../change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import type { Incident } from '../incident.ts';
import { assessSoon } from '../join.ts';
import { moveMembers, worseSeverity } from '../move.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * One incident turns out to be part of another: its alerts and observations move there, and it ends as merged.
 * @returns the incident that remains
 * @throws Fault `forbidden`, `not_found`, `conflict`; `body_invalid` for a merge into itself; `state_conflict` unless
 * both are open or accepted
 */
export async function merge(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined; readonly into: string; readonly reason: string },
): Promise<Incident> {
  permit(actor, 'incident.merge');
  const reason = readReason(input.reason, 'say why they are one');
  if (input.id === input.into) {
    throw new Fault('body_invalid', { what: 'into names the incident itself; name the other one' });
  }
  return deps.store.transact(async (tx) => {
    await tx.incidents.lockCorrelation();
    const source = await loadIncident(tx, input.id, input.version);
    const target = await loadIncident(tx, input.into);
    mustBeLive(source, 'merged');
    mustBeLive(target, 'merged into');
    const now = deps.clock.now();
    const moved = { from: source.id, to: target.id, at: now, by: actor.name, reason };
    const count = await moveMembers(tx, moved);
    await writeIncident(tx, source, { state: 'merged', mergedInto: target.id, resolvedAt: now });
    await tx.work.cancel(INCIDENT_WORK.settle, source.id);
    const { topology } = deps.incidents();
    const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
    const order = topology.functions.map(({ name }) => name);
    const after = await writeIncident(tx, target, {
      components: union(target.components, source.components),
      functions: union(target.functions, source.functions).sort((a, b) => order.indexOf(a) - order.indexOf(b)),
      cities: union(target.cities, source.cities),
      startedAt: Math.min(target.startedAt, source.startedAt),
      severity: worseSeverity(target, source),
    });
    const causeId = await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.merged,
      subject: { kind: 'incident', id: source.id },
      incidentId: source.id,
      summary: `${actor.name} merged incident ${source.number} into incident ${target.number}.`,
      reason,
      data: { into: target.id, ...count },
      at: now,
    });
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.absorbed,
      subject: { kind: 'incident', id: target.id },
      incidentId: target.id,
      causeId,
      summary: `${actor.name} merged incident ${source.number} into this one: ${source.title}`,
      reason,
      data: { from: source.id, ...count },
      at: now,
    });
    await assessSoon(tx, target.id, now, causeId);
    return after;
  });
}
