import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { alertEvent, type Deviation, type Sample } from '../deviation.ts';
import { EMPTY_LIFECYCLE, restore, step, type LifecycleRule, type LifecycleState } from './lifecycle.ts';

const MINUTE = 60_000;
const plain = (template: string, sample: Sample): string => template.replace('$i', sample.labels['i'] ?? '');
const rule = (given: Partial<LifecycleRule> = {}): LifecycleRule => ({
  name: 'A',
  for: 0,
  keepFiringFor: 0,
  labels: {},
  annotations: {},
  ...given,
});
const up = (i = '1', value = 1): Sample => ({ labels: { __name__: 'm', i }, value });

const openDeviations = (state: LifecycleState): Deviation[] =>
  [...state.active.values()].filter((deviation) => deviation.state !== 'resolved');

/** Evaluates once a minute; each entry is the vector, the result the names of what happened. */
function play(
  given: LifecycleRule,
  vectors: readonly (readonly Sample[])[],
): { happened: string[]; state: LifecycleState } {
  let state = EMPTY_LIFECYCLE;
  const happened: string[] = [];
  vectors.forEach((vector, index) => {
    const result = step(given, state, vector, index * MINUTE, plain);
    state = result.state;
    for (const { to, deviation } of result.transitions)
      happened.push(`${index} ${to} ${deviation.labels['i'] ?? ''}`.trim());
  });
  return { happened, state };
}

describe('the life of an alert', () => {
  it('without for it fires at once', () => {
    assert.deepEqual(play(rule(), [[], [up()], [up()], []]).happened, ['1 firing 1', '3 resolved 1']);
  });

  it('with for it is pending first, and fires when it has held that long', () => {
    const { happened } = play(rule({ for: 2 * MINUTE }), [[up()], [up()], [up()], [up()], []]);
    assert.deepEqual(happened, ['0 pending 1', '2 firing 1', '4 resolved 1']);
  });

  it('a for shorter than the interval fires at the next evaluation', () => {
    assert.deepEqual(play(rule({ for: 1000 }), [[up()], [up()]]).happened, ['0 pending 1', '1 firing 1']);
  });

  it('what ends while pending was never sent, and begins anew', () => {
    const { happened, state } = play(rule({ for: 2 * MINUTE }), [[up()], [], [up()], [up()]]);
    assert.deepEqual(happened, ['0 pending 1', '1 resolved 1', '2 pending 1']);
    assert.deepEqual(
      openDeviations(state).map(({ activeAt }) => activeAt),
      [2 * MINUTE],
    );
  });

  it('keep_firing_for holds it, also when it comes back meanwhile', () => {
    const kept = rule({ keepFiringFor: 2 * MINUTE });
    assert.deepEqual(play(kept, [[up()], [], [], []]).happened, ['0 firing 1', '3 resolved 1']);
    assert.deepEqual(play(kept, [[up()], [], [up()], [], [], []]).happened, ['0 firing 1', '5 resolved 1']);
  });

  it('each label set has a life of its own', () => {
    assert.deepEqual(play(rule(), [[up('1'), up('2')], [up('2')]]).happened, [
      '0 firing 1',
      '0 firing 2',
      '1 resolved 1',
    ]);
  });

  it('a resolved alert is remembered for 15 minutes', () => {
    const quiet: Sample[][] = Array.from({ length: 15 }, () => []);
    assert.equal(play(rule(), [[up()], [], ...quiet]).state.active.size, 1);
    assert.equal(play(rule(), [[up()], [], ...quiet, []]).state.active.size, 0);
  });

  it('ALERTS and ALERTS_FOR_STATE stand for what is open', () => {
    const { samples } = step(
      rule({ for: MINUTE, labels: { severity: 'page' } }),
      EMPTY_LIFECYCLE,
      [up()],
      90_000,
      plain,
    );
    const labels = { i: '1', severity: 'page', alertname: 'A' };
    assert.deepEqual(samples, [
      { labels: { ...labels, __name__: 'ALERTS', alertstate: 'pending' }, value: 1 },
      { labels: { ...labels, __name__: 'ALERTS_FOR_STATE' }, value: 90 },
    ]);
  });

  it('labels are templates, alertname is the name of the rule, annotations follow each evaluation', () => {
    const given = rule({ labels: { place: 'at $i', alertname: 'other' }, annotations: { said: 'in $i' } });
    const first = step(given, EMPTY_LIFECYCLE, [{ labels: { i: '1', alertname: 'series' }, value: 3 }], 0, plain);
    const [open] = openDeviations(first.state);
    assert.deepEqual(open!.labels, { i: '1', place: 'at 1', alertname: 'A' });
    assert.deepEqual(open!.annotations, { said: 'in 1' });
    const second = step(given, first.state, [{ labels: { i: '1' }, value: 4 }], MINUTE, () => 'at 1');
    assert.equal(openDeviations(second.state)[0]!.annotations['said'], 'at 1');
    assert.equal(openDeviations(second.state)[0]!.value, 4);
  });

  it('two results with the same labels are an error of the rule and change nothing', () => {
    const before = step(rule({ labels: { i: 'same' } }), EMPTY_LIFECYCLE, [up('1')], 0, plain);
    const after = step(rule({ labels: { i: 'same' } }), before.state, [up('1'), up('2')], MINUTE, plain);
    assert.match(after.error ?? '', /same labelset/);
    assert.deepEqual(after.transitions, []);
    assert.equal(openDeviations(after.state).length, 1);
    assert.match(after.state.lastError ?? '', /same labelset/);
  });

  it('over the limit all is dropped', () => {
    const result = step(rule(), EMPTY_LIFECYCLE, [up('1'), up('2')], 0, plain, 1);
    assert.equal(result.error, 'exceeded limit of 1 with 2 alerts');
    assert.equal(result.state.active.size, 0);
    assert.deepEqual(result.transitions, []);
  });

  it('goes on after a restart where it was', () => {
    const given = rule({ for: 3 * MINUTE });
    const before = step(given, EMPTY_LIFECYCLE, [up()], 0, plain);
    const state = restore(openDeviations(before.state), MINUTE);
    const after = step(given, state, [up()], 3 * MINUTE, plain);
    assert.deepEqual(
      after.transitions.map(({ to }) => to),
      ['firing'],
    );
    assert.equal(after.transitions[0]!.deviation.activeAt, 0);
  });

  it('becomes an alert event', () => {
    const { transitions } = step(rule(), EMPTY_LIFECYCLE, [up()], 5 * MINUTE, plain);
    const event = alertEvent(transitions[0]!.deviation, {
      source: 'rule:A',
      generatorUrl: null,
      validUntil: 9 * MINUTE,
    });
    assert.equal(event.status, 'firing');
    assert.equal(event.startsAt, 5 * MINUTE);
    assert.equal(event.endsAt, 9 * MINUTE);
  });

  it('for any sequence: firing only after the whole for, never twice in a row', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 0, max: 5 }), (holds, minutes) => {
        const { happened } = play(
          rule({ for: minutes * MINUTE }),
          holds.map((held) => (held ? [up()] : [])),
        );
        let open = false;
        for (const line of happened) {
          const [index, what] = line.split(' ') as [string, string];
          if (what === 'firing') {
            assert.equal(open, false);
            for (let back = 0; back <= minutes; back++) assert.ok(holds[Number(index) - back]);
          }
          open = what === 'firing';
        }
      }),
    );
  });
});
