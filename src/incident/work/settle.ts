import { systemActor } from '../../core/actor.ts';
import { formatDuration } from '../../core/duration.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { closeIncident } from '../close.ts';
import { isLive, rowOf } from '../change.ts';
import { INCIDENT_WORK } from '../facts.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/** An alert of an incident is over. When it was the last one, the incident resolves unless one comes back in time. */
export function releaseWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.release,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      const id = row?.subject.kind === 'alert' ? row.subject.id : item.payload['alertId'];
      const alert = typeof id === 'string' ? await tx.alerts.byId(id) : null;
      if (alert?.incidentId) await settleSoon(tx, deps, alert.incidentId, row?.id ?? item.causeId);
      return DONE;
    },
  };
}

/** Puts the settling in line, counted from this instant, if no alert of the incident is open. */
export async function settleSoon(
  tx: IncidentTx,
  deps: IncidentDeps,
  incidentId: string,
  causeId: string | null,
): Promise<void> {
  if (await stillFires(tx, incidentId)) return;
  await tx.work.cancel(INCIDENT_WORK.settle, incidentId);
  await tx.work.put({
    kind: INCIDENT_WORK.settle,
    key: incidentId,
    dueAt: deps.clock.now() + deps.incidents().settle,
    priority: 2,
    payload: { incidentId },
    causeId: causeId ?? undefined,
  });
}

/** Resolves an incident by itself, with the reason, when its alerts stayed over. */
export function settleWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.settle,
    lock: CORRELATION_LOCK,
    async inside(tx, item) {
      const incident = await tx.incidents.byId(item.key);
      if (!incident || !isLive(incident) || (await stillFires(tx, incident.id))) return DONE;
      const span = formatDuration(deps.incidents().settle);
      await closeIncident(tx, deps, incident, {
        actor: systemActor('incident'),
        summary: `Incident ${incident.number} resolved by itself.`,
        reason: `all its alerts have been over for ${span}`,
        causeId: item.causeId,
      });
      return DONE;
    },
  };
}

async function stillFires(tx: IncidentTx, incidentId: string): Promise<boolean> {
  // One state at a time: an index answers each at its first row, however many alerts the incident has.
  for (const state of ['firing', 'pending'] as const) {
    const open = await tx.alerts.list({ incidentId, states: [state], limit: 1 });
    if (open.items.length > 0) return true;
  }
  return false;
}
