import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { checkHeartbeat } from './check-heartbeat.ts';
import type { SignalTx } from './ports.ts';

export {
  compileSources,
  partnerOfSource,
  signalProblems,
  signalSchema,
  type SignalConfig,
  type Source,
} from './config.ts';
export { SIGNAL_FACTS, SIGNAL_WORK } from './facts.ts';
export { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from './fields.ts';
export { takeRuleEvents } from './store-signal.ts';
export { beat } from './verbs/beat.ts';
export { cleanSeries, deleteSeries, type DeleteSeriesInput } from './verbs/delete-series.ts';
export { recordObservation } from './verbs/record-observation.ts';
export { takeWebhook } from './verbs/take-webhook.ts';
export { watchHeartbeats } from './verbs/watch-heartbeats.ts';

/** The work that this stage does when it is due. */
export function signalHandlers(deps: Deps<SignalTx>): readonly Handler<SignalTx>[] {
  return [checkHeartbeat(deps)];
}
