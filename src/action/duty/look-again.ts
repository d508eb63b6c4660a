import { ACTION_WORK } from '../facts.ts';
import type { ActionTx } from '../ports.ts';

/** Has the duty looked at now: who comes next, and when, may be another one than a moment ago. */
export async function lookAgain(tx: Pick<ActionTx, 'work'>): Promise<void> {
  await tx.work.put({ kind: ACTION_WORK.watchDuty, key: 'duty', priority: 2, payload: {}, sooner: true });
}
