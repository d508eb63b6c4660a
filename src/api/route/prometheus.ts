import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import { instantParam, prometheusFailure } from '../../expectation/index.ts';
import { cleanSeries, deleteSeries } from '../../signal/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { QueryGate } from '../query-gate.ts';
import type { Api } from '../server.ts';

/** Paths of the Prometheus query API that the metrics engine answers. */
const PATHS = [
  'query',
  'query_range',
  'query_exemplars',
  'series',
  'labels',
  'label/:name/values',
  'metadata',
  'rules',
  'alerts',
  'alertmanagers',
  'targets',
  'format_query',
  'parse_query',
  'status/buildinfo',
  'status/config',
  'status/flags',
  'status/runtimeinfo',
  'status/tsdb',
];

/** Paths that are asked by POST too, with the parameters in a form: they may be longer than an address. */
const BY_FORM = new Set(['query', 'query_range', 'query_exemplars', 'series', 'labels', 'format_query', 'parse_query']);

/** More than the heavy queries that may wait in the engine (16), so that they do not keep small ones out. */
const AT_ONCE = 20;
const LINE = 64;

/** Paths of the administration of samples; as in Prometheus, POST and PUT do the same. */
const ADMIN = '/api/v1/admin/tsdb';

/** The Prometheus query API, so that Grafana, promtool and every client of it can read. */
export function addPrometheusRoutes(app: Api, context: ApiContext): void {
  const gate = new QueryGate(AT_ONCE, LINE);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, paramsOf(new URLSearchParams(body as string)));
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { path, params } = askedIn(request);
    const flag = new Int32Array(new SharedArrayBuffer(4));
    // The connection closes before the answer is written: nobody waits for it any more.
    const leave = (): void => {
      if (!reply.raw.writableFinished) Atomics.store(flag, 0, 1);
    };
    reply.raw.once('close', leave);
    try {
      const found = await gate.pass(
        () => context.metrics.prometheus(path, params, flag),
        () => Atomics.load(flag, 0) !== 0,
      );
      const { status, body } = found ?? { status: 499, body: '' };
      const sent = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      return reply.code(status).type('application/json').send(sent);
    } catch (error) {
      if (!(error instanceof Fault) || !error.retryable) throw error;
      const body = { status: 'error', errorType: 'unavailable', error: error.message };
      return reply.code(503).header('retry-after', '5').send(body);
    }
  };
  void app.register(async (scope: Api) => {
    // vmalert says that its empty body is JSON.
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, _body, done) => done(null, null));
    addPaths(scope, answer);
    addAdminPaths(scope, context);
  });
}

function addPaths(app: Api, answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>): void {
  for (const path of PATHS) {
    // Not counted by the minute: a dashboard asks hundreds at once, and the gate bounds what they cost.
    const config = { access: 'view.operations' as const, rateLimit: false as const };
    const options = { config, schema: { hide: true } };
    app.get(`/api/v1/${path}`, options, answer);
    if (BY_FORM.has(path)) app.post(`/api/v1/${path}`, options, answer);
  }
}

function addAdminPaths(app: Api, { deps, eraser }: ApiContext): void {
  const options = { config: { access: 'series.delete' as const }, schema: { hide: true }, method: ['POST', 'PUT'] };
  const inEnvelope = async (reply: FastifyReply, work: () => Promise<unknown>): Promise<FastifyReply> => {
    try {
      await work();
      return reply.code(204).send();
    } catch (error) {
      const { status, body } = prometheusFailure(error);
      return reply.code(status).type('application/json').send(body);
    }
  };
  app.route({
    ...options,
    url: `${ADMIN}/delete_series`,
    handler: (request, reply) =>
      inEnvelope(reply, async () => {
        const { params } = askedIn(request);
        const bound = (name: string): number | undefined =>
          params[name]?.[0] ? instantParam(params, name) : undefined;
        const input = { selectors: params['match[]'] ?? [], from: bound('start'), to: bound('end') };
        await deleteSeries(deps, eraser, actorIn(request), input);
      }),
  });
  app.route({
    ...options,
    url: `${ADMIN}/clean_tombstones`,
    handler: (request, reply) => inEnvelope(reply, () => cleanSeries(eraser, actorIn(request))),
  });
}

/** The path behind /api/v1/ and the parameters, from address and form. */
function askedIn(request: FastifyRequest): { readonly path: string; readonly params: Record<string, string[]> } {
  const url = new URL(request.url, 'http://local');
  const params = paramsOf(url.searchParams);
  if (request.method !== 'GET' && request.body && typeof request.body === 'object') {
    for (const [name, values] of Object.entries(request.body as Record<string, string[]>))
      params[name] = [...(params[name] ?? []), ...values];
  }
  return { path: url.pathname.slice('/api/v1/'.length), params };
}

function paramsOf(search: URLSearchParams): Record<string, string[]> {
  const params: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of search) (params[name] ??= []).push(value);
  return params;
}
