import { z } from 'zod';
import {
  addEvent,
  cancelEvent,
  changeEvent,
  endEvent,
  importForecast,
  withdrawForecast,
} from '../../expectation/index.ts';
import { Fault } from '../../core/fault.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { configuredEvents, eventViewOf, lossViewOf, totalsOf } from '../view/given.ts';

const params = z.object({ id: z.string() });
const CSV_LIMIT = 16 << 20;
const EVENTS_BACK = 63 * 86_400_000;

/** What is known in advance of levels (forecasts, events), and what deviations cost. */
export function addGivenRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const givenDeps = { ...deps, plan: () => context.config().plan };

  app.addContentTypeParser('text/csv', { parseAs: 'string', bodyLimit: CSV_LIMIT }, (_request, body, done) =>
    done(null, body),
  );

  app.get(
    '/ops/v1/forecasts',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({
          indicator: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: contract.forecastList },
        summary: 'Imported forecasts, newest first',
      },
    },
    async ({ query: { indicator, limit } }) => ({
      items: await deps.store.read((tx) =>
        tx.expectations.forecasts({ limit, ...(indicator === undefined ? {} : { indicator }) }),
      ),
    }),
  );
  app.get(
    '/ops/v1/forecasts/:id',
    {
      config: { access: 'view.operations' },
      schema: { params, response: { 200: contract.forecastDetail }, summary: 'One forecast with its values' },
    },
    async ({ params: { id } }) =>
      deps.store.read(async (tx) => {
        const forecast = await tx.expectations.forecast(id);
        if (!forecast) throw new Fault('not_found', { what: 'forecast', id });
        return { ...forecast, series: await tx.expectations.points(id) };
      }),
  );
  app.post(
    '/ops/v1/indicators/:name/forecasts',
    {
      config: { access: 'level.give' },
      bodyLimit: CSV_LIMIT,
      schema: {
        params: z.object({ name: z.string() }),
        body: contract.forecastBody,
        response: { 201: contract.forecastView },
        summary: 'Import a forecast: CSV timestamp,value and the labels of the indicator',
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { csv, note } = typeof body === 'string' ? { csv: body, note: '' } : body;
      const input = { indicator: request.params.name, csv, note };
      return reply.code(201).send(await importForecast(givenDeps, actorIn(request), input));
    },
  );
  app.post(
    '/ops/v1/forecasts/:id/withdraw',
    {
      config: { access: 'level.give' },
      schema: {
        params,
        body: contract.withdrawBody,
        response: { 200: contract.forecastView },
        summary: 'Withdraw a forecast, or put it back in force',
      },
    },
    async (request) => withdrawForecast(deps, actorIn(request), request.params.id, request.body),
  );

  app.get(
    '/ops/v1/events',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.eventList }, summary: 'Events that change levels, also those of late' },
    },
    async () => {
      const now = deps.clock.now();
      const stored = await deps.store.read((tx) =>
        tx.expectations.events({ endsAfter: now - EVENTS_BACK, cancelled: true }),
      );
      const all = [...configuredEvents(context.config().events, now), ...stored.map((one) => eventViewOf(one, now))];
      return { at: now, items: all.sort((a, b) => a.startsAt - b.startsAt) };
    },
  );
  app.post(
    '/ops/v1/events',
    {
      config: { access: 'level.give' },
      schema: { body: contract.eventBody, response: { 201: contract.eventView }, summary: 'Add an event' },
    },
    async (request, reply) =>
      reply.code(201).send(eventViewOf(await addEvent(givenDeps, actorIn(request), request.body), deps.clock.now())),
  );
  app.put(
    '/ops/v1/events/:id',
    {
      config: { access: 'level.give' },
      schema: {
        params,
        body: contract.eventChange,
        response: { 200: contract.eventView },
        summary: 'Change an event',
      },
    },
    async (request) =>
      eventViewOf(await changeEvent(givenDeps, actorIn(request), request.params.id, request.body), deps.clock.now()),
  );
  app.post(
    '/ops/v1/events/:id/end',
    {
      config: { access: 'level.give' },
      schema: {
        params,
        body: contract.eventEnd,
        response: { 200: contract.eventView },
        summary: 'End an event that is on, before its time',
      },
    },
    async (request) =>
      eventViewOf(await endEvent(deps, actorIn(request), request.params.id, request.body), deps.clock.now()),
  );
  app.delete(
    '/ops/v1/events/:id',
    { config: { access: 'level.give' }, schema: { params, summary: 'Cancel an event' } },
    async (request, reply) => {
      await cancelEvent(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/ops/v1/losses',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({
          from: z.coerce.number().int().optional(),
          to: z.coerce.number().int().optional(),
          indicator: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(500),
        }),
        response: { 200: contract.lossList },
        summary: 'What deviations cost, newest first, with the sum',
      },
    },
    async ({ query: { from, to, indicator, limit } }) => {
      const filter = {
        limit,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(indicator === undefined ? {} : { indicator }),
      };
      const losses = await deps.store.read((tx) => tx.expectations.losses(filter));
      const items = losses.map((loss) => lossViewOf(loss, context.config().indicators));
      return { items, totals: totalsOf(items) };
    },
  );
}
