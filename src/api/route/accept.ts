import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerByLink, describeLink, type LinkUse, type LinkView, type PageAnswer } from '../../action/index.ts';
import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import type { IncidentDeps } from '../../incident/index.ts';
import type { ApiContext } from '../context.ts';
import { acceptHtml, unknownLinkHtml } from '../view/accept-html.ts';
import { nextStepOf, tripsOf } from '../view/chain-next.ts';
import type { Api } from '../server.ts';

const params = z.object({ secret: z.string().min(20).max(100) });
const query = z.object({
  answer: z.enum(['accept', 'confirm', 'decline', 'give-back', 'snooze']).default('accept'),
  /** How long to snooze, such as 30m. */
  for: z.string().max(20).optional(),
});

/** @throws Fault `duration_invalid` */
function answerOf({ answer, for: span }: z.output<typeof query>): PageAnswer {
  return answer === 'snooze' ? { kind: answer, span: parseDuration(span ?? '30m') } : { kind: answer };
}

/**
 * The acceptance link of a page. GET shows and never acts, since mail scanners open links; the button's POST acts. The
 * document needs no script, so that it works on any phone.
 */
export function addAcceptRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  const incidentDeps: IncidentDeps & typeof deps = { ...deps, incidents: () => context.config().incidentSettings };
  const options = {
    config: { access: 'public' as const, rateLimit: { max: 60, timeWindow: 60_000 } },
    schema: { params, hide: true },
  };
  const show = async (reply: FastifyReply, ask: () => Promise<LinkView | LinkUse>): Promise<FastifyReply> => {
    const link = await found(ask, reply.request);
    reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' })
      .type('text/html; charset=utf-8');
    if (link === null) return reply.code(404).send(unknownLinkHtml(context.config()));
    const { incident } = link;
    const facts = await deps.store.read(async (tx) => ({
      now: deps.clock.now(),
      next: await nextStepOf(tx, incident),
      inTrip: await tripsOf(tx, incident.id),
    }));
    return reply.send(acceptHtml(context.config(), link, facts));
  };

  app.get('/accept/:secret', options, (request, reply) =>
    show(reply, () => describeLink(deps, actions, request.params.secret)),
  );
  app.post('/accept/:secret', { ...options, schema: { ...options.schema, querystring: query } }, (request, reply) =>
    show(reply, () => answerByLink(incidentDeps, actions, request.params.secret, answerOf(request.query))),
  );
}

/** A link that is not known is told so without repeating it: null for a browser, which shows a page then. */
async function found<T>(ask: () => Promise<T>, request: FastifyRequest): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'not_found')) throw error;
    if (request.headers.accept?.includes('text/html') === true) return null;
    throw new Fault('not_found', { what: 'acceptance link', id: 'of this form' });
  }
}
