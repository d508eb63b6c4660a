import type { Actor } from '../../core/actor.ts';
import { permit } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { BacktestRun } from '../backtest-run.ts';
import type { DefinitionKind } from '../definition.ts';
import { IMPROVEMENT_FACTS, IMPROVEMENT_WORK } from '../facts.ts';
import type { ImprovementTx, Trials } from '../ports.ts';
import type { RuleBook } from './propose.ts';

/** Runs whose CSV is kept. */
const TEXTS_KEPT = 50;
const DAY = 86_400_000;
const DEFAULT_DAYS = 28;

export interface BacktestInput {
  readonly kind: DefinitionKind;
  readonly rule: string;
  /** The definition to be tried, as YAML; the one in force if left out. */
  readonly definition?: string | undefined;
  /** ms; four weeks up to now if left out. Of a file they say nothing. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `timestamp,value[,label]` instead of the recorded history. */
  readonly csv?: string | undefined;
  /** Name of a calendar or a country (DE, DE-BE), instead of what the indicator says. */
  readonly calendar?: string | undefined;
}

/**
 * Puts a back-test in line: the definition is run over the history as it would have run, next to the one in force.
 * @throws Fault `forbidden`, `not_found` (no such rule, and no definition), `bad_request` (the definition does not hold)
 */
export async function requestBacktest(
  deps: Deps<ImprovementTx> & { readonly rules: RuleBook; readonly trials: Trials },
  actor: Actor,
  input: BacktestInput,
): Promise<BacktestRun> {
  permit(actor, 'improvement.prove');
  const inForce = deps.rules.definition(input.kind, input.rule);
  const definition = input.definition ?? inForce;
  if (definition === null) throw new Fault('not_found', { what: input.kind, id: input.rule });
  const wrong = deps.rules.check(input.kind, input.rule, definition);
  if (wrong !== null) throw new Fault('bad_request', { what: `The ${input.kind} does not hold: ${wrong}` });
  const noCalendar = input.calendar === undefined ? null : deps.rules.calendarMistake(input.calendar);
  if (noCalendar !== null) throw new Fault('bad_request', { what: noCalendar });
  const now = deps.clock.now();
  const to = Math.min(input.to ?? now, now);
  const start = (await deps.trials.historyStart()) ?? to;
  const from = Math.max(input.from ?? to - DEFAULT_DAYS * DAY, start);
  if (input.csv === undefined && !(from < to)) {
    throw new Fault('bad_request', {
      what: 'There is no recorded history in this time. Choose another, or send a CSV.',
    });
  }
  const run: BacktestRun = {
    id: deps.ids.next('bkt'),
    kind: input.kind,
    rule: input.rule,
    definition,
    before: inForce === definition ? null : inForce,
    source: input.csv === undefined ? 'recorded' : 'csv',
    calendar: input.calendar ?? null,
    historyFrom: from,
    historyTo: to,
    state: 'queued',
    progress: 0,
    result: null,
    error: null,
    requestedBy: actor.name,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    version: 1,
  };
  await deps.store.transact(async (tx) => {
    await tx.backtests.insert(run, input.csv ?? null);
    await tx.backtests.trimTexts(TEXTS_KEPT);
    const causeId = await tx.journal.append({
      actor,
      fact: IMPROVEMENT_FACTS.backtestRequested,
      subject: { kind: 'backtest', id: run.id },
      summary: `${actor.name} asked for a back-test of the ${run.kind} ${run.rule}.`,
    });
    await tx.work.put({
      kind: IMPROVEMENT_WORK.backtest,
      key: run.id,
      priority: 5,
      payload: { runId: run.id },
      causeId,
    });
  });
  return run;
}

/**
 * Gives up a back-test that has not ended.
 * @throws Fault `forbidden`, `not_found`, `state_conflict`
 */
export async function cancelBacktest(deps: Deps<ImprovementTx>, actor: Actor, id: string): Promise<BacktestRun> {
  permit(actor, 'improvement.prove');
  return deps.store.transact(async (tx) => {
    const run = await tx.backtests.byId(id);
    if (!run) throw new Fault('not_found', { what: 'back-test', id });
    if (run.state !== 'queued' && run.state !== 'running')
      throw new Fault('state_conflict', { what: 'Back-test', id, state: run.state, verb: 'cancelled' });
    const change = { state: 'cancelled', finishedAt: deps.clock.now() } as const;
    if (!(await tx.backtests.update(id, run.version, change)))
      throw new Fault('conflict', { what: 'The back-test went on meanwhile. Try again.' });
    await tx.journal.append({
      actor,
      fact: IMPROVEMENT_FACTS.backtestCancelled,
      subject: { kind: 'backtest', id },
      summary: `${actor.name} gave up the back-test of the ${run.kind} ${run.rule}.`,
    });
    return { ...run, ...change, version: run.version + 1 };
  });
}
