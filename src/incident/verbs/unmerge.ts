import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { isLive, loadIncident, readReason, writeIncident } from '../change.ts';
import { keysOfIncident, NO_SIGNATURE, sharpen } from '../correlate/sign.ts';
import { INCIDENT_FACTS } from '../facts.ts';
import type { Incident } from '../incident.ts';
import { assessSoon } from '../join.ts';
import { remember } from '../lesson.ts';
import { alertsOf, moveAlert } from '../move.ts';
import { signOfAlert } from '../place.ts';
import type { IncidentTx } from '../ports.ts';
import { reachOf } from '../reach.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * Takes a merge back: what came from the incident returns to it, and it is open again, accepted by nobody. Remembered for
 * the next time.
 * @returns the incident that is open again
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it was merged into one that is still open;
 * `body_invalid` without a reason
 */
export async function unmerge(
  deps: IncidentDeps,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined; readonly reason: string },
): Promise<Incident> {
  permit(actor, 'incident.merge');
  const reason = readReason(input.reason, 'say why they are two');
  return deps.store.transact(async (tx) => {
    await tx.incidents.lockCorrelation();
    const source = await loadIncident(tx, input.id, input.version);
    if (source.state !== 'merged' || source.mergedInto === null) throw refused(source, source.state);
    const target = await loadIncident(tx, source.mergedInto);
    if (!isLive(target)) throw refused(source, `merged into one that is ${target.state}`);
    const now = deps.clock.now();
    const moved = await takeBack(tx, source, target, { at: now, by: actor.name, reason });
    const after = await writeIncident(tx, source, {
      state: 'open',
      phase: 'investigating',
      mergedInto: null,
      resolvedAt: null,
      acceptedAt: null,
      acceptedBy: null,
    });
    const left = (await alertsOf(tx, target.id)).map((alert) => signOfAlert(deps.incidents(), alert, now).kind);
    await writeIncident(tx, target, { ...reachOf(await alertsOf(tx, target.id), deps.incidents()) });
    await tx.correlation.forgetLessons(source.id);
    const { kinds } = await recall(tx, deps, after, now);
    await recall(tx, deps, target, now);
    const lesson = { left, right: kinds, verdict: 'apart' as const, by: actor.name, incidentId: source.id, at: now };
    await remember(tx, deps.ids, lesson);
    const causeId = await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.unmerged,
      subject: { kind: 'incident', id: source.id },
      incidentId: source.id,
      summary: `${actor.name} took the merge into incident ${target.number} back.`,
      reason,
      data: { from: target.id, ...moved },
      at: now,
    });
    await tx.journal.append({
      actor,
      fact: INCIDENT_FACTS.split,
      subject: { kind: 'incident', id: target.id },
      incidentId: target.id,
      causeId,
      summary: `${actor.name} took incident ${source.number} out of this one again.`,
      reason,
      data: { into: source.id, ...moved },
      at: now,
    });
    await assessSoon(tx, source.id, now, causeId);
    await assessSoon(tx, target.id, now, causeId);
    return after;
  });
}

/** Moves back what the merge brought. */
async function takeBack(
  tx: IncidentTx,
  source: Incident,
  target: Incident,
  told: { readonly at: number; readonly by: string; readonly reason: string },
): Promise<{ alerts: number; observations: number }> {
  const move = { from: target.id, to: source.id, ...told };
  let alerts = 0;
  let observations = 0;
  for (const link of await tx.incidents.links(target.id)) {
    if (link.cameFrom !== source.id) continue;
    if (link.memberKind === 'alert') {
      await moveAlert(tx, link.memberId, move, link);
      alerts++;
    } else {
      await tx.signals.attachObservation(link.memberId, source.id);
      await tx.incidents.unlink(target.id, link.memberKind, link.memberId);
      const { at: linkedAt, by: linkedBy, reason } = told;
      await tx.incidents.link({ ...link, incidentId: source.id, linkedAt, linkedBy, reason, cameFrom: null });
      observations++;
    }
  }
  return { alerts, observations };
}

/** What an incident is known by, made anew of the alerts it has now. */
async function recall(
  tx: IncidentTx,
  deps: IncidentDeps,
  incident: Incident,
  now: number,
): Promise<{ kinds: readonly string[] }> {
  const settings = deps.incidents();
  const alerts = await alertsOf(tx, incident.id);
  const signature = alerts.reduce((known, alert) => sharpen(known, signOfAlert(settings, alert, now)), NO_SIGNATURE);
  const keys = new Set(keysOfIncident(settings.topology, { ...incident, signature }));
  await tx.correlation.putSignature(incident.id, signature, [...keys]);
  return signature;
}

function refused(incident: Incident, state: string): Fault {
  return new Fault('state_conflict', { what: 'incident', id: incident.number, state, verb: 'taken back' });
}
