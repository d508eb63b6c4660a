import { z } from 'zod';
import { recordObservation } from '../../signal/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

/** What members tell the call centre. */
export function addObservationRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const known = () => {
    const { cities, functions } = context.config().topology;
    return { cities: cities.map(({ name }) => name), functions: functions.map(({ name }) => name) };
  };

  app.get(
    '/ops/v1/observations',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
        response: { 200: contract.observationPage },
        summary: 'Observations, newest first',
      },
    },
    async (request) => ({
      items: await deps.store.read((tx) => tx.signals.observations({ limit: request.query.limit })),
    }),
  );

  app.post(
    '/ops/v1/observations',
    {
      config: { access: 'observation.record' },
      schema: {
        body: contract.observationBody,
        response: { 201: contract.observationView },
        summary: 'Record what a member told',
      },
    },
    async (request, reply) =>
      reply.code(201).send(await recordObservation({ ...deps, known }, actorIn(request), request.body)),
  );
}
