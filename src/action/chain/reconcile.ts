import type { Deps } from '../../core/transaction.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { act } from './act.ts';
import { decide } from './decide.ts';
import { ensureChain, planNext } from './start.ts';

/** An incident that nobody has and that nothing is planned for. */
export interface Unattended {
  readonly incidentId: string;
  readonly number: number;
  readonly reason: 'chain-missing' | 'next-action-missing';
}

/** A chain that is this much late is put in line again, ms. */
const LATE = 60_000;

/**
 * Looks after the promise that every open incident that must be paged has an acceptance or a next action, and repairs
 * what breaks it. To be run every 15 s.
 * @returns what was found and repaired: each one is a defect to be told about
 */
export async function reconcileChains(deps: Deps<ActionTx>, services: ActionServices): Promise<Unattended[]> {
  const open = (await deps.store.read((tx) => tx.incidents.live())).filter(({ state }) => state === 'open');
  const found: Unattended[] = [];
  for (const { id } of open) {
    const repaired = await deps.store.transact((tx) => repair(tx, deps, services, id));
    if (repaired) found.push(repaired);
  }
  return found;
}

async function repair(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  id: string,
): Promise<Unattended | null> {
  const incident = await tx.incidents.byId(id);
  const now = deps.clock.now();
  // What was opened a moment ago is still on its way through the line of work.
  if (incident?.state !== 'open' || incident.openedAt > now - LATE) return null;
  const { number } = incident;
  const choice = await ensureChain(tx, deps, services, incident, undefined);
  if (choice.kind === 'start') return { incidentId: id, number, reason: 'chain-missing' };
  for (const run of await tx.actions.chainsOf(id)) {
    const pages = run.snapshot.steps.some((step) => step.do === 'page');
    if (run.state === 'ended' || !pages) continue;
    if (run.nextActionAt !== null && run.nextActionAt > now - LATE) continue;
    await planNext(tx, await act(tx, deps, services, run, incident, decide(run, incident, now), undefined), undefined);
    return { incidentId: id, number, reason: 'next-action-missing' };
  }
  return null;
}
