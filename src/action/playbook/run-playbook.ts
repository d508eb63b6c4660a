import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { PlaybookRun } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { startPlaybook } from './start.ts';

/**
 * Runs a playbook for an incident.
 * @throws Fault `forbidden`, `not_found` (playbook, incident), `state_conflict` (it is over), `conflict` (it runs already)
 */
export async function runPlaybook(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  actor: Actor,
  input: { readonly incidentId: string; readonly playbook: string },
): Promise<PlaybookRun> {
  permit(actor, 'playbook.run');
  const playbook = services.setting().playbooks.find(({ name }) => name === input.playbook);
  if (!playbook) throw new Fault('not_found', { what: 'playbook', id: input.playbook });
  return deps.store.transact(async (tx) => {
    const incident = await tx.incidents.byId(input.incidentId);
    if (!incident) throw new Fault('not_found', { what: 'incident', id: input.incidentId });
    if (incident.state === 'merged' || incident.state === 'resolved') {
      const { state } = incident;
      const id = String(incident.number);
      throw new Fault('state_conflict', { what: 'Incident', id, state, verb: 'acted on by a playbook' });
    }
    const run = await startPlaybook(tx, deps, actor, incident, playbook, undefined);
    if (!run) {
      throw new Fault('conflict', {
        what: `The playbook "${playbook.title}" runs already. Wait until it has ended, or abort it.`,
      });
    }
    return run;
  });
}
