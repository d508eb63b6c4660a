import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { openTicket, updateTicket } from '../../ticket/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { timelineView } from '../view/timeline.ts';

const params = z.object({ id: z.string() });
const listQuery = z.object({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['open', 'in-progress', 'waiting', 'done'])))
    .optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Lasting work. */
export function addTicketRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/tickets',
    {
      config: { access: 'view.operations' },
      schema: { querystring: listQuery, response: { 200: contract.ticketPage }, summary: 'Tickets, newest first' },
    },
    async ({ query: { state, after, limit } }) =>
      deps.store.read((tx) =>
        tx.tickets.list({ limit, ...(state ? { states: state } : {}), ...(after === undefined ? {} : { after }) }),
      ),
  );
  app.post(
    '/ops/v1/tickets',
    {
      config: { access: 'ticket.open' },
      schema: { body: contract.ticketBody, response: { 201: contract.ticketView }, summary: 'Open a ticket' },
    },
    async (request, reply) => reply.code(201).send(await openTicket(deps, actorIn(request), request.body)),
  );
  app.get(
    '/ops/v1/tickets/:id',
    {
      config: { access: 'view.operations' },
      schema: { params, response: { 200: contract.ticketDetail }, summary: 'One ticket with its history' },
    },
    async (request) =>
      deps.store.read(async (tx) => {
        const ticket = await tx.tickets.byId(request.params.id);
        if (!ticket) throw new Fault('not_found', { what: 'ticket', id: request.params.id });
        return { ticket, history: timelineView(await tx.journal.ofSubject('ticket', ticket.id)) };
      }),
  );
  app.patch(
    '/ops/v1/tickets/:id',
    {
      config: { access: 'ticket.update' },
      schema: {
        params,
        body: contract.ticketChange,
        response: { 200: contract.ticketView },
        summary: 'Change or comment a ticket',
      },
    },
    async (request) => updateTicket(deps, actorIn(request), { id: request.params.id, ...request.body }),
  );
}
