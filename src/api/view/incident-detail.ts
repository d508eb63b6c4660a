import type { z } from 'zod';
import { chainSteps } from '../../action/index.ts';
import type { Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Alert } from '../../alert/alert.ts';
import type { ApiContext, Tx } from '../context.ts';
import type * as contract from '../contract.ts';
import { careOf } from './care.ts';
import { personNamer } from './duty.ts';
import { ticketAtPartner } from './partner.ts';
import { leadOf } from '../../partner/index.ts';
import { lossesBehind } from '../../retro/index.ts';
import { lossViewOf } from './given.ts';
import { timelineView } from './timeline.ts';

type LossView = z.infer<typeof contract.lossView>;

const MAX_ALERTS = 500;

/** The incident by its id, or by its number as people say it. @throws Fault `not_found` */
export async function findIncident(tx: Tx, id: string): Promise<Incident> {
  const found = /^\d{1,9}$/.test(id) ? await byNumber(tx, Number(id)) : await tx.incidents.byId(id);
  if (!found) throw new Fault('not_found', { what: 'incident', id });
  return found;
}

async function byNumber(tx: Tx, number: number): Promise<Incident | null> {
  let after: string | undefined;
  for (;;) {
    const page = await tx.incidents.list({ limit: 500, ...(after === undefined ? {} : { after }) });
    const found = page.items.find((incident) => incident.number === number);
    if (found || page.next === null) return found ?? null;
    after = page.next;
  }
}

/** Everything about one incident, of one state of the database. */
export async function incidentDetail(
  tx: Tx,
  context: ApiContext,
  id: string,
  actor: Actor,
): Promise<z.infer<typeof contract.incidentDetail>> {
  const incident = await findIncident(tx, id);
  const entries = await tx.journal.ofIncident(incident.id);
  const { partners, playbooks, members, topology } = context.config();
  const named = personNamer(context);
  const runs = await tx.actions.chainsOf(incident.id);
  const improvements = await tx.improvements.list();
  const alerts = (await tx.alerts.list({ incidentId: incident.id, limit: MAX_ALERTS })).items;
  const partnerTickets = await tx.partners.ticketsOf(incident.id);
  const titleOf = (partner: string): string => partners.find(({ name }) => name === partner)?.title ?? partner;
  return {
    incident,
    alerts,
    observations: await tx.signals.observations({ incidentId: incident.id }),
    links: await tx.incidents.links(incident.id),
    timeline: timelineView(entries),
    chains: runs.map(({ id: runId, chain, state, startedAt, round, nextActionAt, ...run }) => ({
      id: runId,
      chain,
      state,
      startedAt,
      round,
      nextActionAt,
      steps: chainSteps({ id: runId, chain, state, startedAt, round, nextActionAt, ...run }, entries),
    })),
    deliveries: await tx.actions.deliveriesOf(incident.id),
    pages: (await tx.actions.pagesOf(incident.id)).map((page) => ({ ...page, personName: named(page.person).name })),
    notices: await tx.actions.noticesOf(incident.id),
    partnerContacts: (await tx.actions.partnerContactsOf(incident.id)).map((contact) => ({
      ...contact,
      partnerTitle: titleOf(contact.partner),
    })),
    playbookRuns: (await tx.actions.playbookRunsOf(incident.id)).map((run) => ({
      ...run,
      title: playbooks.find(({ name }) => name === run.playbook)?.title ?? run.playbook,
    })),
    playbooks: playbooks.map(({ name, title }) => ({ name, title: title ?? name })),
    templates: members.templates.map(({ name, title }) => ({ name, title })),
    componentTitles: Object.fromEntries(topology.components.map(({ name, title }) => [name, title])),
    tickets: await tx.tickets.ofIncident(incident.id),
    partnerTickets: await Promise.all(partnerTickets.map((ticket) => ticketAtPartner(tx, context, ticket))),
    partnerEvidence: (await tx.partners.ledgerOf(incident.id)).map((row) => ({
      partner: row.partner,
      title: titleOf(row.partner),
      words: row.attributions.map(({ words }) => words),
      lead: leadOf(row),
    })),
    ticketPartners: partners
      .filter(({ tickets }) => tickets !== undefined)
      .filter(({ name }) => !partnerTickets.some(({ partner, state }) => partner === name && state !== 'failed'))
      .map(({ name, title }) => ({ name, title })),
    improvements: improvements.filter(({ incidentId }) => incidentId === incident.id),
    losses: await lossesOf(tx, context, alerts),
    retroId: (await tx.retros.ofIncident(incident.id))?.id ?? null,
    care: await careOf(tx, context, incident, actor),
  };
}

/** What the deviations behind the alerts cost: by the fingerprint of the alert, in its time. */
async function lossesOf(tx: Tx, context: ApiContext, alerts: readonly Alert[]): Promise<LossView[]> {
  const { indicators } = context.config();
  return (await lossesBehind(tx, alerts)).map((loss) => lossViewOf(loss, indicators));
}
