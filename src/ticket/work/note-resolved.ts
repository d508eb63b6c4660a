import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { rowOf } from '../../incident/change.ts';
import { TICKET_FACTS, TICKET_WORK } from '../facts.ts';
import type { TicketTx } from '../ports.ts';

/** Notes on an incident's tickets that it is over. They stay open: what keeps it from coming back is still to do. */
export function noteResolvedWork(deps: Deps<TicketTx>): Handler<TicketTx> {
  return {
    kind: TICKET_WORK.noteResolved,
    async inside(tx, item) {
      const row = await rowOf(tx, item);
      if (!row?.incidentId) return { kind: 'quarantine', reason: 'the work names no incident' };
      for (const ticket of await tx.tickets.ofIncident(row.incidentId)) {
        if (ticket.state === 'done') continue;
        // When somebody changes the ticket at this instant, the note is written all the same: it is a row of its own.
        await tx.tickets.update(ticket.id, ticket.version, { updatedAt: deps.clock.now() });
        await tx.journal.append({
          actor: systemActor('ticket'),
          fact: TICKET_FACTS.commented,
          subject: { kind: 'ticket', id: ticket.id },
          causeId: row.id,
          summary: `${row.summary} The ticket stays open for the lasting work.`,
          reason: row.reason ?? undefined,
        });
      }
      return DONE;
    },
  };
}
