import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { Fault } from '../core/fault.ts';

/** Turns everything thrown into an RFC 9457 problem; bugs are logged whole and shown only by their id. */
export function addProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => send(reply, faultOf(error, request)));
  app.setNotFoundHandler((request, reply) => {
    void send(reply, new Fault('route_not_found', { method: request.method, path: request.url.split('?')[0]! }));
  });
}

function send(reply: FastifyReply, fault: Fault): FastifyReply {
  if (fault.retryable) reply.header('retry-after', String(fault.params['seconds'] ?? 5));
  if (fault.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="lamplighter"');
  return reply.code(fault.status).type('application/problem+json').send(JSON.stringify(fault.problem()));
}

/** The fault that stands for anything thrown; a bug is logged whole. */
export function faultOf(error: unknown, request: FastifyRequest): Fault {
  if (error instanceof Fault) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const what = error.validation
      .map(
        (issue) =>
          `${error.validationContext ?? 'body'}${issue.instancePath || ''}: ${issue.message ?? 'does not fit'}`,
      )
      .join('; ');
    return new Fault('body_invalid', { what });
  }
  const known = error as Partial<FastifyError>;
  if (known.statusCode === 413) return new Fault('too_large', { limit: request.routeOptions.bodyLimit });
  if (known.statusCode === 415) {
    return new Fault('media_type', { got: String(request.headers['content-type']), want: 'application/json' });
  }
  if (known.statusCode === 429) return new Fault('too_many', { seconds: 60 });
  if (typeof known.statusCode === 'number' && known.statusCode >= 400 && known.statusCode < 500) {
    return new Fault('bad_request', { what: known.message ?? 'The request does not fit.' });
  }
  request.log.error({ err: error }, 'a request failed inside');
  return new Fault('internal', { id: request.id }, { cause: error });
}
