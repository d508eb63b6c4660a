import type { Actor } from '../../../core/actor.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import type { IncidentCare } from '../nouns.ts';
import { changeCare } from '../tend.ts';
import { ownVerb, type CareInput } from './hold.ts';

/**
 * The one who has an incident says that they are still on it. No update for others: a promised one is still owed.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it is accepted
 */
export function confirm(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  input: CareInput,
): Promise<IncidentCare> {
  return ownVerb(deps, services, actor, input, 'confirmed', async (tending) => {
    const { tx, incident, now } = tending;
    changeCare(tending, { progressAt: now, remindedAt: null });
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.acceptanceConfirmed,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: `${actor.name} is still on it.`,
    });
    return tending.care;
  });
}
