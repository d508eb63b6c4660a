import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';

/** Paths of the Prometheus query API that the metrics engine answers. */
const PATHS = [
  'query',
  'query_range',
  'series',
  'labels',
  'label/:name/values',
  'metadata',
  'format_query',
  'status/buildinfo',
];

/** The Prometheus query API, so that Grafana, promtool and every client of it can read. */
export function addPrometheusRoutes(app: Api, context: ApiContext): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, paramsOf(new URLSearchParams(body as string)));
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const url = new URL(request.url, 'http://local');
    const params = paramsOf(url.searchParams);
    if (request.method === 'POST' && request.body && typeof request.body === 'object') {
      for (const [name, values] of Object.entries(request.body as Record<string, string[]>))
        params[name] = [...(params[name] ?? []), ...values];
    }
    const { status, body } = await context.metrics.prometheus(url.pathname.slice('/api/v1/'.length), params);
    return reply.code(status).type('application/json').send(body);
  };
  for (const path of PATHS) {
    const options = { config: { access: 'view.operations' as const }, schema: { hide: true } };
    app.get(`/api/v1/${path}`, options, answer);
    if (!path.includes(':')) app.post(`/api/v1/${path}`, options, answer);
  }
}

function paramsOf(search: URLSearchParams): Record<string, string[]> {
  const params: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of search) (params[name] ??= []).push(value);
  return params;
}
