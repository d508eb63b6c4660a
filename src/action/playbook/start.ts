import type { Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { PlaybookRun } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { PlaybookConfig } from './config.ts';

/** Time beyond the verification after which a run that has not ended is looked after, ms. */
const PATIENCE = 10 * 60_000;

/**
 * Starts a playbook, in the caller's transaction. A row of work with the playbook's name as its key stands for "it
 * runs", so that the database itself refuses a second run of the same playbook, whichever incident or instance asks
 * for it. The row is due when the run should long have ended, and then looks after it.
 * @returns the run, or null when the playbook runs already
 */
export async function startPlaybook(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  actor: Actor,
  incident: Incident,
  playbook: PlaybookConfig,
  causeId: string | undefined,
): Promise<PlaybookRun | null> {
  const run: PlaybookRun = {
    id: deps.ids.next('run'),
    incidentId: incident.id,
    playbook: playbook.name,
    startedBy: actor.name,
    startedAt: deps.clock.now(),
    state: 'guarding',
    step: 0,
    results: [],
    finishedAt: null,
    deadline: null,
  };
  const payload = { runId: run.id };
  const priority = PRIORITY.playbook;
  const isFree = await tx.work.enqueue({
    kind: ACTION_WORK.guardPlaybook,
    key: playbook.name,
    dueAt: run.startedAt + playbook.verify.within + PATIENCE,
    priority,
    payload,
    causeId,
  });
  if (!isFree) return null;
  await tx.actions.insertPlaybookRun(run);
  await tx.work.put({ kind: ACTION_WORK.stepPlaybook, key: run.id, priority, payload, causeId });
  await tx.journal.append({
    actor,
    fact: ACTION_FACTS.playbookStarted,
    subject: { kind: 'playbook-run', id: run.id },
    incidentId: incident.id,
    causeId,
    summary: `${actor.name} started the playbook "${playbook.title}"`,
    data: { playbook: playbook.name },
  });
  return run;
}
