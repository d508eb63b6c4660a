import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { ACTION_WORK, PRIORITY } from '../facts.ts';
import type { ActionTx } from '../ports.ts';
import { isOver } from './judge.ts';

/**
 * Stops a playbook: what stands in line is taken out, and its way back (`abort`) is gone through.
 * @throws Fault `forbidden`, `not_found`, `state_conflict` when it has ended
 */
export async function abortPlaybook(
  deps: Deps<ActionTx>,
  actor: Actor,
  input: { readonly runId: string; readonly reason: string },
): Promise<void> {
  permit(actor, 'playbook.abort');
  await deps.store.transact(async (tx) => {
    const run = await tx.actions.playbookRun(input.runId);
    if (!run) throw new Fault('not_found', { what: 'playbook run', id: input.runId });
    if (isOver(run)) {
      throw new Fault('state_conflict', { what: 'Playbook run', id: run.id, state: run.state, verb: 'aborted' });
    }
    // A step that is under way loses its lease by this, so that what it saw cannot be written after the abort.
    await tx.work.cancel(ACTION_WORK.stepPlaybook, run.id);
    const why = `${actor.name}: ${input.reason}`;
    await tx.work.put({
      kind: ACTION_WORK.stepPlaybook,
      key: run.id,
      priority: PRIORITY.playbook,
      payload: { runId: run.id, back: 0, outcome: 'aborted', why },
    });
  });
}
