import { z } from 'zod';
import { isKept, leadOf, ledgerCsv, months, notePartnerTicket, openPartnerTicket } from '../../partner/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { ledgerView, partnerOverview, ticketAtPartner } from '../view/partner.ts';

const DAY = 86_400_000;
const MOST_ROWS = 5000;
const params = z.object({ id: z.string() });
const ledgerQuery = z.object({
  partner: z.string().max(64).optional(),
  /** ms; the last 366 days if left out. */
  since: z.coerce.number().int().min(0).optional(),
  until: z.coerce.number().int().min(0).optional(),
});

/** Partners: how they stand, what they were, and tickets at them. */
export function addPartnerRoutes(app: Api, context: ApiContext): void {
  const { deps, partners } = context;
  const looks = { access: 'view.operations' as const };
  const ledger = ({ partner, since, until }: z.infer<typeof ledgerQuery>) => {
    const now = deps.clock.now();
    const span = { since: since ?? now - 366 * DAY, until: until ?? now + 1 };
    return deps.store.read((tx) =>
      tx.partners.ledger({ ...span, limit: MOST_ROWS, ...(partner === undefined ? {} : { partner }) }),
    );
  };

  app.get(
    '/ops/v1/partners',
    { config: looks, schema: { response: { 200: contract.partnerOverview }, summary: 'Partners, and how they stand' } },
    async () => deps.store.read((tx) => partnerOverview(tx, context)),
  );
  app.get(
    '/ops/v1/partners/ledger',
    {
      config: looks,
      schema: {
        querystring: ledgerQuery,
        response: { 200: contract.partnerLedger },
        summary: 'Interruptions at partners, newest first, and their months',
      },
    },
    async (request) => {
      const rows = await ledger(request.query);
      const now = deps.clock.now();
      const titleOf = (partner: string): string =>
        context.config().partners.find(({ name }) => name === partner)?.title ?? partner;
      return {
        rows: rows.map((row) => ({
          ...ledgerView(row, leadOf(row), isKept(row, now)),
          partnerTitle: titleOf(row.partner),
        })),
        months: months(rows, now).map((month) => ({ ...month, partnerTitle: titleOf(month.partner) })),
      };
    },
  );
  app.get(
    '/ops/v1/partners/ledger.csv',
    { config: looks, schema: { querystring: ledgerQuery, summary: 'The same rows as CSV' } },
    async (request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="partners.csv"')
        .send(ledgerCsv(await ledger(request.query), deps.clock.now())),
  );
  app.post(
    '/ops/v1/incidents/:id/partner-ticket',
    {
      config: { access: 'partner.ticket' },
      schema: {
        params,
        body: contract.partnerTicketBody,
        response: { 201: contract.partnerTicketView },
        summary: 'Open a ticket at a partner',
      },
    },
    async (request, reply) => {
      const input = { incidentId: request.params.id, partner: request.body.partner };
      const ticket = await openPartnerTicket(deps, partners, actorIn(request), input);
      return reply.code(201).send(await deps.store.read((tx) => ticketAtPartner(tx, context, ticket)));
    },
  );
  app.post(
    '/ops/v1/partner-tickets/:id/note',
    {
      config: { access: 'partner.ticket' },
      schema: {
        params,
        body: contract.partnerNoteBody,
        response: { 200: contract.partnerTicketView },
        summary: "Write a note on a partner's ticket, or close it",
      },
    },
    async (request) => {
      const input = { id: request.params.id, ...request.body };
      const ticket = await notePartnerTicket(deps, partners, actorIn(request), input);
      return deps.store.read((tx) => ticketAtPartner(tx, context, ticket));
    },
  );
}
