import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { beat } from '../../signal/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';
import { addOtlpRoutes } from './otlp.ts';

const REMOTE_WRITE_LIMIT = 32 << 20;

/** The doors for signals. Each answers 2xx only after what it took is durable. */
export function addIngestRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const send = { config: { access: 'signal.send' as const, rateLimit: false as const } };
  const readJson = app.getDefaultJsonParser('error', 'error');

  app.addContentTypeParser(
    'application/x-protobuf',
    { parseAs: 'buffer', bodyLimit: REMOTE_WRITE_LIMIT },
    (_request, body, done) => done(null, body),
  );
  // Some senders label JSON as text. It is read as carefully as what is labelled as JSON.
  app.addContentTypeParser(
    ['text/plain', 'application/merge-patch+json', 'application/vnd.mds+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') return done(null, null);
      void readJson(request, body as string, (error, value) =>
        done(error && new Fault('body_invalid', { what: 'it is not JSON, or reaches for a prototype' }), value),
      );
    },
  );

  app.post(
    '/api/v1/write',
    {
      ...send,
      bodyLimit: REMOTE_WRITE_LIMIT,
      schema: { summary: 'Prometheus remote write 1.0 and 2.0 (snappy, protobuf)' },
    },
    async (request, reply) => {
      const encoding = request.headers['content-encoding'] ?? 'snappy';
      const contentType = request.headers['content-type'] ?? '';
      if (encoding !== 'snappy' || !Buffer.isBuffer(request.body)) {
        throw new Fault('media_type', {
          got: `${contentType} ${encoding}`.trim(),
          want: 'application/x-protobuf, snappy',
        });
      }
      const outcome = await context.samples.writeRemote(request.body, contentType);
      reply.header('x-prometheus-remote-write-samples-written', String(outcome.samples));
      reply.header('x-prometheus-remote-write-histograms-written', String(outcome.histograms));
      reply.header('x-prometheus-remote-write-exemplars-written', String(outcome.exemplars));
      if (outcome.rejected > 0) {
        throw new Fault('body_invalid', {
          what: `${outcome.rejected} samples were refused, ${outcome.samples} written: ${outcome.reasons.join('; ')}`,
        });
      }
      return reply.code(204).send();
    },
  );

  addOtlpRoutes(app, context);

  app.route({
    method: ['GET', 'POST'],
    url: '/heartbeat/:id',
    ...send,
    schema: { params: z.object({ id: z.string() }), summary: 'A heartbeat is heard' },
    handler: async (request, reply) => {
      await beat(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  });
}

/** The sender's own key for what it sends, if it gave one. */
export function keyOf(header: string | string[] | undefined): string | null {
  const key = Array.isArray(header) ? header[0] : header;
  return key === undefined || key === '' ? null : key.slice(0, 255);
}
