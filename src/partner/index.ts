import type { Handler } from '../core/work.ts';
import { answerAlarmWork, answerIncidentWork } from './alarm/answer.ts';
import { notifyWork } from './alarm/notify.ts';
import { shareAlertsWork } from './alarm/share.ts';
import { syncAlarmsWork } from './alarm/sync.ts';
import { attributeWork } from './ledger/attribute.ts';
import { ledgerWork } from './ledger/ledger.ts';
import type { PartnerTx } from './ports.ts';
import type { PartnerDeps, PartnerServices } from './services.ts';
import { endTicketWork } from './ticket/note.ts';
import { openTicketWork } from './ticket/open.ts';
import { sendNoteWork, sendTicketWork } from './ticket/send.ts';
import { syncTicketsWork } from './ticket/sync.ts';
import { tidyWork } from './tidy.ts';

export { alarmWords } from './alarm/take.ts';
export { ALARM_BASE, renderAlarm, renderHub, renderTask } from './alarm/render.ts';
export { PARTNER_FACTS, PARTNER_WORK } from './facts.ts';
export { ledgerCsv } from './ledger/csv.ts';
export { isKept, leadOf, months } from './ledger/month.ts';
export { ALARM_TASKS, type AlarmRecord, type LedgerRow, type PartnerLink, type PartnerTicket } from './nouns.ts';
export type { PartnerTx } from './ports.ts';
export type { AttributionSetting, PartnerDeps, PartnerRequest, PartnerResponse, PartnerServices } from './services.ts';
export { notePartnerTicket } from './ticket/note.ts';
export { openPartnerTicket } from './ticket/open.ts';
export { takeTicketNotification } from './ticket/sync.ts';
export { changeAlarm, createAlarm, deleteAlarm, loadAlarm } from './verbs/alarm.ts';
export { partnerOfListener, partnerOfSecret, takeAlarmNotification } from './verbs/event.ts';
export { registerHub, removeHub } from './verbs/hub.ts';
export { runAlarmTask } from './verbs/task.ts';
export { watchPartners } from './verbs/watch-partners.ts';
export { askingPartner } from './verbs/who.ts';

/** The work of the exchange with partners. */
export function partnerHandlers(deps: PartnerDeps, services: PartnerServices): readonly Handler<PartnerTx>[] {
  return [
    syncAlarmsWork(deps, services),
    notifyWork(deps, services),
    answerIncidentWork(deps, services),
    answerAlarmWork(deps, services),
    shareAlertsWork(deps, services),
    openTicketWork(deps, services),
    sendTicketWork(deps, services),
    sendNoteWork(deps, services),
    endTicketWork(deps, services),
    syncTicketsWork(deps, services),
    ledgerWork(deps, services),
    attributeWork(deps, services),
    tidyWork(deps),
  ];
}
