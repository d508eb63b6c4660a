import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler, type WorkItem } from '../../core/work.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { ChainRun } from '../nouns.ts';
import { cancelDuePages } from '../page/create-page.ts';
import { incidentOf, textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { act, chainActor } from './act.ts';
import { decide, decideResume } from './decide.ts';
import { chainSight } from './sight.ts';
import { ensureChain, planNext } from './start.ts';

/** Takes the steps and rounds that are due, and plans the next action. */
export function stepChain(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.stepChain,
    async inside(tx, item) {
      const run = await tx.actions.chain(textOf(item, 'runId'));
      const incident = run && (await tx.incidents.byId(run.incidentId));
      if (!run || !incident || run.state === 'ended') return DONE;
      const now = deps.clock.now();
      const decisions = decide(run, incident, now, await chainSight(tx, services, run, now));
      const { nextActionAt } = await act(tx, deps, services, run, incident, decisions, item.causeId ?? undefined);
      return nextActionAt === null ? DONE : { kind: 'again', dueAt: nextActionAt };
    },
  };
}

/** The incident was accepted: paging stops, and what is due for members, partners and recovery goes on. */
export function acceptChain(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.acceptChain,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (incident?.state !== 'accepted') return DONE;
      await cancelDuePages(tx, incident.id, 'page');
      for (const run of await liveRuns(tx, incident)) {
        if (run.state === 'accepted') continue;
        const words = `stops paging: ${incident.acceptedBy ?? 'somebody'} accepted`;
        const entryId = await tell(tx, run, ACTION_FACTS.chainAccepted, words, 'accepted', item);
        const now = deps.clock.now();
        const decisions = decide(run, incident, now, await chainSight(tx, services, run, now));
        await planNext(tx, await act(tx, deps, services, run, incident, decisions, entryId), entryId);
      }
      return DONE;
    },
  };
}

/** Who had accepted gave it back: everybody paged so far is paged again at once, and escalation goes on. */
export function resumeChain(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.resumeChain,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (incident?.state !== 'open') return DONE;
      const runs = await liveRuns(tx, incident);
      // It was quiet when its chain should have begun, and was accepted before it was heard: the chain begins now.
      if (runs.length === 0) await ensureChain(tx, deps, services, incident, item.causeId ?? undefined);
      for (const run of runs) {
        if (run.state !== 'accepted') continue;
        const words = 'goes on: nobody has it any more';
        const entryId = await tell(tx, run, ACTION_FACTS.chainResumed, words, 'given-back', item);
        const now = deps.clock.now();
        const decisions = decideResume(run, incident, now, await chainSight(tx, services, run, now));
        await planNext(tx, await act(tx, deps, services, run, incident, decisions, entryId), entryId);
      }
      return DONE;
    },
  };
}

/** The incident is over or became part of another one: its chains end, and pages not sent yet are taken back. */
export function endChain(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.endChain,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (!incident || incident.state === 'open' || incident.state === 'accepted') return DONE;
      await cancelDuePages(tx, incident.id);
      for (const run of await liveRuns(tx, incident)) {
        const now = deps.clock.now();
        const decisions = decide(run, incident, now, await chainSight(tx, services, run, now));
        await planNext(
          tx,
          await act(tx, deps, services, run, incident, decisions, item.causeId ?? undefined),
          undefined,
        );
      }
      return DONE;
    },
  };
}

async function liveRuns(tx: ActionTx, incident: Incident): Promise<ChainRun[]> {
  return (await tx.actions.chainsOf(incident.id)).filter((run) => run.state !== 'ended');
}

function tell(
  tx: ActionTx,
  run: ChainRun,
  fact: string,
  words: string,
  reason: string,
  item: WorkItem,
): Promise<string> {
  return tx.journal.append({
    actor: chainActor(run.chain),
    fact,
    subject: { kind: 'chain', id: run.id },
    incidentId: run.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `Chain ${run.chain} ${words}`,
    reason,
  });
}
