import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, hkdfSync } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebhookSink } from '../../test/fakes/webhook-sink.ts';
import type { OutgoingMessage } from '../action/ports.ts';
import { outsideSchema } from '../config/index.ts';
import { openOutside, type Outside } from './index.ts';
import { makeVapidKeys } from './web-push.ts';

const NOW = Date.UTC(2026, 0, 1);
const MESSAGE: OutgoingMessage = {
  key: 'page-0123456789abcdef0123456789abcdef01234567',
  to: '+491701234567',
  subject: '[Kiez] #7 critical: Book disturbed',
  text: 'Incident 7\n\nAccept: https://ops.example/accept/SECRET\nIncident: https://ops.example/incidents/inc_7\n\nEnd.',
  page: {
    id: 'pag_1',
    severity: 'critical',
    short: 'Kiez #7 critical: Book disturbed',
    verb: 'Accept',
    accept: 'https://ops.example/accept/SECRET',
    secret: 'SECRETSECRETSECRETSECRETSECRETSECRETSECRET1',
    code: '042917',
    incident: 'https://ops.example/incidents/inc_7',
  },
};

describe('vendors', () => {
  let sink: WebhookSink;
  let other: WebhookSink;
  const vapid = makeVapidKeys();
  beforeEach(async () => {
    sink = await WebhookSink.start();
    other = await WebhookSink.start();
  });
  afterEach(async () => {
    await sink.stop();
    await other.stop();
  });

  function opened(config: Record<string, unknown>): Outside {
    return openOutside({
      config: outsideSchema.parse({ allow: ['127.0.0.1'], ...config }),
      commands: [],
      url: 'https://ops.example/',
      vapid,
      events: { receipt: () => Promise.resolve(), reply: () => Promise.resolve(null) },
      log: { warn: () => undefined },
      now: () => NOW,
    });
  }
  const at = (one: WebhookSink): string => `http://127.0.0.1:${one.port}`;
  const twilio = (name: string, one: WebhookSink): Record<string, string> => ({
    name,
    kind: 'twilio',
    url: at(one),
    account: 'AC1',
    token: 'auth-token',
    from: '+4930555',
  });

  it('SMS in Twilio’s form: short, with the digits, the link and a callback for the receipt', async () => {
    sink.answer = 201;
    sink.body = JSON.stringify({ sid: 'SM1', status: 'queued' });
    const outside = opened({ sms: { vendors: [twilio('north', sink)] } });
    const taken = await outside.channel('sms')!.send(MESSAGE);
    assert.deepEqual(taken, { said: 'north: queued, SM1', vendor: 'north', reference: 'SM1', receipt: true });
    const { path, headers, body } = sink.requests[0]!;
    assert.equal(path, '/2010-04-01/Accounts/AC1/Messages.json');
    assert.equal(headers.authorization, `Basic ${Buffer.from('AC1:auth-token').toString('base64')}`);
    const form = Object.fromEntries(new URLSearchParams(body));
    assert.deepEqual(form, {
      To: '+491701234567',
      From: '+4930555',
      Body: 'Kiez #7 critical: Book disturbed\nReply 042917 to accept or open https://ops.example/accept/SECRET',
      StatusCallback: 'https://ops.example/hooks/twilio/north/status',
    });
  });

  it('a vendor that refuses is followed by the next; one that was silent before comes last', async () => {
    sink.answer = 500;
    other.answer = 201;
    other.body = JSON.stringify({ sid: 'SM2', status: 'queued' });
    const outside = opened({ sms: { vendors: [twilio('north', sink), twilio('south', other)] } });
    assert.equal((await outside.channel('sms')!.send(MESSAGE)).vendor, 'south');
    sink.answer = 201;
    sink.body = JSON.stringify({ sid: 'SM3', status: 'queued' });
    assert.equal((await outside.channel('sms')!.send({ ...MESSAGE, avoid: ['north'] })).vendor, 'south');
    assert.equal((await outside.channel('sms')!.send({ ...MESSAGE, avoid: ['south'] })).vendor, 'north');
    assert.equal(
      (await outside.channel('sms')!.send({ ...MESSAGE, avoid: ['south', 'north', 'south'] })).vendor,
      'north',
    );
  });

  it('a number that opted out is told apart from a vendor that fails', async () => {
    sink.answer = 400;
    sink.body = JSON.stringify({ code: 21610, message: 'unsubscribed recipient' });
    const outside = opened({ sms: { vendors: [twilio('north', sink), twilio('south', other)] } });
    await assert.rejects(outside.channel('sms')!.send(MESSAGE), { code: 'recipient_gone' });
    assert.equal(other.requests.length, 0, 'another vendor reaches no other number');
  });

  it('a call fetches its words from here and is signed for', async () => {
    sink.answer = 201;
    sink.body = JSON.stringify({ sid: 'CA1', status: 'queued' });
    const outside = opened({ voice: { vendors: [twilio('calls', sink)] } });
    await outside.channel('voice')!.send(MESSAGE);
    const form = Object.fromEntries(new URLSearchParams(sink.requests[0]!.body));
    assert.equal(form['Url'], 'https://ops.example/hooks/twilio/calls/voice/pag_1');
    const url = 'https://ops.example/hooks/twilio/calls/voice/pag_1';
    const fields = { CallSid: 'CA1', To: '+491701234567' };
    const signature = createHmac('sha1', 'auth-token').update(`${url}CallSidCA1To+491701234567`).digest('base64');
    assert.equal(outside.proofs.twilio('calls', url, fields, signature), true);
    assert.equal(outside.proofs.twilio('calls', `${url}x`, fields, signature), false);
    assert.equal(outside.proofs.twilio('calls', url, { ...fields, To: '+490' }, signature), false);
    assert.equal(outside.proofs.twilio('unknown', url, fields, signature), false);
  });

  it('Twilio’s published example of a signature holds', () => {
    // From Twilio's documentation of request validation: account token 12345.
    const outside = opened({ sms: { vendors: [{ ...twilio('doc', sink), token: '12345' }] } });
    const form = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    };
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    assert.equal(outside.proofs.twilio('doc', url, form, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), true);
  });

  it('ntfy: title, priority and a button that posts to the acceptance link; its token stays at its server', async () => {
    sink.body = JSON.stringify({ id: 'n1' });
    other.body = '{}';
    const outside = opened({ ntfy: { server: at(sink), token: 'tk_1' } });
    assert.equal((await outside.channel('ntfy')!.send({ ...MESSAGE, to: 'ops-amira' })).reference, 'n1');
    const body = JSON.parse(sink.requests[0]!.body);
    assert.equal(sink.requests[0]!.headers.authorization, 'Bearer tk_1');
    assert.deepEqual([body.topic, body.title, body.priority], ['ops-amira', MESSAGE.subject, 5]);
    const { accept } = MESSAGE.page!;
    assert.deepEqual(body.actions[0], { action: 'http', label: 'Accept', url: accept, method: 'POST', clear: true });
    await outside.channel('ntfy')!.send({ ...MESSAGE, to: `${at(other)}/mine` });
    assert.equal(JSON.parse(other.requests[0]!.body).topic, 'mine');
    assert.equal(other.requests[0]!.headers.authorization, undefined);
  });

  it('Slack: a direct message with a button by the bot; its "not ok" at HTTP 200 is a failure', async () => {
    sink.body = JSON.stringify({ ok: true, ts: '17.1' });
    const outside = opened({ slack: { api: at(sink), token: 'xoxb-1', signing_secret: 'shhh' } });
    assert.equal((await outside.channel('slack')!.send({ ...MESSAGE, to: 'U12345' })).reference, '17.1');
    const { path, body } = sink.requests[0]!;
    const sent = JSON.parse(body);
    assert.deepEqual([path, sent.channel], ['/chat.postMessage', 'U12345']);
    assert.deepEqual(
      [sent.blocks[2].elements[0].action_id, sent.blocks[2].elements[0].value],
      ['accept', MESSAGE.page!.secret],
    );
    assert.doesNotMatch(sent.blocks[1].text.text, /^Accept:/m);
    sink.body = JSON.stringify({ ok: false, error: 'ratelimited' });
    await assert.rejects(outside.channel('slack')!.send({ ...MESSAGE, to: 'U12345' }), /ratelimited/);
    sink.body = JSON.stringify({ ok: false, error: 'user_not_found' });
    await assert.rejects(outside.channel('slack')!.send({ ...MESSAGE, to: 'U12345' }), { code: 'recipient_gone' });
    const time = String(NOW / 1000);
    const signature = `v0=${createHmac('sha256', 'shhh').update(`v0:${time}:payload=1`).digest('hex')}`;
    assert.equal(outside.proofs.slack('payload=1', time, signature), true);
    assert.equal(outside.proofs.slack('payload=2', time, signature), false);
    assert.equal(outside.proofs.slack('payload=1', String(NOW / 1000 - 301), signature), false, 'too old');
  });

  it('an incoming webhook of Slack gets links and no bot token', async () => {
    sink.body = 'ok';
    const outside = opened({ slack: { token: 'xoxb-1' } });
    await outside.channel('slack')!.send({ ...MESSAGE, to: `${at(sink)}/services/T/B/x` });
    assert.equal(sink.requests[0]!.headers.authorization, undefined);
    assert.equal(JSON.parse(sink.requests[0]!.body).blocks[2].elements[0].url, MESSAGE.page!.accept);
  });

  it('Mattermost, Teams and Telegram get their own forms', async () => {
    const outside = opened({ telegram: { api: at(sink), token: '12:abc', secret: 'hook-secret' } });
    await outside.channel('mattermost')!.send({ ...MESSAGE, to: `${at(sink)}/hooks/m` });
    const action = JSON.parse(sink.requests[0]!.body).attachments[0].actions[0];
    assert.deepEqual(action.integration, {
      url: 'https://ops.example/hooks/mattermost',
      context: { secret: MESSAGE.page!.secret },
    });
    sink.answer = 202;
    await outside.channel('teams')!.send({ ...MESSAGE, to: `${at(sink)}/workflows/t` });
    const card = JSON.parse(sink.requests[1]!.body).attachments[0];
    assert.equal(card.contentType, 'application/vnd.microsoft.card.adaptive');
    assert.equal(card.content.actions[0].url, MESSAGE.page!.accept);
    sink.answer = 200;
    sink.body = JSON.stringify({ ok: true, result: {} });
    await outside.channel('telegram')!.send({ ...MESSAGE, to: '4711' });
    assert.equal(sink.requests[2]!.path, '/bot12:abc/sendMessage');
    const message = JSON.parse(sink.requests[2]!.body);
    assert.equal(message.reply_markup.inline_keyboard[0][0].callback_data, MESSAGE.page!.secret);
    assert.ok(MESSAGE.page!.secret.length <= 64, 'Telegram takes 64 bytes');
    sink.answer = 403;
    sink.body = JSON.stringify({ ok: false, description: 'Forbidden: bot was blocked by the user' });
    await assert.rejects(outside.channel('telegram')!.send({ ...MESSAGE, to: '4711' }), /blocked/);
    assert.deepEqual([outside.proofs.telegram('hook-secret'), outside.proofs.telegram('x')], [true, false]);
  });

  it('the bot’s token and a hook’s path stand in no error', async () => {
    const outside = opened({ telegram: { api: 'http://127.0.0.1:9', token: '12:topsecret' } });
    await assert.rejects(outside.channel('telegram')!.send({ ...MESSAGE, to: '1' }), (error: Error) => {
      assert.doesNotMatch(error.message, /topsecret/);
      assert.match(error.message, /127\.0\.0\.1/);
      return true;
    });
  });

  it('Web Push: encrypted for the browser (RFC 8291), signed by the server (RFC 8292); a gone browser is told', async () => {
    sink.answer = 201;
    sink.headers = { location: 'https://push.example/m/1' };
    const browser = createECDH('prime256v1');
    const p256dh = browser.generateKeys();
    const auth = Buffer.alloc(16, 7);
    const to = JSON.stringify({
      endpoint: `${at(sink)}/p/1`,
      keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
    });
    const outside = opened({ push: { subject: 'mailto:ops@kiez.example' } });
    const raw: Buffer[] = [];
    sink.tap = (chunk) => raw.push(chunk);
    const taken = await outside.channel('push')!.send({ ...MESSAGE, to });
    assert.equal(taken.reference, 'https://push.example/m/1');
    const { headers } = sink.requests[0]!;
    assert.deepEqual([headers['content-encoding'], headers['urgency'], headers['ttl']], ['aes128gcm', 'high', '3600']);
    const [, token = ''] = /^vapid t=([^,]+), k=/.exec(headers.authorization ?? '') ?? [];
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    assert.deepEqual([claims.aud, claims.sub], [at(sink), 'mailto:ops@kiez.example']);
    const shown = JSON.parse(decrypted(Buffer.concat(raw), browser.getPrivateKey(), p256dh, auth));
    assert.deepEqual([shown.title, shown.accept], [MESSAGE.subject, MESSAGE.page!.accept]);
    sink.answer = 410;
    await assert.rejects(outside.channel('push')!.send({ ...MESSAGE, to }), { code: 'recipient_gone' });
  });

  it('the browser of these tests reads the example of RFC 8291, section 5', () => {
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
    const body = bytes(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
    const privateKey = bytes('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94');
    const publicKey = bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4');
    const auth = bytes('BTBZMqHH6r4Tts7J_aSIgg');
    assert.equal(decrypted(body, privateKey, publicKey, auth), 'When I grow up, I want to be a watermelon');
  });

  it('channels without an account are not there; those that need none are', () => {
    const outside = opened({});
    assert.deepEqual(
      (['sms', 'voice', 'push', 'telegram', 'email'] as const).map((name) => outside.channel(name)),
      [null, null, null, null, null],
    );
    assert.ok(outside.channel('mattermost') && outside.channel('teams'));
  });
});

/** What a browser does with a message. Source: RFC 8291 and RFC 8188. */
function decrypted(body: Buffer, privateKey: Buffer, publicKey: Buffer, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const idLength = body[20]!;
  const sender = body.subarray(21, 21 + idLength);
  const cipher = body.subarray(21 + idLength);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
  const ikm = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16));
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, Buffer.from('Content-Encoding: nonce\0'), 12));
  const open = createDecipheriv('aes-128-gcm', key, nonce);
  open.setAuthTag(cipher.subarray(-16));
  const padded = Buffer.concat([open.update(cipher.subarray(0, -16)), open.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}
