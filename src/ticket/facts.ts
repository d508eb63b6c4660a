/** The facts that this stage writes to the journal. Subject: the ticket. */
export const TICKET_FACTS = {
  /** Lasting work was written down, by a person, a chain or a warning. */
  opened: 'ticket.opened',
  /** Words, priority, owner, due date or state changed. */
  updated: 'ticket.updated',
  /** Somebody wrote something down. */
  commented: 'ticket.commented',
  /** The work is done. */
  done: 'ticket.done',
  /** It was not done. */
  reopened: 'ticket.reopened',
} as const;

/** The kinds of work that this stage does. */
export const TICKET_WORK = {
  /** The incident gets its ticket, once. Leads here: chain.ticket-wanted. */
  open: 'ticket.open',
  /** A warning that belongs to no incident gets a ticket. Leads here: alert.fired. */
  openForAlert: 'ticket.open-for-alert',
  /** Leads here: incident.resolved. Its tickets get a closing note and stay open for what lasts. */
  noteResolved: 'ticket.note-resolved',
} as const;
