import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { makePingUrl, ping, revokePingUrl, type Beat } from '../../signal/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

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
      schema: { response: { 200: contract.heartbeatList }, summary: 'Heartbeats, and who made addresses for them' },
    },
    async () =>
      deps.store.read(async (tx) => {
        const urls = await tx.signals.pingUrls();
        const items = (await tx.signals.heartbeats()).map((one) => ({
          ...one,
          addresses: urls
            .filter(({ heartbeatId }) => heartbeatId === one.id)
            .map(({ id, createdBy, createdAt }) => ({ id, createdBy, createdAt })),
        }));
        return { items };
      }),
  );
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
  for (const url of ['/ping/:secret', '/ping/:secret/:said']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      config: { access: 'public' },
      schema: {
        params: z.object({ secret: z.string().max(200), said: z.string().max(10).optional() }),
        summary: 'A ping: nothing more for an end, or start, fail, or an exit code',
      },
      handler: async (request, reply) => {
        const { secret, said } = request.params;
        await ping(deps, { secretHash: hashOf(secret), said: beatOf(said) });
        return reply.code(204).send();
      },
    });
  }
}

function beatOf(said: string | undefined): Beat {
  if (said === undefined || said === 'success') return { kind: 'end', exit: null, ok: true };
  if (said === 'start') return { kind: 'start' };
  if (said === 'fail') return { kind: 'end', exit: null, ok: false };
  if (!/^\d{1,3}$/.test(said) || Number(said) > 255) {
    throw new Fault('bad_request', {
      what: `"${said}" is nothing a ping says. Write start, success, fail, or an exit code from 0 to 255`,
    });
  }
  return { kind: 'end', exit: Number(said), ok: Number(said) === 0 };
}
