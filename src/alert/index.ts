import type { Handler } from '../core/work.ts';
import { announce } from './announce.ts';
import { configureWork } from './configured-work.ts';
import type { AlertDeps } from './deps.ts';
import { expireAlerts } from './expire.ts';
import { tellGroup } from './hold.ts';
import type { AlertTx } from './ports.ts';
import { nextWindow } from './recur.ts';
import { reinhibit } from './reinhibit.ts';
import { remind } from './remind.ts';
import { requiet } from './requiet.ts';
import { takeAlert } from './take.ts';

export { alertProblems, alertSchema, alertSettings, type AlertSettings } from './config.ts';
export type { AlertDeps } from './deps.ts';
export { ALERT_FACTS } from './facts.ts';
export { readTerms } from './terms.ts';
export { upcomingWork, type Upcoming } from './upcoming.ts';
export { watchInhibition } from './reinhibit.ts';
export { comingOf } from './recur.ts';
export { changeMaintenance } from './verbs/change-maintenance.ts';
export { changeSilence } from './verbs/change-silence.ts';
export { endMaintenance } from './verbs/end-maintenance.ts';
export { expireSilence } from './verbs/expire-silence.ts';
export { maintain } from './verbs/maintain.ts';
export { changePlan, endPlan, planMaintenance } from './verbs/plan-maintenance.ts';
export { readRhythm } from './rhythm.ts';
export { workProblems } from './work-config.ts';
export { watchConfiguredWork } from './configured-work.ts';
export { postAlerts } from './verbs/post-alerts.ts';
export { silence } from './verbs/silence.ts';

/** The work that this stage does: a signal's events, expiry, groups, silences that begin and end. */
export function alertHandlers(deps: AlertDeps): readonly Handler<AlertTx>[] {
  return [
    takeAlert(deps),
    expireAlerts(deps),
    tellGroup(deps),
    requiet(deps),
    reinhibit(deps),
    remind(deps),
    announce(deps),
    nextWindow(deps),
    configureWork(deps),
  ];
}
