import type { Kysely } from 'kysely';
import type { PartnerTicket } from '../partner/nouns.ts';
import type { PartnerTx } from '../partner/ports.ts';
import { codec } from './codec.ts';
import { writeChange } from './row-change.ts';
import type { Database } from './schema.ts';

const TICKET = codec<PartnerTicket>({
  id: 'text',
  key: 'text',
  partner: 'text',
  incidentId: 'text',
  state: 'text',
  remoteId: 'text',
  remoteStatus: 'text',
  severity: 'text',
  title: 'text',
  body: 'text',
  notes: 'json',
  createdAt: 'whole',
  openedAt: 'whole',
  acknowledgedAt: 'whole',
  promisedAt: 'whole',
  resolvedAt: 'whole',
  updatedAt: 'whole',
  attempts: 'whole',
  lastError: 'text',
});

type Part = Pick<
  PartnerTx['partners'],
  'insertTicket' | 'ticket' | 'ticketByRemote' | 'ticketsOf' | 'tickets' | 'updateTicket'
>;

/** Tickets at partners. */
export function partnerTicketRows(db: Kysely<Database>): Part {
  return {
    async insertTicket(ticket) {
      const added = await db
        .insertInto('partner_ticket')
        .values(TICKET.row(ticket))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },
    async ticket(id) {
      const row = await db.selectFrom('partner_ticket').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? TICKET.noun(row) : null;
    },
    async ticketByRemote(partner, remoteId) {
      const row = await db
        .selectFrom('partner_ticket')
        .selectAll()
        .where('partner', '=', partner)
        .where('remote_id', '=', remoteId)
        .executeTakeFirst();
      return row ? TICKET.noun(row) : null;
    },
    async ticketsOf(incidentId) {
      const rows = await db
        .selectFrom('partner_ticket')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(TICKET.noun);
    },
    async tickets({ states, partner, limit }) {
      if (states.length === 0) return [];
      let query = db
        .selectFrom('partner_ticket')
        .selectAll()
        .where('state', 'in', states)
        .orderBy('id', 'desc')
        .limit(limit);
      if (partner !== undefined) query = query.where('partner', '=', partner);
      return (await query.execute()).map(TICKET.noun);
    },
    async updateTicket(id, change) {
      await writeChange(db, 'partner_ticket', TICKET, id, change);
    },
  };
}
