import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { activate, cancelBacktest, requestBacktest, withdrawDefinition } from '../../improvement/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string() });
const CSV_LIMIT = 16 << 20;

/** Back-tests before a rule is activated, and the definitions that are in force besides the configuration. */
export function addBacktestRoutes(app: Api, context: ApiContext): void {
  const { deps, rules, trials } = context;
  const one = { 200: contract.backtestView };

  app.get(
    '/ops/v1/backtests',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.backtestList }, summary: 'Back-tests, newest first, without results' },
    },
    async () => ({ items: await deps.store.read((tx) => tx.backtests.list(100)) }),
  );
  app.post(
    '/ops/v1/backtests',
    {
      config: { access: 'improvement.prove' },
      bodyLimit: CSV_LIMIT,
      schema: {
        body: contract.backtestBody,
        response: { 202: contract.backtestView },
        summary: 'Run a definition over the history as it would have run',
      },
    },
    async (request, reply) =>
      reply.code(202).send(await requestBacktest({ ...deps, rules, trials }, actorIn(request), request.body)),
  );
  app.get(
    '/ops/v1/backtests/:id',
    {
      config: { access: 'view.operations' },
      schema: { params, response: one, summary: 'One back-test: its progress, and what it showed' },
    },
    async ({ params: { id } }) => {
      const run = await deps.store.read((tx) => tx.backtests.byId(id));
      if (!run) throw new Fault('not_found', { what: 'back-test', id });
      return run;
    },
  );
  app.get(
    '/ops/v1/backtests/:id/rows.csv',
    {
      config: { access: 'view.operations' },
      schema: { params, summary: 'The rows: timestamp, value, expected, lower, upper, score, alarm' },
    },
    async ({ params: { id } }, reply) => {
      const rows = await deps.store.read((tx) => tx.backtests.text(id, 'rows'));
      if (rows === null) throw new Fault('not_found', { what: 'CSV of the back-test', id });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="backtest.csv"')
        .send(rows);
    },
  );
  app.post(
    '/ops/v1/backtests/:id/cancel',
    { config: { access: 'improvement.prove' }, schema: { params, response: one, summary: 'Give up a back-test' } },
    async (request) => cancelBacktest(deps, actorIn(request), request.params.id),
  );

  app.get(
    '/ops/v1/definitions',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({ all: z.stringbool().default(false) }),
        response: { 200: contract.definitionList },
        summary: 'Definitions in force besides the configuration; with all, also those that were',
      },
    },
    async ({ query: { all } }) => ({
      items: await deps.store.read((tx) => tx.definitions.list({ inForce: !all })),
    }),
  );
  app.post(
    '/ops/v1/definitions',
    {
      config: { access: 'improvement.decide' },
      schema: {
        body: contract.activateBody,
        response: { 201: contract.definitionView },
        summary: 'Put a definition in force, in place of the one of the same name',
      },
    },
    async (request, reply) => reply.code(201).send(await activate({ ...deps, rules }, actorIn(request), request.body)),
  );
  app.post(
    '/ops/v1/definitions/:id/withdraw',
    {
      config: { access: 'improvement.decide' },
      schema: {
        params,
        body: contract.withdrawDefinitionBody,
        response: { 200: contract.definitionView },
        summary: 'Withdraw a definition: the configuration counts again',
      },
    },
    async (request) => withdrawDefinition(deps, actorIn(request), request.params.id, request.body),
  );
}
