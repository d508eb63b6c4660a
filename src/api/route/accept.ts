import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { acceptByLink, describeLink, type LinkUse, type LinkView } from '../../action/index.ts';
import { Fault } from '../../core/fault.ts';
import type { IncidentDeps } from '../../incident/index.ts';
import type { ApiContext } from '../context.ts';
import { acceptHtml } from '../view/accept-html.ts';
import type { Api } from '../server.ts';

const params = z.object({ secret: z.string().min(20).max(100) });

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
  const show = (reply: FastifyReply, link: LinkView | LinkUse): FastifyReply =>
    reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' })
      .type('text/html; charset=utf-8')
      .send(acceptHtml(context.config().name, link, context.config().url));

  app.get('/accept/:secret', options, async (request, reply) =>
    show(reply, await found(() => describeLink(deps, actions, request.params.secret))),
  );
  app.post('/accept/:secret', options, async (request, reply) =>
    show(reply, await found(() => acceptByLink(incidentDeps, actions, request.params.secret))),
  );
}

/** A link that is not known is told so without repeating it. */
async function found<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found')
      throw new Fault('not_found', { what: 'acceptance link', id: 'of this form' });
    throw error;
  }
}
