import { routesOf, type Route } from '../../alert/route.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler } from '../../core/work.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { ChainRun } from '../nouns.ts';
import { incidentOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { act, chainActor } from './act.ts';
import { choose, type Choice, type Routed } from './choose.ts';
import { decide } from './decide.ts';
import { chainSight } from './sight.ts';

/**
 * Starts the chain that an incident calls for, unless it runs already: on its opening, a raise of its severity, its
 * re-opening, and whenever an alert joins it that is not silenced, or is quiet no longer.
 */
export function startChain(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.startChain,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (incident) await ensureChain(tx, deps, services, incident, item.causeId ?? undefined);
      return DONE;
    },
  };
}

/** Starts the chain that the incident calls for now; does nothing, with a named reason, when there is no need. */
export async function ensureChain(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  causeId: string | undefined,
): Promise<void> {
  const runs = await tx.actions.chainsOf(incident.id);
  const choice = await choiceFor(tx, services, incident, runs);
  if (choice.kind === 'start') await startChosen(tx, deps, services, incident, runs, choice, causeId);
}

/** Which chain the incident calls for now, or why none. */
export async function choiceFor(
  tx: ActionTx,
  services: ActionServices,
  incident: Incident,
  runs: readonly ChainRun[],
): Promise<Choice> {
  const setting = services.setting();
  const routed = await routeFor(tx, setting.alertSettings?.route ?? null, incident);
  return choose(setting, incident, runs, await isSuppressed(tx, incident), routed);
}

/** Starts the chosen chain in place of those that run. */
export async function startChosen(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  runs: readonly ChainRun[],
  choice: Extract<Choice, { kind: 'start' }>,
  causeId: string | undefined,
): Promise<void> {
  for (const old of runs.filter((run) => run.state !== 'ended')) await supersede(tx, old, choice.chain, causeId);
  await begin(tx, deps, services, incident, choice, causeId);
}

/** Whether everything that the incident consists of is kept quiet. What a person opened never is. */
async function isSuppressed(tx: ActionTx, incident: Incident): Promise<boolean> {
  // An incident may have ten thousand alerts, and this is asked whenever one joins: one row answers.
  const some = { incidentId: incident.id, limit: 1 };
  if ((await tx.alerts.list({ ...some, loud: true })).items.length > 0) return false;
  if ((await tx.alerts.list(some)).items.length === 0) return false;
  return (await tx.signals.observations(some)).length === 0;
}

/** Where the loudest alert that nothing keeps quiet leads; the newest of several. */
async function routeFor(tx: ActionTx, route: Route | null, incident: Incident): Promise<Routed | null> {
  if (!route) return null;
  for (const severity of ['page', 'critical', 'warning', 'info'] as const) {
    const some = { incidentId: incident.id, severities: [severity], loud: true, limit: 1 };
    const [alert] = (await tx.alerts.list(some)).items;
    if (alert) return routesOf(route, alert.labels)[0] ?? null;
  }
  return null;
}

/** A louder chain takes over: one incident is worked on by one chain. */
async function supersede(tx: ActionTx, old: ChainRun, by: string, causeId: string | undefined): Promise<void> {
  await tx.actions.updateChain(old.id, { state: 'ended', nextActionAt: null });
  await tx.work.cancel(ACTION_WORK.stepChain, old.id);
  await tx.journal.append({
    actor: chainActor(old.chain),
    fact: ACTION_FACTS.chainEnded,
    subject: { kind: 'chain', id: old.id },
    incidentId: old.incidentId,
    causeId,
    summary: `Chain ${old.chain} gave way to chain ${by}`,
    reason: 'superseded',
  });
}

async function begin(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  choice: Extract<Choice, { kind: 'start' }>,
  causeId: string | undefined,
): Promise<void> {
  const now = deps.clock.now();
  const run: ChainRun = {
    id: deps.ids.next('chn'),
    incidentId: incident.id,
    chain: choice.chain,
    snapshot: choice.snapshot,
    state: 'running',
    startedAt: now,
    nextStep: 0,
    round: 0,
    nextActionAt: now,
    waited: 0,
    paged: 0,
  };
  await tx.actions.insertChain(run);
  const entryId = await tx.journal.append({
    actor: chainActor(run.chain),
    fact: ACTION_FACTS.chainStarted,
    subject: { kind: 'chain', id: run.id },
    incidentId: incident.id,
    causeId,
    summary: `Chain ${run.chain} was started`,
    reason: choice.reason,
    data: { chain: run.chain, steps: run.snapshot.steps.length },
  });
  // The steps that are due at once are taken in this very transaction: a page loses no time waiting in line.
  const decisions = decide(run, incident, now, await chainSight(tx, services, run, now));
  const after = await act(tx, deps, services, run, incident, decisions, entryId);
  await planNext(tx, after, entryId);
}

/** Puts the run's next action in line, in place of the one that was planned before. */
export async function planNext(tx: ActionTx, run: ChainRun, causeId: string | undefined): Promise<void> {
  await tx.work.cancel(ACTION_WORK.stepChain, run.id);
  if (run.nextActionAt === null) return;
  await tx.work.put({
    kind: ACTION_WORK.stepChain,
    key: run.id,
    dueAt: run.nextActionAt,
    priority: PRIORITY.chain,
    payload: { runId: run.id },
    causeId,
  });
}
