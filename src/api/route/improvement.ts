import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { decide, propose, prove } from '../../improvement/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string() });

/** What changes, and the proof that it helps. */
export function addImprovementRoutes(app: Api, context: ApiContext): void {
  const { deps, rules, replay } = context;
  const one = { 200: contract.improvementView };

  app.get(
    '/ops/v1/improvements',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.improvementList }, summary: 'Improvements, newest first' },
    },
    async () => ({
      items: await deps.store.read((tx) => tx.improvements.list()),
    }),
  );

  app.post(
    '/ops/v1/improvements',
    {
      config: { access: 'improvement.propose' },
      schema: {
        body: contract.improvementBody,
        response: { 201: contract.improvementView },
        summary: 'Propose an improvement',
      },
    },
    async (request, reply) => reply.code(201).send(await propose({ ...deps, rules }, actorIn(request), request.body)),
  );

  app.get(
    '/ops/v1/improvements/:id',
    { config: { access: 'view.operations' }, schema: { params, response: one, summary: 'One improvement' } },
    async (request) => {
      const found = await deps.store.read((tx) => tx.improvements.byId(request.params.id));
      if (!found) throw new Fault('not_found', { what: 'improvement', id: request.params.id });
      return found;
    },
  );

  app.post(
    '/ops/v1/improvements/:id/prove',
    {
      config: { access: 'improvement.prove' },
      schema: { params, response: one, summary: 'Replay the recorded signals through the changed rule' },
    },
    async (request) => prove({ ...deps, replay }, actorIn(request), request.params.id),
  );

  app.post(
    '/ops/v1/improvements/:id/decide',
    {
      config: { access: 'improvement.decide' },
      schema: {
        params,
        body: contract.decideBody,
        response: one,
        summary: 'Adopt (a proved change of a rule goes into force) or reject (and withdraw it)',
      },
    },
    async (request) => decide({ ...deps, rules }, actorIn(request), request.params.id, request.body),
  );

  app.get(
    '/ops/v1/rules/definitions',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.ruleDefinitionList }, summary: 'Rules that an improvement can change' },
    },
    async () => ({ items: rules.all() }),
  );
}
