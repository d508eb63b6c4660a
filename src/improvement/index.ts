import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import type { ImprovementTx, Trials } from './ports.ts';
import { backtestWork } from './work/backtest.ts';

export type { BacktestRun } from './backtest-run.ts';
export type { Definition, DefinitionKind } from './definition.ts';
export type { Improvement, Proof, RuleChange } from './improvement.ts';
export type { BacktestResult, ImprovementTx, Replay, TrialOutcome, Trials, TrialStep } from './ports.ts';
export { knownTroubles } from './work/backtest.ts';
export { weighTrial } from './weigh-trial.ts';
export { decide } from './verbs/decide.ts';
export { propose, type RuleBook } from './verbs/propose.ts';
export { proofOf, prove } from './verbs/prove.ts';
export { activate, withdrawDefinition } from './verbs/activate.ts';
export { cancelBacktest, requestBacktest } from './verbs/backtest.ts';

/** The work that this stage does: back-tests. */
export function improvementHandlers(
  deps: Deps<ImprovementTx> & { readonly trials: Trials },
): readonly Handler<ImprovementTx>[] {
  return [backtestWork(deps)];
}
