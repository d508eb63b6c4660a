import type { Alert } from '../alert/alert.ts';
import { systemActor } from '../core/actor.ts';
import { alertWords } from '../alert/words.ts';
import type { Observation } from '../signal/signal.ts';
import { compareIncidentSeverity, grew, severityByImpact, widen } from './assess.ts';
import type { Evidence } from './correlate/correlate.ts';
import { writeIncident, type IncidentChange } from './change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from './facts.ts';
import type { Incident } from './incident.ts';
import { recognise, signOfAlert } from './place.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';

/** How long after a change cause and title are looked at again: a storm is assessed once, ms. */
const ASSESS_AFTER = 1000;

/** Why something is joined to an incident: reasons in words, and the row that led here. */
export interface JoinReason {
  readonly reasons: readonly string[];
  /** Each reason with its weight in log-odds, and their sum, when correlation decided. */
  readonly evidence?: readonly Evidence[] | undefined;
  readonly score?: number | undefined;
  readonly causeId: string | null;
}

/** Makes an alert part of an incident: link, reach, severity, and a row in the journal. Returns the incident after it. */
export async function joinAlert(
  tx: IncidentTx,
  deps: IncidentDeps,
  incident: Incident,
  alert: Alert,
  why: JoinReason,
): Promise<Incident> {
  const settings = deps.incidents();
  const { topology } = settings;
  const now = deps.clock.now();
  const reason = why.reasons.join('; ');
  await tx.alerts.update(alert.id, { incidentId: incident.id });
  await tx.incidents.link({
    incidentId: incident.id,
    memberKind: 'alert',
    memberId: alert.id,
    linkedAt: now,
    linkedBy: 'Lamplighter',
    reason,
    evidence: why.evidence ?? [],
    cameFrom: null,
  });
  const causeId = await tx.journal.append({
    actor: systemActor('incident'),
    fact: INCIDENT_FACTS.alertAttached,
    subject: { kind: 'alert', id: alert.id },
    incidentId: incident.id,
    causeId: why.causeId ?? undefined,
    summary: `Belongs to incident ${incident.number}: ${alertWords(alert)}`,
    reason,
    data: { name: alert.name, severity: alert.severity, ...(why.score === undefined ? {} : { score: why.score }) },
    at: now,
  });
  await assessSoon(tx, incident.id, now, causeId);
  const sign = signOfAlert(settings, alert, now);
  const reach = widen(incident, sign.place, topology);
  await recognise(tx, settings, { id: incident.id, components: reach.components }, sign);
  const startedAt = Math.min(incident.startedAt, alert.startsAt);
  const impact = severityByImpact(topology, reach.functions, alert.severity, false);
  const changed = grew(incident, reach) || startedAt < incident.startedAt;
  return raise(tx, incident, changed ? { ...reach, startedAt } : {}, impact, causeId);
}

/** Makes an observation part of an incident: as impact, never as cause. Returns the incident after it. */
export async function joinObservation(
  tx: IncidentTx,
  deps: IncidentDeps,
  incident: Incident,
  observation: Observation,
  why: JoinReason,
): Promise<Incident> {
  const now = deps.clock.now();
  const reason = why.reasons.join('; ');
  await tx.signals.attachObservation(observation.id, incident.id);
  await tx.incidents.link({
    incidentId: incident.id,
    memberKind: 'observation',
    memberId: observation.id,
    linkedAt: now,
    linkedBy: 'Lamplighter',
    reason,
    evidence: why.evidence ?? [],
    cameFrom: null,
  });
  const causeId = await tx.journal.append({
    actor: systemActor('incident'),
    fact: INCIDENT_FACTS.observationAttached,
    subject: { kind: 'observation', id: observation.id },
    incidentId: incident.id,
    causeId: why.causeId ?? undefined,
    summary: `${observation.agent} recorded a member's observation${observation.inTrip ? ' from within a trip' : ''}.`,
    reason,
    data: { functionName: observation.functionName, city: observation.city, inTrip: observation.inTrip },
    at: now,
  });
  if (!observation.inTrip) return incident;
  const impact = severityByImpact(deps.incidents().topology, incident.functions, null, true);
  return raise(tx, incident, {}, impact, causeId);
}

/** Cause and title are looked at soon, once for many changes. */
export async function assessSoon(tx: IncidentTx, incidentId: string, now: number, causeId: string): Promise<void> {
  await tx.work.put({
    kind: INCIDENT_WORK.assess,
    key: incidentId,
    dueAt: now + ASSESS_AFTER,
    priority: 2,
    payload: { incidentId },
    causeId,
  });
}

/** Writes the change, with a higher severity if the impact calls for one and no person has set it. */
async function raise(
  tx: IncidentTx,
  incident: Incident,
  change: IncidentChange,
  impact: { readonly severity: Incident['severity']; readonly reason: string },
  causeId: string,
): Promise<Incident> {
  const raised =
    !incident.pinned.includes('severity') && compareIncidentSeverity(impact.severity, incident.severity) > 0;
  const whole = raised ? { ...change, severity: impact.severity } : change;
  if (Object.keys(whole).length === 0) return incident;
  const after = await writeIncident(tx, incident, whole);
  if (raised) {
    await tx.journal.append({
      actor: systemActor('incident'),
      fact: INCIDENT_FACTS.severityRaised,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      causeId,
      summary: `Raised from ${incident.severity} to ${impact.severity}.`,
      reason: impact.reason,
      data: { before: incident.severity, severity: impact.severity },
    });
  }
  return after;
}
