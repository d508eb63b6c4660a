import { DONE, type Handler } from '../../core/work.ts';
import { isLive, rowOf } from '../change.ts';
import { INCIDENT_WORK } from '../facts.ts';
import { joinObservation } from '../join.ts';
import { observationFits } from '../observe.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/** A recorded observation joins the incident the agent named, or the newest live one that hurts what it speaks of. */
export function observeWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.observe,
    lock: CORRELATION_LOCK,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      if (!row || row.subject.kind !== 'observation') {
        return { kind: 'quarantine', reason: 'the work names no observation' };
      }
      const { join, topology } = deps.incidents();
      // The port reads observations by time, and the row was written in the same transaction as the observation.
      const recent = await tx.signals.observations({ unattached: true, since: row.at - join.within });
      const observation = recent.find(({ id }) => id === row.subject.id);
      if (!observation) return DONE;
      const wanted = row.data['wanted'];
      if (typeof wanted === 'string') {
        const incident = await tx.incidents.byId(wanted);
        if (incident && incident.state !== 'merged') {
          await joinObservation(tx, deps, incident, observation, { reasons: ['the agent said so'], causeId: row.id });
          return DONE;
        }
      }
      const live = (await tx.incidents.live()).filter(isLive).toReversed();
      for (const incident of live) {
        const reasons = observationFits(observation, incident, topology);
        if (!reasons) continue;
        await joinObservation(tx, deps, incident, observation, { reasons, causeId: row.id });
        break;
      }
      return DONE;
    },
  };
}
