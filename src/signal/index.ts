import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { checkHeartbeat } from './check-heartbeat.ts';
import type { SignalTx } from './ports.ts';

export { readAlertmanagerBody, RESOLVE_TIMEOUT } from './alertmanager-body.ts';
export {
  compileSources,
  partnerOfSource,
  signalProblems,
  signalSchema,
  type HeartbeatConfig,
  type SignalConfig,
  type Source,
  type SourceConfig,
} from './config.ts';
export { SIGNAL_FACTS, SIGNAL_WORK } from './facts.ts';
export { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from './fields.ts';
export { takeRuleEvents, type RuleEventDeps } from './store-signal.ts';
export { beat } from './verbs/beat.ts';
export { recordObservation, type ObservationDeps, type ObservationInput } from './verbs/record-observation.ts';
export { takeAlerts, type Taken } from './verbs/take-alerts.ts';
export { takeWebhook, type WebhookDeps } from './verbs/take-webhook.ts';
export { watchHeartbeats } from './verbs/watch-heartbeats.ts';

/** The work that this stage does when it is due. */
export function signalHandlers(deps: Deps<SignalTx>): readonly Handler<SignalTx>[] {
  return [checkHeartbeat(deps)];
}
