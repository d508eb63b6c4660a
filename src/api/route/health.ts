import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';

/** Is the process alive, can it work, how is it doing. */
export function addHealthRoutes(app: Api, context: ApiContext): void {
  app.get(
    '/-/healthy',
    { config: { access: 'public', rateLimit: false }, schema: { hide: true } },
    async (_request, reply) => reply.type('text/plain').send('Lamplighter is alive.\n'),
  );
  app.get(
    '/-/ready',
    { config: { access: 'public', rateLimit: false }, schema: { hide: true } },
    async (_request, reply) => {
      const { ok, why } = context.ready();
      return reply
        .code(ok ? 200 : 503)
        .type('text/plain')
        .send(ok ? 'Lamplighter is ready.\n' : `Not ready: ${why}\n`);
    },
  );
  app.get(
    '/metrics',
    { config: { access: 'view.operations' }, schema: { summary: 'Own metrics in the Prometheus text format' } },
    async (_request, reply) => reply.type(context.registry.contentType).send(await context.registry.metrics()),
  );
  app.get('/ops/v1/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
  app.get(
    '/ops/v1/stream',
    {
      config: { access: 'view.operations', rateLimit: false },
      schema: { summary: 'Server-sent events: which data to ask for again' },
    },
    (_request, reply) => {
      context.live.attach(reply, null);
    },
  );
}
