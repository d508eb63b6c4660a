import { systemActor } from '../../core/actor.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { PlaybookRun, StepResult } from '../nouns.ts';
import { countOf, textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import type { PlaybookConfig } from './config.ts';
import { doStep } from './do-step.ts';
import { isOver, measure } from './judge.ts';

const TRIES = 3;
const PAUSE = 2000;
const LOOK_AGAIN = 10 * 60_000;

type Settlement = (tx: ActionTx) => Promise<Outcome>;
type Payload = Readonly<Record<string, unknown>>;

/** What one turn of the engine works with. */
interface Turn {
  readonly deps: Deps<ActionTx>;
  readonly services: ActionServices;
  readonly run: PlaybookRun;
  readonly playbook: PlaybookConfig;
  readonly item: WorkItem;
  readonly now: number;
}

/**
 * Runs playbooks: guards, steps, verification by an independent signal, and the way back. One turn does one thing, so
 * that it ends well within its lease and another instance can go on from any point.
 */
export function stepPlaybook(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.stepPlaybook,
    async outside(item) {
      const run = await deps.store.read((tx) => tx.actions.playbookRun(textOf(item, 'runId')));
      if (!run || isOver(run)) return () => Promise.resolve(DONE);
      const playbook = services.setting().playbooks.find(({ name }) => name === run.playbook);
      const now = deps.clock.now();
      if (!playbook) {
        return (tx) => finish(tx, deps, run, 'failed', `the playbook ${run.playbook} is no longer configured`, item);
      }
      const turn: Turn = { deps, services, run, playbook, item, now };
      if (typeof item.payload['back'] === 'number') return goBack(turn);
      if (run.state === 'guarding') return guard(turn);
      return run.state === 'acting' ? takeStep(turn) : verify(turn);
    },
  };
}

/** Looks after a run that should have ended: its row of work was put aside or lost, so its way back is gone through. */
export function guardPlaybook(deps: Deps<ActionTx>): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.guardPlaybook,
    async inside(tx, item) {
      const run = await tx.actions.playbookRun(textOf(item, 'runId'));
      if (!run || isOver(run)) return DONE;
      await tx.work.put({
        kind: ACTION_WORK.stepPlaybook,
        key: run.id,
        priority: PRIORITY.playbook,
        payload: { runId: run.id, back: 0, outcome: 'failed', why: 'it did not end in time' },
      });
      return { kind: 'again', dueAt: deps.clock.now() + LOOK_AGAIN };
    },
  };
}

async function guard(turn: Turn): Promise<Settlement> {
  const { deps, services, run, playbook, item, now } = turn;
  const results: StepResult[] = [];
  let refusal: string | null = null;
  for (const one of playbook.guard) {
    const { holds, seen } = await measure(services.measure, one, now);
    results.push({ at: now, step: `guard: ${one.why}`, ok: holds, detail: seen });
    if (!holds) refusal ??= `${one.why}: ${seen}`;
  }
  const guarded = { ...run, results: [...run.results, ...results] };
  return async (tx) => {
    if (refusal !== null) return finish(tx, deps, guarded, 'refused', refusal, item);
    await tx.actions.updatePlaybookRun(run.id, { state: 'acting', step: 0, results: guarded.results });
    return again(turn, now, {});
  };
}

async function takeStep(turn: Turn): Promise<Settlement> {
  const { deps, services, run, playbook, item } = turn;
  const step = playbook.steps[run.step];
  if (!step) return startVerifying(turn, run.results);
  const tries = countOf(item, 'tries') + 1;
  mustHold(item, deps.clock.now());
  const { result, worthRetrying } = await doStep(services.steps, step, `${run.id}-${run.step}`, () => deps.clock.now());
  if (!result.ok && worthRetrying && tries < TRIES) {
    return () => Promise.resolve(again(turn, deps.clock.now() + PAUSE, { tries }));
  }
  const results = [...run.results, result];
  if (!result.ok) {
    const why = `step "${step.name}" failed: ${result.detail}`;
    return async (tx) => {
      await tx.actions.updatePlaybookRun(run.id, { results });
      return again(turn, deps.clock.now(), { back: 0, outcome: 'failed', why });
    };
  }
  const isLast = run.step + 1 >= playbook.steps.length;
  return async (tx) => {
    await tell(tx, turn, ACTION_FACTS.playbookStepDone, `did "${step.name}": ${result.detail}`, undefined);
    if (isLast) return startVerifying(turn, results)(tx);
    await tx.actions.updatePlaybookRun(run.id, { step: run.step + 1, results });
    return again(turn, deps.clock.now(), {});
  };
}

function startVerifying(turn: Turn, results: readonly StepResult[]): Settlement {
  const { deps, run, playbook } = turn;
  return async (tx) => {
    const now = deps.clock.now();
    const { within, expr } = playbook.verify;
    const change = { state: 'verifying', step: playbook.steps.length, results, deadline: now + within } as const;
    await tx.actions.updatePlaybookRun(run.id, change);
    const words = `verifies for at most ${formatDuration(within)}: ${expr}`;
    await tell(tx, turn, ACTION_FACTS.playbookVerifying, words, undefined);
    return again(turn, now, {});
  };
}

async function verify(turn: Turn): Promise<Settlement> {
  const { deps, services, run, playbook, item, now } = turn;
  const spec = playbook.verify;
  const { holds, seen } = await measure(services.measure, spec, now);
  const before = item.payload['holdsSince'];
  const holdsSince = holds ? (typeof before === 'number' ? before : now) : null;
  const step = 'verification';
  if (holdsSince !== null && now - holdsSince >= spec.for) {
    const results = [...run.results, { at: now, step, ok: true, detail: seen }];
    return (tx) =>
      finish(tx, deps, { ...run, results }, 'recovered', `holds for ${formatDuration(spec.for)}: ${seen}`, item);
  }
  if (run.deadline !== null && now >= run.deadline) {
    const results = [...run.results, { at: now, step, ok: false, detail: seen }];
    const why = `not recovered within ${formatDuration(spec.within)}: ${seen}`;
    return async (tx) => {
      await tx.actions.updatePlaybookRun(run.id, { results });
      return again(turn, now, { back: 0, outcome: 'failed', why });
    };
  }
  // Only a change is worth a line: a verification of ten minutes would be twenty equal ones.
  const changed = holds !== (typeof before === 'number');
  const held = { at: now, step, ok: holds, detail: seen };
  const moments = [now + spec.every, holdsSince === null ? Infinity : holdsSince + spec.for, run.deadline ?? Infinity];
  return async (tx) => {
    if (changed) await tx.actions.updatePlaybookRun(run.id, { results: [...run.results, held] });
    return again(turn, Math.max(Math.min(...moments), now + 1), holdsSince === null ? {} : { holdsSince });
  };
}

/** Goes through the steps of the way back, one per turn; a step that fails does not keep the next from being tried. */
async function goBack(turn: Turn): Promise<Settlement> {
  const { deps, services, run, playbook, item } = turn;
  const index = countOf(item, 'back');
  const outcome = item.payload['outcome'] === 'aborted' ? 'aborted' : 'failed';
  const why = typeof item.payload['why'] === 'string' ? item.payload['why'] : 'aborted';
  const step = run.state === 'guarding' ? undefined : playbook.abort[index];
  if (!step) return (tx) => finish(tx, deps, run, outcome, why, item);
  const tries = countOf(item, 'tries') + 1;
  const key = `${run.id}-back-${index}`;
  mustHold(item, deps.clock.now());
  const { result, worthRetrying } = await doStep(services.steps, step, key, () => deps.clock.now());
  const payload = { outcome, why };
  if (!result.ok && worthRetrying && tries < TRIES) {
    return () => Promise.resolve(again(turn, deps.clock.now() + PAUSE, { ...payload, back: index, tries }));
  }
  return async (tx) => {
    await tx.actions.updatePlaybookRun(run.id, { results: [...run.results, result] });
    const words = `${result.ok ? 'went back' : 'could not go back'}: "${step.name}": ${result.detail}`;
    await tell(tx, turn, ACTION_FACTS.playbookStepDone, words, 'way-back');
    return again(turn, deps.clock.now(), { ...payload, back: index + 1 });
  };
}

function again(turn: Turn, dueAt: number, payload: Payload): Outcome {
  return { kind: 'again', dueAt, payload: { runId: turn.run.id, ...payload } };
}

function tell(
  tx: ActionTx,
  { run, playbook, item }: Turn,
  fact: string,
  words: string,
  reason: string | undefined,
): Promise<string> {
  return tx.journal.append({
    actor: systemActor('action'),
    fact,
    subject: { kind: 'playbook-run', id: run.id },
    incidentId: run.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `Playbook "${playbook.title}" ${words}`,
    reason,
  });
}

const ENDS = {
  recovered: ACTION_FACTS.playbookRecovered,
  refused: ACTION_FACTS.playbookRefused,
  failed: ACTION_FACTS.playbookFailed,
  aborted: ACTION_FACTS.playbookAborted,
} as const;

async function finish(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  run: PlaybookRun,
  state: keyof typeof ENDS,
  why: string,
  item: WorkItem,
): Promise<Outcome> {
  const finishedAt = deps.clock.now();
  await tx.actions.updatePlaybookRun(run.id, { state, finishedAt, results: run.results });
  await tx.work.cancel(ACTION_WORK.guardPlaybook, run.playbook);
  await tx.journal.append({
    actor: systemActor('action'),
    fact: ENDS[state],
    subject: { kind: 'playbook-run', id: run.id },
    incidentId: run.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `Playbook ${run.playbook} ${state === 'recovered' ? 'proved recovery' : `was ${state}`}: ${why}`,
    reason: state,
    data: { playbook: run.playbook },
  });
  return DONE;
}
