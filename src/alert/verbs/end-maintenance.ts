import type { Maintenance } from '../alert.ts';
import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { ALERT_FACTS, ALERT_WORK } from '../facts.ts';
import type { AlertTx } from '../ports.ts';
import { endWindowNow } from '../requiet.ts';

/**
 * Ends announced work now; the row is kept. What still fires is told.
 * @throws Fault `forbidden`; `not_found`; `state_conflict` when it is over already
 */
export async function endMaintenance(deps: Deps<AlertTx>, actor: Actor, input: { readonly id: string }): Promise<void> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  await deps.store.transact(async (tx) => {
    const found = await tx.alerts.maintenance(input.id);
    if (!found) throw new Fault('not_found', { what: 'maintenance window', id: input.id });
    if (found.endsAt <= now) {
      throw new Fault('state_conflict', { what: 'maintenance window', id: input.id, state: 'over', verb: 'ended' });
    }
    await closeWindow(tx, actor, found, now);
  });
}

/** Ends a window now: what still fires is told. */
export async function closeWindow(tx: AlertTx, actor: Actor, found: Maintenance, now: number): Promise<void> {
  await tx.alerts.endMaintenance(found.id, now);
  const causeId = await tx.journal.append({
    actor,
    fact: ALERT_FACTS.maintenanceEnded,
    subject: { kind: 'maintenance', id: found.id },
    summary: `${actor.name} ended the announced work: ${found.title}.`,
    reason: 'ended-by-hand',
  });
  await tx.work.cancel(ALERT_WORK.announce, found.id);
  await endWindowNow(tx, { kind: 'maintenance', id: found.id }, causeId, now);
}
