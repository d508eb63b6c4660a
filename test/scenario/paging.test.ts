import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
/** The example's people with a fallback who is nobody else's deputy that week. */
const DUTY = {
  zone: 'Europe/Berlin',
  rotation: { people: ['amira', 'jonas', 'marek'], starts: '2026-01-05', handover: '09:00', every: '1w' },
  deputy: 'jonas',
  fallback: 'lena',
};

const MINUTE = 60_000;

function mailed(world: World): string {
  const names = ['amira', 'jonas', 'lena', 'marek'];
  return names.map((name) => `${name} ${world.pages(name, 'email').length}`).join(', ');
}

onBoth('Paging', (database) => {
  test('nobody accepts: the deputy is paged after 5 minutes, then both again, then the fallback without end', () =>
    inWorld(database, { config: { duty: DUTY } }, async (world) => {
      // 2026-09-15 is in week 36 of a rotation of three: amira.
      await world.alert(UNLOCK);
      assert.equal(mailed(world), 'amira 1, jonas 0, lena 0, marek 0');
      await world.advance('4m59s');
      assert.equal(mailed(world), 'amira 1, jonas 0, lena 0, marek 0');
      await world.advance('1s');
      assert.equal(mailed(world), 'amira 1, jonas 1, lena 0, marek 0');
      // The last step is at 8 minutes; from there every 15 minutes.
      await world.advance('18m');
      assert.equal(mailed(world), 'amira 2, jonas 2, lena 0, marek 0');
      await world.advance('30m');
      assert.equal(mailed(world), 'amira 4, jonas 4, lena 0, marek 0');
      await world.advance('15m');
      assert.equal(mailed(world), 'amira 4, jonas 4, lena 1, marek 0');
      await world.advance('1h');
      assert.equal(mailed(world), 'amira 4, jonas 4, lena 5, marek 0');
      const { chains, incident } = await world.incident();
      assert.equal(chains[0]?.state, 'exhausted');
      assert.ok(chains[0].nextActionAt! > world.clock.now(), 'there is always a next action');
      assert.equal(incident.state, 'open');
    }));

  test('acceptance stops escalation, but members are still told', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.advance('30s');
      await world.accept(world.link('amira'));
      await world.advance('20m');
      assert.equal(mailed(world), 'amira 1, jonas 0, lena 0, marek 0');
      const { incident, chains } = await world.incident();
      assert.equal(incident.acceptedBy, 'Amira Haddad');
      const pageOfDeputy = chains[0]!.steps.find(({ title }) => title.includes('deputy'));
      assert.equal(pageOfDeputy?.state, 'left-out');
      const [notice] = await world.notices(incident.id);
      assert.equal(notice?.publishedAt, incident.openedAt + 60_000);
    }));

  test('looking at the acceptance link changes nothing, its button accepts, and pressing again says who has it', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.advance('5m');
      const [first, deputys] = [world.link('amira'), world.link('jonas')];
      for (let look = 0; look < 3; look++) assert.equal((await world.ask('GET', first)).statusCode, 200);
      assert.equal((await world.incident()).incident.state, 'open');
      assert.match(await world.accept(deputys), /You have accepted it/);
      const { incident } = await world.incident();
      assert.deepEqual([incident.state, incident.acceptedBy], ['accepted', 'Jonas Weber']);
      assert.match(await world.accept(first), /Jonas Weber has accepted it already/);
      assert.match((await world.ask('GET', first)).payload, /Jonas Weber has accepted it/);
      const accepted = (await world.journal(incident.id)).filter(({ fact }) => fact === 'incident.accepted');
      assert.equal(accepted.length, 1);
      const forged = `${first.slice(0, -1)}${first.endsWith('A') ? 'B' : 'A'}`;
      assert.equal((await world.ask('POST', forged)).statusCode, 404);
    }));

  test('given back: those paged so far are paged again at once, and escalation goes on', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      await world.advance('2m');
      const { incident } = await world.incident();
      await world.officer('POST', `/ops/v1/incidents/${incident.id}/unaccept`, { reason: 'on a train' });
      assert.equal(mailed(world), 'amira 2, jonas 0, lena 0, marek 0');
      await world.advance('3m');
      assert.equal(mailed(world), 'amira 2, jonas 1, lena 0, marek 0');
    }));

  test('e-mail is down: the page goes by webhook at once, and by e-mail as soon as it is taken', () =>
    inWorld(database, {}, async (world) => {
      world.outside.mood.email = 'refuse';
      await world.alert(UNLOCK);
      assert.equal(world.pages('amira', 'webhook').length, 1);
      await world.advance('3m');
      const { pages } = await world.incident();
      const mail = pages.find(({ channel }) => channel === 'email');
      assert.equal(mail?.state, 'due');
      assert.ok(mail.attempts >= 3, `${mail.attempts} attempts`);
      assert.match(mail.lastError ?? '', /refused/);
      world.outside.mood.email = 'take';
      await world.advance('5m');
      assert.equal(world.pages('amira', 'email').length, 1);
      assert.equal(world.pages('amira', 'webhook').length, 1);
    }));

  test('an answer that is lost: the page is sent again under the same key', () =>
    inWorld(database, {}, async (world) => {
      world.outside.mood.email = 'lose-answer';
      await world.alert(UNLOCK);
      world.outside.mood.email = 'take';
      await world.advance('2m');
      const keys = world.pages('amira', 'email').map(({ message }) => message.key);
      assert.equal(keys.length, 2);
      assert.equal(new Set(keys).size, 1);
    }));

  test('after the night of the change of clocks, duty hands over at nine by the wall clock', () =>
    // Winter time began on Sunday at three: the shift that ends on Monday at nine has 169 hours.
    inWorld(database, { at: '2026-10-26T08:50' }, async (world) => {
      const now = async (): Promise<string | undefined> =>
        (await world.see<{ now: { focal: { id: string } } }>('/ops/v1/duty')).now.focal.id;
      const before = await now();
      await world.advance('9m');
      assert.equal(await now(), before, 'at 8:59 by the wall clock');
      await world.alert(UNLOCK);
      assert.equal(world.pages(before!, 'email').length, 1);
      await world.advance('1m');
      const after = await now();
      assert.notEqual(after, before);
      await world.alert({ ...UNLOCK, city: 'lisbon', service: 'payment', alertname: 'PaymentsDown' });
      assert.equal(world.pages(after!, 'email').length, 1);
    }));

  test('everything is down for half an hour: the page goes out when the way is open again', () =>
    inWorld(database, {}, async (world) => {
      for (const channel of ['email', 'webhook', 'log'] as const) world.outside.mood[channel] = 'refuse';
      await world.alert(UNLOCK);
      await world.advance('30m');
      assert.equal(world.outside.received.length, 0);
      for (const channel of ['email', 'webhook', 'log'] as const) world.outside.mood[channel] = 'take';
      await world.advance('5m');
      assert.ok(world.pages('amira', 'email').length >= 1);
      assert.ok(world.pages('jonas', 'email').length >= 1);
      const keys = world.outside.received.map(({ message, channel }) => `${channel} ${message.key}`);
      assert.equal(new Set(keys).size, keys.length);
    }));

  test('the machine slept for an hour: what was missed is done once, not once for each round', () =>
    inWorld(database, { config: { duty: DUTY } }, async (world) => {
      await world.alert(UNLOCK);
      await world.sleep('1h');
      assert.equal(mailed(world), 'amira 1, jonas 1, lena 0, marek 0');
      const { chains } = await world.incident();
      assert.ok(chains[0]!.nextActionAt! > world.clock.now(), 'and there is a next action');
      await world.advance('15m');
      assert.equal(mailed(world), 'amira 2, jonas 2, lena 0, marek 0');
    }));

  test('somebody else takes the duty for a while: pages follow', () =>
    inWorld(database, {}, async (world) => {
      const startsAt = world.clock.now() + 10 * MINUTE;
      const override = { person: 'marek', startsAt, endsAt: startsAt + 20 * MINUTE, reason: 'dentist' };
      await world.officer('POST', '/ops/v1/duty/overrides', override);
      await world.advance('10m');
      await world.alert(UNLOCK);
      assert.equal(mailed(world), 'amira 0, jonas 0, lena 0, marek 1');
      await world.accept(world.link('marek'));
      await world.advance('20m');
      await world.alert({ alertname: 'MapTilesSlow', service: 'maps', city: 'lisbon' });
      assert.equal(mailed(world), 'amira 1, jonas 0, lena 0, marek 1');
    }));

  test('an incident that an agent opens by hand pages like any other', () =>
    inWorld(database, {}, async (world) => {
      const body = { title: 'Nobody can end a trip', severity: 'critical', functions: ['end'], cities: ['lisbon'] };
      const { statusCode } = await world.ask('POST', '/ops/v1/incidents', body, await world.token('agent'));
      assert.equal(statusCode, 201);
      await world.settle();
      assert.equal(mailed(world), 'amira 1, jonas 0, lena 0, marek 0');
      await world.advance('2m');
      const { functions, interruptions } = await world.statusPage();
      assert.ok(functions.length > 0);
      assert.equal(interruptions.filter(({ open }) => open).length, 1);
    }));

  test('work that cannot be done is put aside and told to the fallback with its raw content', () =>
    inWorld(database, { config: { duty: DUTY } }, async (world) => {
      const payload = { signalId: 'sig_that_is_gone' };
      await world.app.store.transact((tx) =>
        tx.work.enqueue({ kind: 'alert.take', key: 'x', priority: 1, payload }).then(() => undefined),
      );
      await world.advance('1m');
      assert.match(world.pages('lena', 'email')[0]?.message.text ?? '', /sig_that_is_gone/);
      assert.match(world.errors.splice(0).join(), /work put aside/);
    }));
});
