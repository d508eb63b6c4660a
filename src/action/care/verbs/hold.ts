import { permit, type Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import type { Incident } from '../../../incident/incident.ts';
import { loadIncident } from '../../../incident/index.ts';
import { personOf } from '../../duty/verbs/who.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { careRules, type CareRules } from '../rules.ts';
import { follow } from '../follow.ts';
import { changeCare, loadTending, planLook, settleTending, type Tending } from '../tend.ts';

/** What a verb on an incident's care is named by. */
export interface CareInput {
  readonly id: string;
  readonly version?: number | undefined;
}

/** Runs a verb of the one who has an accepted incident, and plans what follows. */
export async function ownVerb<R>(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  { id, version }: CareInput,
  verb: string,
  run: (tending: Tending, rules: CareRules) => Promise<R>,
): Promise<R> {
  permit(actor, 'incident.accept');
  return deps.store.transact(async (tx) => {
    const incident = await loadIncident(tx, id, version);
    return within(tx, deps, services, incident, (tending, rules) => {
      mustHave(actor, tending, verb);
      return run(tending, rules);
    });
  });
}

/** Runs something on the care of an incident in a transaction, does what is due by then, and plans the next look. */
export async function within<R>(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  run: (tending: Tending, rules: CareRules) => Promise<R>,
): Promise<R> {
  const tending = await loadTending(tx, deps, services, incident);
  const rules = careRules(services.setting(), incident, await tx.actions.chainsOf(incident.id));
  // The acceptance may have been a moment ago, and not looked at yet: what is asked here is asked of the new owner.
  const { change } = follow(tending.care, incident, null, rules, services.setting().people, tending.now);
  changeCare(tending, change);
  const result = await run(tending, rules);
  await planLook(tx, incident.id, await settleTending(tending));
  return result;
}

/**
 * Refuses what only the one who has the incident may do: an administrator may too, because somebody must be able to.
 * @throws Fault `state_conflict` unless it is accepted; `forbidden`
 */
export function mustHave(actor: Actor, { incident, care, services }: Tending, verb: string): void {
  const { number, state, acceptedBy } = incident;
  if (state !== 'accepted') throw new Fault('state_conflict', { what: 'incident', id: number, state, verb });
  if (acceptedBy === actor.name || actor.roles.includes('admin')) return;
  if (care.owner !== null && personOf(services, actor)?.id === care.owner) return;
  throw new Fault('forbidden', { actor: actor.name, verb: `have it ${verb}`, roles: acceptedBy ?? 'nobody' });
}
