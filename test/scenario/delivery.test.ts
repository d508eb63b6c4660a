import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const AMIRA = '+491700000001';
const account = (name: string) => ({ name, kind: 'twilio', account: 'AC1', token: 't', from: '+4930555' });
const CONFIG = {
  people: [
    { id: 'amira', name: 'Amira Haddad', email: 'amira@kiez-mobil.example', phone: AMIRA, account: 'amira' },
    { id: 'jonas', name: 'Jonas Berg', email: 'jonas@kiez-mobil.example', account: 'jonas' },
  ],
  duty: {
    zone: 'Europe/Berlin',
    rotation: { people: ['amira'], starts: '2026-01-05', handover: '09:00', every: '1w' },
    deputy: 'jonas',
    fallback: 'jonas',
  },
  chains: [{ name: 'sms', steps: [{ do: 'page', target: 'focal', by: ['sms'] }], repeat: '1h' }],
  outside: {
    email: { from: 'ops@kiez-mobil.example', relays: ['smtp://127.0.0.1:1025'] },
    sms: { vendors: [account('north'), account('south')] },
    voice: { vendors: [account('calls')] },
  },
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PROVED = { ...FORM, 'x-twilio-signature': 'proved' };

/** What a vendor posts about itself. */
function hook(world: World, path: string, form: Record<string, string>, headers = PROVED) {
  return world.post(path, new URLSearchParams(form).toString(), headers);
}

async function receipt(world: World, vendor: string, reference: string, status: string): Promise<number> {
  const form = { MessageSid: reference, MessageStatus: status, ...(status === 'failed' ? { ErrorCode: '30003' } : {}) };
  const { statusCode } = await hook(world, `/hooks/twilio/${vendor}/status`, form);
  await world.advance('1s');
  return statusCode;
}

function sms(world: World): string[] {
  return world.outside.received
    .filter(({ channel }) => channel === 'sms')
    .map(({ message }) => `${message.to} avoiding ${(message.avoid ?? []).join(', ') || 'nobody'}`);
}

onBoth('Delivery', (database) => {
  const play = (run: (world: World) => Promise<void>): Promise<void> =>
    inWorld(database, { config: CONFIG }, async (world) => {
      world.outside.vendors.sms = ['north', 'south'];
      await world.alert(UNLOCK);
      await run(world);
    });
  const reference = (world: World): string =>
    `${world.outside.vendors.sms![0]}-${world.outside.received.findIndex(({ channel }) => channel === 'sms') + 1}`;

  test('a receipt in time ends the matter', () =>
    play(async (world) => {
      assert.equal(await receipt(world, 'north', reference(world), 'sent'), 204, 'on its way: no receipt yet');
      assert.equal(await receipt(world, 'north', reference(world), 'delivered'), 204);
      await world.advance('1m');
      assert.deepEqual(sms(world), [`${AMIRA} avoiding nobody`]);
      const { deliveries, timeline } = await world.incident();
      assert.deepEqual(
        deliveries.map(({ vendor, state, receipt: words }) => [vendor, state, words]),
        [['north', 'delivered', 'delivered']],
      );
      assert.ok(timeline.some(({ fact }) => fact === 'page.delivered'));
    }));

  test('no receipt within 15 seconds: the other vendor; still none: every other way', () =>
    play(async (world) => {
      await world.advance('14s');
      assert.equal(sms(world).length, 1);
      await world.advance('1s');
      assert.deepEqual(sms(world), [`${AMIRA} avoiding nobody`, `${AMIRA} avoiding north`]);
      const keys = new Set(
        world.outside.received.filter(({ channel }) => channel === 'sms').map((one) => one.message.key),
      );
      assert.equal(keys.size, 1, 'one page has one key, whoever carries it');
      await world.advance('15s');
      assert.equal(world.pages('amira', 'email').length, 1);
      assert.equal(world.outside.received.filter(({ channel }) => channel === 'voice').length, 1);
      const { deliveries } = await world.incident();
      assert.deepEqual(deliveries.map(({ vendor, state }) => `${vendor} ${state}`).slice(0, 2), [
        'north silent',
        'south silent',
      ]);
    }));

  test('a vendor that says "failed" is followed at once', () =>
    play(async (world) => {
      await receipt(world, 'north', reference(world), 'failed');
      assert.deepEqual(sms(world), [`${AMIRA} avoiding nobody`, `${AMIRA} avoiding north`]);
      const { timeline } = await world.incident();
      const entry = timeline.find(({ fact }) => fact === 'page.undelivered');
      assert.match(entry?.summary ?? '', /did not arrive: north says: failed, error 30003/);
    }));

  test('a receipt that comes twice, late or for an unknown message changes nothing', () =>
    play(async (world) => {
      await receipt(world, 'north', 'SM-never-seen', 'delivered');
      await receipt(world, 'north', reference(world), 'delivered');
      await receipt(world, 'north', reference(world), 'failed');
      await receipt(world, 'south', reference(world), 'failed');
      await world.advance('1m');
      assert.equal(sms(world).length, 1);
    }));

  test('an SMS with the six digits accepts, from the number they went to only', () =>
    play(async (world) => {
      const { code } = world.outside.received.find(({ channel }) => channel === 'sms')!.message.page!;
      const path = '/hooks/twilio/north/message';
      const stranger = await hook(world, path, { From: '+491709999999', Body: code });
      assert.match(stranger.payload, /No page with these digits/);
      const wrong = await hook(world, path, { From: AMIRA, Body: 'ok 000000' });
      assert.match(wrong.payload, /No page with these digits/);
      const unsigned = await hook(world, path, { From: AMIRA, Body: code }, { ...FORM, 'x-twilio-signature': 'x' });
      assert.equal(unsigned.statusCode, 403);
      assert.equal((await world.incident()).incident.state, 'open');
      const right = await hook(world, path, { From: AMIRA, Body: `OK ${code} bin dran` });
      assert.match(right.payload, /<Message>You have it now: #\d+ /);
      const { incident } = await world.incident();
      assert.deepEqual([incident.state, incident.acceptedBy], ['accepted', 'Amira Haddad']);
      const again = await hook(world, path, { From: AMIRA, Body: code });
      assert.match(again.payload, /Amira Haddad has it already/);
      await world.advance('1m');
      assert.equal(sms(world).length, 1, 'a missing receipt wakes nobody after the acceptance');
    }));

  test('a call reads the page; 1 accepts, anything else does not', () =>
    play(async (world) => {
      await world.advance('30s');
      const { page } = world.outside.received.find(({ channel }) => channel === 'voice')!.message;
      const asked = await hook(world, `/hooks/twilio/calls/voice/${page!.id}`, { CallSid: 'CA1' });
      assert.match(asked.payload, /Incident \d+, critical/);
      assert.match(asked.payload, /action="\/hooks\/twilio\/calls\/digits\//);
      const other = await hook(world, `/hooks/twilio/calls/digits/${page!.id}`, { Digits: '2' });
      assert.match(other.payload, /Not accepted/);
      assert.equal((await world.incident()).incident.state, 'open');
      const pressed = await hook(world, `/hooks/twilio/calls/digits/${page!.id}`, { Digits: '1' });
      assert.match(pressed.payload, /You have it now/);
      assert.equal((await world.incident()).incident.acceptedBy, 'Amira Haddad');
    }));

  test('buttons of chats accept for whom they were sent to', () =>
    inWorld(
      database,
      {
        config: {
          ...CONFIG,
          people: [{ ...CONFIG.people[0], slack: 'U0AMIRA', telegram: '4711' }, CONFIG.people[1]],
          chains: [{ name: 'chat', steps: [{ do: 'page', target: 'focal', by: ['slack', 'telegram'] }] }],
          outside: {
            ...CONFIG.outside,
            slack: { token: 'xoxb', signing_secret: 's' },
            telegram: { token: '1:a', secret: 's' },
          },
        },
      },
      async (world) => {
        await world.alert(UNLOCK);
        const secretOf = (channel: string): string =>
          world.outside.received.find((one) => one.channel === channel)!.message.page!.secret;
        const press = (user: string) => {
          const actions = [{ action_id: 'accept', value: secretOf('slack') }];
          const payload = JSON.stringify({ type: 'block_actions', user: { id: user }, actions });
          const body = new URLSearchParams({ payload }).toString();
          const headers = { ...FORM, 'x-slack-signature': 'proved', 'x-slack-request-timestamp': '1' };
          return world.post('/hooks/slack', body, headers);
        };
        assert.match((await press('U0OTHER')).payload, /Only the person/);
        assert.equal((await world.incident()).incident.state, 'open');
        const tap = (id: number) => {
          const query = { id: 'q1', from: { id }, data: secretOf('telegram') };
          const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': 'proved' };
          return world.post('/hooks/telegram', JSON.stringify({ callback_query: query }), headers);
        };
        assert.match((await tap(1)).payload, /Only the person/);
        assert.match((await tap(4711)).payload, /answerCallbackQuery.*You have it now/);
        assert.match((await press('U0AMIRA')).payload, /has it already/);
      },
    ));

  test('pages by push go to the browsers of the account; without one, another way is taken', () =>
    inWorld(
      database,
      { config: { ...CONFIG, chains: [{ name: 'push', steps: [{ do: 'page', target: 'focal', by: ['push'] }] }] } },
      async (world) => {
        await world.alert(UNLOCK);
        assert.equal(world.pages('amira', 'email').length, 1, 'no browser: every other way');
        assert.equal(world.outside.received.filter(({ channel }) => channel === 'push').length, 0);
        const keys = { p256dh: 'p', auth: 'a' };
        const device = { id: 'psh_1', account: 'amira', name: 'Phone', endpoint: 'https://push.example/1', ...keys };
        await world.app.store.transact((tx) =>
          tx.actions.savePushDevice({ ...device, createdAt: world.clock.now(), lastUsedAt: null }),
        );
        await world.alert({ alertname: 'PaymentsFail', service: 'payment', city: 'hamburg' });
        const [pushed] = world.outside.received.filter(({ channel }) => channel === 'push');
        assert.equal(JSON.parse(pushed?.message.to ?? '{}').endpoint, 'https://push.example/1');
      },
    ));
});
