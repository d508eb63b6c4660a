import type { Alert } from '../alert/alert.ts';
import { isQuiet } from '../alert/quiet.ts';
import { alertWords } from '../alert/words.ts';
import { systemActor, type Actor } from '../core/actor.ts';
import { severityByImpact, titleFor, widen } from './assess.ts';
import { rankCause } from './cause.ts';
import { correlate } from './correlate/correlate.ts';
import { INCIDENT_FACTS } from './facts.ts';
import type { Incident } from './incident.ts';
import { joinAlert, joinObservation, type JoinReason } from './join.ts';
import { observationFits } from './observe.ts';
import { knownFor, knownForAll, signOfAlert } from './place.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';

/** How many loose alerts and observations a new incident looks at. */
const LOOKED_AT = 200;

/** Stores a new incident and writes that it was opened. Returns it with the row's id. */
export async function insertIncident(
  tx: IncidentTx,
  deps: IncidentDeps,
  made: Omit<Incident, 'id' | 'number' | 'version' | 'openedAt'>,
  told: { readonly actor: Actor; readonly reason: string; readonly causeId: string | null },
): Promise<{ incident: Incident; entryId: string }> {
  const number = await tx.incidents.nextNumber();
  const incident: Incident = { ...made, id: deps.ids.next('inc'), number, openedAt: deps.clock.now(), version: 1 };
  await tx.incidents.insert(incident);
  const entryId = await tx.journal.append({
    actor: told.actor,
    fact: INCIDENT_FACTS.opened,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    causeId: told.causeId ?? undefined,
    summary: `Incident ${number} opened: ${incident.title}`,
    reason: told.reason,
    data: {
      severity: incident.severity,
      functions: incident.functions,
      cities: incident.cities,
      cause: incident.cause?.component ?? null,
    },
    at: incident.openedAt,
  });
  return { incident, entryId };
}

/** Opens an incident by an alert, and brings in the loose alerts and observations that belong to it. */
export async function beginByAlert(
  tx: IncidentTx,
  deps: IncidentDeps,
  alert: Alert,
  why: JoinReason,
): Promise<Incident> {
  const { topology, partnerOf } = deps.incidents();
  const place = topology.placeOf(alert.labels);
  const reach = widen({ components: [], functions: [], cities: [] }, place, topology);
  const impact = severityByImpact(topology, reach.functions, alert.severity, false);
  const { labels, startsAt } = alert;
  const cause = rankCause([{ labels, startsAt, partner: partnerOf(alert.source) }], topology);
  const made = {
    title: titleFor(reach, topology, cause?.component ?? null, alertWords(alert)),
    summary: '',
    severity: impact.severity,
    state: 'open' as const,
    phase: 'investigating' as const,
    startedAt: alert.startsAt,
    acceptedAt: null,
    acceptedBy: null,
    resolvedAt: null,
    ...reach,
    cause,
    mergedInto: null,
    pinned: [],
  };
  const reason = [...why.reasons, impact.reason].join('; ');
  const told = { actor: systemActor('incident'), reason, causeId: why.causeId };
  const { incident, entryId } = await insertIncident(tx, deps, made, told);
  const joined = await joinAlert(tx, deps, incident, alert, { reasons: ['opened it'], causeId: why.causeId });
  return gather(tx, deps, joined, entryId);
}

/** Brings in what was there before the incident: alerts too quiet to open one, observations nobody could place. */
async function gather(tx: IncidentTx, deps: IncidentDeps, opened: Incident, causeId: string): Promise<Incident> {
  const settings = deps.incidents();
  const { topology, join } = settings;
  const now = deps.clock.now();
  let incident = opened;
  const loose = await tx.alerts.list({ states: ['firing'], loose: true, limit: LOOKED_AT });
  const near = loose.items
    .filter((alert) => !isQuiet(alert) && now - alert.startsAt <= join.within)
    .map((alert) => ({ alert, sign: signOfAlert(settings, alert, now) }));
  const knownOf = await knownForAll(
    tx,
    settings,
    near.map(({ sign }) => sign),
  );
  let signature = await tx.correlation.signature(incident.id);
  for (const { alert, sign } of near) {
    // Once an alert has joined, its labels are seen once more.
    const known = incident === opened ? knownOf(sign) : await knownFor(tx, settings, sign);
    const decision = correlate(sign, [{ ...incident, signature }], known);
    if (decision.kind === 'attach') {
      const { evidence, score } = decision;
      const reasons = evidence.map(({ words }) => words);
      incident = { ...(await joinAlert(tx, deps, incident, alert, { reasons, evidence, score, causeId })) };
      signature = await tx.correlation.signature(incident.id);
    }
  }
  const seen = await tx.signals.observations({ unattached: true, since: now - join.within, limit: LOOKED_AT });
  for (const observation of seen) {
    const reasons = observationFits(observation, incident, topology);
    if (reasons) incident = await joinObservation(tx, deps, incident, observation, { reasons, causeId });
  }
  return incident;
}
