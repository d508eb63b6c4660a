import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const OFFICE = [
  {
    name: 'office',
    calendar: 'germany',
    only: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  },
  { name: 'off-hours', not: 'office' },
];
const PEOPLE = {
  teams: [{ name: 'fleet', title: 'Fleet team', people: ['lena', 'marek'] }],
  contacts: [
    { role: 'comms', person: 'lena', severity: ['minor'] },
    { role: 'comms', person: 'marek' },
  ],
  calendars: [{ name: 'germany', days: [{ date: '2026-09-16', like: 'sunday' }] }],
  hours: OFFICE,
};
const by = ['email'];

onBoth('Conditions of steps', (database) => {
  const chain = (steps: object[], more: object = {}): Record<string, unknown> => ({
    ...PEOPLE,
    chains: [{ name: 'one', steps, repeat: '15m', ...more }],
  });

  test('by day the team is paged, by night the person on duty; a role is who is named for the severity', () =>
    inWorld(
      database,
      {
        at: '2026-09-15T16:50',
        config: chain([
          { do: 'page', target: 'fleet', by, hours: 'office' },
          { do: 'page', target: 'focal', by, hours: 'off-hours' },
          { do: 'page', target: 'comms', by, severity: ['critical'] },
        ]),
      },
      async (world) => {
        await world.alert(UNLOCK);
        const mailed = (): string =>
          ['amira', 'jonas', 'lena', 'marek'].map((id) => world.pages(id, 'email').length).join(' ');
        assert.equal(mailed(), '0 0 1 2', 'both of the team, and marek as the contact');
        const { pages, chains } = await world.incident();
        assert.ok(pages.some(({ reason }) => reason.startsWith('one of the team Fleet team')));
        assert.ok(pages.some(({ reason }) => reason.startsWith('contact for comms')));
        assert.equal(chains[0]?.steps[1]?.state, 'left-out');
        assert.match(chains[0].steps[1].title, /in the hours off-hours/);
        // 17:05: the office has closed. The next round goes to the person on duty.
        await world.advance('15m');
        assert.equal(mailed(), '1 0 1 3');
        assert.equal((await world.incident()).chains[0]?.steps[1]?.state, 'done', 'it applied in the later round');
      },
    ));

  test('what few feel waits for the morning, and each later step is that much later', () =>
    inWorld(
      database,
      {
        at: '2026-09-15T08:40',
        config: chain(
          [
            { do: 'page', target: 'focal', by, hours: 'office', outside: 'wait' },
            { after: '10m', do: 'page', target: 'deputy', by },
          ],
          { match: { severity: ['minor'] } },
        ),
      },
      async (world) => {
        await world.officer('POST', '/ops/v1/incidents', { title: 'Map tiles are grey', severity: 'minor' });
        const [focal, deputy] = ['amira', 'jonas'];
        const { chains } = await world.incident();
        assert.equal(chains[0]?.nextActionAt, Temporal.Instant.from('2026-09-15T09:00+02:00').epochMilliseconds);
        await world.advance('19m');
        assert.equal(world.outside.received.length, 0);
        await world.advance('1m');
        assert.deepEqual([world.pages(focal!, 'email').length, world.pages(deputy!, 'email').length], [1, 0]);
        await world.advance('10m');
        assert.deepEqual([world.pages(focal!, 'email').length, world.pages(deputy!, 'email').length], [1, 1]);
      },
    ));

  test('one alert pages nobody but the last resort; five within ten minutes page the person on duty', () =>
    inWorld(
      database,
      { config: chain([{ do: 'page', target: 'focal', by, alerts_at_least: 5, within: '10m' }]) },
      async (world) => {
        await world.alert(UNLOCK);
        const { incident } = await world.incident();
        const last = (await world.journal(incident.id)).find(({ fact }) => fact === 'chain.last-resort');
        assert.equal(last?.reason, 'no-step-applies');
        assert.match(world.pages('amira', 'email')[0]?.message.text ?? '', /You are paged as fallback/);
        const more = (names: readonly string[]): Promise<void> =>
          world.alerts(
            names.map((car) => ({
              labels: { ...UNLOCK, severity: 'critical', car },
              endsAt: new Date(world.clock.now() + 9e7).toISOString(),
            })),
          );
        await more(['a', 'b', 'c', 'd']);
        await world.advance('15m');
        assert.match(world.pages('amira', 'email').at(-1)?.message.text ?? '', /fallback/, 'five, but longer ago');
        await world.advance('6m');
        await more(['e', 'f', 'g', 'h', 'i']);
        await world.advance('9m');
        assert.match(world.pages('amira', 'email').at(-1)?.message.text ?? '', /focal person on duty/);
      },
    ));
});
