import { systemActor } from '../../core/actor.ts';
import { DONE, mustHold, type Handler, type Outcome, type WorkItem } from '../../core/work.ts';
import type { PartnerTicketsConfig } from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import { again, headersTo, isTaken, jsonOf, refused, triesOf } from '../link/call.ts';
import type { PartnerNote, PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import {
  partnerOf,
  type PartnerConfig,
  type PartnerDeps,
  type PartnerRequest,
  type PartnerServices,
} from '../services.ts';
import { mirrorTicket } from './mirror.ts';
import { findQuery, isOurs, noteBody, readTicket, ticketBody, type RemoteTicket } from './wire.ts';

const TIMEOUT = 20_000;
/** With pauses up to a quarter of an hour this is about half a day. */
const MOST_TRIES = 50;

interface TicketPartner extends PartnerConfig {
  readonly tickets: PartnerTicketsConfig;
}

/** The ticket of a row of work, and its partner as configured now; null when there is nothing left to do. */
async function ticketOf(
  deps: PartnerDeps,
  services: PartnerServices,
  item: WorkItem,
): Promise<{ ticket: PartnerTicket; partner: TicketPartner } | null> {
  const ticket = await deps.store.read((tx) => tx.partners.ticket(String(item.payload['ticketId'])));
  const partner = ticket && partnerOf(services, ticket.partner);
  return ticket && partner?.tickets ? { ticket, partner: partner as TicketPartner } : null;
}

function call(
  services: PartnerServices,
  { tickets }: TicketPartner,
  request: Omit<PartnerRequest, 'timeout' | 'headers' | 'url'> & { path: string; key?: string; type?: string },
) {
  const { path, key, type, method, body } = request;
  const headers = {
    ...headersTo(tickets.authorization, type),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  return services.request({ method, body, url: `${tickets.url}${path}`, headers, timeout: TIMEOUT });
}

/** Opens the ticket at the partner, with the same key at every try. */
export function sendTicketWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.sendTicket,
    async outside(item) {
      const found = await ticketOf(deps, services, item);
      if (found?.ticket.state !== 'due') return () => Promise.resolve(DONE);
      const { ticket, partner } = found;
      mustHold(item, deps.clock.now());
      try {
        const remote =
          (triesOf(item) > 0 ? await findAgain(services, partner, ticket) : null) ??
          (await post(services, partner, ticket));
        return (tx) => opened(tx, deps, services, partner, ticket, remote, item);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return (tx) => failed(tx, deps, partner, ticket, why, item);
      }
    },
  };
}

async function post(services: PartnerServices, partner: TicketPartner, ticket: PartnerTicket): Promise<RemoteTicket> {
  const { version, ticket_type } = partner.tickets;
  const { url, name } = services.setting();
  const body = JSON.stringify(ticketBody(ticket, version, ticket_type, url, name));
  const answer = await call(services, partner, { method: 'POST', path: '/troubleTicket', body, key: ticket.key });
  if (!isTaken(answer)) throw refused(answer);
  return readTicket(jsonOf(answer));
}

/** A try before may have reached the partner although its answer was lost: then the ticket is there. */
async function findAgain(
  services: PartnerServices,
  partner: TicketPartner,
  ticket: PartnerTicket,
): Promise<RemoteTicket | null> {
  const path = `/troubleTicket?${findQuery(ticket, partner.tickets.version)}`;
  const answer = await call(services, partner, { method: 'GET', path, body: null });
  if (!isTaken(answer)) return null;
  const list = jsonOf(answer);
  const own = Array.isArray(list) ? list.find((one) => isOurs(one, ticket.id, services.setting().url)) : undefined;
  return own === undefined ? null : readTicket(own);
}

async function opened(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  partner: TicketPartner,
  ticket: PartnerTicket,
  remote: RemoteTicket,
  item: WorkItem,
): Promise<Outcome> {
  const now = deps.clock.now();
  const change = {
    state: 'open',
    remoteId: remote.id,
    openedAt: now,
    updatedAt: now,
    attempts: triesOf(item) + 1,
    lastError: null,
  } as const;
  await tx.partners.updateTicket(ticket.id, change);
  await tx.journal.append({
    actor: systemActor('partner'),
    fact: PARTNER_FACTS.ticketOpened,
    subject: { kind: 'partner-ticket', id: ticket.id },
    incidentId: ticket.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${partner.title} has our ticket: ${remote.id}`,
    data: { partner: partner.name, remoteId: remote.id },
  });
  await mirrorTicket(tx, deps, services, partner, { ...ticket, ...change }, remote);
  // Resolved while it was on its way: then it is told that too.
  const incident = await tx.incidents.byId(ticket.incidentId);
  if (incident?.state === 'resolved') await askForEnd(tx, ticket.incidentId, item.causeId ?? undefined);
  return DONE;
}

export async function askForEnd(tx: PartnerTx, incidentId: string, causeId: string | undefined): Promise<void> {
  const payload = { incidentId };
  await tx.work.put({
    kind: PARTNER_WORK.endTicket,
    key: incidentId,
    priority: PARTNER_PRIORITY,
    payload,
    causeId,
  });
}

async function failed(
  tx: PartnerTx,
  deps: PartnerDeps,
  partner: PartnerConfig,
  ticket: PartnerTicket,
  why: string,
  item: WorkItem,
): Promise<Outcome> {
  const attempts = triesOf(item) + 1;
  const last = attempts >= MOST_TRIES;
  await tx.partners.updateTicket(ticket.id, {
    attempts,
    lastError: why.slice(0, 500),
    ...(last ? { state: 'failed' } : {}),
  });
  if (!last) return again(item, deps.clock.now());
  await tx.journal.append({
    actor: systemActor('partner'),
    fact: PARTNER_FACTS.ticketFailed,
    subject: { kind: 'partner-ticket', id: ticket.id },
    incidentId: ticket.incidentId,
    causeId: item.causeId ?? undefined,
    summary: `${partner.title} could not be given a ticket in ${attempts} tries: ${why}`,
    reason: 'given-up',
    data: { partner: partner.name },
  });
  return DONE;
}

/** Brings a note of ours, or the end, to the partner's ticket. */
export function sendNoteWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.sendNote,
    async outside(item) {
      const found = await ticketOf(deps, services, item);
      if (!found || found.ticket.remoteId === null) return () => Promise.resolve(DONE);
      const { ticket, partner } = found;
      const note = ticket.notes.find(({ key }) => key === item.payload['note']);
      if (!note) return () => Promise.resolve(DONE);
      mustHold(item, deps.clock.now());
      try {
        await addNote(services, partner, ticket.remoteId!, note, item.payload['close'] === true, item.key);
        return () => Promise.resolve(DONE);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return async (tx) => {
          await tx.partners.updateTicket(ticket.id, { lastError: why.slice(0, 500) });
          return triesOf(item) + 1 >= MOST_TRIES ? DONE : again(item, deps.clock.now());
        };
      }
    },
  };
}

/** A change of the notes sends the whole list: a merge patch replaces lists. One that has the words already is done. */
async function addNote(
  services: PartnerServices,
  partner: TicketPartner,
  remoteId: string,
  note: PartnerNote,
  close: boolean,
  key: string,
): Promise<void> {
  const path = `/troubleTicket/${encodeURIComponent(remoteId)}`;
  const seen = await call(services, partner, { method: 'GET', path, body: null });
  if (!isTaken(seen)) throw refused(seen);
  const remote = readTicket(jsonOf(seen));
  const there = remote.notes.some(({ text }) => text === note.text);
  if (there && !close) return;
  const list = there ? remote.rawNotes : [...remote.rawNotes, noteBody(note, partner.tickets.version)];
  const change = {
    '@type': 'TroubleTicket',
    note: list,
    ...(close ? { status: 'closed', statusChangeReason: note.text } : {}),
  };
  const send = (type: string) =>
    call(services, partner, { method: 'PATCH', path, body: JSON.stringify(change), key, type });
  let answer = await send('application/merge-patch+json');
  if (answer.status === 415) answer = await send('application/json');
  if (!isTaken(answer)) throw refused(answer);
}
