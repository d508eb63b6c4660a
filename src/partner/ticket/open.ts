import { permit, systemActor, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { mustBeLive, rowOf } from '../../incident/change.ts';
import type { Incident, IncidentSeverity } from '../../incident/incident.ts';
import { writeToPartner } from '../../action/index.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import type { PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';

const SEVERITIES: Readonly<Record<IncidentSeverity, string>> = { critical: 'Critical', major: 'Major', minor: 'Minor' };

/**
 * A person opens a ticket at a partner. One incident has one ticket at each: a second asking gives the first.
 * @throws Fault `forbidden`, `not_found`, `bad_request` when the partner takes no tickets, `state_conflict`
 */
export async function openPartnerTicket(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  input: { readonly incidentId: string; readonly partner: string },
): Promise<PartnerTicket> {
  permit(actor, 'partner.ticket');
  const partner = partnerOf(services, input.partner);
  if (!partner) throw new Fault('not_found', { what: 'partner', id: input.partner });
  if (!partner.tickets) {
    throw new Fault('bad_request', {
      what: `${partner.title} takes no tickets. Write its address under partners[].tickets.`,
    });
  }
  return deps.store.transact(async (tx) => {
    const incident = await tx.incidents.byId(input.incidentId);
    if (!incident) throw new Fault('not_found', { what: 'incident', id: input.incidentId });
    mustBeLive(incident, 'told to a partner by a ticket');
    return askForTicket(tx, deps, services, actor, incident, partner, undefined);
  });
}

/** A chain asks for a ticket at a partner. */
export function openTicketWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.openTicket,
    async inside(tx, item) {
      const entry = await rowOf(tx, item);
      const name = entry?.data['partner'];
      const incident = entry?.incidentId ? await tx.incidents.byId(entry.incidentId) : null;
      const partner = typeof name === 'string' ? partnerOf(services, name) : null;
      if (!incident || !partner?.tickets) return DONE;
      await askForTicket(tx, deps, services, systemActor('partner'), incident, partner, entry?.id);
      return DONE;
    },
  };
}

/** Writes the ticket and puts its sending in line, in the caller's transaction. */
async function askForTicket(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  incident: Incident,
  partner: PartnerConfig,
  causeId: string | undefined,
): Promise<PartnerTicket> {
  const known = (await tx.partners.ticketsOf(incident.id)).find((one) => one.partner === partner.name);
  if (known && known.state !== 'failed') return known;
  const now = deps.clock.now();
  const alerts = await tx.alerts.list({ incidentId: incident.id, limit: 100 });
  const { subject, body } = writeToPartner(services.setting(), incident, partner, alerts.items);
  const ticket: PartnerTicket = {
    id: deps.ids.next('pti'),
    // One that failed may be asked for again: it is another ticket then.
    key: `${incident.id}:${partner.name}${known ? `:${now}` : ''}`,
    partner: partner.name,
    incidentId: incident.id,
    state: 'due',
    remoteId: null,
    remoteStatus: null,
    severity: SEVERITIES[incident.severity],
    title: subject,
    body,
    notes: [],
    createdAt: now,
    openedAt: null,
    acknowledgedAt: null,
    promisedAt: null,
    resolvedAt: null,
    updatedAt: now,
    attempts: 0,
    lastError: null,
  };
  await tx.partners.insertTicket(ticket);
  const entryId = await tx.journal.append({
    actor,
    fact: PARTNER_FACTS.ticketAsked,
    subject: { kind: 'partner-ticket', id: ticket.id },
    incidentId: incident.id,
    causeId,
    summary: `A ticket is opened at ${partner.title}`,
    data: { partner: partner.name },
  });
  await tx.work.put({
    kind: PARTNER_WORK.sendTicket,
    key: ticket.key,
    priority: PARTNER_PRIORITY,
    payload: { ticketId: ticket.id },
    causeId: entryId,
  });
  return ticket;
}
