import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebhookSink } from '../../test/fakes/webhook-sink.ts';
import { Fault } from '../core/fault.ts';
import { safeHttp, type Resolver } from './http.ts';

const refused = (error: unknown): boolean => error instanceof Fault && error.code === 'address_refused';
const failed = (error: unknown): boolean => error instanceof Fault && error.code === 'outside_failed';

describe('what leads inside is refused', () => {
  const request = safeHttp([]);
  const forms = [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://①②⑦.⓪.⓪.①/',
    'https://%31%32%37.0.0.1/',
    'https://user:pass@127.0.0.1/',
    'https://0.0.0.0/',
    'https://0/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://203.0.113.9/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[64:ff9b:1::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[2001:db8::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'http://example.org/',
    'not an address',
  ];
  for (const url of forms) {
    it(url, async () => {
      await assert.rejects(request({ method: 'GET', url, timeout: 1000 }), refused);
    });
  }

  const names: Record<string, string[]> = {
    'a name of this machine': ['127.0.0.1'],
    'a name of IPv6 loopback': ['::1'],
    'a name of a mapped address': ['::ffff:10.0.0.1'],
    'a name with one public and one private address': ['93.184.216.34', '10.0.0.1'],
    'a name that leads nowhere': [],
  };
  for (const [title, addresses] of Object.entries(names)) {
    it(title, async () => {
      const resolver: Resolver = (_host, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
      const request = safeHttp([], resolver);
      await assert.rejects(request({ method: 'GET', url: 'https://rebound.example/', timeout: 1000 }), refused);
    });
  }

  it('tells what to do about it', async () => {
    await assert.rejects(
      request({ method: 'GET', url: 'https://10.1.2.3/', timeout: 1000 }),
      /list it under outside.allow/,
    );
  });
});

describe('what is listed is called', () => {
  let sink: WebhookSink;
  let base: string;
  before(async () => {
    sink = new WebhookSink();
    base = await sink.listen();
  });
  after(() => sink.stop());
  beforeEach(() => {
    sink.answer = 200;
    sink.body = '';
    sink.headers = {};
    sink.requests.length = 0;
  });
  const get = (url: string, allow: string[], timeout = 2000) => safeHttp(allow)({ method: 'GET', url, timeout });

  it('by address', async () => {
    sink.body = 'hello';
    const answer = await get(`${base}/x`, ['127.0.0.1']);
    assert.equal(answer.status, 200);
    assert.equal(answer.body, 'hello');
  });
  it('by network', async () => assert.equal((await get(base, ['127.0.0.0/8'])).status, 200));
  it('by name', async () => {
    assert.equal((await get(base.replace('127.0.0.1', 'localhost'), ['localhost'])).status, 200);
    await assert.rejects(get(base.replace('127.0.0.1', 'localhost'), ['elsewhere.example']), refused);
  });
  it('but not in an odd spelling', async () => {
    await assert.rejects(get(base.replace('127.0.0.1', '0x7f.1'), ['127.0.0.1']), refused);
    assert.equal(sink.requests.length, 0);
  });
  it('sends method, headers and body', async () => {
    const request = { method: 'POST', url: base, headers: { 'x-key': 'a' }, body: 'ü', timeout: 2000 };
    await safeHttp(['127.0.0.1'])(request);
    const [got] = sink.requests;
    assert.deepEqual([got!.method, got!.headers['x-key'], got!.body], ['POST', 'a', 'ü']);
  });
  it('does not follow a redirect', async () => {
    sink.answer = 302;
    sink.headers = { location: 'http://169.254.169.254/' };
    assert.equal((await get(base, ['127.0.0.1'])).status, 302);
    assert.equal(sink.requests.length, 1);
  });
  it('gives up on an answer without end', async () => {
    sink.answer = 'flood';
    await assert.rejects(get(base, ['127.0.0.1']), /longer than 1048576/);
  });
  it('gives up on no answer', async () => {
    sink.answer = 'hang';
    await assert.rejects(get(base, ['127.0.0.1'], 100), failed);
  });
  it('tells a refused connection as a failure', async () => {
    await assert.rejects(get('http://127.0.0.1:1/', ['127.0.0.1']), failed);
  });
});
