import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../../core/fault.ts';
import {
  OPSGENIE_ACTIONS,
  opsgenieBody,
  refuseBody,
  takeWebhook,
  wrongOpsgenieAlert,
  type Source,
} from '../../../signal/index.ts';
import { faultOf } from '../../problem.ts';
import type { Api } from '../../server.ts';
import type { DoorTools } from './index.ts';
import { headersOf, rawOf, senderOf, sourceActor, sourceBySecret } from './proof.ts';

const options = { config: { access: 'source' as const, rateLimit: false as const } };
const one = z.object({ id: z.string() });

/**
 * Opsgenie's alert API, for those who move from it: create, close, acknowledge and what only adds words. Its clients read
 * `message`, so mistakes are told in that form, in a scope of their own.
 */
export function addOpsgenieRoutes(app: Api, tools: DoorTools): void {
  app.setErrorHandler((error, request, reply) => {
    const fault = faultOf(error, request);
    const message =
      fault.code === 'unauthenticated'
        ? 'Could not authenticate: the key is not one of a source here. Send `Authorization: GenieKey` with its secret.'
        : fault.message;
    if (fault.retryable) reply.header('retry-after', String(fault.params['seconds'] ?? 5));
    return reply.code(fault.status).send({ message, took: 0, requestId: request.id });
  });
  app.post(
    '/v2/alerts',
    { ...options, schema: { summary: "Opsgenie's alert API: create an alert" } },
    (request, reply) => create(tools, request, reply),
  );
  app.post(
    '/v2/alerts/:id/:action',
    {
      ...options,
      schema: {
        params: one.extend({ action: z.string() }),
        summary: "Opsgenie's alert API: close, acknowledge, notes",
      },
    },
    (request, reply) => change(tools, request, reply, request.params.id, request.params.action),
  );
  app.put(
    '/v2/alerts/:id/:action',
    {
      ...options,
      schema: { params: one.extend({ action: z.string() }), summary: "Opsgenie's alert API: message, description" },
    },
    (request, reply) => change(tools, request, reply, request.params.id, request.params.action),
  );
  app.delete(
    '/v2/alerts/:id',
    { ...options, schema: { params: one, summary: "Opsgenie's alert API: delete, taken as close" } },
    (request, reply) => change(tools, request, reply, request.params.id, 'close'),
  );
  app.get(
    '/v2/alerts/requests/:id',
    { ...options, schema: { params: one, summary: "Opsgenie's alert API: what became of a request" } },
    (request, reply) => status(tools, request, reply, request.params.id),
  );
}

/** The source that a key belongs to; a token that may send signals means the first one that speaks Opsgenie. */
function sourceFor({ deps }: DoorTools, request: FastifyRequest): Source {
  const sources = deps.sources();
  const shown = /^(?:GenieKey|Bearer) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const named = request.actor ? null : sourceBySecret(sources, 'bearer', shown);
  if (!request.actor && !named) throw new Fault('unauthenticated');
  const source = named ?? [...sources.values()].find(({ integration }) => integration?.door === 'opsgenie');
  if (!source) throw new Fault('not_found', { what: 'source with the integration', id: 'opsgenie' });
  return source;
}

async function create(tools: DoorTools, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { deps } = tools;
  const source = sourceFor(tools, request);
  const actor = request.actor ?? sourceActor(source);
  const headers = headersOf(request);
  const raw = rawOf(request);
  const { name } = source.config;
  const requestId = deps.ids.next('req');
  const body = await tools.readJson(request, raw).catch(async (error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    await refuseBody(deps, actor, { source: name, raw: raw.toString('utf8'), headers, reason: error.message });
    return error;
  });
  const wrong = body instanceof Fault ? body.message : wrongOpsgenieAlert(body);
  if (wrong !== null) {
    if (!(body instanceof Fault))
      await refuseBody(deps, actor, { source: name, raw: raw.toString('utf8'), headers, reason: wrong });
    return reply.code(422).send({ message: wrong, took: 0, requestId });
  }
  const alias = (body as Record<string, unknown>)['alias'];
  return takeAs(
    tools,
    request,
    reply,
    source,
    opsgenieBody('create', typeof alias === 'string' && alias !== '' ? alias : requestId, body),
    requestId,
  );
}

async function change(
  tools: DoorTools,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  action: string,
): Promise<FastifyReply> {
  const { deps } = tools;
  const source = sourceFor(tools, request);
  const done = OPSGENIE_ACTIONS[action];
  const requestId = deps.ids.next('req');
  if (done === undefined) return reply.code(404).send({ message: `There is no ${action} here`, took: 0, requestId });
  const raw = rawOf(request);
  const body = raw.length === 0 ? {} : await tools.readJson(request, raw);
  return takeAs(tools, request, reply, source, opsgenieBody(done, id, body), requestId);
}

async function takeAs(
  { deps }: DoorTools,
  request: FastifyRequest,
  reply: FastifyReply,
  source: Source,
  body: Record<string, unknown>,
  requestId: string,
): Promise<FastifyReply> {
  const began = performance.now();
  const actor = request.actor ?? sourceActor(source);
  const input = { source: source.config.name, body, headers: headersOf(request), idempotencyKey: requestId };
  try {
    await takeWebhook(deps, actor, input);
  } catch (error) {
    if (!(error instanceof Fault) || error.retryable) throw error;
    return reply.code(422).send({ message: error.message, took: 0, requestId });
  }
  const took = Math.round(performance.now() - began) / 1000;
  return reply.code(202).send({ result: 'Request will be processed', took, requestId });
}

async function status(
  tools: DoorTools,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  const source = sourceFor(tools, request);
  senderOf(request, source, tools.deps.clock.now());
  const door = `webhook:${source.config.name}`;
  const signal = await tools.deps.store.read((tx) => tx.signals.byKey(door, id));
  if (!signal)
    return reply
      .code(404)
      .send({ message: 'Request not found. It may not have been processed', took: 0, requestId: id });
  const { alias, action } = signal.body as { readonly alias?: unknown; readonly action?: unknown };
  return reply.code(200).send({
    data: {
      success: true,
      isSuccess: true,
      action: action === 'create' ? 'Create' : action === 'close' ? 'Close' : 'Update',
      processedAt: new Date(signal.receivedAt).toISOString(),
      integrationId: source.config.name,
      status: action === 'create' ? 'Created alert' : 'Processed',
      alertId: alias,
      alias,
    },
    took: 0,
    requestId: id,
  });
}
