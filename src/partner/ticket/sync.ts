import { DONE, mustHold, type Handler } from '../../core/work.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import { readId, type PartnerTicketsConfig } from '../../signal/tmf642/index.ts';
import { PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import { headersTo, isTaken, jsonOf, pauseAfter, refused } from '../link/call.ts';
import { linkDown, linkOf, linkUp, noteEvent } from '../link/state.ts';
import type { PartnerLink, PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import { partnerOf, type PartnerConfig, type PartnerDeps, type PartnerServices } from '../services.ts';
import { listenerSecret } from '../verbs/event.ts';
import { mirrorTicket } from './mirror.ts';
import { readTicket, type RemoteTicket } from './wire.ts';

const TIMEOUT = 20_000;
const MOST_TICKETS = 200;
const NO_HUB = [404, 405, 501];

/** Registers at the partner's hub where that is due, and looks at each of our tickets that is not closed. */
export function syncTicketsWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.syncTickets,
    async outside(item) {
      const partner = partnerOf(services, String(item.payload['partner']));
      const tickets = partner?.tickets;
      if (!partner || !tickets) return () => Promise.resolve(DONE);
      const { link, open } = await deps.store.read(async (tx) => ({
        link: await linkOf(tx, partner.name, 'ticket'),
        open: await tx.partners.tickets({ states: ['open', 'resolved'], partner: partner.name, limit: MOST_TICKETS }),
      }));
      mustHold(item, deps.clock.now());
      try {
        const hub = tickets.subscribe
          ? await subscribe(services, partner, tickets, link)
          : { hubId: null, callback: null };
        const seen = await look(services, tickets, open);
        return async (tx) => {
          for (const { id, remote } of seen) {
            const now = await tx.partners.ticket(id);
            if (now) await mirrorTicket(tx, deps, services, partner, now, remote);
          }
          await linkUp(tx, partner, await linkOf(tx, partner.name, 'ticket'), deps.clock.now(), hub);
          return { kind: 'again', dueAt: deps.clock.now() + tickets.poll };
        };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return async (tx) => {
          const now = await linkOf(tx, partner.name, 'ticket');
          await linkDown(tx, partner, now, why);
          return { kind: 'again', dueAt: deps.clock.now() + Math.min(tickets.poll, pauseAfter(now.failures)) };
        };
      }
    },
  };
}

async function look(
  services: PartnerServices,
  tickets: PartnerTicketsConfig,
  open: readonly PartnerTicket[],
): Promise<{ id: string; remote: RemoteTicket }[]> {
  const seen: { id: string; remote: RemoteTicket }[] = [];
  for (const { id, remoteId } of open) {
    if (remoteId === null) continue;
    const url = `${tickets.url}/troubleTicket/${encodeURIComponent(remoteId)}`;
    const answer = await services.request({
      method: 'GET',
      url,
      headers: headersTo(tickets.authorization),
      body: null,
      timeout: TIMEOUT,
    });
    // One that is gone there says nothing of the others.
    if (answer.status === 404) continue;
    if (!isTaken(answer)) throw refused(answer);
    seen.push({ id, remote: readTicket(jsonOf(answer)) });
  }
  return seen;
}

async function subscribe(
  services: PartnerServices,
  partner: PartnerConfig,
  tickets: PartnerTicketsConfig,
  link: PartnerLink,
): Promise<Pick<PartnerLink, 'hubId' | 'callback'>> {
  const base = `${services.setting().url.replace(/\/+$/, '')}/tmf-api/partner/${listenerSecret(services, partner.name)}/troubleTicket/v${tickets.version}`;
  const callback = tickets.callback === 'full' ? `${base}/listener` : base;
  if (link.callback === callback) return { hubId: link.hubId, callback };
  const call = { headers: headersTo(tickets.authorization), timeout: TIMEOUT };
  if (link.hubId !== null) {
    const url = `${tickets.url}/hub/${encodeURIComponent(link.hubId)}`;
    await services.request({ ...call, method: 'DELETE', url, body: null }).catch(() => null);
  }
  const body = JSON.stringify({ ...(tickets.version === '5' ? { '@type': 'Hub' } : {}), callback });
  const answer = await services.request({ ...call, method: 'POST', url: `${tickets.url}/hub`, body });
  if (NO_HUB.includes(answer.status)) return { hubId: null, callback };
  if (!isTaken(answer)) throw refused(answer);
  const made = jsonOf(answer);
  return { hubId: isObject(made) ? readId(made['id'], 'the hub') : null, callback };
}

/**
 * A notification about tickets came: the tickets are looked at now. What the event itself says is not believed: it may be
 * late, and the ticket at the partner is the truth.
 */
export async function takeTicketNotification(deps: PartnerDeps, partner: PartnerConfig): Promise<void> {
  await deps.store.transact(async (tx) => {
    await noteEvent(tx, partner.name, 'ticket', deps.clock.now());
    const key = `${partner.name}:ticket`;
    await tx.work.cancel(PARTNER_WORK.syncTickets, key);
    const payload = { partner: partner.name };
    await tx.work.put({ kind: PARTNER_WORK.syncTickets, key, priority: PARTNER_PRIORITY, payload });
  });
}
