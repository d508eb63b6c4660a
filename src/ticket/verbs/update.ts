import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { TICKET_FACTS } from '../facts.ts';
import type { TicketTx } from '../ports.ts';
import type { Ticket, TicketState } from '../ticket.ts';
import { readPriority } from './open.ts';

export interface UpdateTicketInput {
  readonly id: string;
  /** The version that the change was based on. */
  readonly version: number;
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly priority?: number | undefined;
  readonly state?: TicketState | undefined;
  readonly owner?: string | null | undefined;
  readonly dueAt?: number | null | undefined;
  /** Goes to the history, with or without a change. */
  readonly comment?: string | undefined;
}

const FIELDS = ['title', 'body', 'priority', 'state', 'owner', 'dueAt'] as const;
type Changed = Partial<Pick<Ticket, (typeof FIELDS)[number]>>;

/**
 * Changes a ticket, comments on it, or both. Any state can follow any other.
 * @throws Fault `forbidden`, `not_found`, `conflict`, `body_invalid`
 */
export async function updateTicket(deps: Deps<TicketTx>, actor: Actor, input: UpdateTicketInput): Promise<Ticket> {
  permit(actor, 'ticket.update');
  const comment = input.comment?.trim() ?? '';
  if (input.title?.trim() === '') throw new Fault('body_invalid', { what: 'title is empty; leave it out to keep it' });
  if (input.priority !== undefined) readPriority(input.priority);
  return deps.store.transact(async (tx) => {
    const ticket = await tx.tickets.byId(input.id);
    if (!ticket) throw new Fault('not_found', { what: 'ticket', id: input.id });
    const change = changed(ticket, input);
    if (Object.keys(change).length === 0 && comment === '') return ticket;
    const now = deps.clock.now();
    const closed = change.state === undefined ? {} : { closedAt: change.state === 'done' ? now : null };
    const whole = { ...change, ...closed, updatedAt: now };
    if (ticket.version !== input.version || !(await tx.tickets.update(ticket.id, input.version, whole))) {
      throw new Fault('conflict', {
        what: `Ticket ${ticket.number} was changed meanwhile. Look at it again and repeat`,
      });
    }
    const row = {
      actor,
      subject: { kind: 'ticket' as const, id: ticket.id },
      incidentId: ticket.incidentId ?? undefined,
    };
    if (Object.keys(change).length > 0) {
      const summary = `${actor.name}: ${words(change)}.`;
      await tx.journal.append({ ...row, fact: factOf(ticket, change), summary, data: { ...change } });
    }
    if (comment !== '') {
      // A comment is about the ticket only: the incident's timeline is not the place for it.
      await tx.journal.append({ ...row, incidentId: undefined, fact: TICKET_FACTS.commented, summary: comment });
    }
    return { ...ticket, ...whole, version: ticket.version + 1 };
  });
}

function changed(ticket: Ticket, input: UpdateTicketInput): Changed {
  const pairs = FIELDS.filter((field) => input[field] !== undefined && input[field] !== ticket[field]).map((field) => [
    field,
    input[field],
  ]);
  return Object.fromEntries(pairs) as Changed;
}

function factOf(before: Ticket, change: Changed): string {
  if (change.state === 'done') return TICKET_FACTS.done;
  return before.state === 'done' && change.state !== undefined ? TICKET_FACTS.reopened : TICKET_FACTS.updated;
}

function words(change: Changed): string {
  const parts: string[] = [];
  if (change.state !== undefined) parts.push(`it is ${change.state}`);
  if (change.priority !== undefined) parts.push(`priority ${change.priority}`);
  if (change.owner !== undefined) parts.push(change.owner === null ? 'nobody owns it' : `${change.owner} owns it`);
  if (change.title !== undefined) parts.push(`the title is "${change.title}"`);
  if (change.body !== undefined) parts.push('the text is rewritten');
  if (change.dueAt !== undefined) parts.push(change.dueAt === null ? 'no due date' : 'a new due date');
  return parts.join(', ');
}
