import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

const account = (name: string) => ({ name, kind: 'twilio', account: 'AC1', token: 't', from: '+4930555' });
const CRITICAL_BY_CALL = [
  { severity: ['critical'], by: ['sms'], then: [{ after: '2m', by: ['voice', 'email'] }] },
  { by: ['email'] },
];
const PEOPLE = [
  { id: 'amira', name: 'Amira Haddad', email: 'amira@kiez.example', phone: '+491700000001', rules: CRITICAL_BY_CALL },
  { id: 'jonas', name: 'Jonas Berg', email: 'jonas@kiez.example' },
];
const rotation = { people: ['amira'], starts: '2026-01-05', handover: '09:00', every: '1w' };
const DUTY = { zone: 'Europe/Berlin', rotation, deputy: 'jonas', fallback: 'jonas' };
const BASE = {
  people: PEOPLE,
  duty: DUTY,
  chains: [{ name: 'own', steps: [{ do: 'page', target: 'focal', by: 'own' }], repeat: '6h' }],
  outside: {
    email: { from: 'ops@kiez.example', relays: ['smtp://127.0.0.1:1025'] },
    sms: { vendors: [account('north')] },
    voice: { vendors: [account('calls')] },
  },
};

const openIncident = (world: World, title: string, severity: string) =>
  world.officer<{ id: string }>('POST', '/ops/v1/incidents', {
    title,
    severity,
    functions: ['pay'],
    cities: ['berlin'],
  });

const went = (world: World): string[] =>
  world.outside.received
    .filter(({ channel }) => channel !== 'log')
    .map(({ channel, message }) => `${channel} ${message.to}`);

onBoth('A person’s own rules', (database) => {
  test('the severity chooses the ways, and later ways wait for nobody to accept', () =>
    inWorld(database, { config: BASE }, async (world) => {
      await openIncident(world, 'Payments fail', 'minor');
      assert.deepEqual(went(world), ['email amira@kiez.example']);
      await openIncident(world, 'Cars cannot be locked', 'critical');
      assert.deepEqual(went(world).slice(1), ['sms +491700000001']);
      await world.advance('1m59s');
      assert.deepEqual(went(world).length, 2);
      await world.advance('1s');
      assert.deepEqual(went(world).slice(2).toSorted(), ['email amira@kiez.example', 'voice +491700000001']);
    }));

  test('an acceptance in between takes the later ways out of line', () =>
    inWorld(database, { config: BASE }, async (world) => {
      const { id } = await openIncident(world, 'Cars cannot be locked', 'critical');
      await world.advance('1m');
      await world.officer('POST', `/ops/v1/incidents/${id}/accept`, {});
      await world.advance('20m');
      assert.deepEqual(went(world), ['sms +491700000001']);
    }));

  const quiet = { from: '22:00', to: '07:00' };
  const sleeping = { ...BASE, people: [{ ...PEOPLE[0], quiet }, PEOPLE[1]] };
  const NIGHT = '2026-09-15T23:30';

  test('quiet hours: the deputy is paged instead, except for what is critical', () =>
    inWorld(database, { config: sleeping, at: NIGHT }, async (world) => {
      await openIncident(world, 'Payments fail', 'major');
      assert.deepEqual(went(world), ['email jonas@kiez.example']);
      const { pages } = await world.incident();
      assert.match(pages[0]!.reason, /^deputy, because Amira Haddad has quiet hours/);
      await openIncident(world, 'Cars cannot be locked', 'critical');
      assert.equal(went(world).at(-1), 'sms +491700000001');
    }));

  test('quiet hours never quiet a page when no deputy can be woken', () =>
    inWorld(
      database,
      {
        config: {
          ...sleeping,
          people: [
            { ...PEOPLE[0], quiet },
            { ...PEOPLE[1], quiet },
          ],
        },
        at: NIGHT,
      },
      async (world) => {
        await openIncident(world, 'Payments fail', 'major');
        assert.deepEqual(went(world), ['email amira@kiez.example']);
      },
    ));

  test('quiet hours end at their wall time, over midnight', () =>
    inWorld(database, { config: sleeping, at: '2026-09-16T07:00' }, async (world) => {
      await openIncident(world, 'Payments fail', 'major');
      assert.deepEqual(went(world), ['email amira@kiez.example']);
    }));

  test('over the page budget further incidents come in one message; a critical one comes at once', () =>
    inWorld(
      database,
      { config: { ...BASE, duty: { ...DUTY, budget: { incidents: 2, within: '15m', bundle: '2m' } } } },
      async (world) => {
        for (const title of ['One', 'Two', 'Three', 'Four', 'Five'])
          await openIncident(world, `${title} is off`, 'minor');
        assert.equal(world.pages('amira', 'email').length, 2);
        await openIncident(world, 'Cars cannot be locked', 'critical');
        assert.equal(went(world).at(-1), 'sms +491700000001', 'an unrelated critical one waits for nothing');
        const five = (await world.incidents()).find(({ title }) => title.startsWith('Five'))!;
        await world.officer('POST', `/ops/v1/incidents/${five.id}/accept`, {});
        await world.advance('119s');
        assert.equal(world.pages('amira', 'email').length, 2);
        await world.advance('1s');
        const bundle = world.pages('amira', 'email').find(({ message }) => message.key.startsWith('bundle-'))!.message;
        assert.equal(bundle.subject, '[Kiez Mobil] 2 further incidents');
        assert.match(bundle.text, /Three is off\nAccept: .*\/accept\/\S+\n\n.*Four is off/);
        assert.doesNotMatch(bundle.text, /Five/, 'accepted meanwhile');
        const three = (await world.incidents()).find(({ title }) => title.startsWith('Three'))!;
        const { pages } = await world.detail(three.id);
        assert.match(pages[0]!.receipt ?? '', /in one message with 1 others/);
        await world.accept(/\/accept\/\S+/.exec(bundle.text)![0]);
        assert.equal((await world.detail(three.id)).incident.state, 'accepted');
        await world.advance('14m');
        await openIncident(world, 'Six is off', 'minor');
        assert.equal(world.pages('amira', 'email').at(-1)?.message.subject.includes('Six'), true, 'the budget is back');
      },
    ));

  test('a message with several that cannot be sent falls apart into its pages', () =>
    inWorld(
      database,
      { config: { ...BASE, duty: { ...DUTY, budget: { incidents: 1, within: '15m', bundle: '2m' } } } },
      async (world) => {
        await openIncident(world, 'One is off', 'minor');
        world.outside.mood.email = 'refuse';
        await openIncident(world, 'Two is off', 'minor');
        await world.advance('2m30s');
        world.outside.mood.email = 'take';
        await world.advance('1m');
        assert.match(world.pages('amira', 'email').at(-1)!.message.subject, /Two is off/);
      },
    ));
});
