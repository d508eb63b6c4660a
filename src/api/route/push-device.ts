import { z } from 'zod';
import { addPushDevice, pushDeviceInput, removePushDevice, waysTo, type PushDevice } from '../../action/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

/** The browsers that show the pages of whoever is signed in. */
export function addPushDeviceRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/push-devices',
    {
      config: { access: 'signed-in' },
      schema: { response: { 200: contract.pushDeviceList }, summary: 'Browsers that show my pages' },
    },
    async (request) => {
      const person = context.config().people.find(({ account }) => account === actorIn(request).id);
      const ways = person ? waysTo(person) : [];
      const items = (await deps.store.read((tx) => tx.actions.pushDevices(actorIn(request).id))).map(viewOf);
      return { items, key: context.vapidKey, available: context.actions.channel('push') !== null, ways };
    },
  );

  app.post(
    '/ops/v1/push-devices',
    {
      config: { access: 'signed-in' },
      schema: {
        body: pushDeviceInput,
        response: { 201: contract.pushDeviceView },
        summary: 'Let this browser show my pages',
      },
    },
    async (request, reply) => reply.code(201).send(viewOf(await addPushDevice(deps, actorIn(request), request.body))),
  );

  app.delete(
    '/ops/v1/push-devices/:id',
    {
      config: { access: 'signed-in' },
      schema: { params: z.object({ id: z.string() }), summary: 'A browser shows no pages any more' },
    },
    async (request, reply) => {
      await removePushDevice(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );
}

function viewOf({ id, name, createdAt, lastUsedAt, endpoint }: PushDevice): z.infer<typeof contract.pushDeviceView> {
  return { id, name, createdAt, lastUsedAt, service: new URL(endpoint).host };
}
