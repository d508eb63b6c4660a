import type { Entry } from '../../core/journal.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { ChainRun } from '../nouns.ts';
import { stepTitle } from './act.ts';
import { dueAt } from './decide.ts';

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
  const begun = new Map<unknown, number>();
  for (const { subject, fact, data, reason, at } of entries) {
    if (subject.id !== run.id) continue;
    const { index, steps } = data;
    if (fact === ACTION_FACTS.chainStepLeftOut) left.set(index, reason);
    if (fact === ACTION_FACTS.chainStepBegun) begun.set(index, at);
    // A step that was left out at first may apply in a later round.
    if (fact === ACTION_FACTS.chainRepeated && Array.isArray(steps)) for (const one of steps) left.delete(one);
  }
  return run.snapshot.steps.map((step, index) => ({
    index,
    dueAt: begun.get(index) ?? dueAt(run, step, index < run.nextStep ? 0 : run.waited),
    do: step.do,
    title: stepTitle(step),
    state: left.has(index) ? 'left-out' : index < run.nextStep ? 'done' : 'waiting',
    reason: left.get(index) ?? null,
  }));
}
