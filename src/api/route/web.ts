import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import type { ApiContext } from '../context.ts';
import { statusHtml } from '../view/status-html.ts';
import { publicStatus } from '../view/public-status.ts';
import type { Api } from '../server.ts';

/** Pages of the web part; each is the same document, and the program in it shows the page. */
const PAGES = [
  '/',
  '/incidents',
  '/incidents/*',
  '/alerts',
  '/maintenance',
  '/heartbeats',
  '/levels',
  '/levels/*',
  '/duty',
  '/tickets',
  '/tickets/*',
  '/partners',
  '/retros',
  '/retros/*',
  '/improvements',
  '/improvements/*',
  '/observations',
  '/topology',
  '/explore',
  '/rules',
  '/targets',
  '/integrations',
  '/settings',
  '/account',
  '/sign-in',
];

/** Serves the built web part, and the public status page with its words already in the document. */
export async function addWebRoutes(app: Api, context: ApiContext): Promise<void> {
  const options = { config: { access: 'public' as const, rateLimit: false as const }, schema: { hide: true } };
  const root = context.webRoot;
  const built = root !== null && existsSync(join(root, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, { root, serve: false });
    // These carry a hash in their names: they never change.
    app.get('/assets/*', options, (request, reply) =>
      reply.sendFile(join('assets', (request.params as { '*': string })['*']), { maxAge: '30d', immutable: true }),
    );
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'index.html' || entry.name.startsWith('.')) continue;
      app.get(`/${entry.name}`, options, (_request, reply) => reply.sendFile(entry.name, { maxAge: '1h' }));
    }
  }
  // Read anew for each request: a build under a running server is served whole.
  const document = async (): Promise<string> => (built ? readFile(join(root, 'index.html'), 'utf8') : NOT_BUILT);
  const page = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(await document());
  for (const path of PAGES) app.get(path, options, page);
  // An address that was mistyped shows a person a page that says so; programs get the problem.
  app.get('/*', options, (request, reply) => {
    const path = request.url.split('?')[0]!;
    if (request.headers.accept?.includes('text/html') !== true)
      throw new Fault('route_not_found', { method: request.method, path });
    return page(request, reply.code(404));
  });
  app.get('/status', options, async (request, reply) => {
    const status = await publicStatus(context);
    const language =
      request.headers['accept-language']?.toLowerCase().startsWith('de') && status.languages.includes('de')
        ? 'de'
        : (status.languages[0] ?? 'en');
    const words = statusHtml(status, language);
    const whole = built
      ? (await document()).replace(/<div id="root">\s*<\/div>/, `<div id="root">${words}</div>`)
      : `<!doctype html><title>${status.title}</title>${words}`;
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(whole);
  });
}

const NOT_BUILT =
  '<!doctype html><title>Lamplighter</title><p>The web part is not built. Run <code>npm run setup</code>, then start again. The API answers under /ops/v1.</p>';
