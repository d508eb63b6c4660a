/** What is known in advance of levels, and one back-test, as the server would tell it. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { levelOf } from './mock-level.ts';
import type { Improvement } from './mock-scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function eventsOf(now: number): z.output<typeof contract.eventView>[] {
  const common = { indicators: ['bookings'], series: { city: 'berlin' } };
  return [
    {
      ...common,
      id: 'config:festival',
      title: 'Festival at the Brandenburg Gate',
      startsAt: now + 2 * DAY,
      endsAt: now + 2.5 * DAY,
      factor: 1.6,
      origin: 'configuration',
      state: 'planned',
      createdBy: null,
      version: null,
    },
    {
      ...common,
      id: 'evt-1',
      title: 'Derby',
      startsAt: now - HOUR,
      endsAt: now + 2 * HOUR,
      factor: 1.2,
      origin: 'added',
      state: 'on',
      createdBy: 'Amira Haddad',
      version: 1,
    },
  ];
}

export function forecastsOf(now: number): z.input<typeof contract.forecastList> {
  return {
    items: [
      {
        id: 'fct-1',
        indicator: 'bookings',
        number: 3,
        note: 'week 38',
        seriesCount: 2,
        pointCount: 336,
        startsAt: now - DAY,
        endsAt: now + 6 * DAY,
        importedBy: 'Jonas Weber',
        importedAt: now - DAY,
        withdrawnBy: null,
        withdrawnAt: null,
        version: 1,
      },
    ],
  };
}

export function backtestOf(now: number): z.input<typeof contract.backtestView> {
  const { labels, times, actual, expected, lower, upper } = levelOf('bookings', { city: 'berlin' }, now - DAY, now, []);
  const verdict = {
    firingMs: HOUR,
    incidents: 1,
    met: 1,
    falseAlarms: 0,
    falseAlarmsPerDay: 0,
    losses: { bookings: 318 },
  };
  return {
    id: 'bkt-1',
    kind: 'watch',
    rule: 'BookingsBelowExpected',
    definition: 'watch: bookings\nbelow: expected\nfor: 2m\n',
    before: 'watch: bookings\nbelow: expected\nfor: 5m\n',
    source: 'recorded',
    calendar: null,
    historyFrom: now - 14 * DAY,
    historyTo: now,
    state: 'done',
    progress: 1,
    result: {
      days: 14,
      after: { ...verdict, alarms: 1, delayMs: 180_000 },
      today: { ...verdict, alarms: 1, delayMs: 360_000 },
      alarms: [
        {
          from: now - 2 * HOUR,
          to: now - HOUR,
          labels: [{ alertname: 'BookingsBelowExpected', city: 'berlin' }],
          incidentId: null,
          incidentNumber: null,
        },
      ],
      todayAlarms: [],
      missed: [],
      lines: [{ labels, times, actual, expected, lower, upper }],
      verdict: 'in 14 days 1 alarm, met 1 of 1 known incidents',
    },
    error: null,
    requestedBy: 'Amira Haddad',
    createdAt: now - HOUR,
    startedAt: now - HOUR,
    finishedAt: now - HOUR + 5000,
    version: 4,
  };
}

/** What adopted improvements put in force. */
export function inForceOf(improvements: readonly Improvement[]): z.input<typeof contract.definitionView>[] {
  return improvements.flatMap(({ id, state, change, updatedAt }) =>
    state !== 'adopted' || change === null
      ? []
      : [
          {
            id: `def-${id}`,
            kind: change.kind,
            rule: change.rule,
            definition: change.after,
            before: change.before,
            reason: 'One more alert a month is worth it',
            improvementId: id,
            backtestId: null,
            activatedBy: 'Amira Haddad',
            activatedAt: updatedAt,
            withdrawnBy: null,
            withdrawnAt: null,
            version: 1,
          },
        ],
  );
}
