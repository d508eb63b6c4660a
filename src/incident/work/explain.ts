import { opensIncident } from '../../alert/severity.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { isLive } from '../change.ts';
import { explainByMeasures } from '../cause/measured.ts';
import { alertsOf } from '../move.ts';
import { INCIDENT_WORK } from '../facts.ts';
import { CORRELATION_LOCK, type IncidentTx } from '../ports.ts';
import type { IncidentDeps, Measure } from '../settings.ts';
import { changesBefore, reassess } from './assess.ts';

/** How often the measures are asked again while an incident lives, and for how long. */
const AGAIN_AFTER = 60_000;
const AGAIN_FOR = 7_200_000;

/** Asks the measures what explains an incident, and again each minute while it is young: evidence keeps coming. */
export function explainWork(deps: IncidentDeps, measure: Measure): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.explain,
    lock: CORRELATION_LOCK,
    async outside(item) {
      const { cause, topology } = deps.incidents();
      const asked = await deps.store.read(async (tx) => {
        const incident = await tx.incidents.byId(item.key);
        if (!incident || !isLive(incident)) return null;
        const alerts = await alertsOf(tx, incident.id);
        const places = alerts.map(({ labels }) => topology.placeOf(labels).root);
        // A warning may have come long before: the onset is the first alert that was loud enough to open an incident.
        const loud = alerts.filter(({ severity }) => opensIncident(severity)).map(({ startsAt }) => startsAt);
        const onset = loud.length > 0 ? Math.min(...loud) : incident.startedAt;
        return { onset, places, changes: await changesBefore(tx, incident.startedAt) };
      });
      if (!asked || cause === null) return async () => DONE;
      const now = deps.clock.now();
      const { onset, places, changes } = asked;
      const felt = places.filter((name) => !places.some((other) => topology.needs(other, name)));
      const symptoms = [...new Set([...felt, ...places])];
      const question = { symptoms, onset, now, changes };
      const explanation = await explainByMeasures(measure, cause, topology, question);
      return async (tx) => {
        if (explanation) await reassess(tx, deps, item.key, explanation, item.causeId);
        const current = await tx.incidents.byId(item.key);
        if (!current || !isLive(current) || now - current.openedAt > AGAIN_FOR) return DONE;
        return { kind: 'again', dueAt: now + AGAIN_AFTER };
      };
    },
  };
}
