import type { z } from 'zod';
import type { AlarmRecord, LedgerRow, PartnerTicket } from '../../partner/index.ts';
import { alarmWords } from '../../partner/index.ts';
import type { ApiContext, Tx } from '../context.ts';
import type * as contract from '../contract.ts';

const SHOWN_ALARMS = 50;
const SHOWN_TICKETS = 200;

type Overview = z.infer<typeof contract.partnerOverview>;
type PartnerView = Overview['partners'][number];

/** Every partner with its links, open alarms and tickets, of one state of the database. */
export async function partnerOverview(tx: Tx, context: ApiContext): Promise<Overview> {
  const { partners, incidentSettings } = context.config();
  const { topology } = incidentSettings;
  const links = await tx.partners.links();
  const tickets = await tx.partners.tickets({ states: ['due', 'open', 'resolved', 'failed'], limit: SHOWN_TICKETS });
  const live = await tx.incidents.live();
  const shown: PartnerView[] = [];
  for (const { name, title, email, alarms, tickets: takes } of partners) {
    const components = topology.components.filter((component) => component.partner === name);
    const own = new Set(components.map((component) => component.name));
    const incidents = live.filter(({ cause }) => cause !== null && own.has(cause.component));
    const open = await tx.partners.openAlarms({ partner: name, limit: SHOWN_ALARMS });
    const reported = open.some(({ origin }) => origin === 'partner');
    const spoken = [...(alarms ? ['alarm' as const] : []), ...(takes ? ['ticket' as const] : [])];
    shown.push({
      name,
      title,
      email: email ?? null,
      components: components.map((component) => ({ name: component.name, title: component.title })),
      state: incidents.length > 0 ? 'troubled' : reported ? 'reported' : 'quiet',
      links: spoken.map((protocol) => {
        const link = links.find((one) => one.partner === name && one.protocol === protocol);
        return {
          protocol,
          state: link?.state ?? 'unknown',
          registered: link?.hubId != null,
          lastOkAt: link?.lastOkAt ?? null,
          lastEventAt: link?.lastEventAt ?? null,
          lastError: link?.lastError ?? null,
        };
      }),
      takesTickets: takes !== undefined,
      alarms: open.map(alarmAtPartner),
      tickets: await Promise.all(
        tickets.filter(({ partner }) => partner === name).map((ticket) => ticketAtPartner(tx, context, ticket)),
      ),
      incidents: incidents.map(({ id, number, title: words }) => ({ id, number, title: words })),
    });
  }
  return { partners: shown };
}

/** A ticket at a partner as people see it. */
export async function ticketAtPartner(
  tx: Tx,
  context: ApiContext,
  ticket: PartnerTicket,
): Promise<z.infer<typeof contract.partnerTicketView>> {
  const { key: _key, updatedAt: _updated, attempts: _attempts, notes, ...rest } = ticket;
  return {
    ...rest,
    partnerTitle: context.config().partners.find(({ name }) => name === ticket.partner)?.title ?? ticket.partner,
    incidentNumber: (await tx.incidents.byId(ticket.incidentId))?.number ?? null,
    notes: notes.map(({ at, author, text, origin }) => ({ at, author, text, origin })),
  };
}

function alarmAtPartner(record: AlarmRecord): PartnerView['alarms'][number] {
  const { number, partner, origin, alarm, ackState, raisedAt } = record;
  const object = alarm.alarmedObject?.id;
  return {
    number,
    partner,
    origin,
    words: alarmWords(alarm),
    perceivedSeverity: alarm.perceivedSeverity ?? 'indeterminate',
    probableCause: alarm.probableCause ?? '',
    alarmedObject: typeof object === 'string' || typeof object === 'number' ? String(object) : '',
    acknowledged: ackState === 'acknowledged',
    raisedAt,
  };
}

export function ledgerView(
  row: LedgerRow,
  lead: number | null,
  kept: boolean | null,
): Omit<z.infer<typeof contract.ledgerView>, 'partnerTitle'> {
  const { attributions, ...rest } = row;
  return { ...rest, lead, kept, evidence: attributions.map(({ words }) => words) };
}
