import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Band } from './band.ts';
import { Chance, levelsToGoBackTo } from './believe.ts';
import { Scorer } from './score.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);

describe('the levels that a value may go back to', () => {
  it('are the level alone while it is near the profile, and the profile too the further off it is', () => {
    assert.deepEqual(levelsToGoBackTo(120, 100), { least: 120, most: 120 });
    assert.deepEqual(levelsToGoBackTo(400, 100), { least: 100, most: 400 });
    assert.deepEqual(levelsToGoBackTo(20, 100), { least: 20, most: 100 });
    const { least } = levelsToGoBackTo(200, 100);
    assert.ok(least > 100 && least < 200, `${least} lies between`);
    assert.deepEqual(levelsToGoBackTo(0, 100), { least: 0, most: 0 });
  });

  /** Three weeks around 100 an hour; then a burst of six hours; `after` is what comes then. */
  const statesAfter = (after: number): string[] => {
    const value = (index: number): number => 100 + ((index * 7919) % 17);
    const count = 21 * 24;
    const times = Array.from({ length: count }, (_, index) => START + index * HOUR);
    const band = Band.fit({ times, values: times.map((_, index) => value(index)) }, 'UTC', { step: HOUR });
    // It is half as high again for a day without an alarm, so that the level follows.
    const risen = Array.from({ length: 24 }, (_, hour) => 1 + Math.min(0.22, hour * 0.02));
    risen.forEach((factor, hour) => band.next(START + (count + hour) * HOUR, factor * value(hour)));
    return Array.from({ length: 6 }, (_, hour) => {
      const at = START + (count + 24 + hour) * HOUR;
      return band.next(at, after * (value(hour) / 100)).state;
    });
  };

  it('so the end of a rise is no loss, and a fall below the usual still is one', () => {
    assert.deepEqual(new Set(statesAfter(100)), new Set(['ok']));
    assert.ok(statesAfter(30).includes('below'));
  });
});

describe('small counts', () => {
  const heard = (values: readonly number[], expected: number): number[] => {
    const chance = new Chance();
    return values.map((value) => {
      chance.observe(value);
      return chance.believed(5, value, expected);
    });
  };

  it('one event where none is expected is chance; a few each time add up', () => {
    assert.deepEqual(heard([1], 0), [1]);
    assert.deepEqual(heard([20], 0), [5]);
    assert.deepEqual(heard([1, 1, 1, 1, 1, 1, 1, 1], 0).slice(-2), [5, 5]);
    assert.deepEqual(heard([9, 9], 1), [1, 5]);
  });

  it('what is not whole is no count, nor is what falls', () => {
    assert.deepEqual(heard([0.5, 1], 0), [5, 5]);
    const chance = new Chance();
    assert.equal(chance.believed(-5, 0, 3), -5);
    assert.equal(chance.believed(0.5, 3, 3), 0.5);
  });

  it('is known again after a restart', () => {
    const chance = new Chance();
    chance.observe(0.5);
    assert.equal(new Chance(chance.toState()).believed(5, 1, 0), 5);
  });
});

describe('the sustained view', () => {
  /** What a scorer says of a point after others, having seen 2,000 that lie between -1 and 1. */
  const score = (step: number, points: readonly number[]): number => {
    const scorer = new Scorer(step);
    let seed = 7;
    const next = (): number => (seed = (seed * 16807) % 2147483647) / 1073741823.5 - 1;
    for (let index = 0; index < 2000; index++) {
      const point = (next() + next() + next()) / 3;
      scorer.push(point);
      scorer.remember(point);
    }
    scorer.calibrate(1e-4);
    for (const point of points) scorer.push(point);
    return scorer.score(points.at(-1)!);
  };

  it('sees a burst of some hours on hourly samples, which no point alone shows', () => {
    const burst = [0.9, 0.9, 0.9];
    assert.ok(score(HOUR, burst) > 1.05 * score(HOUR / 4, burst), `${score(HOUR, burst)} ${score(HOUR / 4, burst)}`);
    const fall = burst.map((point) => -point);
    assert.ok(score(HOUR, fall) < 1.05 * score(HOUR / 4, fall));
  });

  it('and nothing in one leap', () => assert.equal(score(HOUR, [0.1, -0.1, 2]), score(HOUR / 4, [0.1, -0.1, 2])));
});
