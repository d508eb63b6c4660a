import { systemActor } from '../../core/actor.ts';
import { alertWords } from '../../alert/words.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { loudestOf } from '../../alert/severity.ts';
import { compareIncidentSeverity, severityByImpact, titleFor } from '../assess.ts';
import { rankCause } from '../cause.ts';
import { isLive, writeIncident, type IncidentChange } from '../change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import type { Incident } from '../incident.ts';
import type { IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/** How many alerts are weighed: beyond that the evidence does not change. */
const WEIGHED = 300;

/** Looks at cause, title and severity of an incident again, once for many changes. What people set stays. */
export function assessWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.assess,
    async inside(tx, item) {
      await tx.incidents.lockCorrelation();
      const incident = await tx.incidents.byId(item.key);
      if (!incident || !isLive(incident)) return DONE;
      const change = await assess(tx, deps, incident);
      if (Object.keys(change).length === 0) return DONE;
      await writeIncident(tx, incident, change);
      await tell(tx, deps, incident, change, item.causeId);
      return DONE;
    },
  };
}

async function assess(tx: IncidentTx, deps: IncidentDeps, incident: Incident): Promise<IncidentChange> {
  const { topology, partnerOf } = deps.incidents();
  const alerts = (await tx.alerts.list({ incidentId: incident.id, limit: WEIGHED })).items;
  const first = alerts.at(-1);
  if (!first) return {};
  const firing = (await tx.alerts.list({ states: ['firing'], limit: WEIGHED })).items;
  const weighed = alerts.map(({ labels, startsAt, source }) => ({ labels, startsAt, partner: partnerOf(source) }));
  const found = rankCause(
    weighed,
    topology,
    firing.map(({ labels }) => labels),
  );
  const pinned = (field: Incident['pinned'][number]): boolean => incident.pinned.includes(field);
  const cause = pinned('cause') ? incident.cause : (found ?? incident.cause);
  const fallback = incident.components.length === 0 ? incident.title : alertWords(first);
  const title = pinned('title') ? incident.title : titleFor(incident, topology, cause?.component ?? null, fallback);
  const loudest = loudestOf(alerts.map(({ severity }) => severity));
  const { severity } = severityByImpact(topology, incident.functions, loudest, false);
  const louder = !pinned('severity') && compareIncidentSeverity(severity, incident.severity) > 0;
  return {
    ...(JSON.stringify(cause) === JSON.stringify(incident.cause) ? {} : { cause }),
    ...(title === incident.title ? {} : { title }),
    ...(louder ? { severity } : {}),
  };
}

/** A new cause, title or severity is worth a row; more evidence for the same cause is not. */
async function tell(
  tx: IncidentTx,
  deps: IncidentDeps,
  before: Incident,
  change: IncidentChange,
  causeId: string | null,
): Promise<void> {
  const row = {
    actor: systemActor('incident'),
    subject: { kind: 'incident' as const, id: before.id },
    incidentId: before.id,
    causeId: causeId ?? undefined,
  };
  if (change.cause && change.cause.component !== before.cause?.component) {
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.causeFound,
      summary: `Probable cause: ${deps.incidents().topology.titleOf(change.cause.component)}.`,
      reason: change.cause.reasons.join('; '),
      data: { component: change.cause.component, kind: change.cause.kind },
    });
  }
  if (change.title !== undefined) {
    const summary = `Now called: ${change.title}`;
    const data = { before: before.title, title: change.title };
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.updated,
      summary,
      reason: 'its reach or cause is clearer',
      data,
    });
  }
  if (change.severity !== undefined) {
    await tx.journal.append({
      ...row,
      fact: INCIDENT_FACTS.severityRaised,
      summary: `Raised from ${before.severity} to ${change.severity}.`,
      reason: 'an alert became louder',
      data: { before: before.severity, severity: change.severity },
    });
  }
}
