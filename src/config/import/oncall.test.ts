import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dutyPlan, onDuty } from '../../action/duty/plan.ts';
import { importedFromOnCall } from './oncall.ts';
import { held, NOW } from './testing/held.ts';

const USERS = {
  results: ['ana', 'ben', 'cem'].map((name) => ({ id: `U${name}`, username: name, email: `${name}@example.org` })),
};
const SCHEDULES = {
  results: [
    { id: 'S1', name: 'Primary', type: 'web', time_zone: 'Europe/Berlin', shifts: ['O1', 'O2', 'O3'], on_call_now: [] },
    { id: 'S2', name: 'Calendar', type: 'ical', time_zone: 'UTC', ical_url_primary: 'https://x', on_call_now: [] },
  ],
};
const SHIFTS = {
  results: [
    {
      id: 'O2',
      name: 'Office hours',
      type: 'rolling_users',
      level: 2,
      start: '2026-01-07T09:00:00',
      rotation_start: '2026-01-07T09:00:00',
      duration: 28_800,
      frequency: 'weekly',
      interval: 1,
      by_day: ['MO', 'TU', 'WE', 'TH', 'FR'],
      rolling_users: [['Ucem'], ['Uana', 'Uben']],
    },
    {
      id: 'O1',
      name: 'Days',
      type: 'rolling_users',
      level: 1,
      start: '2026-01-05T10:00:00',
      duration: 86_400,
      frequency: 'daily',
      interval: 1,
      rolling_users: [['Uana'], ['Uben'], ['Ucem']],
      start_rotation_from_user_index: 1,
    },
    {
      id: 'O3',
      name: 'Stand-in',
      type: 'single_event',
      level: 9,
      start: '2026-12-01T00:00:00',
      duration: 86_400,
      users: ['Uben'],
    },
    {
      id: 'O4',
      name: 'Elsewhere',
      type: 'recurrent_event',
      start: '2026-01-01T00:00:00',
      duration: 3600,
      frequency: 'daily',
      users: ['Uana'],
    },
  ],
};
const CHAINS = { results: [{ id: 'F1', name: 'Default' }] };
const POLICIES = {
  results: [
    { id: 'P3', escalation_chain_id: 'F1', position: 2, type: 'notify_persons', persons_to_notify: ['Uana', 'Uben'] },
    {
      id: 'P1',
      escalation_chain_id: 'F1',
      position: 0,
      type: 'notify_on_call_from_schedule',
      notify_on_call_from_schedule: 'S1',
    },
    { id: 'P2', escalation_chain_id: 'F1', position: 1, type: 'wait', duration: 900 },
    { id: 'P4', escalation_chain_id: 'F1', position: 3, type: 'trigger_webhook', action_to_trigger: 'W' },
    { id: 'P5', escalation_chain_id: 'F1', position: 4, type: 'repeat_escalation' },
  ],
};
const json = (...values: unknown[]): { name: string; text: string }[] =>
  values.map((value, index) => ({ name: `${index}.json`, text: JSON.stringify(value) }));
const all = () => importedFromOnCall(json(POLICIES, CHAINS, SHIFTS, SCHEDULES, USERS), { now: NOW });

test('what is printed holds, and who is on duty is who was', () => {
  const { duty } = held(all());
  const plan = dutyPlan(duty);
  for (let hour = 0; hour < 24 * 60; hour += 5) {
    const at = Temporal.ZonedDateTime.from('2026-11-24T12:20[Europe/Berlin]').add({ hours: hour });
    const back = at.hour < 10 ? at.subtract({ days: 1 }) : at;
    const day = Temporal.PlainDate.from('2026-01-05').until(back.toPlainDate()).days;
    const week = Math.floor(Temporal.PlainDate.from('2026-01-05').until(at.toPlainDate()).days / 7);
    const inOffice = at.dayOfWeek <= 5 && at.hour >= 9 && at.hour < 17;
    const stands = at.toPlainDate().toString() === '2026-12-01';
    const usual = inOffice ? ['cem', 'ana'][week % 2] : ['ben', 'cem', 'ana'][day % 3];
    assert.equal(onDuty(plan, at.epochMilliseconds).focal, stands ? 'ben' : usual, at.toString());
  }
});

test('a chain has its waits added up, and what it cannot do is told', () => {
  const result = all();
  const [chain] = held(result).chains;
  assert.equal(chain?.name, 'default');
  assert.deepEqual(
    chain?.steps.map((step) => [step.after, 'target' in step ? step.target : null]),
    [
      [0, null],
      [0, 'focal'],
      [900_000, 'ana'],
      [900_000, 'ben'],
    ],
  );
  assert.equal(chain?.repeat, 900_000);
  for (const words of [
    /^schedule "Calendar": it comes from a calendar/,
    /shift "Office hours": several people have a shift together/,
    /^escalation chain "Default": "trigger_webhook" has no counterpart: write a playbook/,
    /^people: phone numbers/,
  ])
    assert.ok(
      result.left.some((line) => words.test(line)),
      `${words} is not in\n${result.left.join('\n')}`,
    );
});

test('files of something else are refused', () => {
  assert.throws(
    () => importedFromOnCall(json({ detail: 'Invalid token.' }), { now: NOW }),
    /no shift and no escalation/,
  );
});
