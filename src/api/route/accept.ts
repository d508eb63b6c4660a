import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerByLink, describeLink, type LinkUse, type LinkView, type PageAnswer } from '../../action/index.ts';
import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import type { IncidentDeps } from '../../incident/index.ts';
import type { ApiContext } from '../context.ts';
import { acceptHtml } from '../view/accept-html.ts';
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
  const show = (reply: FastifyReply, link: LinkView | LinkUse): FastifyReply =>
    reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' })
      .type('text/html; charset=utf-8')
      .send(acceptHtml(context.config(), link));

  app.get('/accept/:secret', options, async (request, reply) =>
    show(reply, await found(() => describeLink(deps, actions, request.params.secret))),
  );
  app.post(
    '/accept/:secret',
    { ...options, schema: { ...options.schema, querystring: query } },
    async (request, reply) =>
      show(
        reply,
        await found(() => answerByLink(incidentDeps, actions, request.params.secret, answerOf(request.query))),
      ),
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
