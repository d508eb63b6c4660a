import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { checkHeartbeat } from './check-heartbeat.ts';
import type { AddressReader, SignalTx } from './ports.ts';
import { confirmSubscription } from './verbs/take-sns.ts';
import type { StatusPageConfig } from './status-page/config.ts';
import { pollStatusPage } from './status-page/poll.ts';
import { tidyQuarantine } from './tidy.ts';

export {
  compileSources,
  partnerOfSource,
  signalProblems,
  signalSchema,
  type SignalConfig,
  type Source,
} from './config.ts';
export type { Heartbeat, PingUrl } from './signal.ts';
export { cloudEventMode, readCloudEvents } from './door/cloud-event.ts';
export { OPSGENIE_ACTIONS, opsgenieBody, wrongOpsgenieAlert } from './door/opsgenie.ts';
export { pagerDutyBody, pagerDutyRefusal, routingKeyOf, wrongChange, wrongEvent } from './door/pagerduty.ts';
export { mapBody } from './door/prepare.ts';
export { proves, sameText } from './door/secret.ts';
export { fillConnect, readIntegration, type Integration } from './integration/integration.ts';
export { inlineMappings } from './mapping.ts';
export { SIGNAL_FACTS, SIGNAL_WORK } from './facts.ts';
export { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from './fields.ts';
export { takeRuleEvents } from './store-signal.ts';
export { beat, type Beat } from './verbs/beat.ts';
export { expectedAt, overdueAt } from './heartbeat.ts';
export { pauseHeartbeat, resumeHeartbeat } from './verbs/pause-heartbeat.ts';
export { makePingUrl, ping, revokePingUrl } from './verbs/ping.ts';
export { cleanSeries, deleteSeries, type DeleteSeriesInput } from './verbs/delete-series.ts';
export { recordObservation } from './verbs/record-observation.ts';
export { discardQuarantined, retryQuarantined } from './verbs/settle-quarantined.ts';
export { provesSns, takeSns, type SnsDeps } from './verbs/take-sns.ts';
export { refuseBody, takeWebhook, type WebhookDeps } from './verbs/take-webhook.ts';
export { tryMapping } from './verbs/try-mapping.ts';
export { watchSignals } from './verbs/watch-signals.ts';

/**
 * The work that this stage does when it is due.
 * @param read reads foreign addresses; without it none is called
 * @param pages the status pages as configured now
 */
export function signalHandlers(
  deps: Deps<SignalTx>,
  read?: AddressReader,
  pages: () => readonly StatusPageConfig[] = () => [],
): readonly Handler<SignalTx>[] {
  return [
    checkHeartbeat(deps),
    tidyQuarantine(deps),
    ...(read ? [confirmSubscription(deps, read), pollStatusPage(deps, read, pages)] : []),
  ];
}
