import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Labels } from '../../../core/labels.ts';
import {
  cloudEventMode,
  provesSns,
  readCloudEvents,
  refuseBody,
  takeSns,
  takeWebhook,
  type Source,
} from '../../../signal/index.ts';
import type { Api } from '../../server.ts';
import { keyOf } from '../ingest.ts';
import type { DoorTools } from './index.ts';
import { headersOf, rawOf, senderOf, sourceActor } from './proof.ts';

const params = z.object({ source: z.string() });

interface Arrived {
  readonly source: string;
  readonly headers: Labels;
  readonly raw: Buffer;
  readonly request: FastifyRequest;
}

/** `POST /in/NAME`: the door of a source, for JSON in any form, and for CloudEvents in all of theirs. */
export function addDoorRoutes(app: Api, tools: DoorTools): void {
  const { deps } = tools;

  app.post(
    '/in/:source',
    {
      config: { access: 'source', rateLimit: false },
      schema: { params, summary: 'A configured source, in the form of its integration or with its own mapping' },
    },
    async (request, reply) => {
      const arrived = { source: request.params.source, headers: headersOf(request), raw: rawOf(request), request };
      const source = deps.sources().get(arrived.source);
      if (source?.integration?.door === 'sns') {
        const taken = await takeFromSns(tools, arrived, source);
        return reply.code(200).send({ id: taken.signalId, events: taken.events, duplicate: taken.duplicate });
      }
      const actor = senderOf(request, source, deps.clock.now());
      if (!source) throw new Fault('not_found', { what: 'source', id: arrived.source });
      const taken = await takeHere(tools, actor, source, arrived);
      return reply.code(202).send(taken);
    },
  );

  // CloudEvents: a receiver says that it wants events before any is sent. It says nothing about which sources there are.
  app.options(
    '/in/:source',
    { config: { access: 'public', rateLimit: false }, schema: { params, hide: true } },
    async (request, reply) => {
      const origin = request.headers['webhook-request-origin'];
      reply.header('allow', 'POST, OPTIONS');
      if (typeof origin === 'string' && /^[\w.:-]{1,253}$/.test(origin)) {
        reply.header('webhook-allowed-origin', origin).header('webhook-allowed-rate', '*');
      }
      return reply.code(200).send();
    },
  );
}

async function takeFromSns(tools: DoorTools, arrived: Arrived, source: Source) {
  const { deps } = tools;
  const { request, raw, headers } = arrived;
  const body = await tools.readJson(request, raw);
  const actor = request.actor ?? ((await provesSns(deps, source, body)) ? sourceActor(source) : null);
  if (!actor) throw new Fault('unauthenticated');
  return takeSns(deps, actor, { source: arrived.source, body, raw: raw.toString('utf8'), headers });
}

async function takeHere(tools: DoorTools, actor: Actor, source: Source, arrived: Arrived) {
  const { deps } = tools;
  const { headers, raw, request } = arrived;
  const text = raw.toString('utf8');
  const mode = cloudEventMode(headers);
  if (mode === null) {
    const body = await readOrKeep(tools, actor, arrived, () => tools.readJson(request, raw));
    const idempotencyKey = keyOf(headers['idempotency-key'] ?? headers['webhook-id']);
    const taken = await takeWebhook(deps, actor, { source: arrived.source, body, idempotencyKey, headers, raw: text });
    return { id: taken.signalId, events: taken.events, duplicate: taken.duplicate };
  }
  const events = await readOrKeep(tools, actor, arrived, async () => {
    const json = mode !== 'binary' || /json/i.test(headers['content-type'] ?? 'json');
    return readCloudEvents(mode, headers, json ? await tools.readJson(request, raw) : text);
  });
  // Mappings of CloudEvents see the envelope; those of other integrations see what is in it.
  const whole = source.integration === null || source.integration.name === 'cloudevents';
  const sum = { id: null as string | null, events: 0, duplicate: events.length > 0 };
  const wrong: string[] = [];
  for (const [index, { envelope, key }] of events.entries()) {
    const body = whole ? envelope : envelope['data'];
    try {
      const taken = await takeWebhook(deps, actor, { source: arrived.source, body, idempotencyKey: key, headers });
      sum.id ??= taken.signalId;
      sum.events += taken.events;
      sum.duplicate &&= taken.duplicate;
    } catch (error) {
      if (!(error instanceof Fault) || error.retryable || events.length === 1) throw error;
      wrong.push(`event ${index}: ${error.message}`);
    }
  }
  if (wrong.length === 0) return sum;
  const others = events.length - wrong.length;
  throw new Fault('body_invalid', { what: `${wrong.slice(0, 10).join('; ')} (the other ${others} were taken)` });
}

/** Reads a body; one that cannot be read is kept aside before the sender is told. */
async function readOrKeep<T>(tools: DoorTools, actor: Actor, arrived: Arrived, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Fault) {
      const raw = arrived.raw.toString('utf8');
      await refuseBody(tools.deps, actor, { ...arrived, raw, reason: error.message });
    }
    throw error;
  }
}
