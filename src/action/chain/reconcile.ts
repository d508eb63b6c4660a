import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { planLook, tend } from '../care/tend.ts';
import { ACTION_WORK } from '../facts.ts';
import type { ChainRun } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { act } from './act.ts';
import type { Choice } from './choose.ts';
import { decide } from './decide.ts';
import { chainSight } from './sight.ts';
import { choiceFor, planNext, startChosen } from './start.ts';

/** An incident that nobody has and that nothing is planned for. */
export interface Unattended {
  readonly incidentId: string;
  readonly number: number;
  readonly reason: 'chain-missing' | 'next-action-missing' | 'care-missing';
}

/** A chain that is this much late is put in line again, ms. */
const LATE = 60_000;

/**
 * Looks after the promise that every open incident that must be paged has an acceptance or a next action, and repairs
 * what breaks it. To be run every 15 s.
 * @returns what was found and repaired: each one is a defect to be told about
 */
export async function reconcileChains(deps: Deps<ActionTx>, services: ActionServices): Promise<Unattended[]> {
  const ids = await deps.store.read(async (tx) => {
    const suspects: string[] = [];
    for (const { id } of await tx.incidents.live()) if (await look(tx, deps, services, id)) suspects.push(id);
    return suspects;
  });
  const found: Unattended[] = [];
  for (const id of ids) {
    const repaired = await deps.store.transact((tx) => repair(tx, deps, services, id));
    if (repaired) found.push(repaired);
  }
  return found;
}

/** What is wrong with an incident, as it stands now. */
interface Finding {
  readonly incident: Incident;
  readonly runs: readonly ChainRun[];
  /** The chain that should run and does not, the run whose next action is missing, or the look at who has it. */
  readonly lack: Extract<Choice, { kind: 'start' }> | ChainRun | 'care';
}

async function look(tx: ActionTx, deps: Deps<ActionTx>, services: ActionServices, id: string): Promise<Finding | null> {
  const incident = await tx.incidents.byId(id);
  const before = deps.clock.now() - LATE;
  if (!incident) return null;
  if (await lacksCare(tx, incident, before)) return { incident, runs: [], lack: 'care' };
  // What was opened a moment ago is still on its way through the line of work.
  if (incident.state !== 'open' || incident.openedAt > before) return null;
  const runs = await tx.actions.chainsOf(id);
  const choice = await choiceFor(tx, services, incident, runs);
  // Opened again, given back or joined a moment ago: the row that this led to is in line.
  const coming = (): Promise<boolean> => isOnItsWay(tx, incident, [ACTION_WORK.startChain, ACTION_WORK.resumeChain]);
  if (choice.kind === 'start') return (await coming()) ? null : { incident, runs, lack: choice };
  for (const lack of runs) {
    const pages = lack.snapshot.steps.some((step) => step.do === 'page');
    if (lack.state === 'ended' || !pages) continue;
    // One that is late while its row is in line (the machine slept, the line is long) is late, not forgotten.
    const late = lack.nextActionAt === null || lack.nextActionAt <= before;
    if (late && !(await tx.work.isOpen(ACTION_WORK.stepChain, lack.id)) && !(await coming())) {
      return { incident, runs, lack };
    }
  }
  return null;
}

/** Whether nobody will ask the one who has it: a reminder, a snooze, a promise or a clock has lost its row of work. */
async function lacksCare(tx: ActionTx, incident: Incident, before: number): Promise<boolean> {
  if (incident.state !== 'open' && incident.state !== 'accepted') return false;
  const care = await tx.actions.care(incident.id);
  const missing =
    care === null
      ? incident.acceptedAt !== null && incident.acceptedAt <= before
      : care.nextAt !== null && care.nextAt <= before;
  if (!missing) return false;
  return (
    !(await tx.work.isOpen(ACTION_WORK.careDue, incident.id)) &&
    !(await isOnItsWay(tx, incident, [ACTION_WORK.careLook]))
  );
}

/** What a fact of the incident led to waits in a long line: it is late, not forgotten. */
async function isOnItsWay(tx: ActionTx, incident: Incident, kinds: readonly string[]): Promise<boolean> {
  const rows = await tx.journal.ofSubject('incident', incident.id);
  for (const key of [incident.id, ...rows.slice(-20).map(({ id }) => id)]) {
    for (const kind of kinds) if (await tx.work.isOpen(kind, key)) return true;
  }
  return false;
}

async function repair(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  id: string,
): Promise<Unattended | null> {
  // Looked at once more inside the transaction: the line of work may have been faster.
  const finding = await look(tx, deps, services, id);
  if (!finding) return null;
  const { incident, runs, lack } = finding;
  const told = { incidentId: id, number: incident.number };
  if (lack === 'care') {
    await planLook(tx, id, await tend(tx, deps, services, incident, null, undefined));
    return { ...told, reason: 'care-missing' };
  }
  if ('kind' in lack) {
    await startChosen(tx, deps, services, incident, runs, lack, undefined);
    return { ...told, reason: 'chain-missing' };
  }
  const now = deps.clock.now();
  const decisions = decide(lack, incident, now, await chainSight(tx, services, lack, now));
  await planNext(tx, await act(tx, deps, services, lack, incident, decisions, undefined), undefined);
  return { ...told, reason: 'next-action-missing' };
}
