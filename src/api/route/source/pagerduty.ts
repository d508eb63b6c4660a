import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../core/fault.ts';
import {
  pagerDutyBody,
  pagerDutyRefusal,
  refuseBody,
  routingKeyOf,
  takeWebhook,
  wrongChange,
  wrongEvent,
} from '../../../signal/index.ts';
import type { Api } from '../../server.ts';
import type { DoorTools } from './index.ts';
import { headersOf, rawOf, sourceActor, sourceBySecret } from './proof.ts';

const LIMIT = 512 << 10;
/** More than any sender needs, even in a storm; it keeps guessing of keys away. PagerDuty's clients repeat after 429. */
const PER_MINUTE = 6000;

/** PagerDuty's Events API v2: the routing key in the body names the source and is its secret. */
export function addPagerDutyRoutes(app: Api, tools: DoorTools): void {
  const options = {
    bodyLimit: LIMIT,
    config: { access: 'public' as const, rateLimit: { max: PER_MINUTE, timeWindow: 60_000 } },
  };
  app.post(
    '/v2/enqueue',
    { ...options, schema: { summary: "PagerDuty's Events API v2: trigger, acknowledge, resolve" } },
    async (request, reply) => take(tools, request, reply, 'event'),
  );
  app.post(
    '/v2/change/enqueue',
    { ...options, schema: { summary: "PagerDuty's Events API v2: change events" } },
    async (request, reply) => take(tools, request, reply, 'change'),
  );
}

async function take(
  { deps, readJson }: DoorTools,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: 'event' | 'change',
): Promise<FastifyReply> {
  const raw = rawOf(request);
  let body: unknown;
  try {
    body = await readJson(request, raw);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return reply.code(400).send(pagerDutyRefusal(error.message));
  }
  const key = routingKeyOf(body);
  if (key === null) return reply.code(400).send(pagerDutyRefusal("'routing_key' is missing or blank"));
  const source = sourceBySecret(deps.sources(), 'routing-key', key);
  if (!source) return reply.code(400).send(pagerDutyRefusal("'routing_key' is not known here"));
  const actor = sourceActor(source);
  const headers = headersOf(request);
  const { name } = source.config;
  const wrong = kind === 'event' ? wrongEvent(body) : wrongChange(body);
  const given = (body as Record<string, unknown>)['dedup_key'];
  const dedup = kind === 'change' ? null : typeof given === 'string' && given !== '' ? given : deps.ids.next('pd');
  const own = typeof body === 'object' ? pagerDutyBody(body, dedup) : {};
  if (wrong.length > 0) {
    const reason = pagerDutyRefusal(...wrong).errors.join('; ');
    await refuseBody(deps, actor, { source: name, raw: JSON.stringify(own), headers, reason });
    return reply.code(400).send(pagerDutyRefusal(...wrong));
  }
  try {
    await takeWebhook(deps, actor, { source: name, body: own, idempotencyKey: null, headers });
  } catch (error) {
    if (!(error instanceof Fault) || error.retryable) throw error;
    return reply.code(400).send(pagerDutyRefusal(error.message));
  }
  const message = kind === 'event' ? 'Event processed' : 'Change event processed';
  return reply.code(202).send({ status: 'success', message, ...(dedup === null ? {} : { dedup_key: dedup }) });
}
