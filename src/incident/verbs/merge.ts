import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { loadIncident, mustBeLive, readReason } from '../change.ts';
import type { Incident } from '../incident.ts';
import { remember } from '../lesson.ts';
import { mergeIncidents } from '../merge.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * One incident turns out to be part of another: its alerts and observations move there, and it ends as merged. It can
 * be taken back, and is remembered for the next time.
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
    const left = await tx.correlation.signature(target.id);
    const right = await tx.correlation.signature(source.id);
    const after = await mergeIncidents(tx, deps, { from: source, into: target, actor, reason, causeId: null });
    await remember(tx, deps.ids, {
      left: left.kinds,
      right: right.kinds,
      verdict: 'together',
      by: actor.name,
      incidentId: source.id,
      at: deps.clock.now(),
    });
    return after;
  });
}
