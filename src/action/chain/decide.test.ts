import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { HoursWindow } from '../hours/window.ts';
import type { ChainRun, ChainStep, StepConditions } from '../nouns.ts';
import type { ChainSight } from './conditions.ts';
import { advance, decide, decideResume } from './decide.ts';

const START = 1_000_000;
const MINUTE = 60_000;
const HURT = { severity: 'critical', functions: ['unlock'] } as const;
const OPEN = { state: 'open', acceptedAt: null, ...HURT } as const;
const ACCEPTED = { state: 'accepted', acceptedAt: START, ...HURT } as const;
const MINOR = { ...OPEN, severity: 'minor' } as const;
/** An incident with so many alerts. */
const seeing = (alerts: number): ChainSight => ({ alerts: () => alerts, holidays: () => [] });
const SIGHT = seeing(1);

function runOf(steps: readonly ChainStep[], change: Partial<ChainRun> = {}): ChainRun {
  const snapshot = {
    steps,
    repeatEvery: 10 * MINUTE,
    maxRounds: 3,
    severity: 'critical',
    people: [],
    fallback: 'x',
    templates: [],
  } as const;
  const state = 'running';
  const rest = { startedAt: START, nextStep: 0, round: 0, nextActionAt: START, waited: 0, paged: 0 };
  return { id: 'chn_1', incidentId: 'inc_1', chain: 'c', snapshot, state, ...rest, ...change };
}

const page = (after: number, onlyUnaccepted = false): ChainStep => {
  return { after: after * MINUTE, onlyUnaccepted, do: 'page', target: 'focal', by: ['email'] };
};
const ticket = (after: number): ChainStep => ({ after: after * MINUTE, onlyUnaccepted: false, do: 'open-ticket' });

describe('what a chain decides', () => {
  it('begins what is due and waits for the next step', () => {
    assert.deepEqual(decide(runOf([ticket(0), page(0), page(5)]), OPEN, START, SIGHT), [
      { kind: 'begin', index: 0, reason: 'due' },
      { kind: 'begin', index: 1, reason: 'due' },
      { kind: 'wait', until: START + 5 * MINUTE, reason: 'next-step' },
    ]);
  });

  it('catches up after a pause: every step once, and one round only', () => {
    const late = START + 500 * MINUTE;
    const run = runOf([page(0), page(5), ticket(9)]);
    const first = decide(run, OPEN, late, SIGHT);
    assert.deepEqual(
      first.map(({ kind }) => kind),
      ['begin', 'begin', 'begin', 'wait'],
    );
    const after = { ...run, ...advance(run, OPEN, first) };
    assert.equal(after.nextActionAt, late + 10 * MINUTE);
    assert.deepEqual(
      decide(after, OPEN, late + 500 * MINUTE, SIGHT).map(({ kind }) => kind),
      ['repeat', 'wait'],
    );
  });

  it('leaves out what is only for the unaccepted', () => {
    assert.deepEqual(decide(runOf([page(0, true), ticket(0)]), ACCEPTED, START, SIGHT), [
      { kind: 'leave-out', index: 0, reason: 'accepted' },
      { kind: 'begin', index: 1, reason: 'due' },
      { kind: 'wait', until: null, reason: 'accepted' },
    ]);
  });

  it('ends with the incident, naming why', () => {
    for (const state of ['resolved', 'merged'] as const) {
      assert.deepEqual(decide(runOf([page(0)]), { ...OPEN, state }, START, SIGHT), [
        { kind: 'end', reason: `incident-${state}` },
      ]);
    }
  });

  it('that pages nobody waits for nothing', () => {
    const run = runOf([ticket(0)], { nextStep: 1, nextActionAt: null });
    assert.deepEqual(decide(run, OPEN, START + MINUTE, SIGHT), [
      { kind: 'wait', until: null, reason: 'nobody-is-paged' },
    ]);
  });

  it('an unaccepted incident always has a next action in the future, whatever the moments at which it is looked at', () => {
    const steps = fc
      .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 })
      .map((list) =>
        list
          .toSorted((a, b) => a - b)
          .map((after, index) => (index === 0 ? page(after) : index % 2 === 0 ? page(after, true) : ticket(after))),
      );
    const moments = fc.array(fc.integer({ min: -5, max: 40 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, moments, (list, waits) => {
        let run = runOf(list);
        let at = START;
        const begun: number[] = [];
        for (const wait of waits) {
          // Clocks step back too: a chain must neither begin a step twice nor lose its next action by that.
          at += wait * MINUTE;
          const decisions = decide(run, OPEN, at, SIGHT);
          for (const decision of decisions) if (decision.kind === 'begin') begun.push(decision.index);
          run = { ...run, ...advance(run, OPEN, decisions) };
          assert.ok(run.nextActionAt !== null && run.nextActionAt > at);
        }
        assert.deepEqual(begun, [...new Set(begun)]);
        assert.deepEqual(
          begun,
          begun.toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

/** A Tuesday at eight by UTC, an hour before the office opens. */
const EIGHT = Date.UTC(2026, 8, 15, 8);
const HOUR = 60 * MINUTE;
const office: HoursWindow = {
  name: 'office',
  zone: 'UTC',
  only: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }],
  calendar: null,
  inverted: false,
};
const NONE: StepConditions = {
  hours: null,
  outside: 'skip',
  alertsAtLeast: null,
  within: null,
  severity: null,
  functions: null,
};
const only = (step: ChainStep, when: Partial<StepConditions>): ChainStep => ({ ...step, when: { ...NONE, ...when } });

describe('conditions of a step', () => {
  const at8 = (steps: readonly ChainStep[], change: Partial<ChainRun> = {}): ChainRun =>
    runOf(steps, { startedAt: EIGHT, nextActionAt: EIGHT, ...change });

  it('severity, function and number of alerts leave it out with the reason', () => {
    const steps = [
      only(ticket(0), { severity: ['minor'] }),
      only(ticket(0), { functions: ['pay'] }),
      only(ticket(0), { alertsAtLeast: 2, within: MINUTE }),
      only(page(0), { severity: ['critical'], functions: ['pay', 'unlock'], alertsAtLeast: 1 }),
    ];
    assert.deepEqual(
      decide(at8(steps), OPEN, EIGHT, SIGHT).map(({ kind, reason }) => `${kind} ${reason}`),
      [
        'leave-out other-severity',
        'leave-out other-function',
        'leave-out too-few-alerts',
        'begin due',
        'wait next-round',
      ],
    );
  });

  it('outside its hours a step is left out, and the chain goes on to the next', () => {
    const steps = [only(page(0), { hours: office }), page(5)];
    assert.deepEqual(decide(at8(steps), OPEN, EIGHT, SIGHT), [
      { kind: 'leave-out', index: 0, reason: 'outside-hours' },
      { kind: 'wait', until: EIGHT + 5 * MINUTE, reason: 'next-step' },
    ]);
  });

  it('a step that waits is begun when its hours begin, and those after it are that much later', () => {
    const steps = [only(page(5), { hours: office, outside: 'wait' }), page(15)];
    let run = at8(steps, { nextActionAt: EIGHT });
    const first = decide(run, MINOR, EIGHT + 5 * MINUTE, SIGHT);
    assert.deepEqual(first, [{ kind: 'wait', until: EIGHT + HOUR, reason: 'outside-hours' }]);
    run = { ...run, ...advance(run, MINOR, first) };
    const second = decide(run, MINOR, EIGHT + HOUR, SIGHT);
    assert.deepEqual(second, [
      { kind: 'begin', index: 0, reason: 'due', held: 55 * MINUTE },
      { kind: 'wait', until: EIGHT + HOUR + 10 * MINUTE, reason: 'next-step' },
    ]);
    assert.equal(advance(run, MINOR, second).waited, 55 * MINUTE);
  });

  it('a machine that slept is no wait for hours', () => {
    const steps = [only(page(0), { hours: office, outside: 'wait' }), page(60)];
    const nine = EIGHT + HOUR;
    const run = runOf(steps, { startedAt: nine, nextActionAt: nine });
    assert.deepEqual(
      decide(run, OPEN, nine + 2 * HOUR, SIGHT).map(({ kind }) => kind),
      ['begin', 'begin', 'wait'],
    );
  });

  it('where no step pages anybody, the last resort of an incident that must be heard does', () => {
    const steps = [only(page(0), { alertsAtLeast: 10 })];
    assert.deepEqual(decide(at8(steps), OPEN, EIGHT, SIGHT), [
      { kind: 'leave-out', index: 0, reason: 'too-few-alerts' },
      { kind: 'last-resort', round: 1, reason: 'no-step-applies' },
      { kind: 'wait', until: EIGHT + 10 * MINUTE, reason: 'next-round' },
    ]);
    assert.deepEqual(
      decide(at8(steps), MINOR, EIGHT, SIGHT).map(({ kind }) => kind),
      ['leave-out', 'wait'],
      'few feel it: nobody is woken',
    );
    assert.deepEqual(
      decide(at8(steps), { ...ACCEPTED }, EIGHT, SIGHT).map(({ kind }) => kind),
      ['leave-out', 'wait'],
      'somebody has it',
    );
  });

  it('a later round asks the conditions again: ten alerts by then page', () => {
    const steps = [only(page(0), { alertsAtLeast: 10 })];
    const run = at8(steps, { nextStep: 1, round: 1, paged: 1, nextActionAt: EIGHT });
    assert.deepEqual(decide(run, OPEN, EIGHT, seeing(10))[0], {
      kind: 'repeat',
      round: 2,
      steps: [0],
      reason: 'unaccepted',
    });
    assert.deepEqual(decide(run, OPEN, EIGHT, SIGHT)[0], { kind: 'last-resort', round: 2, reason: 'no-step-applies' });
    const minor = { ...run, paged: 0, round: 9 };
    assert.deepEqual(
      decide(minor, MINOR, EIGHT, SIGHT).map(({ kind }) => kind),
      ['wait'],
    );
  });

  it('while a step waits, those paged before are paged again, and the last resort where there is nobody', () => {
    const steps = [page(0), only(page(5), { hours: office, outside: 'wait' })];
    const run = at8(steps, { nextStep: 1, round: 0, paged: 1, nextActionAt: EIGHT + 5 * MINUTE });
    const due = EIGHT + 5 * MINUTE;
    assert.deepEqual(decide(run, OPEN, due, SIGHT), [
      { kind: 'wait', until: due + 10 * MINUTE, reason: 'outside-hours' },
    ]);
    const later = { ...run, nextActionAt: due + 10 * MINUTE };
    assert.deepEqual(decide(later, OPEN, due + 10 * MINUTE, SIGHT), [
      { kind: 'repeat', round: 2, steps: [0], reason: 'unaccepted' },
      { kind: 'wait', until: due + 20 * MINUTE, reason: 'outside-hours' },
    ]);
    const alone = at8([only(page(0), { hours: office, outside: 'wait' })]);
    assert.deepEqual(decide(alone, OPEN, EIGHT, SIGHT)[0], {
      kind: 'last-resort',
      round: 1,
      reason: 'outside-hours',
    });
  });

  it('given back outside the hours of every step so far: the last resort', () => {
    const run = at8([only(page(0), { hours: office })], { nextStep: 1, paged: 1 });
    assert.equal(decideResume(run, OPEN, EIGHT, SIGHT)[0]?.kind, 'last-resort');
    assert.equal(decideResume(run, OPEN, EIGHT + HOUR, SIGHT)[0]?.kind, 'repeat');
  });

  it('an incident that must be heard is never without a page for longer than a round, whatever the conditions', () => {
    const when = fc.record({
      hours: fc.constantFrom(null, office, { ...office, inverted: true }),
      outside: fc.constantFrom('skip' as const, 'wait' as const),
      alertsAtLeast: fc.constantFrom(null, 1, 5),
      severity: fc.constantFrom(null, ['minor' as const], ['critical' as const]),
    });
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), when), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 167 }), (conditions, hour) => {
        const steps = conditions
          .toSorted(([a], [b]) => a - b)
          .map(([after, one]) => only(page(after), { ...NONE, ...one }));
        const start = EIGHT + hour * HOUR;
        let run = at8(steps, { startedAt: start, nextActionAt: start });
        let heard = start;
        for (let at = start, turn = 0; turn < 200; turn++) {
          const decisions = decide(run, OPEN, at, SIGHT);
          const paged = decisions.some(({ kind }) => ['begin', 'repeat', 'last-resort', 'exhaust'].includes(kind));
          if (paged) heard = at;
          assert.ok(at - heard <= 10 * MINUTE, `nobody was paged for ${(at - heard) / MINUTE} minutes`);
          run = { ...run, ...advance(run, OPEN, decisions) };
          assert.ok(run.nextActionAt !== null && run.nextActionAt > at);
          at = run.nextActionAt;
        }
      }),
    );
  });
});
