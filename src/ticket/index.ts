import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import type { TicketTx } from './ports.ts';
import { noteResolvedWork } from './work/note-resolved.ts';
import { openForAlertWork, openTicketWork } from './work/open.ts';

export { TICKET_FACTS, TICKET_WORK } from './facts.ts';
export { openTicket } from './verbs/open.ts';
export { updateTicket } from './verbs/update.ts';

/** The work that this stage does: tickets that chains and warnings ask for, and closing notes. */
export function ticketHandlers(deps: Deps<TicketTx>): readonly Handler<TicketTx>[] {
  return [openTicketWork(deps), openForAlertWork(deps), noteResolvedWork(deps)];
}
