import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { makePingUrl, pauseHeartbeat, ping, resumeHeartbeat, revokePingUrl, type Beat } from '../../signal/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { heartbeatView } from '../view/heartbeat.ts';

const idParam = z.object({ id: z.string() });

/** Heartbeats: how they stand, and addresses by which they are told without a token. */
export function addHeartbeatRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const secretOf = (urlId: string): string => context.actions.secrets.derive(`ping-${urlId}`);
  const hashOf = (secret: string): string => context.actions.secrets.hash(secret);
  const addressOf = (urlId: string): string => `${context.config().url.replace(/\/+$/, '')}/ping/${secretOf(urlId)}`;

  app.get(
    '/ops/v1/heartbeats',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: contract.heartbeatList },
        summary: 'Heartbeats: how they stand, when they are due, how the last 30 days went, and their addresses',
      },
    },
    async () => {
      const now = deps.clock.now();
      const configured = new Set(context.config().heartbeats.map(({ name }) => name));
      return deps.store.read(async (tx) => {
        const urls = await tx.signals.pingUrls();
        const all = (await tx.signals.heartbeats()).filter(({ id }) => configured.has(id));
        const items = await Promise.all(
          all.map(async (one) => heartbeatView(one, urls, await tx.journal.ofSubject('heartbeat', one.id), now)),
        );
        return { items };
      });
    },
  );
  for (const [verb, did] of [
    ['pause', pauseHeartbeat],
    ['resume', resumeHeartbeat],
  ] as const) {
    app.post(
      `/ops/v1/heartbeats/:id/${verb}`,
      {
        config: { access: 'alert.maintain' },
        schema: {
          params: idParam,
          summary:
            verb === 'pause'
              ? 'Expect a heartbeat no longer, until it is resumed or heard; its alerts resolve'
              : 'Expect a paused heartbeat again, from now on',
        },
      },
      async (request, reply) => {
        await did(deps, actorIn(request), request.params);
        return reply.code(204).send();
      },
    );
  }
  app.post(
    '/ops/v1/heartbeats/:id/addresses',
    {
      config: { access: 'alert.maintain' },
      schema: {
        params: idParam,
        response: { 201: contract.pingAddress },
        summary: 'Make an address by which a heartbeat is told without a token; whoever knows it can tell it',
      },
    },
    async (request, reply) => {
      const input = { id: request.params.id, hashOf: (urlId: string) => hashOf(secretOf(urlId)) };
      const made = await makePingUrl(deps, actorIn(request), input);
      return reply.code(201).send({ id: made.id, url: addressOf(made.id) });
    },
  );
  app.delete(
    '/ops/v1/heartbeats/addresses/:id',
    { config: { access: 'alert.maintain' }, schema: { params: idParam, summary: 'Revoke an address for pings' } },
    async (request, reply) => {
      await revokePingUrl(deps, actorIn(request), request.params);
      return reply.code(204).send();
    },
  );
}

/** Pings by addresses of their own. What a program printed may come with it, in any form; it is read and not kept. */
export async function addPingRoutes(app: Api, context: ApiContext): Promise<void> {
  const { deps } = context;
  const hashOf = (secret: string): string => context.actions.secrets.hash(secret);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => {
      let size = 0;
      // Longer outputs are not waited for: that the work ended counts, not what it printed.
      payload.on('data', (chunk: Buffer) => {
        if ((size += chunk.length) > MOST_READ) done(null, null);
      });
      payload.once('end', () => done(null, null));
      payload.once('error', () => done(null, null));
    });
    for (const url of ['/ping/:secret', '/ping/:secret/:said']) {
      (scope as Api).route({
        method: ['GET', 'POST'],
        url,
        config: { access: 'public' },
        schema: {
          params: z.object({ secret: z.string().max(200), said: z.string().max(10).optional() }),
          summary: 'A ping: nothing more for an end, or start, fail, log, or an exit code; a body is not kept',
        },
        handler: async (request, reply) => {
          const { secret, said } = request.params as { secret: string; said?: string };
          const beat = beatOf(said);
          await ping(deps, { secretHash: hashOf(secret), said: beat });
          return reply.code(204).send();
        },
      });
    }
  });
}

const MOST_READ = 1_000_000;

function beatOf(said: string | undefined): Beat {
  if (said === undefined || said === 'success') return { kind: 'end', exit: null, ok: true };
  if (said === 'start') return { kind: 'start' };
  if (said === 'log') return { kind: 'log' };
  if (said === 'fail') return { kind: 'end', exit: null, ok: false };
  if (!/^\d{1,3}$/.test(said) || Number(said) > 255) {
    throw new Fault('bad_request', {
      what: `"${said}" is nothing a ping says. Write start, success, fail, log, or an exit code from 0 to 255`,
    });
  }
  return { kind: 'end', exit: Number(said), ok: Number(said) === 0 };
}
