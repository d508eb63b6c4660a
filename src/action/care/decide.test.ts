import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Incident } from '../../incident/incident.ts';
import { decideCare, nextLook, type CareView } from './decide.ts';
import { newCare, promised } from './follow.ts';
import type { IncidentCare, SlaClock } from './nouns.ts';
import type { CareRules } from './rules.ts';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;
const RULES: CareRules = {
  acceptance: { remind: 40 * MINUTE, give_back: 10 * MINUTE },
  update: { every: 30 * MINUTE, remind: 5 * MINUTE, escalate: ['deputy'] },
  snooze: 60 * MINUTE,
  answerWithin: 10 * MINUTE,
};
const clock: SlaClock = {
  id: 'sla_1',
  incidentId: 'inc_1',
  kind: 'restoration',
  sla: 'fast',
  severity: 'critical',
  functions: [],
  span: 60 * MINUTE,
  hours: null,
  startedAt: START,
  warnAt: START + 45 * MINUTE,
  dueAt: START + 60 * MINUTE,
  warnedAt: null,
  stoppedAt: null,
  brokenAt: null,
  state: 'running',
  warn: [],
  broken: [],
};

function viewOf(
  change: Partial<IncidentCare> = {},
  more: Partial<Pick<CareView, 'handover' | 'clocks' | 'rules'>> & { incident?: Partial<Incident> } = {},
): CareView {
  const incident = { state: 'accepted', severity: 'critical', components: ['a'], ...more.incident } as const;
  const care = { ...newCare('inc_1', START), ...change };
  return { care, handover: null, clocks: [], rules: RULES, ...more, incident };
}
const kinds = (view: CareView, after: number): string[] =>
  decideCare(view, START + after * MINUTE).map(({ kind, reason }) => `${kind} ${reason}`);

describe('what is asked of the one who has an incident', () => {
  it('without progress a reminder, then it is given back, counted from the reminder however late that was', () => {
    assert.deepEqual(kinds(viewOf(), 39), []);
    assert.deepEqual(kinds(viewOf(), 40), ['remind-owner no-progress']);
    assert.deepEqual(kinds(viewOf(), 500), ['remind-owner no-progress'], 'a machine that slept gives time to answer');
    const reminded = viewOf({ remindedAt: START + 500 * MINUTE });
    assert.deepEqual(kinds(reminded, 509), []);
    assert.deepEqual(kinds(reminded, 510), ['give-back acceptance-timed-out']);
    assert.equal(nextLook(reminded), START + 510 * MINUTE);
  });

  it('nothing where nobody has it, it is over, or the rule is off', () => {
    assert.deepEqual(kinds(viewOf({}, { incident: { state: 'open' } }), 5000), []);
    assert.deepEqual(kinds(viewOf({}, { incident: { state: 'resolved' } }), 5000), []);
    assert.deepEqual(kinds(viewOf({}, { rules: { ...RULES, acceptance: null } }), 5000), []);
  });

  it('a promised update is called for before it is due, and broken after it, once', () => {
    const view = viewOf(promised(START + 30 * MINUTE, START, 'Ada'));
    assert.deepEqual(kinds(view, 24), []);
    assert.deepEqual(kinds(view, 25), ['remind-promise update-due-soon']);
    assert.deepEqual(kinds(view, 30), ['break-promise update-overdue'], 'what is overdue is not announced');
    const reminded = viewOf({ ...view.care, promiseRemindedAt: START + 25 * MINUTE });
    assert.equal(nextLook(reminded), START + 30 * MINUTE);
  });

  it('who promised ten minutes is reminded half way, not at once', () => {
    const rules = { ...RULES, update: { ...RULES.update!, remind: 20 * MINUTE } };
    const view = viewOf(promised(START + 10 * MINUTE, START, 'Ada'), { rules });
    assert.deepEqual(kinds(view, 4), []);
    assert.deepEqual(kinds(view, 5), ['remind-promise update-due-soon']);
  });

  it('a promise stands while nobody has it, and is broken without a reminder', () => {
    const view = viewOf(promised(START + 30 * MINUTE, START, 'Ada'), { incident: { state: 'open' } });
    assert.deepEqual(kinds(view, 29), []);
    assert.deepEqual(kinds(view, 30), ['break-promise update-overdue']);
  });

  it('asks nothing while it is snoozed; it wakes by time, by severity, and by what it hurts', () => {
    const asleep = {
      snoozedAt: START,
      snoozedUntil: START + 60 * MINUTE,
      snoozeSeverity: 'major' as const,
      snoozeComponents: ['a'],
      ...promised(START + 30 * MINUTE, START, 'Ada'),
    };
    const major = { incident: { severity: 'major' as const } };
    assert.deepEqual(kinds(viewOf(asleep, major), 59), []);
    assert.deepEqual(kinds(viewOf(asleep, major), 60), ['wake time-over']);
    assert.deepEqual(kinds(viewOf(asleep), 1), ['wake severity-raised']);
    const wider = { incident: { severity: 'major' as const, components: ['a', 'b'] } };
    assert.deepEqual(kinds(viewOf(asleep, wider), 1), ['wake new-component']);
    assert.deepEqual(
      kinds(viewOf(asleep, { incident: { severity: 'minor' } }), 1),
      [],
      'a lower severity wakes nobody',
    );
  });

  it('clocks and hand-overs go on while it is snoozed', () => {
    const asleep = { snoozedAt: START, snoozedUntil: START + 900 * MINUTE, snoozeComponents: ['a'] };
    const view = viewOf(asleep, { clocks: [clock], handover: { dueAt: START + 10 * MINUTE } });
    assert.deepEqual(kinds(view, 10), ['expire-hand-over not-answered']);
    assert.deepEqual(kinds({ ...view, handover: null }, 45), ['warn-clock due-soon']);
    assert.deepEqual(kinds({ ...view, handover: null }, 60), ['break-clock overdue'], 'no warning of what is broken');
  });

  it('an accepted incident with a rule always has a next look, and looking at it then decides something', () => {
    const maybe = (span: number): fc.Arbitrary<number | null> =>
      fc.option(fc.integer({ min: 0, max: span }).map((minutes) => START + minutes * MINUTE));
    fc.assert(
      fc.property(maybe(300), maybe(300), maybe(300), maybe(300), fc.boolean(), (remind, until, promise, due, off) => {
        const care = {
          remindedAt: remind,
          snoozedAt: until === null ? null : START,
          snoozedUntil: until,
          snoozeSeverity: 'critical' as const,
          snoozeComponents: ['a'],
          ...promised(promise, START, null),
        };
        const rules = off ? { ...RULES, acceptance: null } : RULES;
        const view = viewOf(care, { rules, handover: due === null ? null : { dueAt: due } });
        const next = nextLook(view);
        if (next === null) return assert.ok(off && until === null && promise === null && due === null);
        assert.deepEqual(decideCare(view, next - 1), []);
        assert.ok(decideCare(view, next).length > 0);
      }),
    );
  });
});
