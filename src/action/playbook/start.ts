import type { Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { PlaybookRun } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { PlaybookConfig } from './config.ts';

/**
 * Starts a playbook, in the caller's transaction. The row of work has the playbook's name as its key, so that the
 * database itself refuses a second run of the same playbook, whichever incident or instance asks for it.
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
  const isNew = await tx.work.enqueue({
    kind: ACTION_WORK.stepPlaybook,
    key: playbook.name,
    priority: PRIORITY.playbook,
    payload: { runId: run.id },
    causeId,
  });
  if (!isNew) return null;
  await tx.actions.insertPlaybookRun(run);
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
