import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { INCIDENT_FACTS } from '../../incident/index.ts';
import { ACTION_WORK } from '../facts.ts';
import { incidentOf, textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { planLook, tend } from './tend.ts';

/** A fact about an incident: what is asked of the one who has it may be another thing now. */
export function careLook(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.careLook,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (!incident) return DONE;
      const { entryId } = item.payload;
      const entry = typeof entryId === 'string' ? await tx.journal.byId(entryId) : null;
      const known = await tx.actions.care(incident.id);
      const hasClocks = services.setting().sla.length > 0;
      // Most incidents of a storm are neither accepted nor measured: nothing is kept for them.
      if (known === null && incident.state !== 'accepted' && !hasClocks) return DONE;
      // An alert more is worth a look only where something asks for what it reaches.
      const isAlert = entry?.fact === INCIDENT_FACTS.alertAttached;
      if (isAlert && !hasClocks && (known?.snoozedUntil ?? null) === null) return DONE;
      const next = await tend(tx, deps, services, incident, entry, item.causeId ?? undefined);
      await planLook(tx, incident.id, next);
      return DONE;
    },
  };
}

/** Something is due: a reminder, the end of a snooze, a promise, a clock. */
export function careDue(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.careDue,
    async inside(tx, item) {
      const incident = await tx.incidents.byId(textOf(item, 'incidentId'));
      if (!incident) return DONE;
      const next = await tend(tx, deps, services, incident, null, undefined);
      return next === null ? DONE : { kind: 'again', dueAt: next, payload: { incidentId: incident.id } };
    },
  };
}
