import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const MINUTE = 60_000;
const BY = ['email'];
const CONFIG = {
  chains: [
    {
      name: 'one',
      steps: [
        { do: 'page', target: 'focal', by: BY },
        { after: '5m', do: 'page', target: 'deputy', by: BY, only: 'unaccepted' },
      ],
      repeat: '15m',
    },
  ],
  teams: [{ name: 'fleet', people: ['lena', 'marek'] }],
  care: {
    acceptance: { critical: { remind: '20m', give_back: '5m' } },
    update: { critical: { every: '15m', remind: '5m', escalate: ['deputy'] } },
    snooze: { critical: '30m' },
    hand_over: { within: '10m' },
  },
  sla: [{ name: 'in-a-trip', severity: ['critical'], response: '5m', restoration: '1h', broken: ['deputy'] }],
};

const mailed = (world: World): string =>
  ['amira', 'jonas', 'lena', 'marek'].map((id) => world.pages(id, 'email').length).join(' ');
const reasons = async (world: World, of: RegExp): Promise<string[]> => {
  const { incident } = await world.incident();
  const rows = (await world.journal(incident.id)).filter(({ fact }) => of.test(fact));
  return rows.map(({ fact, reason }) => `${fact} ${reason}`);
};

onBoth('Who has an incident', (database) => {
  test('accepted and forgotten: reminded, overdue, given back, and the chain goes on; nothing is ever without a next action', () =>
    inWorld(database, { config: CONFIG }, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      const { incident, care } = await world.incident();
      assert.deepEqual([care.owner?.id, care.nextUpdateAt], ['amira', world.clock.now() + 15 * MINUTE]);
      await world.advance('10m');
      assert.equal(mailed(world), '2 0 0 0', 'the update is due in 5 minutes');
      await world.advance('5m');
      assert.equal(mailed(world), '3 1 0 0', 'it did not come: the one who has it, and the deputy');
      await world.advance('5m');
      assert.equal(mailed(world), '4 1 0 0', 'is somebody on it?');
      await world.advance('5m');
      const after = await world.incident();
      assert.deepEqual([after.incident.state, after.care.promisesBroken], ['open', 1]);
      assert.equal(
        world.pages('amira', 'email').length,
        5,
        'paged by the chain; nobody is reminded who does not have it',
      );
      assert.deepEqual(await reasons(world, /^(acceptance|incident\.unaccepted|chain\.resumed)/), [
        'acceptance.reminded no-progress',
        'incident.unaccepted acceptance-timed-out',
        'chain.resumed given-back',
      ]);
      const due = await world.app.store.read((tx) => tx.work.isOpen('care.due', incident.id));
      assert.ok(due, 'the promise is still owed');
      assert.ok((after.chains[0]?.nextActionAt ?? 0) > world.clock.now());
    }));

  test('the reminder answered by its link is enough, and an update keeps the promise', () =>
    inWorld(database, { config: CONFIG }, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      await world.advance('14m');
      const { incident } = await world.incident();
      await world.officer('POST', `/ops/v1/incidents/${incident.id}/note`, { text: 'Carrier is on the phone' });
      await world.advance('20m');
      assert.match(world.pages('amira', 'email').at(-1)?.message.subject ?? '', /Reminder|Update/);
      assert.match(await world.accept(world.link('amira')), /You are on it/);
      await world.advance('10m');
      const { care, incident: now } = await world.incident();
      assert.equal(now.state, 'accepted');
      assert.equal(care.promisesKept, 1);
    }));

  test('snoozed until a time; worse or wider wakes it before, and so does the link page', () =>
    inWorld(database, { config: CONFIG }, async (world) => {
      await world.alert(UNLOCK);
      const link = world.link('amira');
      await world.accept(link);
      await world.ask('POST', `${link}?answer=snooze&for=45m`);
      assert.match((await world.ask('POST', `${link}?answer=snooze&for=45m`)).payload, /at most 30m/);
      assert.match((await world.ask('POST', `${link}?answer=snooze&for=20m`)).payload, /Snoozed/);
      await world.settle();
      const before = mailed(world);
      await world.advance('10m');
      await world.alert({ ...UNLOCK, instance: 'b' });
      await world.advance('5s');
      assert.equal(mailed(world), before, 'more of the same');
      assert.ok((await world.incident()).care.snoozedUntil !== null);
      await world.alert({ alertname: 'CarrierSilent', carrier: 'north', city: 'berlin' });
      await world.advance('5s');
      assert.deepEqual(await reasons(world, /^snooze/), ['snooze.set null', 'snooze.ended new-component']);
      assert.equal(world.pages('amira', 'email').length, 2, 'the one who snoozed it is woken');
      await world.ask('POST', `${link}?answer=snooze&for=20m`);
      await world.advance('20m');
      assert.equal((await reasons(world, /^snooze/)).at(-1), 'snooze.ended time-over');
    }));

  test('handed to a team: asked by page, taken over by the first, by link or by API; else it comes back', () =>
    inWorld(database, { config: CONFIG }, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      const { incident } = await world.incident();
      const admin = await world.token('admin');
      const ask = (to: string) =>
        world.ask('POST', `/ops/v1/incidents/${incident.id}/hand-over`, { to, reason: 'a train' }, admin);
      assert.equal((await ask('nobody')).statusCode, 400);
      assert.equal((await ask('fleet')).statusCode, 201);
      await world.settle();
      assert.equal(mailed(world), '1 0 1 1');
      await world.advance('10m');
      assert.equal((await world.incident()).care.handOvers[0]?.state, 'expired');
      // An update is due at the same instant: which of the two goes out first is left open.
      const subjects = world.pages('amira', 'email').map(({ message }) => message.subject);
      assert.ok(
        subjects.slice(-2).some((subject) => subject.includes('Still yours')),
        subjects.join('; '),
      );
      assert.equal((await ask('fleet')).statusCode, 201);
      await world.settle();
      assert.match((await world.ask('GET', world.link('lena'))).payload, /Take it over/);
      assert.match((await world.ask('POST', `${world.link('lena')}?answer=decline`)).payload, /declined/);
      assert.match(await world.accept(world.link('marek')), /You have taken it over/);
      const after = await world.incident();
      assert.deepEqual([after.incident.acceptedBy, after.care.owner?.id], ['Marek Nowak', 'marek']);
      assert.deepEqual(
        (await reasons(world, /^(hand-over|incident\.handed)/)).map((row) => row.split(' ')[0]),
        [
          'hand-over.asked',
          'hand-over.expired',
          'hand-over.asked',
          'hand-over.declined',
          'hand-over.accepted',
          'incident.handed-over',
        ],
      );
    }));

  test('clocks: kept and broken are facts, and the report counts them', () =>
    inWorld(database, { config: CONFIG }, async (world) => {
      await world.alert(UNLOCK);
      await world.advance('6m');
      await world.accept(world.link('amira'));
      const { incident } = await world.incident();
      await world.advance('5m');
      await world.officer('POST', `/ops/v1/incidents/${incident.id}/resolve`, { reason: 'it works' });
      await world.settle();
      const { care } = await world.incident();
      assert.deepEqual(
        care.clocks.map(({ kind, state }) => `${kind} ${state}`),
        ['response broken', 'restoration kept'],
      );
      const report = await world.see<{ rows: { functionName: string; kind: string; share: number }[] }>('/ops/v1/sla');
      const all = report.rows.filter(({ functionName }) => functionName === '*');
      assert.deepEqual(
        all.map(({ kind, share }) => `${kind} ${share}`),
        ['response 0', 'restoration 1'],
      );
      assert.ok(report.rows.some(({ functionName }) => functionName === 'unlock'));
      assert.equal(
        (await world.ask('GET', '/ops/v1/sla?from=2026-09&to=2026-01', undefined, await world.token('viewer')))
          .statusCode,
        400,
      );
    }));

  test('after a restart everything goes on; an older acceptance is looked after too', () =>
    inWorld(database, { config: CONFIG, lasting: true }, async (world) => {
      await world.alert(UNLOCK);
      await world.accept(world.link('amira'));
      await world.restart('21m');
      await world.advance('1s');
      assert.ok((await reasons(world, /^(promise|acceptance)/)).length >= 2, 'what fell due meanwhile is done at once');
      await world.advance('5m');
      assert.equal((await world.incident()).incident.state, 'open');
    }));
});
