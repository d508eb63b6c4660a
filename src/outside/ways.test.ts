import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { WebhookSink } from '../../test/fakes/webhook-sink.ts';
import { Breaker, inOrder } from './breaker.ts';
import { commandRunner } from './command.ts';
import { outsideProblems, outsideSchema, type OutsideConfig } from '../config/index.ts';
import { openOutside, type Outside } from './index.ts';
import type { PageLog } from './log.ts';
import { createSecrets } from './secrets.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';

function opened(config: OutsideConfig, log: PageLog = { warn: () => undefined }): Outside {
  const events = { receipt: () => Promise.resolve(), reply: () => Promise.resolve(null) };
  const vapid = { publicKey: '', privateKey: '' };
  return openOutside({ config, commands: [], url: 'https://ops.example', vapid, events, log, now: () => NOW });
}

describe('webhook', () => {
  it('is signed after Standard Webhooks and carries one key', async () => {
    const sink = new WebhookSink();
    const url = await sink.listen();
    const config = outsideSchema.parse({ webhook: { secret: SECRET }, allow: ['127.0.0.1'] });
    const outside = opened(config);
    const message = { key: 'page-9', to: url, subject: 's', text: 't', data: { type: 'incident.page' } };
    assert.equal((await outside.channel('webhook')!.send(message)).said, 'HTTP 200');
    const { headers, body } = sink.requests[0]!;
    assert.equal(headers['idempotency-key'], 'page-9');
    assert.equal(headers['webhook-id'], 'page-9');
    assert.equal(headers['webhook-timestamp'], String(NOW / 1000));
    const key = Buffer.from(SECRET.slice(6), 'base64');
    const expected = createHmac('sha256', key)
      .update(`page-9.${NOW / 1000}.${body}`)
      .digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
    assert.equal(JSON.parse(body).type, 'incident.page');
    sink.answer = 503;
    await assert.rejects(outside.channel('webhook')!.send(message), /HTTP 503/);
    sink.answer = 301;
    await assert.rejects(outside.channel('webhook')!.send(message), /HTTP 301/);
    await sink.stop();
  });

  it('without a secret is not signed', async () => {
    const sink = new WebhookSink();
    const url = await sink.listen();
    const outside = opened(outsideSchema.parse({ allow: ['127.0.0.1'] }));
    await outside.channel('webhook')!.send({ key: 'k', to: url, subject: 's', text: 't' });
    assert.equal(sink.requests[0]!.headers['webhook-signature'], undefined);
    await sink.stop();
  });
});

describe('log', () => {
  it('tells of the page and keeps the acceptance link to itself', async () => {
    const lines: string[] = [];
    const log = { warn: (data: object, text: string) => void lines.push(`${text} ${JSON.stringify(data)}`) };
    const outside = opened(outsideSchema.parse({}), log);
    await outside.channel('log')!.send({ key: 'k', to: 'amira', subject: 'Vehicles silent', text: '/accept/hidden' });
    assert.match(lines[0]!, /Vehicles silent/);
    assert.doesNotMatch(lines[0]!, /hidden/);
    assert.equal(outside.channel('email'), null);
  });
});

describe('commands', () => {
  const run = commandRunner(() => [
    { name: 'echo', run: ['/bin/echo', 'fixed'], args: 1 },
    { name: 'fail', run: ['/bin/false'], args: 0 },
    { name: 'sleep', run: ['/bin/sleep', '5'], args: 0 },
    { name: 'flood', run: ['/usr/bin/yes'], args: 0 },
    { name: 'env', run: ['/usr/bin/env'], args: 0 },
  ]);
  const call = (name: string, args: string[] = [], timeout = 2000) => run({ key: 'k-1', name, args, timeout });

  it('run without a shell', async () => {
    assert.deepEqual(await call('echo', ['$(id); `id` | x']), { code: 0, output: 'fixed $(id); `id` | x' });
  });
  it('tell their exit code', async () => assert.equal((await call('fail')).code, 1));
  it('are killed when they take too long', async () =>
    assert.rejects(call('sleep', [], 100), /ran longer than 100 ms/));
  it('are killed when they write too much', async () => assert.rejects(call('flood')));
  it('see nothing of this process but the key', async () => {
    const { output } = await call('env');
    assert.deepEqual(
      output
        .split('\n')
        .map((line) => line.split('=')[0])
        .toSorted((a, b) => (a! < b! ? -1 : 1)),
      ['LAMPLIGHTER_KEY', 'LANG', 'PATH'],
    );
  });
  it('are refused when not listed, or with more arguments than listed', async () => {
    await assert.rejects(call('rm'), /There is no command "rm"/);
    await assert.rejects(call('echo', ['a', 'b']), /at most 1/);
  });
});

describe('breaker', () => {
  it('opens after failures, lets one probe through, and closes on success', () => {
    let now = 0;
    const breaker = new Breaker(2, 1000, () => now);
    breaker.failed();
    assert.equal(breaker.state, 'closed');
    breaker.failed();
    assert.equal(breaker.state, 'open');
    now = 1000;
    assert.equal(breaker.state, 'half-open');
    breaker.begin();
    assert.equal(breaker.state, 'open');
    breaker.failed();
    assert.equal(breaker.state, 'open');
    now = 2000;
    breaker.begin();
    breaker.succeeded();
    assert.equal(breaker.state, 'closed');
  });
  it('only orders: a broken way is still there, at the end', () => {
    const broken = new Breaker(1, 1000, () => 0);
    broken.failed();
    const ways = [
      { way: 'a', breaker: broken },
      { way: 'b', breaker: new Breaker(1, 1000, () => 0) },
    ];
    assert.deepEqual(
      inOrder(ways).map(({ way }) => way),
      ['b', 'a'],
    );
  });
});

describe('secrets', () => {
  it('are made again from the key, differ by server, and a short server secret is refused', () => {
    const one = createSecrets('a'.repeat(32));
    assert.equal(one.derive('page-1'), createSecrets('a'.repeat(32)).derive('page-1'));
    assert.notEqual(one.derive('page-1'), one.derive('page-2'));
    assert.notEqual(one.derive('page-1'), createSecrets('b'.repeat(32)).derive('page-1'));
    assert.match(one.derive('page-1'), /^[\w-]{43}$/);
    assert.match(one.hash('x'), /^[0-9a-f]{64}$/);
    assert.throws(() => createSecrets('short'), /32/);
  });
});

describe('configuration of the ways out', () => {
  it('refuses what is no relay, and says what to write', () => {
    const read = outsideSchema.safeParse({ email: { from: 'ops@kiez.example', relays: ['relay.example:25'] } });
    assert.match(read.error!.message, /Write a relay such as/);
    assert.ok(!outsideSchema.safeParse({ email: { from: 'a\r\nBcc: b@c.d', relays: ['smtp://x'] } }).success);
    assert.ok(!outsideSchema.safeParse({ webhook: { secret: 'plain' } }).success);
  });
  it('misses the relay when people have addresses', () => {
    const none = { phone: null, ntfy: null, slack: null, telegram: null };
    const people = [{ name: 'Amira', email: 'amira@kiez.example', ...none }];
    assert.equal(outsideProblems(outsideSchema.parse({}), people)[0]!.path, 'outside.email');
  });
});
