import type { Kysely } from 'kysely';
import type { TicketTx } from '../ticket/ports.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { codec } from './codec.ts';
import { pageOf, rowsToRead } from './page-of.ts';
import { changeVersion, nextNumber } from './row-change.ts';
import { insertRow } from './prepared.ts';
import type { Database } from './schema.ts';

const TICKET = codec<Ticket>({
  id: 'text',
  number: 'whole',
  title: 'text',
  body: 'text',
  kind: 'text',
  priority: 'whole',
  state: 'text',
  owner: 'text',
  incidentId: 'text',
  functionName: 'text',
  city: 'text',
  openedBy: 'text',
  openedAt: 'whole',
  updatedAt: 'whole',
  closedAt: 'whole',
  dueAt: 'whole',
  version: 'whole',
});

/** Tickets. */
export function ticketRows(db: Kysely<Database>): TicketTx['tickets'] {
  return {
    nextNumber: () => nextNumber(db, 'ticket'),
    async insert(ticket) {
      await insertRow(db, 'ticket', TICKET.row(ticket));
    },
    async byId(id) {
      const row = await db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? TICKET.noun(row) : null;
    },
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('ticket')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(TICKET.noun);
    },
    async list({ states, after, limit }) {
      if (states?.length === 0) return { items: [], next: null };
      let query = db.selectFrom('ticket').selectAll().orderBy('id', 'desc').limit(rowsToRead(limit));
      if (states !== undefined) query = query.where('state', 'in', states);
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(TICKET.noun), limit);
    },
    update: (id, version, change) => changeVersion(db, 'ticket', TICKET, id, version, change),
  };
}
