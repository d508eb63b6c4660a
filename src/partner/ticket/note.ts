import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { rowOf } from '../../incident/change.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import type { PartnerNote, PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerDeps, type PartnerServices } from '../services.ts';

const MOST_NOTES = 200;

/**
 * A person writes a note to the partner on its ticket, and closes it with that where wanted.
 * @throws Fault `forbidden`, `not_found`, `body_invalid`, `state_conflict` when the ticket is closed or was never opened
 */
export async function notePartnerTicket(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  input: { readonly id: string; readonly text: string; readonly close?: boolean },
): Promise<PartnerTicket> {
  permit(actor, 'partner.ticket');
  const text = input.text.trim();
  if (text === '' || text.length > 4000) throw new Fault('body_invalid', { what: 'text: write 1 to 4000 characters' });
  return deps.store.transact(async (tx) => {
    const ticket = await tx.partners.ticket(input.id);
    if (!ticket) throw new Fault('not_found', { what: 'ticket at a partner', id: input.id });
    const close = input.close ?? false;
    if (ticket.state === 'closed' || ticket.state === 'failed' || (close && ticket.remoteId === null)) {
      throw new Fault('state_conflict', {
        what: 'The ticket',
        id: ticket.remoteId ?? ticket.id,
        state: ticket.state,
        verb: close ? 'closed' : 'noted',
      });
    }
    const causeId = await tx.journal.append({
      actor,
      fact: PARTNER_FACTS.ticketNoted,
      subject: { kind: 'partner-ticket', id: ticket.id },
      incidentId: ticket.incidentId,
      summary: `To ${partnerOf(services, ticket.partner)?.title ?? ticket.partner}: ${text}`.slice(0, 1000),
      data: { partner: ticket.partner, close },
    });
    return addNote(tx, deps, services, ticket, text, close, causeId);
  });
}

/** The incident is over: each ticket that is not closed is told, and closed where that is configured. */
export function endTicketWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.endTicket,
    async inside(tx, item) {
      const entry = await rowOf(tx, item);
      const named = item.payload['incidentId'];
      const incidentId = typeof named === 'string' ? named : entry?.incidentId;
      const incident = incidentId ? await tx.incidents.byId(incidentId) : null;
      if (incident?.state !== 'resolved') return DONE;
      for (const ticket of await tx.partners.ticketsOf(incident.id)) {
        const open = ticket.state === 'open' || ticket.state === 'resolved';
        // One that is still on its way is told once it is there.
        if (!open || ticket.remoteId === null) continue;
        const at = Temporal.Instant.fromEpochMilliseconds(incident.resolvedAt ?? deps.clock.now()).toString({
          smallestUnit: 'second',
        });
        const close = partnerOf(services, ticket.partner)?.tickets?.close ?? false;
        await addNote(tx, deps, services, ticket, `On our side it is over since ${at}.`, close, entry?.id);
      }
      return DONE;
    },
  };
}

async function addNote(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  ticket: PartnerTicket,
  text: string,
  close: boolean,
  causeId: string | undefined,
): Promise<PartnerTicket> {
  const now = deps.clock.now();
  const note: PartnerNote = {
    key: deps.ids.next('pno'),
    at: now,
    author: services.setting().name,
    text,
    origin: 'own',
  };
  const notes = [...ticket.notes, note].slice(-MOST_NOTES);
  await tx.partners.updateTicket(ticket.id, { notes, updatedAt: now });
  await tx.work.put({
    kind: PARTNER_WORK.sendNote,
    key: `${ticket.id}:${note.key}`,
    priority: PARTNER_PRIORITY,
    payload: { ticketId: ticket.id, note: note.key, ...(close ? { close: true } : {}) },
    causeId,
  });
  return { ...ticket, notes, updatedAt: now };
}
