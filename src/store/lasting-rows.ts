import type { Improvement } from '../improvement/improvement.ts';
import type { ImprovementTx } from '../improvement/ports.ts';
import type { RetroTx } from '../retro/ports.ts';
import type { Retro } from '../retro/retro.ts';
import type { TicketTx } from '../ticket/ports.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { codec } from './codec.ts';
import { nextValue, type TxContext } from './context.ts';
import { pageOf } from './page-of.ts';
import type { Schema } from './schema.ts';

const tickets = codec<Ticket, Schema['ticket']>([]);
const retros = codec<Retro, Schema['retro']>(['facts']);
const improvements = codec<Improvement, Schema['improvement']>(['change', 'proof']);

export function ticketRows(context: TxContext): TicketTx['tickets'] {
  const { db } = context;
  return {
    nextNumber: () => nextValue(context, 'ticket'),
    async insert(ticket) {
      await db.insertInto('ticket').values(tickets.toRow(ticket)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? tickets.fromRow(row) : null;
    },
    async ofIncident(incidentId) {
      return (
        await db.selectFrom('ticket').selectAll().where('incidentId', '=', incidentId).orderBy('id').execute()
      ).map(tickets.fromRow);
    },
    async list({ states, after, limit = 50 }) {
      let query = db
        .selectFrom('ticket')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (states) query = query.where('state', 'in', states);
      if (after !== undefined) query = query.where('id', '<', after);
      return pageOf((await query.execute()).map(tickets.fromRow), limit);
    },
    async update(id, version, change) {
      const done = await db
        .updateTable('ticket')
        .set({ ...tickets.toPart(change), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
  };
}

export function retroRows({ db }: TxContext): RetroTx['retros'] {
  return {
    async insert(retro) {
      await db.insertInto('retro').values(retros.toRow(retro)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('retro').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? retros.fromRow(row) : null;
    },
    async ofIncident(incidentId) {
      const row = await db.selectFrom('retro').selectAll().where('incidentId', '=', incidentId).executeTakeFirst();
      return row ? retros.fromRow(row) : null;
    },
    async list() {
      return (await db.selectFrom('retro').selectAll().orderBy('id', 'desc').limit(500).execute()).map(retros.fromRow);
    },
    async update(id, version, change) {
      const done = await db
        .updateTable('retro')
        .set({ ...retros.toPart(change), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
  };
}

export function improvementRows(context: TxContext): ImprovementTx['improvements'] {
  const { db } = context;
  return {
    nextNumber: () => nextValue(context, 'improvement'),
    async insert(improvement) {
      await db.insertInto('improvement').values(improvements.toRow(improvement)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('improvement').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? improvements.fromRow(row) : null;
    },
    async list() {
      return (await db.selectFrom('improvement').selectAll().orderBy('id', 'desc').limit(500).execute()).map(
        improvements.fromRow,
      );
    },
    async update(id, version, change) {
      const done = await db
        .updateTable('improvement')
        .set({ ...improvements.toPart(change), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
  };
}
