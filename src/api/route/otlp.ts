import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import { exportResponse, OTLP_LIMITS, statusResponse, type OtlpEncoding } from '../../signal/otlp/index.ts';
import type { ApiContext } from '../context.ts';
import { faultOf } from '../problem.ts';
import type { Api } from '../server.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const PATHS = ['/v1/metrics', '/otlp/v1/metrics'];

const unzip = promisify(gunzip);

/**
 * OTLP over HTTP. Bodies reach the engine as bytes in both encodings, and every answer, an error too, is in the encoding
 * of the request (opentelemetry-proto docs/specification.md, "OTLP/HTTP"); so these routes have parsers and an error
 * handler of their own.
 */
export function addOtlpRoutes(app: Api, context: ApiContext): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      [PROTOBUF, JSON_TYPE],
      { parseAs: 'buffer', bodyLimit: OTLP_LIMITS.maxBytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error: unknown, request, reply) => {
      const fault = faultOf(error, request);
      if (fault.retryable) void reply.header('retry-after', String(fault.params['seconds'] ?? 5));
      if (fault.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="lamplighter"');
      const encoding = encodingOf(request);
      return reply
        .code(fault.status)
        .type(typeOf(encoding))
        .send(statusResponse(encoding, fault.status, fault.message));
    });
    for (const path of PATHS) {
      scope.post(
        path,
        {
          config: { access: 'signal.send', rateLimit: false },
          bodyLimit: OTLP_LIMITS.maxBytes,
          schema: { summary: 'OpenTelemetry metrics: OTLP over HTTP in protobuf or JSON, plain or gzip' },
        },
        async (request, reply) => {
          const encoding = encodingOf(request);
          const outcome = await context.samples.writeOtlp(await bodyOf(request), encoding);
          return reply.code(200).type(typeOf(encoding)).send(exportResponse(encoding, outcome));
        },
      );
    }
  });
}

/** The encoding that the sender speaks; JSON for anything unknown, because a person can read it. */
function encodingOf(request: FastifyRequest): OtlpEncoding {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase() === PROTOBUF ? 'protobuf' : 'json';
}

function typeOf(encoding: OtlpEncoding): string {
  return encoding === 'json' ? JSON_TYPE : PROTOBUF;
}

/** The body, decompressed within bounds. @throws Fault `media_type`, `body_invalid`, `too_large` */
async function bodyOf(request: FastifyRequest): Promise<Uint8Array> {
  const { body } = request;
  if (!Buffer.isBuffer(body)) {
    const got = request.headers['content-type'] ?? 'none';
    throw new Fault('media_type', { got, want: `${PROTOBUF} or ${JSON_TYPE}` });
  }
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return body;
  if (coding !== 'gzip') throw new Fault('media_type', { got: coding, want: 'gzip or no compression' });
  try {
    return await unzip(body, { maxOutputLength: OTLP_LIMITS.maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Fault('too_large', { limit: OTLP_LIMITS.maxBytes });
    throw new Fault('body_invalid', { what: 'it is not gzip, or it is cut off' });
  }
}
