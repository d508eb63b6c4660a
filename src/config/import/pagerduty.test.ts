import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInIntegrations } from '../../app/integrations.ts';
import { dutyPlan, onDuty } from '../../action/duty/plan.ts';
import { importedFromPagerDuty } from './pagerduty.ts';
import { held, NOW } from './testing/held.ts';

const KNOWN = builtInIntegrations();
const user = (id: string, name: string): object => ({ user: { id, type: 'user_reference', summary: name } });
const USERS = {
  users: [
    {
      id: 'PA',
      name: 'Ana Silva',
      email: 'ana@example.org',
      contact_methods: [
        { id: 'C1', type: 'email_contact_method', address: 'ana@example.org' },
        { id: 'C2', type: 'sms_contact_method', country_code: 49, address: '030123456' },
        { id: 'C3', type: 'phone_contact_method', country_code: 49, address: '030123456' },
        { id: 'C4', type: 'push_notification_contact_method', address: 'device' },
      ],
      notification_rules: [
        {
          urgency: 'high',
          start_delay_in_minutes: 5,
          contact_method: { id: 'C3', type: 'phone_contact_method_reference' },
        },
        {
          urgency: 'high',
          start_delay_in_minutes: 0,
          contact_method: { id: 'C2', type: 'sms_contact_method_reference' },
        },
        {
          urgency: 'low',
          start_delay_in_minutes: 0,
          contact_method: { id: 'C1', type: 'email_contact_method_reference' },
        },
      ],
    },
    { id: 'PB', name: 'Ben Koch', email: 'ben@example.org' },
    { id: 'PC', name: 'Cem Yılmaz', email: 'cem@example.org' },
  ],
};
/** The layer that wins stands first, as the API answers. */
const SCHEDULE = {
  schedule: {
    id: 'S1',
    name: 'Primary',
    time_zone: 'Europe/Berlin',
    schedule_layers: [
      {
        name: 'Nights',
        start: '2026-03-02T00:00:00+01:00',
        end: null,
        rotation_virtual_start: '2026-03-02T20:00:00+01:00',
        rotation_turn_length_seconds: 86_400,
        users: [user('PC', 'Cem Yılmaz'), user('PB', 'Ben Koch')],
        restrictions: [{ type: 'daily_restriction', start_time_of_day: '20:00:00', duration_seconds: 43_200 }],
      },
      {
        name: 'Long gone',
        start: '2025-01-01T00:00:00+01:00',
        end: '2025-06-01T00:00:00+02:00',
        rotation_virtual_start: '2025-01-01T00:00:00+01:00',
        rotation_turn_length_seconds: 604_800,
        users: [user('PC', 'Cem Yılmaz')],
        restrictions: [],
      },
      {
        name: 'Weeks',
        start: '2026-01-20T00:00:00+01:00',
        end: null,
        rotation_virtual_start: '2026-01-05T09:00:00+01:00',
        rotation_turn_length_seconds: 604_800,
        users: [user('PA', 'Ana Silva'), user('PB', 'Ben Koch'), user('PC', 'Cem Yılmaz')],
        restrictions: [],
      },
    ],
    overrides_subschedule: {
      rendered_schedule_entries: [
        { start: '2026-12-24T09:00:00+01:00', end: '2026-12-25T09:00:00+01:00', ...user('PA', 'Ana Silva') },
        { start: '2026-10-01T09:00:00+02:00', end: '2026-10-02T09:00:00+02:00', ...user('PA', 'Ana Silva') },
      ],
    },
  },
};
const SECOND = {
  schedules: [
    {
      id: 'S2',
      name: 'Database team',
      time_zone: 'Europe/Berlin',
      schedule_layers: [
        {
          name: 'All',
          start: '2026-01-05T09:00:00+01:00',
          rotation_virtual_start: '2026-01-05T09:00:00+01:00',
          rotation_turn_length_seconds: 604_800,
          users: [user('PB', 'Ben Koch'), user('PD', 'Dora Lang')],
        },
      ],
    },
  ],
};
const POLICIES = {
  escalation_policies: [
    {
      id: 'E1',
      name: 'Everything',
      num_loops: 2,
      escalation_rules: [
        { escalation_delay_in_minutes: 10, targets: [{ id: 'S1', type: 'schedule_reference' }] },
        {
          escalation_delay_in_minutes: 20,
          targets: [
            { id: 'PA', type: 'user_reference' },
            { id: 'S2', type: 'schedule_reference' },
          ],
        },
      ],
    },
    {
      id: 'E2',
      name: 'Database',
      num_loops: 0,
      escalation_rules: [{ escalation_delay_in_minutes: 15, targets: [{ id: 'S2', type: 'schedule' }] }],
    },
  ],
};
const SERVICES = {
  services: [
    {
      id: 'V1',
      name: 'Booking backend',
      status: 'active',
      escalation_policy: { id: 'E1' },
      integrations: [
        { type: 'events_api_v2_inbound_integration', name: 'Prometheus', integration_key: 'verysecretkey' },
      ],
    },
    { id: 'V2', name: 'Old', status: 'disabled', escalation_policy: { id: 'E1' } },
    { id: 'V3', name: 'Maps DB', status: 'active', escalation_policy: { id: 'E2' }, integrations: [] },
  ],
};
const ENV = {
  SMS_ACCOUNT: 'AC0123456789abcdef0123456789abcdef',
  SMS_TOKEN: 'token',
  SMS_FROM: '+4930999999',
  PAGERDUTY_KEY_BOOKING_BACKEND: 'R0123456789012345678901234567890',
};

const json = (...values: object[]): { name: string; text: string }[] =>
  values.map((value, index) => ({ name: `${index}.json`, text: JSON.stringify(value) }));
const imported = (...values: object[]) => importedFromPagerDuty(json(...values), { now: NOW });
const all = () => imported(POLICIES, SERVICES, SECOND, SCHEDULE, USERS);

test('what is printed holds, and who is on duty is who was', () => {
  const { duty } = held(all(), ENV, KNOWN);
  const plan = dutyPlan(duty);
  const WEEKS = ['ana-silva', 'ben-koch', 'cem-yilmaz'];
  const start = Temporal.ZonedDateTime.from('2026-01-05T09:00[Europe/Berlin]');
  const nights = Temporal.ZonedDateTime.from('2026-03-02T20:00[Europe/Berlin]');
  for (let hour = 1; hour < 24 * 200; hour += 5) {
    const at = Temporal.ZonedDateTime.from('2026-11-24T12:30[Europe/Berlin]').add({ hours: hour });
    // By the words of PagerDuty's documentation: the last layer wins in its hours; turns are counted in local days.
    const back = at.hour < 9 ? at.subtract({ days: 1 }) : at;
    const week = Math.floor(start.toPlainDate().until(back.toPlainDate()).days / 7);
    const inNight = at.hour >= 20 || at.hour < 8;
    const evening = at.hour < 20 ? at.subtract({ days: 1 }) : at;
    const night = nights.toPlainDate().until(evening.toPlainDate()).days;
    const usual = inNight ? ['cem-yilmaz', 'ben-koch'][night % 2] : WEEKS[week % 3];
    const isChristmas =
      at.epochMilliseconds >= Date.parse('2026-12-24T08:00Z') && at.epochMilliseconds < Date.parse('2026-12-25T08:00Z');
    assert.equal(onDuty(plan, at.epochMilliseconds).focal, isChristmas ? 'ana-silva' : usual, at.toString());
  }
  assert.deepEqual(
    duty.layers.map(({ name }) => name),
    ['3-nights'],
    'what is over is left out, the lowest layer became the rotation',
  );
  assert.equal(duty.overrides.length, 1, 'an override that is over is left out');
});

test('policies become chains: each rule so long after those before it, the schedule of duty, people, others as teams', () => {
  const { chains, teams, people } = held(all(), ENV, KNOWN);
  assert.deepEqual(
    chains.map(({ name, rounds, repeat }) => ({ name, rounds, repeat })),
    [
      { name: 'everything', rounds: 3, repeat: 1_800_000 },
      { name: 'database', rounds: 1, repeat: 900_000 },
    ],
  );
  assert.deepEqual(
    chains[0]?.steps.map((step) => [step.do, step.after, 'target' in step ? step.target : null, step.only ?? null]),
    [
      ['open-ticket', 0, null, null],
      ['page', 0, 'focal', null],
      ['page', 600_000, 'ana-silva', 'unaccepted'],
      ['page', 600_000, 'database-team', 'unaccepted'],
    ],
  );
  assert.deepEqual(teams[0]?.people, ['ben-koch', 'dora-lang']);
  assert.equal(people.find(({ id }) => id === 'dora-lang')?.email, null, 'nothing is made up');
});

test('ways and rules of a person are carried over; the number has its country once', () => {
  const { people } = held(all(), ENV, KNOWN);
  assert.equal(people[0]?.phone, '+4930123456');
  assert.deepEqual(people[0]?.rules, [
    { severity: ['critical', 'major'], by: ['sms'], then: [{ after: 300_000, by: ['voice'] }] },
    { severity: ['minor'], by: ['email'], then: [] },
  ]);
});

test('each service is a door with the key that its senders have, led to its chain; no key is printed', () => {
  const result = all();
  const { sources, route } = held(result, ENV, KNOWN);
  assert.deepEqual(
    sources.map(({ name, integration, labels }) => ({ name, integration, labels })),
    [
      { name: 'booking-backend', integration: 'pagerduty', labels: { service: 'booking-backend' } },
      { name: 'maps-db', integration: 'pagerduty', labels: { service: 'maps-db' } },
    ],
  );
  assert.deepEqual(
    route?.routes.map(({ receiver }) => receiver),
    ['everything', 'database'],
  );
  assert.ok(!JSON.stringify(result).includes('verysecretkey'));
});

test('what has no counterpart is told', () => {
  const { left } = all();
  for (const words of [
    /^duty: "Primary" became the duty plan/,
    /^Database team: there is one duty plan, made from Primary/,
    /^person "Dora Lang": there is no address/,
    /^push: /,
    /^service "Old": it is disabled/,
    /^service "Maps DB": no integration of it speaks/,
  ])
    assert.ok(
      left.some((line) => words.test(line)),
      `${words} is not in\n${left.join('\n')}`,
    );
});

test('a schedule that has hours with nobody gets everybody below it, and that is told', () => {
  const [nights] = SCHEDULE.schedule.schedule_layers;
  const result = imported(USERS, { schedule: { ...SCHEDULE.schedule, schedule_layers: [nights] } }, POLICIES);
  const plan = dutyPlan(held(result, ENV, KNOWN).duty);
  assert.match(result.left.join('\n'), /duty\.rotation: the schedule has hours with nobody/);
  assert.ok(onDuty(plan, Date.parse('2026-11-25T12:00:00+01:00')).focal);
});

test('restrictions of a week that cross days, a layer that begins later, and a shift that fits no day', () => {
  const layer = {
    name: 'Work',
    start: '2026-01-19T09:00:00+01:00',
    rotation_virtual_start: '2026-01-05T09:00:00+01:00',
    rotation_turn_length_seconds: 604_800,
    users: [user('PA', 'Ana'), user('PB', 'Ben')],
    restrictions: [
      {
        type: 'weekly_restriction',
        start_day_of_week: 1,
        start_time_of_day: '09:00:00',
        duration_seconds: 4.375 * 86_400,
      },
    ],
  };
  const odd = { ...layer, name: 'Odd', rotation_turn_length_seconds: 5 * 3600 };
  const result = imported(USERS, { schedule: { ...SCHEDULE.schedule, schedule_layers: [odd, layer] } });
  const { duty } = held({ ...result, parts: { ...result.parts, chains: [] } }, ENV, KNOWN);
  assert.deepEqual(duty.layers[0]?.only, [
    { days: [1], from: '09:00', to: '00:00' },
    { days: [2, 3, 4], from: '00:00', to: '00:00' },
    { days: [5], from: '00:00', to: '18:00' },
  ]);
  assert.equal(duty.layers[0]?.starts, '2026-01-19');
  assert.deepEqual(duty.layers[0]?.people, ['ana-silva', 'ben-koch'], 'two turns have passed');
  assert.match(result.left.join('\n'), /layer "Odd": a shift of 5h is neither/);
});

test('the schedule of duty can be chosen', () => {
  const choice = { now: NOW, schedule: 'Database team' };
  const result = importedFromPagerDuty(json(USERS, SCHEDULE, SECOND, POLICIES), choice);
  assert.deepEqual(held(result, ENV, KNOWN).duty.rotation?.people, ['ben-koch', 'dora-lang']);
  assert.throws(
    () => importedFromPagerDuty(json(USERS, SCHEDULE), { now: NOW, schedule: 'x' }),
    /no schedule "x".*"Primary"/,
  );
});

for (const [what, files, words] of [
  ['no JSON', [{ name: 'a.json', text: '<html>' }], /^Fault: a\.json is no JSON/],
  [
    'something else',
    [{ name: 'a.json', text: '{"error":{"code":2006}}' }],
    /There is no schedule and no escalation policy/,
  ],
] as const) {
  test(`${what} is refused`, () => assert.throws(() => importedFromPagerDuty(files, { now: NOW }), words));
}
