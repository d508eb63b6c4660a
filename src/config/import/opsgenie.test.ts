import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInIntegrations } from '../../app/integrations.ts';
import { dutyPlan, onDuty } from '../../action/duty/plan.ts';
import { importedFromOpsgenie } from './opsgenie.ts';
import { held, NOW } from './testing/held.ts';

const KNOWN = builtInIntegrations();
const user = (name: string): object => ({ type: 'user', id: `u-${name}`, username: `${name}@example.org` });
const USERS = {
  data: [
    {
      username: 'ana@example.org',
      fullName: 'Ana Silva',
      userContacts: [{ contactMethod: 'sms', to: '49-30123456', enabled: true }],
    },
    { username: 'ben@example.org', fullName: 'Ben Koch' },
    { username: 'cem@example.org', fullName: 'Cem Yılmaz' },
  ],
};
const SCHEDULES = {
  data: [
    {
      id: 's1',
      name: 'Operations',
      timezone: 'Europe/Lisbon',
      enabled: true,
      rotations: [
        {
          name: 'Weeks',
          startDate: '2026-01-05T08:00:00Z',
          endDate: null,
          type: 'weekly',
          length: 2,
          participants: [user('ana'), user('ben')],
        },
        {
          name: 'Weekend',
          startDate: '2026-01-03T00:00:00Z',
          type: 'daily',
          length: 1,
          participants: [user('cem'), { type: 'team', id: 't1', name: 'Core' }],
          timeRestriction: {
            type: 'weekday-and-time-of-day',
            restrictions: [
              { startDay: 'saturday', startHour: 0, startMin: 0, endDay: 'monday', endHour: 6, endMin: 30 },
            ],
          },
        },
      ],
    },
    { id: 's2', name: 'Dormant', timezone: 'UTC', enabled: false, rotations: [] },
  ],
};
const ESCALATIONS = {
  data: [
    {
      id: 'e1',
      name: 'Ops escalation',
      rules: [
        {
          condition: 'if-not-acked',
          notifyType: 'default',
          delay: { timeAmount: 0, timeUnit: 'minutes' },
          recipient: { type: 'schedule', id: 's1', name: 'Operations' },
        },
        {
          condition: 'if-not-acked',
          notifyType: 'next',
          delay: { timeAmount: 10, timeUnit: 'minutes' },
          recipient: { type: 'team', id: 't1', name: 'Core' },
        },
        {
          condition: 'if-not-closed',
          notifyType: 'default',
          delay: { timeAmount: 1, timeUnit: 'hours' },
          recipient: user('cem'),
        },
      ],
      repeat: { waitInterval: 15, count: 4 },
    },
  ],
};
const TEAM = {
  data: {
    id: 't1',
    name: 'Core',
    members: [
      { user: { id: 'u-ben', username: 'ben@example.org' } },
      { user: { id: 'u-dora', username: 'dora@example.org' } },
    ],
  },
};
const HEARTBEATS = {
  data: {
    heartbeats: [
      { name: 'Nightly Billing', description: 'Billing run', interval: 1, intervalUnit: 'days', enabled: true },
      { name: 'off', interval: 5, intervalUnit: 'minutes', enabled: false },
    ],
  },
};
const ENV = {
  SMS_ACCOUNT: 'AC0123456789abcdef0123456789abcdef',
  SMS_TOKEN: 'token',
  SMS_FROM: '+4930999999',
  OPSGENIE_KEY: 'key-key-key-key-key',
};

const json = (...values: unknown[]): { name: string; text: string }[] =>
  values.map((value, index) => ({ name: `${index}.json`, text: JSON.stringify(value) }));
const all = () => importedFromOpsgenie(json(TEAM, HEARTBEATS, ESCALATIONS, SCHEDULES, USERS), { now: NOW });

test('what is printed holds, and who is on duty is who was', () => {
  const { duty } = held(all(), ENV, KNOWN);
  const plan = dutyPlan(duty);
  const start = Temporal.PlainDate.from('2026-01-05');
  for (let hour = 0; hour < 24 * 120; hour += 7) {
    const at = Temporal.ZonedDateTime.from('2026-11-24T12:15[Europe/Lisbon]').add({ hours: hour });
    const back = at.hour < 8 ? at.subtract({ days: 1 }) : at;
    const turn = Math.floor(start.until(back.toPlainDate()).days / 14);
    const minutes = at.hour * 60 + at.minute;
    const isWeekend = at.dayOfWeek >= 6 || (at.dayOfWeek === 1 && minutes < 390);
    const expected = isWeekend ? 'cem-yilmaz' : ['ana-silva', 'ben-koch'][turn % 2];
    assert.equal(onDuty(plan, at.epochMilliseconds).focal, expected, at.toString());
  }
});

test('an escalation becomes a chain with its delays, its repeats, and teams of people', () => {
  const { chains, teams, people } = held(all(), ENV, KNOWN);
  assert.deepEqual(
    chains[0]?.steps.map((step) => [step.after, 'target' in step ? step.target : null, step.only ?? null]),
    [
      [0, null, null],
      [0, 'focal', null],
      [600_000, 'core', 'unaccepted'],
      [3_600_000, 'cem-yilmaz', 'unaccepted'],
    ],
  );
  assert.deepEqual([chains[0]?.repeat, chains[0]?.rounds], [4_500_000, 5]);
  assert.deepEqual(teams[0]?.people, ['ben-koch', 'dora']);
  assert.equal(people[0]?.phone, '+4930123456');
});

test('heartbeats come with their interval; a door takes what senders post', () => {
  const { heartbeats, sources } = held(all(), ENV, KNOWN);
  assert.deepEqual(
    heartbeats.map(({ name, title, every }) => ({ name, title, every })),
    [{ name: 'nightly-billing', title: 'Billing run', every: 86_400_000 }],
  );
  assert.equal(sources[0]?.integration, 'opsgenie');
});

test('what has no counterpart is told', () => {
  const { left } = all();
  for (const words of [
    /^schedule "Operations": Opsgenie pages everybody whose rotation is on/,
    /rotation "Weekend": a team takes part/,
    /^schedule "Dormant": it is disabled/,
    /^escalation "Ops escalation": notifyType "next" has no counterpart/,
    /"if-not-closed" goes on after an acceptance/,
    /^heartbeat "off": it is disabled/,
    /^heartbeats: their addresses are others/,
    /^sources: keys of integrations are not in/,
  ])
    assert.ok(
      left.some((line) => words.test(line)),
      `${words} is not in\n${left.join('\n')}`,
    );
});

test('single objects of a configuration backup are taken as well; anything else is refused', () => {
  const [schedule] = SCHEDULES.data;
  const result = importedFromOpsgenie(json(schedule, ESCALATIONS.data), { now: NOW });
  assert.equal(held(result, ENV, KNOWN).chains.length, 1);
  assert.throws(
    () => importedFromOpsgenie(json({ message: 'Could not authenticate' }), { now: NOW }),
    /no schedule and no/,
  );
});
