import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import { Fault } from '../../core/fault.ts';
import type { OtlpEncoding, OtlpOutcome } from '../../signal/otlp/index.ts';
import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';
import { addOtlpRoutes } from './otlp.ts';

const FINE: OtlpOutcome = { samples: 1, rejected: 0, messages: [] };

/** The routes alone, over an engine that answers as it is told. */
async function server(answer: () => OtlpOutcome = () => FINE) {
  const taken: { body: string; encoding: OtlpEncoding }[] = [];
  const app = fastify();
  const writeOtlp = async (body: Uint8Array, encoding: OtlpEncoding): Promise<OtlpOutcome> => {
    taken.push({ body: Buffer.from(body).toString(), encoding });
    return answer();
  };
  addOtlpRoutes(app as unknown as Api, { samples: { writeOtlp } } as unknown as ApiContext);
  await app.ready();
  const post = (payload: Buffer | string, headers: Record<string, string>, url = '/v1/metrics') =>
    app.inject({ method: 'POST', url, payload, headers });
  return { post, taken };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const GZIP = { 'content-encoding': 'gzip' };

describe('OTLP over HTTP', () => {
  it('hands bytes on and answers in the encoding of the request', async () => {
    const { post, taken } = await server();
    const json = await post('{}', { ...JSON_TYPE, 'content-type': 'application/json; charset=utf-8' });
    assert.deepEqual([json.statusCode, json.body], [200, '{}']);
    assert.match(String(json.headers['content-type']), /^application\/json/);
    const protobuf = await post('bytes', PROTOBUF, '/otlp/v1/metrics');
    assert.deepEqual([protobuf.statusCode, protobuf.body], [200, '']);
    assert.equal(protobuf.headers['content-type'], 'application/x-protobuf');
    assert.deepEqual(taken, [
      { body: '{}', encoding: 'json' },
      { body: 'bytes', encoding: 'protobuf' },
    ]);
  });

  it('takes an empty body in protobuf as an empty request', async () => {
    const { post, taken } = await server();
    assert.equal((await post(Buffer.alloc(0), PROTOBUF)).statusCode, 200);
    assert.deepEqual(taken, [{ body: '', encoding: 'protobuf' }]);
  });

  it('undoes gzip, within bounds', async () => {
    const { post, taken } = await server();
    assert.equal((await post(gzipSync('{"a":1}'), { ...JSON_TYPE, ...GZIP })).statusCode, 200);
    assert.equal(taken[0]!.body, '{"a":1}');
    const bomb = await post(gzipSync(Buffer.alloc((64 << 20) + 1)), { ...PROTOBUF, ...GZIP });
    assert.equal(bomb.statusCode, 413);
    const cut = await post(gzipSync('{"a":1}').subarray(0, 20), { ...JSON_TYPE, ...GZIP });
    assert.deepEqual([cut.statusCode, cut.json().code], [400, 3]);
    assert.equal((await post('{}', { ...JSON_TYPE, 'content-encoding': 'zstd' })).statusCode, 415);
    assert.equal(taken.length, 1);
  });

  it('refuses other content types', async () => {
    const { post } = await server();
    for (const type of ['text/plain', 'application/grpc', 'application/cloudevents+json'])
      assert.equal((await post('{}', { 'content-type': type })).statusCode, 415, type);
  });

  it('answers a fault as google.rpc.Status in the same type, with Retry-After where it helps', async () => {
    const bad = await server(() => {
      throw new Fault('body_invalid', { what: 'x' });
    });
    const refused = await bad.post('x', PROTOBUF);
    assert.equal(refused.statusCode, 400);
    assert.equal(refused.headers['content-type'], 'application/x-protobuf');
    assert.equal(refused.rawPayload.subarray(0, 3).toString('hex'), '080312');
    const busy = await server(() => {
      throw new Fault('overloaded', { what: 'x' });
    });
    const later = await busy.post('{}', JSON_TYPE);
    assert.deepEqual([later.statusCode, later.headers['retry-after'], later.json().code], [503, '5', 14]);
  });

  it('a bug is not shown', async () => {
    const { post } = await server(() => {
      throw new TypeError('secret');
    });
    const answer = await post('{}', JSON_TYPE);
    assert.equal(answer.statusCode, 500);
    assert.doesNotMatch(answer.body, /secret/);
  });
});
