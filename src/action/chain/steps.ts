import type { Entry } from '../../core/journal.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { ChainRun } from '../nouns.ts';
import { stepTitle } from './act.ts';

/** A step of a chain as the screen shows it. */
export interface ShownStep {
  readonly index: number;
  readonly dueAt: number;
  readonly do: string;
  readonly title: string;
  readonly state: 'waiting' | 'done' | 'left-out';
  /** Why it was left out. */
  readonly reason: string | null;
}

/**
 * The steps of a run with what became of each. Pure.
 * @param entries the incident's journal rows (those of other runs are passed over)
 */
export function chainSteps(run: ChainRun, entries: readonly Entry[]): ShownStep[] {
  const left = new Map<unknown, string | null>();
  for (const entry of entries) {
    if (entry.subject.id === run.id && entry.fact === ACTION_FACTS.chainStepLeftOut) {
      left.set(entry.data['index'], entry.reason);
    }
  }
  return run.snapshot.steps.map((step, index) => ({
    index,
    dueAt: run.startedAt + step.after,
    do: step.do,
    title: stepTitle(step),
    state: left.has(index) ? 'left-out' : index < run.nextStep ? 'done' : 'waiting',
    reason: left.get(index) ?? null,
  }));
}
