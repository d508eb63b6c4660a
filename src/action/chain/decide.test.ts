import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChainRun, ChainStep } from '../nouns.ts';
import { advance, decide } from './decide.ts';

const START = 1_000_000;
const MINUTE = 60_000;
const OPEN = { state: 'open', acceptedAt: null } as const;
const ACCEPTED = { state: 'accepted', acceptedAt: START } as const;

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
  const rest = { startedAt: START, nextStep: 0, round: 0, nextActionAt: START };
  return { id: 'chn_1', incidentId: 'inc_1', chain: 'c', snapshot, state, ...rest, ...change };
}

const page = (after: number, onlyUnaccepted = false): ChainStep => {
  return { after: after * MINUTE, onlyUnaccepted, do: 'page', target: 'focal', by: ['email'] };
};
const ticket = (after: number): ChainStep => ({ after: after * MINUTE, onlyUnaccepted: false, do: 'open-ticket' });

describe('what a chain decides', () => {
  it('begins what is due and waits for the next step', () => {
    assert.deepEqual(decide(runOf([ticket(0), page(0), page(5)]), OPEN, START), [
      { kind: 'begin', index: 0, reason: 'due' },
      { kind: 'begin', index: 1, reason: 'due' },
      { kind: 'wait', until: START + 5 * MINUTE, reason: 'next-step' },
    ]);
  });

  it('catches up after a pause: every step once, and one round only', () => {
    const late = START + 500 * MINUTE;
    const run = runOf([page(0), page(5), ticket(9)]);
    const first = decide(run, OPEN, late);
    assert.deepEqual(
      first.map(({ kind }) => kind),
      ['begin', 'begin', 'begin', 'wait'],
    );
    const after = { ...run, ...advance(run, OPEN, first) };
    assert.equal(after.nextActionAt, late + 10 * MINUTE);
    assert.deepEqual(
      decide(after, OPEN, late + 500 * MINUTE).map(({ kind }) => kind),
      ['repeat', 'wait'],
    );
  });

  it('leaves out what is only for the unaccepted', () => {
    assert.deepEqual(decide(runOf([page(0, true), ticket(0)]), ACCEPTED, START), [
      { kind: 'leave-out', index: 0, reason: 'accepted' },
      { kind: 'begin', index: 1, reason: 'due' },
      { kind: 'wait', until: null, reason: 'accepted' },
    ]);
  });

  it('ends with the incident, naming why', () => {
    for (const state of ['resolved', 'merged'] as const) {
      assert.deepEqual(decide(runOf([page(0)]), { state, acceptedAt: null }, START), [
        { kind: 'end', reason: `incident-${state}` },
      ]);
    }
  });

  it('that pages nobody waits for nothing', () => {
    const run = runOf([ticket(0)], { nextStep: 1, nextActionAt: null });
    assert.deepEqual(decide(run, OPEN, START + MINUTE), [{ kind: 'wait', until: null, reason: 'nobody-is-paged' }]);
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
          const decisions = decide(run, OPEN, at);
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
