import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { BatchBuilder } from '../batch.ts';
import { RemoteSeries } from './remote-series.ts';

/** What the other engine answers next: status and body; the last one stays. */
let plan: [number, string][] = [[204, '']];
let requests: { path: string; headers: Record<string, unknown>; bytes: number }[] = [];
let release: (() => void) | null = null;

const batch = (value: number) => new BatchBuilder().add({ __name__: 'a' }, 1000, value).build();

describe('another engine', () => {
  let server: Server;
  let remote: RemoteSeries;

  before(async () => {
    server = createServer((request, response) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.on('end', () => {
        requests.push({ path: request.url ?? '', headers: request.headers, bytes });
        const [status, body] = plan.length > 1 ? plan.shift()! : plan[0]!;
        const send = (): void => void response.writeHead(status).end(body);
        if (release) release = send;
        else send();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://name:pass@127.0.0.1:${(server.address() as AddressInfo).port}`;
    remote = new RemoteSeries({ url, writeUrl: `${url}/api/v1/write`, token: null });
  });

  after(() => {
    remote.close();
    server.close();
  });

  it('a batch is acknowledged after the other engine has, and tried again when that is busy', async () => {
    requests = [];
    plan = [
      [503, 'busy'],
      [429, 'busy'],
      [204, ''],
    ];
    const { stored } = await remote.write(batch(1));
    assert.equal(stored, 1);
    assert.equal(requests.length, 3);
    assert.equal(requests[0]!.path, '/api/v1/write');
    assert.equal(requests[0]!.headers['authorization'], `Basic ${btoa('name:pass')}`);
    assert.equal(requests[0]!.headers['content-encoding'], 'snappy');
  });

  it('batches that come while one is under way go together; a bad one does not refuse the others', async () => {
    requests = [];
    plan = [
      [204, ''],
      [400, 'out of order'],
      [204, ''],
      [400, 'out of order'],
    ];
    release = (): void => {};
    const first = remote.write(batch(1));
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [good, bad] = [remote.write(batch(2)), remote.write(batch(3))];
    const answer = release;
    release = null;
    answer();
    await first;
    assert.equal((await good).stored, 1);
    await assert.rejects(bad, { code: 'body_invalid', message: /out of order/ });
    assert.equal(requests.length, 4, 'one, both, and each alone');
  });
});

/*
 * Blocking calls need a server in another thread: this one would wait for itself.
 */
describe('blocking calls to another engine', () => {
  let worker: Worker;
  let remote: RemoteSeries;

  before(async () => {
    worker = new Worker(
      `const { createServer } = require('node:http');
       const { parentPort } = require('node:worker_threads');
       const vector = [{ metric: { a: 'b' }, value: [1, '+Inf'] }, { metric: { a: 'c' }, histogram: [1, {}] }];
       const answers = {
         good: [200, { status: 'success', data: { resultType: 'vector', result: vector } }],
         scalar: [200, { status: 'success', data: { resultType: 'scalar', result: [1, '2.5'] } }],
         wrong: [422, { status: 'error', errorType: 'execution', error: 'many-to-many' }],
         busy: [503, { status: 'error', errorType: 'unavailable', error: 'later' }],
         line: [200, { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1.5, 'NaN'], [2.5, '-1e-07']] }] } }],
       };
       const server = createServer((request, response) => {
         let body = '';
         request.on('data', (chunk) => (body += chunk));
         request.on('end', () => {
           const [status, answer] = answers[new URLSearchParams(body).get('query')] ?? [200, 'no JSON'];
           response.writeHead(status).end(JSON.stringify(answer));
         });
       }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    remote = new RemoteSeries({ url: `http://127.0.0.1:${port}`, writeUrl: `http://127.0.0.1:${port}/w`, token: 't' });
  });

  after(async () => {
    remote.close();
    await worker.terminate();
  });

  it('vectors, scalars and lines are read; native histograms are left out', () => {
    assert.deepEqual(remote.instant('good', 1000), [{ labels: { a: 'b' }, value: Infinity }]);
    assert.deepEqual(remote.instant('scalar', 1000), [{ labels: {}, value: 2.5 }]);
    const [line] = remote.range('line', 0, 1, 1);
    assert.deepEqual(
      [[...line!.times], [...line!.values]],
      [
        [1500, 2500],
        [NaN, -1e-7],
      ],
    );
    assert.equal(remote.writeVisible(batch(1)).stored, 1);
  });

  it('what cannot be evaluated is told apart from an engine that is not there', async () => {
    assert.throws(() => remote.instant('wrong', 1000), { code: 'execution_failed', message: /many-to-many/ });
    assert.throws(() => remote.instant('busy', 1000), { code: 'unavailable' });
    assert.throws(() => remote.instant('line', 1000), { code: 'execution_failed', message: /matrix/ });
    await worker.terminate();
    assert.throws(() => remote.instant('good', 1000), { code: 'unavailable' });
    assert.throws(() => remote.instant('good', 1000), { code: 'unavailable', message: /just now/ });
  });
});
