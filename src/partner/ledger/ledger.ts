import type { Alert } from '../../alert/alert.ts';
import type { PartnerContact } from '../../action/index.ts';
import type { Entry } from '../../core/journal.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { isLive, rowOf } from '../../incident/change.ts';
import type { Incident } from '../../incident/incident.ts';
import { PARTNER_FACTS, PARTNER_PRIORITY, PARTNER_WORK } from '../facts.ts';
import type { Attribution, LedgerRow, PartnerTicket } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import type { PartnerConfig, PartnerDeps, PartnerServices } from '../services.ts';

/** How often the rows of a live incident are looked at anew, ms, and as a share of its age: what is old changes slowly. */
const EVERY = 60_000;
const EVERY_MOST = 60 * 60_000;
const SHARE_OF_AGE = 0.1;

/** What a ledger row is made of. */
export interface LedgerInput {
  readonly incident: Incident;
  readonly partner: Pick<PartnerConfig, 'name' | 'promise'>;
  /** The incident's alerts, and which partner told each, if one did. */
  readonly alerts: readonly { readonly alert: Alert; readonly partner: string | null }[];
  readonly contacts: readonly PartnerContact[];
  readonly tickets: readonly PartnerTicket[];
  readonly entries: readonly Entry[];
}

/**
 * Writes the rows of an incident's partners anew: at each of its turns, and from time to time while it lives, every minute
 * at first, so that a storm of alerts costs no work for each. Without partners there is nothing to write.
 */
export function ledgerWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.ledger,
    async inside(tx, item) {
      if (services.setting().partners.length === 0) return DONE;
      const entry = await rowOf(tx, item);
      const incidentId =
        typeof item.payload['incidentId'] === 'string' ? item.payload['incidentId'] : entry?.incidentId;
      const incident = incidentId ? await tx.incidents.byId(incidentId) : null;
      if (!incident) return DONE;
      const rows = await writeLedger(tx, deps, services, incident);
      if (!isLive(incident)) return DONE;
      if (rows > 0 && services.setting().attribution) {
        await tx.work.put({
          kind: PARTNER_WORK.attribute,
          key: incident.id,
          priority: PARTNER_PRIORITY,
          payload: { incidentId: incident.id },
          causeId: entry?.id,
        });
      }
      const now = deps.clock.now();
      const dueAt = now + Math.min(Math.max(EVERY, (now - incident.openedAt) * SHARE_OF_AGE), EVERY_MOST);
      if (item.key === incident.id) return { kind: 'again', dueAt };
      await tx.work.put({
        kind: PARTNER_WORK.ledger,
        key: incident.id,
        dueAt,
        payload: { incidentId: incident.id },
      });
      return DONE;
    },
  };
}

async function writeLedger(
  tx: PartnerTx,
  deps: PartnerDeps,
  services: PartnerServices,
  incident: Incident,
): Promise<number> {
  const { topology, partnerOf } = deps.incidents();
  const alerts = (await tx.alerts.list({ incidentId: incident.id, limit: 1000 })).items.map((alert) => ({
    alert,
    partner: partnerOf(alert.source),
  }));
  const tickets = await tx.partners.ticketsOf(incident.id);
  const contacts = await tx.actions.partnerContactsOf(incident.id);
  const cause = incident.cause ? (topology.component(incident.cause.component)?.partner ?? null) : null;
  const named = new Set([cause, ...alerts.map(({ partner }) => partner), ...tickets.map(({ partner }) => partner)]);
  const before = await tx.partners.ledgerOf(incident.id);
  // Merged into another one: what it was stands there now. A cause that turned out to be another one is none of theirs.
  const gone = before.filter(({ partner }) => incident.state === 'merged' || !named.has(partner));
  for (const row of gone) await tx.partners.deleteLedger(row.id);
  if (incident.state === 'merged') return 0;
  const entries = await tx.journal.ofIncident(incident.id);
  let written = 0;
  for (const partner of services.setting().partners.filter(({ name }) => named.has(name))) {
    await tx.partners.saveLedger(ledgerRow({ incident, partner, alerts, contacts, tickets, entries }));
    written++;
  }
  return written;
}

/** Works a row out. Pure, so that it can be written anew at any time. */
export function ledgerRow({ incident, partner, alerts, contacts, tickets, entries }: LedgerInput): LedgerRow {
  const own = alerts.filter((one) => one.partner === null).map(({ alert }) => alert.firedAt ?? alert.startsAt);
  const theirs = alerts
    .filter((one) => one.partner === partner.name)
    .map(({ alert }) => ({ at: alert.firedAt ?? alert.startsAt, by: alert.source.split(':')[0] ?? alert.source }))
    .toSorted((a, b) => a.at - b.at)[0];
  const ticketsHere = tickets.filter((ticket) => ticket.partner === partner.name);
  const handed = contacts
    .filter((one) => one.partner === partner.name)
    .flatMap(({ handedOverAt }) => handedOverAt ?? []);
  const opened = ticketsHere.flatMap(({ openedAt }) => openedAt ?? []);
  const acknowledged = [
    ...ticketsHere.flatMap(({ acknowledgedAt }) => acknowledgedAt ?? []),
    ...entries
      .filter(
        ({ fact, data }) =>
          fact === PARTNER_FACTS.alarmAcknowledged && data['partner'] === partner.name && data['origin'] === 'own',
      )
      .map(({ at }) => at),
  ];
  const word = ticketsHere.flatMap(({ promisedAt }) => promisedAt ?? []);
  const contract = partner.promise.resolve === undefined ? null : incident.startedAt + partner.promise.resolve;
  const promisedAt = word.length > 0 ? Math.min(...word) : contract;
  return {
    id: `${incident.id}:${partner.name}`,
    partner: partner.name,
    incidentId: incident.id,
    incidentNumber: incident.number,
    title: incident.title,
    startedAt: incident.startedAt,
    detectedAt: first(own),
    noticedAt: theirs?.at ?? null,
    noticeBy: theirs?.by ?? null,
    contactedAt: first([...handed, ...opened]),
    acknowledgedAt: first(acknowledged),
    promisedAt,
    promiseBy: promisedAt === null ? null : word.length > 0 ? 'word' : 'contract',
    resolvedAt: incident.resolvedAt,
    attributions: attributionsOf(entries),
  };
}

/** The newest finding of each dimension. */
function attributionsOf(entries: readonly Entry[]): Attribution[] {
  const byDimension = new Map<unknown, Attribution>();
  for (const { fact, data } of entries) {
    if (fact === PARTNER_FACTS.attributed) byDimension.set(data['dimension'], data as unknown as Attribution);
  }
  return [...byDimension.values()].toSorted((a, b) => a.p - b.p);
}

function first(instants: readonly number[]): number | null {
  return instants.length === 0 ? null : Math.min(...instants);
}
