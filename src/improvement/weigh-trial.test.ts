import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrialOutcome } from './ports.ts';
import { weighTrial, type KnownTrouble } from './weigh-trial.ts';

const MIN = 60_000;
const DAY = 24 * 60 * MIN;
const firing = (from: number, to: number | null, city = 'berlin') => ({
  labels: { city },
  firedAt: from,
  resolvedAt: to,
});
const outcome = (change: Partial<TrialOutcome> = {}): TrialOutcome => ({
  firings: [],
  lines: [],
  losses: {},
  rows: '',
  labelled: [],
  from: 0,
  to: 28 * DAY,
  ...change,
});
const incident = (number: number, from: number, to: number): KnownTrouble => ({
  from,
  to,
  incidentId: `inc_${number}`,
  number,
});

describe('weighing a back-test', () => {
  const known = [incident(1, 5 * DAY, 5 * DAY + 60 * MIN), incident(2, 9 * DAY, 9 * DAY + 60 * MIN)];

  it('tells what met an incident, what was false, and what was missed', () => {
    const result = weighTrial(
      outcome({
        firings: [firing(5 * DAY + 3 * MIN, 5 * DAY + 50 * MIN), firing(20 * DAY, 20 * DAY + 10 * MIN)],
        losses: { bookings: 84 },
      }),
      null,
      known,
    );
    const { after } = result;
    assert.deepEqual(
      [after.alarms, after.met, after.incidents, after.falseAlarms, after.delayMs, after.firingMs],
      [2, 1, 2, 1, 3 * MIN, 57 * MIN],
    );
    assert.equal(after.falseAlarmsPerDay, 1 / 28);
    assert.deepEqual(result.missed, [{ incidentId: 'inc_2', number: 2, from: 9 * DAY }]);
    assert.equal(result.alarms[0]!.incidentNumber, 1);
    assert.equal(result.alarms[1]!.incidentId, null);
    assert.equal(
      result.verdict,
      'in 28 days 2 alarms, met 1 of 2 known incidents, median delay 3 min, 0.036 false alarms a day',
    );
  });

  it('label sets that fire together are one alarm, and one that still fires goes to the end', () => {
    const result = weighTrial(
      outcome({ firings: [firing(DAY, DAY + 10 * MIN), firing(DAY + MIN, null, 'lisbon')] }),
      outcome({ firings: [firing(DAY, DAY + MIN), firing(DAY + 20 * MIN, DAY + 21 * MIN)] }),
      [],
    );
    assert.equal(result.after.alarms, 1);
    assert.deepEqual(result.alarms[0], {
      from: DAY,
      to: null,
      labels: [{ city: 'berlin' }, { city: 'lisbon' }],
      incidentId: null,
      incidentNumber: null,
    });
    assert.equal(result.after.firingMs, 27 * DAY);
    assert.equal(result.today!.alarms, 2);
    assert.match(result.verdict, /1 alarm, no incident known, .*; today's: 2 alarms/);
  });

  it('a file says itself what was wrong in it', () => {
    const labelled = [{ from: DAY, to: DAY + 60 * MIN }];
    const { after } = weighTrial(outcome({ labelled, firings: [firing(DAY + MIN, DAY + 2 * MIN)] }), null, known);
    assert.deepEqual([after.incidents, after.met], [1, 1]);
  });
});
