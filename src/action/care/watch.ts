import type { Deps } from '../../core/transaction.ts';
import { ACTION_WORK } from '../facts.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/**
 * Begins to look after incidents that were accepted, or are measured, and have no care yet: those of an older version, and
 * those for which clocks were configured meanwhile. At start and after a reload.
 */
export async function watchCare(deps: Deps<ActionTx>, services: Pick<ActionServices, 'setting'>): Promise<void> {
  const hasClocks = services.setting().sla.length > 0;
  await deps.store.transact(async (tx) => {
    const live = await tx.incidents.live();
    const known = new Set((await tx.actions.caresOf(live.map(({ id }) => id))).map(({ id }) => id));
    for (const { id, state } of live) {
      if (known.has(id) || (state !== 'accepted' && !hasClocks)) continue;
      await tx.work.put({ kind: ACTION_WORK.careLook, key: id, priority: 2, payload: { incidentId: id } });
    }
  });
}
