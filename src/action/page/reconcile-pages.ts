import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { UpkeepTx } from '../../core/upkeep.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { ActionTx } from '../ports.ts';

/** A page this old that nothing sends is no page that was written a moment ago, ms. */
const LATE = 60_000;

/** A page that nothing sent, and what became of it. */
export interface Repaired {
  readonly incidentId: string;
  readonly pageId: string;
  readonly reason: 'put-in-line-again' | 'put-aside';
}

/**
 * Looks after the promise that each page is sent, is being sent under a lease, or has a terminal reason. A page that has
 * lost its row of work gets a new one; one whose row was put aside is marked as failed. To be run every 15 s.
 * @returns what was found and repaired: each one is a defect to be told about
 */
export async function reconcilePages(deps: Deps<ActionTx & UpkeepTx>): Promise<Repaired[]> {
  const before = deps.clock.now() - LATE;
  if ((await deps.store.read((tx) => tx.upkeep.strandedPages(before))).length === 0) return [];
  return deps.store.transact(async (tx) => {
    const repaired: Repaired[] = [];
    // Looked at once more inside the transaction: the line of work may have been faster.
    for (const { id, key, incidentId, channel, putAside } of await tx.upkeep.strandedPages(before)) {
      repaired.push({ incidentId, pageId: id, reason: putAside ? 'put-aside' : 'put-in-line-again' });
      if (!putAside) {
        const payload = { pageId: id, way: channel };
        await tx.actions.updatePage(id, { state: 'due' });
        await tx.work.put({ kind: ACTION_WORK.sendPage, key, priority: PRIORITY.page, payload });
        continue;
      }
      await tx.actions.updatePage(id, { state: 'failed' });
      await tx.journal.append({
        actor: systemActor('action'),
        fact: ACTION_FACTS.pageFailed,
        subject: { kind: 'page', id },
        incidentId,
        summary: `A page by ${channel} was given up: the work of sending it was put aside`,
        reason: 'put-aside',
        data: { channel },
      });
    }
    return repaired;
  });
}
