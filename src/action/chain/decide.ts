import type { Incident } from '../../incident/incident.ts';
import type { ChainRun } from '../nouns.ts';

/** Pause before the fallback is paged when a chain is configured without `repeat`, ms. */
const DEFAULT_REPEAT = 15 * 60_000;

/** What is to be done about a chain now, each with its named reason. Stored with the reason, then acted on. */
export type Decision =
  | { readonly kind: 'begin'; readonly index: number; readonly reason: 'due' }
  | { readonly kind: 'leave-out'; readonly index: number; readonly reason: 'accepted' }
  | {
      readonly kind: 'repeat';
      /** Counts the passes: 2 is the second one. */
      readonly round: number;
      /** The page steps that are done again. */
      readonly steps: readonly number[];
      readonly reason: 'unaccepted' | 'given-back';
    }
  | { readonly kind: 'exhaust'; readonly round: number; readonly reason: 'rounds-exhausted' | 'still-unaccepted' }
  | { readonly kind: 'end'; readonly reason: 'incident-resolved' | 'incident-merged' }
  | { readonly kind: 'wait'; readonly until: number | null; readonly reason: WaitReason };

export type WaitReason = 'next-step' | 'next-round' | 'accepted' | 'nobody-is-paged';

type IncidentState = Pick<Incident, 'state' | 'acceptedAt'>;

/** How often people are paged again after the last step, ms. */
export function repeatOf(run: ChainRun): number {
  return run.snapshot.repeatEvery ?? DEFAULT_REPEAT;
}

/**
 * What a running chain asks for at the instant `at` (ms). Pure: the same run, incident and instant give the same
 * decisions. The last decision is always `wait` or `end`: an unaccepted incident whose chain pages never waits for
 * nothing.
 */
export function decide(run: ChainRun, incident: IncidentState, at: number): Decision[] {
  if (incident.state === 'merged') return [{ kind: 'end', reason: 'incident-merged' }];
  if (incident.state === 'resolved') return [{ kind: 'end', reason: 'incident-resolved' }];
  const accepted = incident.state === 'accepted';
  const { steps } = run.snapshot;
  const decisions: Decision[] = [];
  let index = run.nextStep;
  for (; index < steps.length && run.startedAt + steps[index]!.after <= at; index++) {
    decisions.push(
      accepted && steps[index]!.onlyUnaccepted
        ? { kind: 'leave-out', index, reason: 'accepted' }
        : { kind: 'begin', index, reason: 'due' },
    );
  }
  if (index < steps.length) {
    return [...decisions, { kind: 'wait', until: run.startedAt + steps[index]!.after, reason: 'next-step' }];
  }
  return [...decisions, ...afterLastStep(run, accepted, decisions.length > 0, at)];
}

/** The rounds after the last step: page again, and at the end page the fallback, until somebody accepts. */
function afterLastStep(run: ChainRun, accepted: boolean, justFinished: boolean, at: number): Decision[] {
  if (accepted) return [{ kind: 'wait', until: null, reason: 'accepted' }];
  const paging = pageSteps(run, run.snapshot.steps.length);
  if (paging.length === 0) return [{ kind: 'wait', until: null, reason: 'nobody-is-paged' }];
  const next: Decision = { kind: 'wait', until: at + repeatOf(run), reason: 'next-round' };
  if (justFinished) return [next];
  if (run.nextActionAt !== null && run.nextActionAt > at) {
    return [{ kind: 'wait', until: run.nextActionAt, reason: 'next-round' }];
  }
  const round = Math.max(run.round, 1) + 1;
  if (run.state === 'exhausted') return [{ kind: 'exhaust', round, reason: 'still-unaccepted' }, next];
  if (round > run.snapshot.maxRounds) return [{ kind: 'exhaust', round, reason: 'rounds-exhausted' }, next];
  return [{ kind: 'repeat', round, steps: paging, reason: 'unaccepted' }, next];
}

/** What to do when the one who accepted gave it back: everybody paged so far is paged again at once. */
export function decideResume(run: ChainRun, at: number): Decision[] {
  const steps = pageSteps(run, run.nextStep);
  const round = Math.max(run.round, 1) + 1;
  const following = run.snapshot.steps[run.nextStep];
  const wait: Decision = following
    ? { kind: 'wait', until: Math.max(run.startedAt + following.after, at), reason: 'next-step' }
    : { kind: 'wait', until: at + repeatOf(run), reason: 'next-round' };
  return steps.length > 0 ? [{ kind: 'repeat', round, steps, reason: 'given-back' }, wait] : [wait];
}

function pageSteps(run: ChainRun, before: number): number[] {
  return run.snapshot.steps.flatMap((step, index) => (step.do === 'page' && index < before ? [index] : []));
}

/** How the run's row changes by the decisions. Pure. */
export function advance(
  run: ChainRun,
  incident: IncidentState,
  decisions: readonly Decision[],
): Pick<ChainRun, 'state' | 'nextStep' | 'round' | 'nextActionAt'> {
  let { state, nextStep, round, nextActionAt } = run;
  if (incident.state === 'accepted') state = 'accepted';
  else if (state === 'accepted') state = 'running';
  for (const decision of decisions) {
    switch (decision.kind) {
      case 'begin':
      case 'leave-out':
        nextStep = decision.index + 1;
        if (nextStep === run.snapshot.steps.length) round = Math.max(round, 1);
        break;
      case 'repeat':
        round = decision.round;
        break;
      case 'exhaust':
        round = decision.round;
        state = 'exhausted';
        break;
      case 'end':
        state = 'ended';
        nextActionAt = null;
        break;
      case 'wait':
        nextActionAt = decision.until;
        break;
    }
  }
  return { state, nextStep, round, nextActionAt };
}
