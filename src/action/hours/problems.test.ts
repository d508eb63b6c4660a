import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleSetting } from '../../../test/fakes/action-world.ts';
import { actionProblems } from '../index.ts';

const AT = Date.UTC(2026, 10, 3);
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const OFFICE = { name: 'office', only: [{ days: WEEKDAYS, from: '09:00', to: '17:00' }] };
const page = (more: object = {}): object => ({ do: 'page', target: 'focal', by: ['email'], ...more });

/** The example without what these tests are about. */
const NOTHING = { members: { templates: [] }, hours: [], teams: [], contacts: [], care: {}, sla: [] };

/** What is wrong with the example when it has these parts. */
function problems(parts: object): { path: string; message: string }[] {
  const setting = exampleSetting((document) => Object.assign(document, NOTHING, parts));
  return actionProblems(setting, AT);
}
const chain = (steps: object[], match: object = {}): object => ({ chains: [{ name: 'one', match, steps }] });

describe('a chain that would page nobody at some instant is refused', () => {
  const cases: [string, object, RegExp | null][] = [
    ['office hours alone', { hours: [OFFICE], ...chain([page({ hours: 'office' })]) }, /the hours of every page step/],
    [
      'office hours and their rest',
      {
        hours: [OFFICE, { name: 'rest', not: 'office' }],
        ...chain([page({ hours: 'office' }), page({ hours: 'rest' })]),
      },
      null,
    ],
    [
      'two windows with an hour between them',
      {
        hours: [
          { name: 'day', only: [{ from: '08:00', to: '20:00' }] },
          { name: 'night', only: [{ from: '21:00', to: '08:00' }] },
        ],
        ...chain([page({ hours: 'day' }), page({ hours: 'night' })]),
      },
      /On 2026-11-03 20:00/,
    ],
    [
      'two windows that touch each other',
      {
        hours: [
          { name: 'day', only: [{ from: '08:00', to: '20:00' }] },
          { name: 'night', only: [{ from: '20:00', to: '08:00' }] },
        ],
        ...chain([page({ hours: 'day' }), page({ hours: 'night' })]),
      },
      null,
    ],
    [
      'a holiday that only one of two windows knows',
      {
        calendars: [{ name: 'de', country: 'DE', like: 'sunday', days: [] }],
        hours: [
          { ...OFFICE, calendar: 'de' },
          {
            name: 'evenings',
            only: [
              { days: WEEKDAYS, from: '17:00', to: '09:00' },
              { days: ['sat', 'sun'], from: '00:00', to: '00:00' },
            ],
          },
        ],
        ...chain([page({ hours: 'office' }), page({ hours: 'evenings' })]),
      },
      /the hours of every page step/,
    ],
    [
      'a wait for the office before everybody else',
      { hours: [OFFICE], ...chain([page({ hours: 'office', outside: 'wait' }), page({ after: '5m' })]) },
      /nobody is paged until a window of hours begins/,
    ],
    [
      'a wait after somebody was paged',
      { hours: [OFFICE], ...chain([page(), page({ after: '5m', hours: 'office', outside: 'wait' })]) },
      null,
    ],
    [
      'a wait for what few feel',
      { hours: [OFFICE], ...chain([page({ hours: 'office', outside: 'wait' })], { severity: ['minor'] }) },
      null,
    ],
    [
      'two zones that change their clocks on different days',
      {
        hours: [
          { name: 'day', only: [{ from: '08:00', to: '20:00' }] },
          { name: 'night', zone: 'America/New_York', only: [{ from: '14:00', to: '02:00' }] },
        ],
        ...chain([page({ hours: 'day' }), page({ hours: 'night' })]),
      },
      /On 2027-03-\d\d/,
    ],
    ['a chain that pages nobody anyway', { hours: [OFFICE], ...chain([{ do: 'open-ticket', hours: 'office' }]) }, null],
  ];
  for (const [title, parts, message] of cases) {
    it(`${message === null ? 'taken' : 'refused'}: ${title}`, () => {
      const found = problems(parts);
      if (message === null) return assert.deepEqual(found, []);
      const problem = found.find(({ path }) => path === 'chains[0].steps');
      assert.match(problem?.message ?? 'no such problem', message);
    });
  }
});

describe('names and pairs of settings', () => {
  const cases: [string, object, string, RegExp][] = [
    ['hours', chain([page({ hours: 'x' }), page()]), 'chains[0].steps[0].hours', /none are defined/],
    ['outside alone', chain([page({ outside: 'wait' })]), 'chains[0].steps[0].outside', /Write hours:/],
    ['within alone', chain([page({ within: '5m' })]), 'chains[0].steps[0].within', /alerts_at_least/],
    [
      'a function',
      chain([page({ functions: ['fly'] }), page()]),
      'chains[0].steps[0].functions[0]',
      /no function "fly"/,
    ],
    ['a calendar', { hours: [{ ...OFFICE, calendar: 'x' }] }, 'hours[0].calendar', /no calendar "x"/],
    ['the rest of nothing', { hours: [{ name: 'rest', not: 'x' }] }, 'hours[0].not', /no hours "x"/],
    [
      'the rest of a rest',
      { hours: [OFFICE, { name: 'a', not: 'office' }, { name: 'b', not: 'a' }] },
      'hours[2].not',
      /rest of another window/,
    ],
    ['a member of a team', { teams: [{ name: 't', people: ['bob'] }] }, 'teams[0].people[0]', /no person "bob"/],
    ['a team named like a person', { teams: [{ name: 'lena', people: ['lena'] }] }, 'teams[0].name', /somebody else/],
    ['a role like a word', { contacts: [{ role: 'focal', person: 'lena' }] }, 'contacts[0].role', /somebody else/],
    ['a contact', { contacts: [{ role: 'comms', person: 'bob' }] }, 'contacts[0].person', /no person "bob"/],
  ];
  for (const [title, parts, path, message] of cases) {
    it(title, () => {
      const found = problems(parts).find((problem) => problem.path === path);
      assert.match(found?.message ?? 'no such problem', message);
    });
  }

  it('hours are written as days and times, or as the rest of others', () => {
    assert.throws(() => problems({ hours: [{ name: 'x' }] }), /Write only: with days and times, or not:/);
    assert.throws(() => problems({ hours: [{ ...OFFICE, not: 'y' }] }), /Write only: with days and times, or not:/);
  });
});
