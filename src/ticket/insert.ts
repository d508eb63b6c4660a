import type { Actor } from '../core/actor.ts';
import type { Deps } from '../core/transaction.ts';
import { TICKET_FACTS } from './facts.ts';
import type { TicketTx } from './ports.ts';
import type { Ticket } from './ticket.ts';

/** What a new ticket says; the rest is given. */
export type TicketDraft = Pick<
  Ticket,
  'title' | 'body' | 'kind' | 'priority' | 'owner' | 'incidentId' | 'functionName' | 'city' | 'dueAt'
>;

/** Stores a new ticket and writes why it was opened. */
export async function insertTicket(
  tx: TicketTx,
  deps: Deps<TicketTx>,
  draft: TicketDraft,
  told: { readonly actor: Actor; readonly reason: string; readonly causeId: string | null },
): Promise<Ticket> {
  const now = deps.clock.now();
  const ticket: Ticket = {
    ...draft,
    id: deps.ids.next('tck'),
    number: await tx.tickets.nextNumber(),
    state: 'open',
    openedBy: told.actor.name,
    openedAt: now,
    updatedAt: now,
    closedAt: null,
    version: 1,
  };
  await tx.tickets.insert(ticket);
  await tx.journal.append({
    actor: told.actor,
    fact: TICKET_FACTS.opened,
    subject: { kind: 'ticket', id: ticket.id },
    incidentId: ticket.incidentId ?? undefined,
    causeId: told.causeId ?? undefined,
    summary: `Ticket ${ticket.number} opened: ${ticket.title}`,
    reason: told.reason,
    data: { priority: ticket.priority, kind: ticket.kind },
    at: now,
  });
  return ticket;
}
