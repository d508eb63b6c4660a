/** What each view of the band sees and what it lets pass: drifts, leaps, days that run late, series of mostly nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { demand, dice, type Point } from '../../../test/support/demand.ts';
import { Band, type BandState } from './band.ts';
import type { Reading } from './reading.ts';
import { Scorer } from './score.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = HOUR / 2;
const PER_DAY = 48;
const START = Date.UTC(2026, 0, 5);

function fitted(points: readonly Point[], step = STEP, zone = 'UTC'): Band {
  return Band.fit({ times: points.map(({ time }) => time), values: points.map(({ value }) => value) }, zone, { step });
}
const run = (band: Band, points: readonly Point[]): Reading[] =>
  points.map(({ time, value }) => band.next(time, value));
const bad = (readings: readonly Reading[]): Reading[] => readings.filter(({ state }) => state !== 'ok');

/** Four weeks of history, and what comes after with a change. */
function after(change: (point: Point, index: number) => number, days = 7, seed = 1): { band: Band; later: Point[] } {
  const points = demand('UTC', START, 28 + days, seed);
  const split = 28 * PER_DAY;
  const later = points.slice(split).map((point, index) => ({ time: point.time, value: change(point, index) }));
  return { band: fitted(points.slice(0, split)), later };
}

describe('the slow view', () => {
  /** Demand runs dry over a day, so slowly that each value is near the one before. */
  const drift = ({ value }: Point, index: number): number =>
    value * (1 - 0.7 * Math.min(1, Math.max(0, (index - PER_DAY) / PER_DAY)));

  it('sees demand that runs dry over a day, and names the level of last week', () => {
    const { band, later } = after(drift, 3);
    const readings = run(band, later);
    const first = readings.findIndex(({ state }) => state === 'below');
    assert.ok(first > PER_DAY && first < 2 * PER_DAY, `seen at ${first}`);
    const usual = demand('UTC', START, 31).slice(28 * PER_DAY);
    for (const index of [first, first + 6, 2 * PER_DAY + 10]) {
      const { state, expected } = readings[index]!;
      assert.equal(state, 'below');
      assert.ok(Math.abs(expected - usual[index]!.value) < 0.3 * usual[index]!.value, `${expected} at ${index}`);
    }
  });

  it('closes when demand comes back, and not before', () => {
    const { band, later } = after((point, index) => (index < 2.5 * PER_DAY ? drift(point, index) : point.value), 4);
    const states = run(band, later).map(({ state }) => state);
    assert.equal(states[2.5 * PER_DAY - 1], 'below');
    assert.ok(states.slice(2.5 * PER_DAY + 7).every((state) => state === 'ok'));
  });

  it('takes the new level when it stays, and is silent from then on', () => {
    const { band, later } = after(drift, 20);
    const states = run(band, later).map(({ state }) => state);
    const last = states.lastIndexOf('below');
    assert.ok(last > 0 && last < 9 * PER_DAY, `still below after ${last / PER_DAY} days`);
    assert.ok(states.slice(10 * PER_DAY).every((state) => state === 'ok'));
  });

  it('goes on after a restart with the level it holds', () => {
    const { band, later } = after(drift, 3);
    run(band, later.slice(0, 2 * PER_DAY));
    const again = Band.restore(JSON.parse(JSON.stringify(band.toState())) as BandState);
    const [here, there] = [run(band, later.slice(2 * PER_DAY)), run(again, later.slice(2 * PER_DAY))];
    assert.equal(there[0]!.state, 'below');
    assert.ok(Math.abs(there[5]!.expected - here[5]!.expected) < 0.1 * here[5]!.expected);
  });

  it('says nothing to a day of a tenth more or less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0.9, 1.1), (seed, factor) => {
        const { band, later } = after(
          ({ value }, index) => (index >= PER_DAY && index < 2 * PER_DAY ? value * factor : value),
          4,
          seed,
        );
        assert.deepEqual(bad(run(band, later)), []);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a normal peak day stays silent', () => {
  it('with each rush hour up to a tenth higher than usual', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 4 }),
        fc.double({ min: 1, max: 1.1, noNaN: true }),
        (seed, day, factor) => {
          const { band, later } = after(
            (point, index) => {
              const hour = (index % PER_DAY) / 2;
              const rush =
                Math.floor(index / PER_DAY) === day && ((hour >= 7 && hour < 10) || (hour >= 16 && hour < 20));
              return rush ? point.value * factor : point.value;
            },
            6,
            seed,
          );
          assert.deepEqual(bad(run(band, later)), []);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('and twice of it does not', () => {
    const { band, later } = after(({ value }, index) => (index >= 34 && index < 40 ? 2 * value : value));
    assert.ok(run(band, later).some(({ state }) => state === 'above'));
  });
});

describe('a day that runs some minutes late', () => {
  const MINUTES = 5 * 60_000;
  /** A plant that works from eight to four: its level jumps. */
  const shift = (days: number, from: number, late: number): Point[] => {
    const random = dice(9);
    return Array.from({ length: (days * DAY) / MINUTES }, (_, index) => {
      const time = from + index * MINUTES;
      const hour = ((time - late) % DAY) / HOUR;
      return { time, value: (hour >= 8 && hour < 16 ? 90 : 20) + random() };
    });
  };

  it('is none to speak of, two hours are', () => {
    const history = shift(28, START, 0);
    const later = (late: number): Point[] => shift(2, START + 28 * DAY, late);
    assert.deepEqual(bad(run(fitted(history, MINUTES), later(5 * 60_000))), []);
    assert.notDeepEqual(bad(run(fitted(history, MINUTES), later(2 * HOUR))), []);
  });
});

describe('series of mostly nothing', () => {
  /** One call in some twenty half-hours takes about a hundred. */
  const calls = (days: number, from: number, seed: number, large = 1): Point[] => {
    const random = dice(seed);
    return Array.from({ length: days * PER_DAY }, (_, index) => ({
      time: from + index * STEP,
      value: random() < 0.05 ? (80 + 40 * random()) * large : 0,
    }));
  };

  it('are judged by the size of what comes when something comes', () => {
    const band = fitted(calls(28, START, 3));
    assert.deepEqual(bad(run(band, calls(4, START + 28 * DAY, 4))), []);
    const loud = run(fitted(calls(28, START, 3)), calls(4, START + 28 * DAY, 4, 12));
    assert.ok(loud.some(({ state }) => state === 'above'));
  });

  it('what leaps often must leap higher to alarm', () => {
    const random = dice(2);
    const scorer = new Scorer(60_000);
    for (let index = 0; index < 2000; index++) {
      const point = random() + random() - 1;
      scorer.push(point);
      scorer.remember(point);
    }
    scorer.calibrate(1e-4);
    const before = scorer.score(3);
    for (let leap = 0; leap < 40; leap++) scorer.rememberLeap(3);
    scorer.calibrate(1e-4);
    assert.ok(before > 1 && scorer.score(3) < before / 1.5, `${before} and ${scorer.score(3)}`);
    assert.ok(scorer.score(-3) < -1, 'what falls is seen as before');
  });
});

describe('the profile is learnt anew once a day', () => {
  it('at midnight, or as long after it as is asked for', () => {
    const points = demand('UTC', START, 31);
    const split = 28 * PER_DAY;
    const forecasts = [0, 2 * HOUR].map((refitAfter) => {
      const band = Band.fit(
        {
          times: points.slice(0, split).map(({ time }) => time),
          values: points.slice(0, split).map(({ value }) => value),
        },
        'UTC',
        { step: STEP, refitAfter },
      );
      const noon = START + 40 * DAY + 12 * HOUR;
      return points.slice(split, split + 2 * PER_DAY).map(({ time, value }) => {
        band.next(time, value);
        return band.forecast(noon).lower;
      });
    });
    const [atOnce, later] = forecasts as [number[], number[]];
    assert.notEqual(atOnce[PER_DAY + 1], later[PER_DAY + 1], 'an hour after midnight only one has learnt');
    const learnt = (list: readonly number[], index: number): number => Math.abs(list[index]! - list[index - 1]!);
    assert.ok(learnt(atOnce, PER_DAY) > learnt(later, PER_DAY));
    assert.ok(learnt(later, PER_DAY + 4) > learnt(atOnce, PER_DAY + 4));
  });
});
