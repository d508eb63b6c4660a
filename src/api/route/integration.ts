import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import {
  discardQuarantined,
  fillConnect,
  retryQuarantined,
  tryMapping,
  type Integration,
  type Source,
} from '../../signal/index.ts';
import type { StatusPageConfig } from '../../signal/status-page/config.ts';
import type { StatusPage } from '../../signal/status-page/entry.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string() });

/** Integrations and the sources that use them, what was put aside, and trying a mapping. */
export function addIntegrationRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const doorDeps = { ...deps, sources: () => context.config().compiledSources, mappings: context.mappings };

  app.get(
    '/ops/v1/integrations',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: contract.integrationList },
        summary: 'What can send signals, and how each source does',
      },
    },
    async () => {
      const { knownIntegrations, compiledSources, url } = context.config();
      const base = url.replace(/\/+$/, '');
      const sources = [...compiledSources.values()];
      const { doors, pages } = await deps.store.read(async (tx) => ({
        doors: await tx.signals.doorStates(sources.flatMap(doorsOf)),
        pages: new Map((await tx.signals.statusPages()).map((page) => [page.id, page])),
      }));
      return {
        integrations: knownIntegrations.map((one) => ({
          ...shownIntegration(one),
          connect: connectOf(one, base, one.name),
          samples: one.samples.map(({ name, headers, body }) => ({ name, headers, body })),
        })),
        sources: sources.map((source) => ({
          ...shownSource(source, base),
          doors: doors.filter(({ door }) => doorsOf(source).includes(door)),
        })),
        statusPages: context.config().status_pages.map((config) => shownPage(config, pages.get(config.name))),
      };
    },
  );

  app.post(
    '/ops/v1/integrations/try',
    {
      config: { access: 'signal.settle' },
      schema: {
        body: contract.tryBody,
        response: { 200: contract.tryResult },
        summary: 'What a body would become; nothing is stored',
      },
    },
    async (request) => {
      const { body: raw, headers, mapping, source, integration } = request.body;
      const { compiledSources, knownIntegrations } = context.config();
      const named = source === undefined ? null : compiledSources.get(source);
      if (named === undefined) throw new Fault('not_found', { what: 'source', id: source ?? '' });
      const known = knownIntegrations.find(({ name }) => name === integration);
      if (integration !== undefined && !known) throw new Fault('not_found', { what: 'integration', id: integration });
      const chosen = mapping ?? named?.mapping ?? known?.mapping;
      if (chosen === undefined) throw new Fault('body_invalid', { what: 'write mapping, source or integration' });
      const seen = named?.config ?? {
        name: known?.name ?? 'try',
        title: known?.title ?? 'Try',
        partner: undefined,
        labels: {},
      };
      const { events, acknowledgements, changes, error } = await tryMapping(
        { mappings: context.mappings, clock: deps.clock },
        actorIn(request),
        { raw, headers, mapping: chosen, source: seen },
      );
      const alerts = events.map(({ generatorUrl, ...event }) => ({ ...event, url: generatorUrl }));
      return { alerts, acknowledgements, changes, error };
    },
  );

  app.get(
    '/ops/v1/quarantine',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({
          door: z.string().optional(),
          state: z.enum(['open', 'retried', 'discarded']).optional(),
          after: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: contract.quarantinedPage },
        summary: 'Bodies and work that could not be taken, newest first',
      },
    },
    async ({ query: { door, state, after, limit } }) =>
      deps.store.read((tx) => tx.signals.quarantinedPage({ kind: door, state, after, limit })),
  );
  app.post(
    '/ops/v1/quarantine/:id/retry',
    {
      config: { access: 'signal.settle' },
      schema: {
        params,
        body: contract.retryBody,
        response: { 200: contract.takenView },
        summary: 'Take a body after all, with the present mapping or with one given',
      },
    },
    async (request) => {
      const { mapping } = request.body;
      const taken = await retryQuarantined(doorDeps, actorIn(request), { id: request.params.id, mapping });
      return { id: taken.signalId, events: taken.events, duplicate: taken.duplicate };
    },
  );
  app.post(
    '/ops/v1/quarantine/:id/discard',
    { config: { access: 'signal.settle' }, schema: { params, summary: 'Discard what was put aside' } },
    async (request, reply) => {
      await discardQuarantined(doorDeps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
}

function shownIntegration({ name, title, about, door, secrets, mapping }: Integration) {
  return { name, title, about, door, secrets, mapping };
}

function connectOf(integration: Integration, base: string, source: string): { title: string; text: string }[] {
  const values = { base, source, url: `${base}/in/${source}` };
  return integration.connect.map(({ title, text }) => ({ title, text: fillConnect(text, values) }));
}

/** What a source shows of itself: never a secret, only their kinds. */
function shownSource({ config, integration, mapping }: Source, base: string) {
  const { name, title, partner, secrets } = config;
  return {
    name,
    title: title ?? name,
    partner: partner ?? null,
    integration: integration?.name ?? null,
    ownMapping: config.mapping !== undefined,
    mapping,
    address: addressOf(integration?.door ?? 'in', base, name),
    secrets: secrets.length === 0 ? ['token'] : [...new Set(secrets.map(({ kind }) => kind))],
    connect: integration ? connectOf(integration, base, name) : [],
  };
}

function addressOf(door: Integration['door'], base: string, name: string): string {
  if (door === 'pagerduty') return `${base}/v2/enqueue`;
  if (door === 'opsgenie') return `${base}/v2/alerts`;
  return `${base}/in/${name}`;
}

function doorsOf({ config }: Source): string[] {
  const mailed = config.secrets.some(({ kind }) => kind === 'mail');
  return [`webhook:${config.name}`, ...(mailed ? [`mail:${config.name}`] : [])];
}

function shownPage(config: StatusPageConfig, page: StatusPage | undefined) {
  const { name, title, partner, url } = config;
  return {
    name,
    title: title ?? name,
    partner: partner ?? null,
    url,
    form: page?.form ?? null,
    askedAt: page?.askedAt ?? null,
    readAt: page?.readAt ?? null,
    failingSince: page?.failingSince ?? null,
    error: page?.error ?? null,
    open: (page?.open ?? []).map((entry) => ({ title: entry.title, status: entry.status, url: entry.url })),
  };
}
