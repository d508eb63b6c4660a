/** The facts that the exchange with partners writes to the journal. */
export const PARTNER_FACTS = {
  /** Subject of the alarm facts: the alarm record. */
  alarmRaised: 'partner.alarm-raised',
  alarmChanged: 'partner.alarm-changed',
  alarmCleared: 'partner.alarm-cleared',
  /** Somebody acknowledged an alarm, or took that back: the partner one of ours, or we one of theirs. */
  alarmAcknowledged: 'partner.alarm-acknowledged',
  alarmUnacknowledged: 'partner.alarm-unacknowledged',
  alarmCommented: 'partner.alarm-commented',
  alarmGrouped: 'partner.alarm-grouped',
  alarmDeleted: 'partner.alarm-deleted',
  /** An alert of ours is shown to a partner. */
  alarmShared: 'partner.alarm-shared',
  /** The partner could not be told what we did with its alarm. */
  alarmAnswerFailed: 'partner.alarm-answer-failed',
  /** Subject of these: the partner. */
  hubRegistered: 'partner.hub-registered',
  hubRemoved: 'partner.hub-removed',
  subscribed: 'partner.subscribed',
  /** The comparison of the lists found what no notification had told. */
  resynced: 'partner.resynced',
  linkLost: 'partner.link-lost',
  linkRestored: 'partner.link-restored',
  /** Subject of these: the ticket at the partner. */
  ticketAsked: 'partner.ticket-asked',
  ticketOpened: 'partner.ticket-opened',
  ticketFailed: 'partner.ticket-failed',
  ticketChanged: 'partner.ticket-changed',
  ticketNoted: 'partner.ticket-noted',
  /** What the incident's silent ones have in common. Subject: the incident; data: the numbers. */
  attributed: 'partner.attributed',
} as const;

/** The kinds of work that the exchange with partners puts in line. */
export const PARTNER_WORK = {
  /** Key: `PARTNER:alarm`. Registers at the partner's hub where needed and compares the lists of alarms. */
  syncAlarms: 'partner.sync-alarms',
  /** Payload: hubId, event. A notification to a partner's hub. */
  notify: 'partner.notify',
  /** Payload: recordId, task. Tells the partner what we did with its alarm. */
  answerAlarm: 'partner.answer-alarm',
  /** Key: `PARTNER:share`. Compares our alerts with what the partner is shown of them. */
  shareAlerts: 'partner.share-alerts',
  /** An incident was accepted or resolved: its partners' alarms are acknowledged or cleared. */
  answerIncident: 'partner.answer-incident',
  /** A chain asks for a ticket at a partner. */
  openTicket: 'partner.open-ticket',
  /** Key: the ticket's key. */
  sendTicket: 'partner.send-ticket',
  /** Key: ticket and note. */
  sendNote: 'partner.send-note',
  /** Key: `PARTNER:ticket`. Registers at the partner's hub and looks at the open tickets. */
  syncTickets: 'partner.sync-tickets',
  /** The incident is over: the partner's ticket is told. */
  endTicket: 'partner.end-ticket',
  /** Writes the ledger's rows of an incident anew: at each of its turns, and every minute while it lives. */
  ledger: 'partner.ledger',
  /** Key: the incident. Looks who shares what, by the series. */
  attribute: 'partner.attribute',
  tidy: 'partner.tidy',
} as const;

export const PARTNER_PRIORITY = 3;
