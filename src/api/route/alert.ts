import { z } from 'zod';
import { endMaintenance, expireSilence, maintain, silence } from '../../alert/index.ts';
import type { Maintenance, Silence } from '../../alert/alert.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string() });
const listQuery = z.object({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['pending', 'firing', 'resolved'])))
    .optional(),
  loose: z.stringbool().optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Alerts, silences and announced work. */
export function addAlertRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/alerts',
    {
      config: { access: 'view.operations' },
      schema: { querystring: listQuery, response: { 200: contract.alertPage }, summary: 'Alerts, newest first' },
    },
    async ({ query: { state, loose, after, limit } }) =>
      deps.store.read((tx) =>
        tx.alerts.list({
          limit,
          ...(state ? { states: state } : {}),
          ...(loose ? { loose } : {}),
          ...(after === undefined ? {} : { after }),
        }),
      ),
  );

  app.get(
    '/ops/v1/silences',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: z.object({ items: z.array(contract.silenceView) }) },
        summary: 'Silences, newest first',
      },
    },
    async () => ({
      items: (await deps.store.read((tx) => tx.alerts.silences())).map((one) => viewOf(one, deps.clock.now())),
    }),
  );
  app.post(
    '/ops/v1/silences',
    {
      config: { access: 'alert.silence' },
      schema: {
        body: contract.silenceBody,
        response: { 201: contract.silenceView },
        summary: 'Keep matching alerts quiet for a while',
      },
    },
    async (request, reply) =>
      reply.code(201).send(viewOf(await silence(deps, actorIn(request), request.body), deps.clock.now())),
  );
  app.delete(
    '/ops/v1/silences/:id',
    { config: { access: 'alert.silence' }, schema: { params, summary: 'End a silence now' } },
    async (request, reply) => {
      await expireSilence(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );

  app.get(
    '/ops/v1/maintenance',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: z.object({ items: z.array(contract.maintenanceView) }) },
        summary: 'Announced work, newest first',
      },
    },
    async () => ({
      items: (await deps.store.read((tx) => tx.alerts.maintenances())).map((one) => viewOf(one, deps.clock.now())),
    }),
  );
  app.post(
    '/ops/v1/maintenance',
    {
      config: { access: 'alert.maintain' },
      schema: { body: contract.maintenanceBody, response: { 201: contract.maintenanceView }, summary: 'Announce work' },
    },
    async (request, reply) =>
      reply.code(201).send(viewOf(await maintain(deps, actorIn(request), request.body), deps.clock.now())),
  );
  app.delete(
    '/ops/v1/maintenance/:id',
    { config: { access: 'alert.maintain' }, schema: { params, summary: 'End announced work now' } },
    async (request, reply) => {
      await endMaintenance(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
}

function viewOf<T extends Silence | Maintenance>(
  window: T,
  now: number,
): Omit<T, 'matchers'> & {
  state: 'pending' | 'active' | 'expired';
  matchers: { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
} {
  const state = window.endsAt <= now ? 'expired' : window.startsAt > now ? 'pending' : 'active';
  return { ...window, matchers: window.matchers.map((one) => ({ ...one })), state };
}
