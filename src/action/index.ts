import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { tellAuthor } from './author/tell-author.ts';
import { tellPartnerWork, tellWork } from './author/tell-work.ts';
import { careDue, careLook } from './care/look.ts';
import { acceptChain, endChain, resumeChain, stepChain } from './chain/follow.ts';
import { startChain } from './chain/start.ts';
import { sendCall } from './duty/call.ts';
import { watchDutyHandler } from './duty/watch.ts';
import { tellRecovery } from './member/tell-recovery.ts';
import { sendFallback } from './page/fallback.ts';
import { awaitReceipt, noteReceipt } from './page/receipt.ts';
import { sendBundle } from './page/send-bundle.ts';
import { sendPage } from './page/send-page.ts';
import { sendPartner } from './partner-contact/send-partner.ts';
import { guardPlaybook, stepPlaybook } from './playbook/engine.ts';
import type { ActionTx } from './ports.ts';
import type { ActionServices } from './services.ts';

export { CANARY, canaryHandlers, releaseCanary } from './canary/canary.ts';
export { reconcileChains, type Unattended } from './chain/reconcile.ts';
export { waysTo } from './chain/target.ts';
export { chainSteps, type ShownStep } from './chain/steps.ts';
export { actionSchema, type ActionConfig, type CommandConfig } from './config.ts';
export { actionProblems } from './config-problems.ts';
export { workCalendarOf } from './duty/calendar.ts';
export { cancelOverride } from './duty/verbs/cancel-override.ts';
export { overrideDuty, type OverrideInput } from './duty/verbs/override-duty.ts';
export { dutyFindings, type DutyFinding } from './duty/findings.ts';
export { addAbsences, cancelAbsence } from './duty/verbs/absence.ts';
export { acceptHandover } from './duty/verbs/accept-handover.ts';
export { answerCall, describeCall, type CallView } from './duty/verbs/answer-call.ts';
export { createFeed, readFeed, revokeFeed } from './duty/verbs/feed.ts';
export { answerSwap, askSwap } from './duty/verbs/swap.ts';
export { cancelSchedule, scheduleDuty, temporaryInput } from './duty/verbs/temporary.ts';
export { testPage } from './duty/verbs/test-page.ts';
export { watchDuty } from './duty/watch.ts';
export { loadPlan } from './duty/load-plan.ts';
export {
  configuredId,
  dutyPlan,
  layerShifts,
  onDuty,
  shifts,
  type DutyPlan,
  type OnDuty,
  type Shift,
} from './duty/plan.ts';
export { ACTION_FACTS, ACTION_WORK } from './facts.ts';
export { notify, type NotifyInput } from './member/notify.ts';
export type {
  Delivery,
  DutyCall,
  DutyFeed,
  DutyHandover,
  DutyOverride,
  DutySwap,
  MemberNotice,
  Page,
  PartnerContact,
  Person,
  PlaybookRun,
  PushDevice,
} from './nouns.ts';
export {
  acceptByLink,
  answerByLink,
  describeLink,
  type LinkUse,
  type LinkView,
  type PageAnswer,
} from './page/accept-by-link.ts';
export { careRules } from './care/rules.ts';
export { watchCare } from './care/watch.ts';
export type { IncidentCare, IncidentHandover, SlaClock } from './care/nouns.ts';
export { confirm } from './care/verbs/confirm.ts';
export { answerHandOver, askHandOver } from './care/verbs/hand-over.ts';
export { promiseUpdate } from './care/verbs/promise.ts';
export { snooze, wakeUp } from './care/verbs/snooze.ts';
export { slaReport, type SlaShare } from './sla/report.ts';
export { answerByMail, pageOfToken, type MailAnswer, type MailOutcome } from './page/answer-by-mail.ts';
export { addPushDevice, pushDeviceInput, removePushDevice } from './page/push-device.ts';
export { receiptWork, type Receipt } from './page/receipt.ts';
export { acceptByButton, acceptByPageId, acceptByReply, replyWords } from './page/reply.ts';
export { spokenPage } from './page/speak.ts';
export { reconcilePages, type Repaired } from './page/reconcile-pages.ts';
export { fallbackPage, pageFallback, type RawPage } from './page/fallback.ts';
export { writeToPartner } from './partner-contact/text.ts';
export { abortPlaybook } from './playbook/abort-playbook.ts';
export { runPlaybook } from './playbook/run-playbook.ts';
export type { ActionTx } from './ports.ts';
export type { ActionServices, ActionSetting } from './services.ts';

/** The work that this stage does when it is due. */
export function actionHandlers(deps: Deps<ActionTx>, services: ActionServices): readonly Handler<ActionTx>[] {
  return [
    careLook(deps, services),
    careDue(deps, services),
    startChain(deps, services),
    stepChain(deps, services),
    acceptChain(deps, services),
    resumeChain(deps, services),
    endChain(deps, services),
    sendPage(deps, services),
    sendCall(deps, services),
    watchDutyHandler(deps, services),
    sendBundle(deps, services),
    awaitReceipt(deps, services),
    noteReceipt(deps, services),
    sendFallback(deps, services),
    tellAuthor(deps, services),
    tellWork(deps, services),
    tellPartnerWork(deps, services),
    sendPartner(deps, services),
    stepPlaybook(deps, services),
    guardPlaybook(deps),
    tellRecovery(deps, services),
  ];
}
