import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proves } from './secret.ts';

/** Examples that are published with the specification (www.standardwebhooks.com) and with its libraries. */
const PUBLISHED = [
  {
    secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    id: 'msg_loFOjxBNrRLzqYUf',
    at: 1731705121,
    body: '{"event_type":"ping","data":{"success":true}}',
    signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  },
  {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
];

for (const { secret, id, at, body, signature } of PUBLISHED) {
  test(`Standard Webhooks: the published example ${id} is proved, and nothing that differs from it`, () => {
    const shown = (change: Record<string, string> = {}, text = body, now = at * 1000) =>
      proves(
        { kind: 'standard-webhooks', secret },
        {
          headers: { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature, ...change },
          raw: Buffer.from(text),
          now,
        },
      );
    assert.equal(shown(), true);
    assert.equal(shown({ 'webhook-signature': `v1,AAAA ${signature}` }), true, 'the second of two keys');
    assert.equal(shown({}, `${body} `), false);
    assert.equal(shown({ 'webhook-id': `${id}x` }), false);
    assert.equal(shown({ 'webhook-timestamp': String(at + 1) }), false);
    assert.equal(shown({}, body, (at + 301) * 1000), false, 'older than five minutes');
    assert.equal(shown({ 'webhook-signature': signature.replace('v1,', 'v1a,') }), false);
  });
}
