import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { isObject } from '../../signal/alertmanager-body.ts';
import { readResourceQuery } from '../../signal/tmf642/index.ts';
import { PARTNER_FACTS } from '../facts.ts';
import type { PartnerHub } from '../nouns.ts';
import type { PartnerDeps, PartnerServices } from '../services.ts';
import { actingAs, askingPartner, mustBePartner } from './who.ts';

const MOST_HUBS = 20;

/**
 * `POST /hub`: the partner wants to be told. The same callback with the same query is the same hub.
 * @throws Fault `forbidden`, `bad_request`, `body_invalid`, `conflict` when it has too many
 */
export async function registerHub(
  deps: PartnerDeps,
  services: PartnerServices,
  actor: Actor,
  body: unknown,
): Promise<PartnerHub> {
  permit(actor, 'partner.exchange');
  const partner = mustBePartner(services, actor);
  const { callback, query } = readHub(body);
  return deps.store.transact(async (tx) => {
    const known = await tx.partners.hubsOf(partner.name);
    const same = known.find((hub) => hub.callback === callback && hub.query === query);
    if (same) return same;
    if (known.length >= MOST_HUBS) {
      throw new Fault('conflict', { what: `There are ${MOST_HUBS} hubs already. Delete those that are not used` });
    }
    const id = deps.ids.next('hub');
    const hub: PartnerHub = { id, partner: partner.name, callback, query, createdAt: deps.clock.now(), failures: 0 };
    await tx.partners.insertHub(hub);
    await tx.journal.append({
      actor: actingAs(partner, actor),
      fact: PARTNER_FACTS.hubRegistered,
      subject: { kind: 'partner', id: partner.name },
      summary: `${partner.title} asked to be told of alarms at ${new URL(callback).host}`,
      data: { partner: partner.name, hub: id, query },
    });
    return hub;
  });
}

/** `DELETE /hub/{id}`. @throws Fault `forbidden`, `not_found` */
export async function removeHub(deps: PartnerDeps, services: PartnerServices, actor: Actor, id: string): Promise<void> {
  permit(actor, 'partner.exchange');
  const partner = askingPartner(services, actor);
  await deps.store.transact(async (tx) => {
    const hub = await tx.partners.hub(id);
    if (!hub || (partner && hub.partner !== partner.name)) throw new Fault('not_found', { what: 'hub', id });
    await tx.partners.deleteHub(id);
    await tx.journal.append({
      actor: actingAs(partner, actor),
      fact: PARTNER_FACTS.hubRemoved,
      subject: { kind: 'partner', id: hub.partner },
      summary: `Notifications to ${new URL(hub.callback).host} ended`,
      reason: 'deleted',
      data: { partner: hub.partner, hub: id },
    });
  });
}

function readHub(body: unknown): { callback: string; query: string | null } {
  const callback = isObject(body) ? body['callback'] : undefined;
  if (
    typeof callback !== 'string' ||
    callback.length > 2000 ||
    !/^https?:\/\//.test(callback) ||
    !URL.canParse(callback)
  ) {
    throw new Fault('body_invalid', { what: 'callback must be an address that begins with https://' });
  }
  const query = isObject(body) ? (body['query'] ?? null) : null;
  if (query !== null && (typeof query !== 'string' || query.length > 1000)) {
    throw new Fault('body_invalid', { what: 'query must be a text such as perceivedSeverity=critical' });
  }
  if (query !== null) readResourceQuery(Object.fromEntries(new URLSearchParams(query)));
  return { callback, query: query === '' ? null : query };
}
