import type { Actor } from '../../core/actor.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { isLive, rowOf, writeIncident } from '../change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import type { IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/** An alert that was stored before its acknowledgement may still be on its way into an incident: look again. */
const LOOK_AGAIN_MS = 2000;
const LOOK_UNTIL_MS = 60_000;

/**
 * Somebody at a source acknowledged an alert there. The incident it belongs to gets a note, or is accepted where the
 * source was configured so.
 */
export function acknowledgeWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.acknowledge,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      const fingerprint = row?.data['fingerprint'];
      if (!row || typeof fingerprint !== 'string') return { kind: 'quarantine', reason: 'the work names no alert' };
      const now = deps.clock.now();
      const alert = await tx.alerts.openByFingerprint(fingerprint);
      const incident = alert?.incidentId ? await tx.incidents.byId(alert.incidentId) : null;
      if (!alert || !incident) {
        return now - row.at < LOOK_UNTIL_MS ? { kind: 'again', dueAt: now + LOOK_AGAIN_MS } : DONE;
      }
      if (!isLive(incident)) return DONE;
      const by = typeof row.data['by'] === 'string' ? row.data['by'] : row.actorName;
      const actor: Actor = { kind: row.actorKind, id: row.actorId, name: by, roles: [] };
      const entry = {
        actor,
        subject: { kind: 'incident', id: incident.id },
        incidentId: incident.id,
        causeId: row.id,
        at: now,
      } as const;
      if (row.data['acknowledge'] === 'accept' && incident.state === 'open') {
        await writeIncident(tx, incident, { state: 'accepted', acceptedAt: now, acceptedBy: by });
        const summary = `${by} accepted incident ${incident.number} by acknowledging ${alert.name} at its source.`;
        await tx.journal.append({ ...entry, fact: INCIDENT_FACTS.accepted, summary, reason: 'acknowledged-at-source' });
      } else {
        await tx.journal.append({
          ...entry,
          fact: INCIDENT_FACTS.noted,
          summary: row.summary,
          reason: 'acknowledged-at-source',
        });
      }
      return DONE;
    },
  };
}
