import type { Incident } from '../../incident/incident.ts';
import type { ChainRun, ChainStep } from '../nouns.ts';
import { judge, type ChainSight, type Unmet } from './conditions.ts';

/** Pause before the fallback is paged when a chain is configured without `repeat`, ms. */
const DEFAULT_REPEAT = 15 * 60_000;

/** What is to be done about a chain now, each with its named reason. Stored with the reason, then acted on. */
export type Decision =
  | {
      readonly kind: 'begin';
      readonly index: number;
      readonly reason: 'due';
      /** How long it waited for its hours, ms; left out for not at all. */
      readonly held?: number;
    }
  | { readonly kind: 'leave-out'; readonly index: number; readonly reason: 'accepted' | Unmet }
  | {
      readonly kind: 'repeat';
      /** Counts the passes: 2 is the second one. */
      readonly round: number;
      /** The page steps that are done again. */
      readonly steps: readonly number[];
      readonly reason: 'unaccepted' | 'given-back';
    }
  | {
      /** The fallback is paged, because no step pages anybody now. */
      readonly kind: 'last-resort';
      readonly round: number;
      readonly reason: 'no-step-applies' | 'outside-hours';
    }
  | { readonly kind: 'exhaust'; readonly round: number; readonly reason: 'rounds-exhausted' | 'still-unaccepted' }
  | { readonly kind: 'end'; readonly reason: 'incident-resolved' | 'incident-merged' }
  | { readonly kind: 'wait'; readonly until: number | null; readonly reason: WaitReason };

export type WaitReason = 'next-step' | 'next-round' | 'accepted' | 'nobody-is-paged' | 'outside-hours';

type IncidentState = Pick<Incident, 'state' | 'acceptedAt' | 'severity' | 'functions'>;

/** How often people are paged again after the last step, ms. */
export function repeatOf(run: ChainRun): number {
  return run.snapshot.repeatEvery ?? DEFAULT_REPEAT;
}

/** When a step is due, ms: from the start of the chain, later by what steps before it waited for their hours. */
export function dueAt(run: Pick<ChainRun, 'startedAt'>, step: ChainStep, waited: number): number {
  return run.startedAt + waited + step.after;
}

/**
 * What a running chain asks for at the instant `at` (ms). Pure: the same run, incident, instant and sight give the same
 * decisions. The last decision is always `wait` or `end`: an unaccepted incident whose chain pages never waits for
 * nothing. When the conditions of its steps leave nobody to be paged for an incident that must be, the last resort is.
 */
export function decide(run: ChainRun, incident: IncidentState, at: number, sight: ChainSight): Decision[] {
  if (incident.state === 'merged') return [{ kind: 'end', reason: 'incident-merged' }];
  if (incident.state === 'resolved') return [{ kind: 'end', reason: 'incident-resolved' }];
  const accepted = incident.state === 'accepted';
  const { steps } = run.snapshot;
  const decisions: Decision[] = [];
  let { waited, nextStep: index } = run;
  const reachesNobody = (): boolean =>
    mustPage(run, incident) && run.paged === 0 && !decisions.some((one) => isPage(run, one));
  for (; index < steps.length; index++) {
    const step = steps[index]!;
    const due = dueAt(run, step, waited);
    if (due > at) return [...decisions, { kind: 'wait', until: due, reason: 'next-step' }];
    if (accepted && step.onlyUnaccepted) {
      decisions.push({ kind: 'leave-out', index, reason: 'accepted' });
      continue;
    }
    const verdict = judge(step, incident, due, at, sight);
    if (verdict.kind === 'wait') {
      const paged = !reachesNobody();
      return [...decisions, ...whileHeld(run, incident, { index, due, until: verdict.until, paged }, at, sight)];
    }
    if (verdict.kind === 'leave-out') decisions.push({ kind: 'leave-out', index, reason: verdict.reason });
    else {
      waited += verdict.held;
      decisions.push({ kind: 'begin', index, reason: 'due', ...(verdict.held > 0 ? { held: verdict.held } : {}) });
    }
  }
  const justFinished = run.nextStep < steps.length;
  if (justFinished && reachesNobody()) {
    decisions.push({ kind: 'last-resort', round: Math.max(run.round, 1), reason: 'no-step-applies' });
  }
  return [...decisions, ...afterLastStep(run, incident, justFinished, at, sight)];
}

/**
 * A step waits for its hours. An incident that must be heard is not left alone meanwhile: those paged so far are paged
 * again as in rounds, and where there is nobody, the last resort is.
 */
function whileHeld(
  run: ChainRun,
  incident: IncidentState,
  held: { readonly index: number; readonly due: number; readonly until: number; readonly paged: boolean },
  at: number,
  sight: ChainSight,
): Decision[] {
  const { index, due, until, paged } = held;
  if (!mustPage(run, incident)) return [{ kind: 'wait', until, reason: 'outside-hours' }];
  const every = repeatOf(run);
  const turn = Math.max(0, Math.floor((at - due) / every));
  const wait: Decision = { kind: 'wait', until: Math.min(until, due + (turn + 1) * every), reason: 'outside-hours' };
  const round = Math.max(run.round, 1);
  if (!paged) return [{ kind: 'last-resort', round, reason: 'outside-hours' }, wait];
  const early = run.nextActionAt !== null && run.nextActionAt > at;
  if (turn === 0 || early) return [wait];
  const steps = round + 1 > run.snapshot.maxRounds ? [] : pageSteps(run, index, incident, at, sight);
  return [...again(round + 1, steps, incident, 'unaccepted'), wait];
}

/** Whether the incident must not go unheard: a chain that pages, nobody who has it, and more than few who feel it. */
function mustPage(run: ChainRun, incident: IncidentState): boolean {
  const pages = run.snapshot.steps.some((step) => step.do === 'page');
  return pages && incident.state === 'open' && incident.severity !== 'minor';
}

/** The rounds after the last step: page again, and at the end page the fallback, until somebody accepts. */
function afterLastStep(
  run: ChainRun,
  incident: IncidentState,
  justFinished: boolean,
  at: number,
  sight: ChainSight,
): Decision[] {
  if (incident.state === 'accepted') return [{ kind: 'wait', until: null, reason: 'accepted' }];
  if (!run.snapshot.steps.some((step) => step.do === 'page'))
    return [{ kind: 'wait', until: null, reason: 'nobody-is-paged' }];
  const next: Decision = { kind: 'wait', until: at + repeatOf(run), reason: 'next-round' };
  if (justFinished) return [next];
  if (run.nextActionAt !== null && run.nextActionAt > at) {
    return [{ kind: 'wait', until: run.nextActionAt, reason: 'next-round' }];
  }
  const round = Math.max(run.round, 1) + 1;
  if (run.state === 'exhausted') return [{ kind: 'exhaust', round, reason: 'still-unaccepted' }, next];
  const paging = pageSteps(run, run.snapshot.steps.length, incident, at, sight);
  // Few feel it, and no step has applied so far: they are looked at again, and nobody is woken for it.
  if (paging.length === 0 && run.paged === 0 && incident.severity === 'minor') return [next];
  if (round > run.snapshot.maxRounds) return [{ kind: 'exhaust', round, reason: 'rounds-exhausted' }, next];
  return [...again(round, paging, incident, 'unaccepted'), next];
}

/** Pages those whose steps apply again; where none does, the last resort of an incident that must be heard. */
function again(
  round: number,
  steps: readonly number[],
  incident: IncidentState,
  reason: 'unaccepted' | 'given-back',
): Decision[] {
  if (steps.length > 0) return [{ kind: 'repeat', round, steps, reason }];
  return incident.severity === 'minor' ? [] : [{ kind: 'last-resort', round, reason: 'no-step-applies' }];
}

/** What to do when the one who accepted gave it back: everybody paged so far is paged again at once. */
export function decideResume(run: ChainRun, incident: IncidentState, at: number, sight: ChainSight): Decision[] {
  const begun = run.snapshot.steps.some((step, index) => step.do === 'page' && index < run.nextStep);
  const steps = pageSteps(run, run.nextStep, incident, at, sight);
  const round = Math.max(run.round, 1) + 1;
  const following = run.snapshot.steps[run.nextStep];
  const wait: Decision = following
    ? { kind: 'wait', until: Math.max(dueAt(run, following, run.waited), at), reason: 'next-step' }
    : { kind: 'wait', until: at + repeatOf(run), reason: 'next-round' };
  return begun ? [...again(round, steps, incident, 'given-back'), wait] : [wait];
}

/** The page steps before an index whose conditions hold at the instant. */
function pageSteps(run: ChainRun, before: number, incident: IncidentState, at: number, sight: ChainSight): number[] {
  return run.snapshot.steps.flatMap((step, index) =>
    step.do === 'page' && index < before && judge(step, incident, at, at, sight).kind === 'take' ? [index] : [],
  );
}

function isPage(run: ChainRun, decision: Decision): boolean {
  return decision.kind === 'begin' && run.snapshot.steps[decision.index]!.do === 'page';
}

/** How the run's row changes by the decisions. Pure. */
export function advance(
  run: ChainRun,
  incident: Pick<Incident, 'state'>,
  decisions: readonly Decision[],
): Pick<ChainRun, 'state' | 'nextStep' | 'round' | 'nextActionAt' | 'waited' | 'paged'> {
  let { state, nextStep, round, nextActionAt, waited, paged } = run;
  if (incident.state === 'accepted') state = 'accepted';
  else if (state === 'accepted') state = 'running';
  for (const decision of decisions) {
    switch (decision.kind) {
      case 'begin':
      case 'leave-out':
        nextStep = decision.index + 1;
        if (decision.kind === 'begin') waited += decision.held ?? 0;
        if (isPage(run, decision)) paged++;
        if (nextStep === run.snapshot.steps.length) round = Math.max(round, 1);
        break;
      case 'repeat':
      case 'last-resort':
        round = decision.round;
        paged++;
        break;
      case 'exhaust':
        round = decision.round;
        state = 'exhausted';
        paged++;
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
  return { state, nextStep, round, nextActionAt, waited, paged };
}
