import type { Labels } from '../../core/labels.ts';
import { CHANGE_KINDS } from '../../signal/mapped-events.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { rowOf } from '../change.ts';
import { INCIDENT_FACTS, INCIDENT_WORK } from '../facts.ts';
import { assessSoon } from '../join.ts';
import type { IncidentTx } from '../ports.ts';
import type { IncidentDeps } from '../settings.ts';

/**
 * A source told that something was changed. Where its labels place it at a component it becomes evidence for causes, as
 * a change told by the API does; otherwise it stays in the journal alone.
 */
export function takeChangeWork(deps: IncidentDeps): Handler<IncidentTx> {
  return {
    kind: INCIDENT_WORK.takeChange,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      if (!row) return { kind: 'quarantine', reason: 'the work names no change' };
      const { at, kind, summary, labels, url, source } = row.data;
      const { topology } = deps.incidents();
      const component = topology.component(topology.placeOf((labels ?? {}) as Labels).root)?.name;
      if (component === undefined || typeof summary !== 'string') return DONE;
      const now = deps.clock.now();
      const change = {
        id: `${String(source)}:${row.id}`,
        at: Math.min(typeof at === 'number' ? at : row.at, now),
        // Rows of older versions name no kind.
        kind: CHANGE_KINDS.find((one) => one === kind) ?? 'deploy',
        component,
        title: summary.slice(0, 300),
        source: row.actorName,
        url: typeof url === 'string' ? url : null,
        recordedAt: now,
      };
      if (!(await tx.correlation.insertChange(change))) return DONE;
      const causeId = await tx.journal.append({
        actor: { kind: row.actorKind, id: row.actorId, name: row.actorName, roles: [] },
        fact: INCIDENT_FACTS.changeRecorded,
        subject: { kind: 'change', id: change.id },
        causeId: row.id,
        summary: `Change at ${topology.titleOf(component)}: ${change.title}`,
        data: { component, kind: change.kind },
        at: change.at,
      });
      for (const incident of await tx.incidents.live()) await assessSoon(tx, incident.id, now, causeId);
      return DONE;
    },
  };
}
