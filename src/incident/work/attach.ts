import type { Alert } from '../../alert/alert.ts';
import { ALERT_FACTS } from '../../alert/index.ts';
import { isQuiet } from '../../alert/quiet.ts';
import { opensIncident } from '../../alert/severity.ts';
import { alertWords } from '../../alert/words.ts';
import { systemActor } from '../../core/actor.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { beginByAlert } from '../begin.ts';
import { rowOf } from '../change.ts';
import { correlate, type Correlation } from '../correlate.ts';
import { INCIDENT_WORK } from '../facts.ts';
import type { Incident } from '../incident.ts';
import { assessSoon, joinAlert } from '../join.ts';
import type { IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';
import { settleSoon } from './settle.ts';

/** A new or louder alert: joins the incident it belongs to, opens one, or stays loose. */
export function attachWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.attach,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      const id = row?.subject.kind === 'alert' ? row.subject.id : item.payload['alertId'];
      if (typeof id !== 'string') return { kind: 'quarantine', reason: 'the work names no alert' };
      await tx.incidents.lockCorrelation();
      const alert = await tx.alerts.byId(id);
      if (!alert) return { kind: 'quarantine', reason: `there is no alert ${id}` };
      const causeId = row?.id ?? item.causeId;
      if (alert.incidentId !== null) {
        if (row) await assessSoon(tx, alert.incidentId, deps.clock.now(), row.id);
        return DONE;
      }
      if (alert.state === 'pending') return DONE;
      if (isQuiet(alert)) {
        await tellLater(tx, alert, causeId, deps.clock.now());
        return DONE;
      }
      const live = await tx.incidents.live();
      const decision = decide(deps, alert, live);
      if (decision.kind === 'attach') {
        const incident = live.find((candidate) => candidate.id === decision.incidentId)!;
        await joinAlert(tx, deps, incident, alert, { reasons: decision.reasons, causeId });
        if (alert.state === 'resolved') await settleSoon(tx, deps, incident.id, causeId);
      } else if (decision.kind === 'open' && alert.state === 'firing') {
        await beginByAlert(tx, deps, alert, { reasons: decision.reasons, causeId });
      }
      return DONE;
    },
  };
}

/** It became quiet before it was its turn: the end of its quietness tells it then. */
async function tellLater(tx: IncidentTx, alert: Alert, causeId: string | null, at: number): Promise<void> {
  await tx.journal.append({
    actor: systemActor('incident'),
    fact: ALERT_FACTS.silenced,
    subject: { kind: 'alert', id: alert.id },
    causeId: causeId ?? undefined,
    summary: `Became quiet before it was correlated: ${alertWords(alert)}`,
    reason: 'quiet-by-now',
    data: { name: alert.name, severity: alert.severity },
    at,
  });
}

/** Paging fails open: when correlation itself breaks, a loud alert gets an incident of its own. */
function decide(deps: IncidentDeps, alert: Alert, live: readonly Incident[]): Correlation {
  const opens = opensIncident(alert.severity);
  try {
    const { topology, join } = deps.incidents();
    const place = topology.placeOf(alert.labels);
    return correlate({ place, opens, at: deps.clock.now() }, live, topology, join);
  } catch (error) {
    const reasons = [`correlation failed: ${error instanceof Error ? error.message : String(error)}`];
    return opens ? { kind: 'open', reasons } : { kind: 'leave', reasons };
  }
}
