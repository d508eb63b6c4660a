/** The facts that this stage writes to the journal. */
export const ACTION_FACTS = {
  dutyOverridden: 'duty.overridden',
  dutyOverrideCancelled: 'duty.override-cancelled',
  dutyScheduled: 'duty.scheduled',
  dutyScheduleCancelled: 'duty.schedule-cancelled',
  dutyAbsent: 'duty.absent',
  dutyAbsenceCancelled: 'duty.absence-cancelled',
  swapAsked: 'duty.swap-asked',
  swapAnswered: 'duty.swap-answered',
  handoverAsked: 'duty.hand-over-asked',
  handoverAccepted: 'duty.hand-over-accepted',
  /** Nobody accepted in time: the deputy stands in; data: to, deputy, override. */
  handoverMissed: 'duty.hand-over-missed',
  reachTested: 'duty.reach-tested',
  /** A test page was answered; data: person, channel, vendor. */
  reachProved: 'duty.reach-proved',
  feedCreated: 'duty.feed-created',
  feedRevoked: 'duty.feed-revoked',
  /** A chain began; data: chain, steps. Subject of all chain facts: the chain's run. */
  chainStarted: 'chain.started',
  /** A step was taken; data: index, do, and what came of it. */
  chainStepBegun: 'chain.step-begun',
  /** A step was left out; the reason is named. */
  chainStepLeftOut: 'chain.step-left-out',
  /** Everybody paged so far is paged again; data: round. */
  chainRepeated: 'chain.repeated',
  /** No step pages anybody now, so the fallback is paged; data: round. */
  chainLastResort: 'chain.last-resort',
  chainExhausted: 'chain.exhausted',
  chainAccepted: 'chain.accepted',
  /** Who had accepted gave it back: paging goes on. */
  chainResumed: 'chain.resumed',
  chainEnded: 'chain.ended',
  /** The chain wants a ticket for the incident: the stage to the right opens it. */
  ticketWanted: 'chain.ticket-wanted',
  /** The chain wants a ticket at a partner; data: partner. */
  partnerTicketWanted: 'chain.partner-ticket-wanted',
  /** The one who has an incident was asked whether they still work on it. Subject of these and the next: the incident. */
  acceptanceReminded: 'acceptance.reminded',
  /** The one who has it says so. */
  acceptanceConfirmed: 'acceptance.confirmed',
  /** The one who has it sleeps over it; data: until. */
  snoozed: 'snooze.set',
  /** It woke up, by the reason that is named. */
  snoozeEnded: 'snooze.ended',
  /** Others were asked to take it; data: id, to. */
  incidentHandoverAsked: 'hand-over.asked',
  incidentHandoverAccepted: 'hand-over.accepted',
  incidentHandoverDeclined: 'hand-over.declined',
  incidentHandoverWithdrawn: 'hand-over.withdrawn',
  incidentHandoverExpired: 'hand-over.expired',
  /** When the next update comes; data: at. */
  promiseSet: 'promise.set',
  promiseReminded: 'promise.reminded',
  /** The promised update did not come; data: promisedAt, promisedBy, broken (how many so far). */
  promiseBroken: 'promise.broken',
  /** A clock of an agreed level of service; data: clock, sla, span, dueAt. */
  slaStarted: 'sla.started',
  slaChanged: 'sla.changed',
  slaWarned: 'sla.warned',
  slaBroken: 'sla.broken',
  slaKept: 'sla.kept',
  slaStopped: 'sla.stopped',
  /** Somebody answered the mail of a page; data: person, answer. Subject: the page. */
  mailAnswered: 'page.mail-answered',
  pageHandedOver: 'page.handed-over',
  /** The vendor says that the page is on the device. */
  pageDelivered: 'page.delivered',
  /** The vendor says that it could not, or says nothing in time; data: vendor, receipt. */
  pageUndelivered: 'page.undelivered',
  pageFailed: 'page.failed',
  pageAccepted: 'page.accepted',
  deviceAdded: 'push-device.added',
  deviceRemoved: 'push-device.removed',
  /** The raw text went to the fallback, past routing. */
  fallbackPaged: 'page.fallback-sent',
  /** The author of a silence was told of it, or could not be. Subject: the silence. */
  authorTold: 'silence.author-told',
  /** That announced work begins soon was told; data: told, unknown. Subject: the window. */
  workTold: 'maintenance.told',
  noticePublished: 'notice.published',
  partnerContacted: 'partner.contacted',
  partnerContactFailed: 'partner.contact-failed',
  playbookStarted: 'playbook.started',
  playbookRefused: 'playbook.refused',
  playbookStepDone: 'playbook.step-done',
  playbookVerifying: 'playbook.verifying',
  playbookRecovered: 'playbook.recovered',
  playbookFailed: 'playbook.failed',
  playbookAborted: 'playbook.aborted',
} as const;

/** The kinds of work that this stage does, with their priorities (0 is paging). */
export const ACTION_WORK = {
  /** Payload: incidentId. Starts the chain that the incident's severity calls for, unless it has been started. */
  startChain: 'chain.start',
  /** Payload: runId. Key: the run's id. */
  stepChain: 'chain.step',
  /** Payload: incidentId. The incident was accepted. */
  acceptChain: 'chain.accept',
  /** Payload: incidentId. Who had accepted gave it back. */
  resumeChain: 'chain.resume',
  /** Payload: incidentId. The incident was resolved or merged away. */
  endChain: 'chain.end',
  /** Payload: entryId. A fact about an incident may change what is asked of the one who has it. */
  careLook: 'care.look',
  /** Payload: incidentId. Key: the same. A reminder, the end of a snooze, a promise, a clock. */
  careDue: 'care.due',
  /** Payload: pageId, and the way it goes by. Key: the page's key. */
  sendPage: 'page.send',
  /** Key: `duty`. Looks after hand-overs and test pages, and comes again. */
  watchDuty: 'duty.watch',
  /** Payload: callId. Key: the call's key. */
  sendCall: 'duty.call',
  /** Payload: person, channel. Key: both. Sends what was gathered over the page budget as one message. */
  sendBundle: 'page.bundle',
  /** Payload: deliveryId. Key: the delivery's id. Looks whether the receipt has come. */
  awaitReceipt: 'page.await-receipt',
  /** Payload: vendor, reference, pageId, state, detail. A receipt, durable before the vendor is answered. */
  noteReceipt: 'page.note-receipt',
  /** Payload: subject, text. */
  sendFallback: 'page.fallback',
  /** Payload: incidentId. The incident was resolved: members who were told of it are told that it is over. */
  tellRecovery: 'member.recovered',
  /** Payload: entryId. The author of a silence is told what became of it. */
  tellAuthor: 'silence.tell-author',
  /** Payload: entryId. Those who want to know are told that announced work begins soon. */
  tellWork: 'maintenance.tell',
  /** Payload: id, partner, entryId. Key: the row that led to it and the partner. */
  tellPartnerWork: 'maintenance.tell-partner',
  /** Payload: contactId. */
  sendPartner: 'partner.send',
  /** Payload: runId and where the run stands. Key: the run's id. */
  stepPlaybook: 'playbook.step',
  /** Payload: runId. Key: the playbook's name: as long as this row is there, the playbook runs and is not started again. */
  guardPlaybook: 'playbook.busy',
  /** Payload: origin, releasedAt. Key: the instance. A page to nobody: proves that pages get out. */
  takeCanary: 'canary.take',
  sendCanary: 'canary.send',
} as const;

export const PRIORITY = { page: 0, minorPage: 1, chain: 0, incident: 2, member: 4, partner: 3, playbook: 1 } as const;
