import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import { lookAgain } from '../look-again.ts';

/**
 * Ends an override: the rotation (or an earlier override) holds again at once.
 * @throws Fault `forbidden`, `not_found`, `bad_request` for an override of the configuration file
 */
export async function cancelOverride(deps: Deps<ActionTx>, actor: Actor, id: string): Promise<void> {
  permit(actor, 'duty.override');
  if (id.startsWith('config-')) {
    throw new Fault('bad_request', {
      what: 'This override stands in the configuration file. Take it out there and reload.',
    });
  }
  await deps.store.transact(async (tx) => {
    if (!(await tx.actions.cancelOverride(id, deps.clock.now()))) {
      throw new Fault('not_found', { what: 'override', id });
    }
    await lookAgain(tx);
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.dutyOverrideCancelled,
      subject: { kind: 'override', id },
      summary: `${actor.name} cancelled an override of the duty`,
    });
  });
}
