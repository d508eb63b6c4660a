import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Band, type BandState } from './band.ts';
import type { BandOptions, DayLike } from './options.ts';
import type { Reading } from './reading.ts';
import { demand, dice, type Point } from '../../../test/support/demand.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = HOUR / 2;
const START = Date.UTC(2026, 0, 5);

function fitted(
  points: readonly Point[],
  zone: string,
  given: Partial<BandOptions> = {},
  dayLike: DayLike | null = null,
): Band {
  const history = { times: points.map(({ time }) => time), values: points.map(({ value }) => value) };
  return Band.fit(history, zone, { step: STEP, ...given }, dayLike);
}

const run = (band: Band, points: readonly Point[]): Reading[] =>
  points.map(({ time, value }) => band.next(time, value));
const bad = (readings: readonly Reading[]): Reading[] => readings.filter(({ state }) => state !== 'ok');

/** Four weeks of history and one more week, which `change` may alter. */
function week(
  zone: string,
  change: (point: Point, index: number) => number = ({ value }) => value,
  seed = 1,
  from = START,
): { band: Band; after: Point[] } {
  const points = demand(zone, from, 35, seed);
  const split = 28 * 48;
  const after = points.slice(split).map((point, index) => ({ time: point.time, value: change(point, index) }));
  return { band: fitted(points.slice(0, split), zone), after };
}

describe('the band', () => {
  it('finds the week in demand, and says nothing in an ordinary week', () => {
    const { band, after } = week('Europe/Berlin');
    const readings = run(band, after);
    assert.equal(band.season, 'week');
    assert.deepEqual(bad(readings), []);
    const inside =
      readings.filter(({ value, lower, upper }) => value >= lower && value <= upper).length / readings.length;
    assert.ok(inside > 0.88, `${inside} inside`);
    for (const { value, expected } of readings) assert.ok(Math.abs(value - expected) < 0.35 * expected);
  });

  it('sees a fall to nothing at once and at any hour, and its end within three values', () => {
    for (const hour of [3, 9, 14, 18, 23]) {
      const from = 2 * 48 + hour * 2;
      const { band, after } = week('Europe/Berlin', ({ value }, index) =>
        index >= from && index < from + 8 ? 0 : value,
      );
      const states = run(band, after).map(({ state }) => state);
      assert.equal(states[from - 1], 'ok');
      assert.equal(states[from], 'below', `at ${hour}`);
      assert.equal(states[from + 7], 'below');
      assert.ok(states.slice(from + 8, from + 12).includes('ok'), `at ${hour} it closes`);
    }
  });

  it('sees half of the demand missing, and twice of it, within two values', () => {
    for (const [factor, want] of [
      [0.5, 'below'],
      [2, 'above'],
    ] as const) {
      const { band, after } = week('Europe/Berlin', ({ value }, index) =>
        index >= 130 && index < 142 ? value * factor : value,
      );
      const states = run(band, after).map(({ state }) => state);
      assert.ok(states.slice(130, 133).includes(want), `${factor}: ${states.slice(130, 142).join()}`);
    }
  });

  it('learns nothing from an alarm: the level after it is the level before it', () => {
    const { band, after } = week('Europe/Berlin', ({ value }, index) =>
      index >= 100 && index < 148 ? value * 0.2 : value,
    );
    const twin = week('Europe/Berlin');
    const [hit, whole] = [run(band, after), run(twin.band, twin.after)];
    for (const index of [150, 160, 200, 250]) {
      const share = hit[index]!.expected / whole[index]!.expected;
      assert.ok(share > 0.85 && share < 1.15, `${share} at ${index}`);
    }
  });

  it('takes as the new level what lasts longer than accept_after', () => {
    const points = demand('UTC', START, 49);
    const split = 28 * 48;
    const band = fitted(points.slice(0, split), 'UTC', { acceptAfter: 2 * DAY });
    const after = points.slice(split).map(({ time, value }) => ({ time, value: value * 3 }));
    const readings = run(band, after);
    assert.equal(readings[20]!.state, 'above');
    assert.match(readings[3 * 48]!.reason, /learnt as the new level/);
    assert.equal(readings.at(-1)!.state, 'ok');
  });

  it('deviations smaller than what is asked for are none', () => {
    const { after } = week('UTC', ({ value }, index) => (index >= 130 && index < 142 ? value * 0.5 : value));
    const history = demand('UTC', START, 28);
    assert.notDeepEqual(bad(run(fitted(history, 'UTC'), after)), []);
    assert.deepEqual(bad(run(fitted(history, 'UTC', { minAbsolute: 200 }), after)), []);
    assert.deepEqual(bad(run(fitted(history, 'UTC', { minRelative: 0.8 }), after)), []);
  });

  it('is learning until there is enough history, then judges', () => {
    const points = demand('UTC', START, 21);
    const band = Band.fit({ times: [], values: [] }, 'UTC', { step: STEP, learn: 14 * DAY });
    const states = run(band, points).map(({ state }) => state);
    assert.ok(states.slice(0, 14 * 48).every((state) => state === 'learning'));
    assert.ok(states.slice(14 * 48).every((state) => state === 'ok'));
  });

  it('a forecast is there before the value, and honest about knowing nothing', () => {
    const { band, after } = week('UTC');
    const { expected, lower, upper } = band.forecast(after[20]!.time);
    assert.ok(lower < expected && expected < upper);
    assert.ok(Math.abs(expected - after[20]!.value) < 0.4 * expected);
    const nothing = Band.fit({ times: [], values: [] }, 'UTC', { step: STEP });
    assert.ok(Number.isNaN(nothing.forecast(START).expected));
  });

  it('a holiday that is like a Sunday is expected to be one', () => {
    const points = demand('UTC', START, 35);
    // Tuesday of the fifth week brings the demand of a Sunday.
    const tuesday = 29;
    const sunday = points.slice(27 * 48, 28 * 48);
    const date = new Date(START + tuesday * DAY).toISOString().slice(0, 10);
    const after = points.slice(28 * 48).map((point, index) => {
      const at = index - 48;
      return at >= 0 && at < 48 ? { time: point.time, value: sunday[at]!.value } : point;
    });
    const history = points.slice(0, 28 * 48);
    assert.notDeepEqual(bad(run(fitted(history, 'UTC'), after)), []);
    assert.deepEqual(
      bad(
        run(
          fitted(history, 'UTC', {}, (day) => (day === date ? 7 : null)),
          after,
        ),
      ),
      [],
    );
  });
});

describe('few bookings a minute', () => {
  const MINUTE = 60_000;
  const rate = (time: number): number => 14 + 9 * Math.sin(((time / HOUR - 9) / 24) * 2 * Math.PI);
  /** Counts as they fall by chance around the rate (Poisson, by inversion). */
  const counts = (from: number, days: number, seed: number, left: (time: number) => number): Point[] => {
    const random = dice(seed);
    return Array.from({ length: days * 1440 }, (_, index) => {
      const time = from + index * MINUTE;
      const mean = rate(time) * left(time);
      let [value, chance, rest] = [0, Math.exp(-mean), random()];
      while (rest > chance && value < 200) {
        rest -= chance;
        chance *= mean / ++value;
      }
      return { time, value };
    });
  };
  const whole = (): number => 1;
  const history = counts(START, 28, 3, whole);
  const noon = START + 29 * DAY + 12 * HOUR;

  it('raise hardly an alarm by chance', () => {
    const readings = run(
      fitted(history, 'UTC', { step: MINUTE, minAbsolute: 3 }),
      counts(START + 28 * DAY, 4, 4, whole),
    );
    assert.ok(bad(readings).length < 0.005 * readings.length, `${bad(readings).length} minutes`);
  });

  it('and two thirds of them missing is seen within ten minutes', () => {
    const after = counts(START + 28 * DAY, 2, 4, (time) => (time >= noon && time < noon + HOUR ? 0.33 : 1));
    const readings = run(fitted(history, 'UTC', { step: MINUTE, minAbsolute: 3 }), after);
    const seen = readings.find(({ time, state }) => time >= noon && state === 'below');
    assert.ok(seen && seen.time - noon <= 10 * MINUTE, `seen at ${seen?.time}`);
  });
});

describe('silence and values that stand still', () => {
  it('is no data after a while, and ok again with the first value', () => {
    const { band, after } = week('UTC');
    const states = after
      .slice(0, 40)
      .map(({ time, value }, index) => band.next(time, index >= 10 && index < 20 ? Number.NaN : value).state);
    assert.equal(states[10], 'ok');
    assert.equal(states[11], 'ok');
    assert.equal(states[12], 'nodata');
    assert.equal(states[19], 'nodata');
    assert.ok(states.slice(20).every((state) => state === 'ok'));
  });

  it('a value that stands still against its habit is no data, until it moves', () => {
    const random = dice(5);
    const points = Array.from({ length: 30 * 48 }, (_, index) => ({
      time: START + index * STEP,
      value: 90 + 20 * random(),
    }));
    const band = fitted(points.slice(0, 28 * 48), 'UTC');
    const after = points
      .slice(28 * 48)
      .map((point, index) => (index >= 20 && index < 50 ? { ...point, value: 100 } : point));
    const readings = run(band, after);
    const states = readings.map(({ state }) => state);
    assert.equal(states[30], 'ok');
    assert.equal(states[31], 'nodata');
    assert.match(readings[31]!.reason, /has not moved 12 times/);
    assert.equal(readings[40]!.since, after[20]!.time);
    assert.ok(states.slice(50).every((state) => state === 'ok'));
  });

  it('a series that is constant by habit is ok', () => {
    const constant = Array.from({ length: 35 * 48 }, (_, index) => ({ time: START + index * STEP, value: 7 }));
    assert.deepEqual(bad(run(fitted(constant.slice(0, 28 * 48), 'UTC'), constant.slice(28 * 48))), []);
  });

  it('a series of nothing alarms at something, and no number is lost on it', () => {
    const zeros = Array.from({ length: 28 * 48 }, (_, index) => ({ time: START + index * STEP, value: 0 }));
    const band = fitted(zeros, 'UTC');
    const quiet = band.next(START + 28 * DAY, 0);
    assert.equal(quiet.state, 'ok');
    const loud = band.next(START + 28 * DAY + STEP, 50);
    assert.equal(loud.state, 'above');
    for (const number of [loud.expected, loud.lower, loud.upper, loud.score]) assert.ok(Number.isFinite(number));
  });
});

describe('clocks that change', () => {
  const cases: [zone: string, title: string, day: number][] = [
    ['Europe/Berlin', 'spring', Date.UTC(2026, 2, 29)],
    ['Europe/Berlin', 'autumn', Date.UTC(2026, 9, 25)],
    ['America/New_York', 'spring', Date.UTC(2026, 2, 8)],
    ['America/New_York', 'autumn', Date.UTC(2026, 10, 1)],
  ];
  for (const [zone, title, day] of cases) {
    it(`${zone} in ${title} raises no alarm`, () => {
      for (const seed of [1, 2, 3]) {
        const points = demand(zone, day - 31 * DAY, 38, seed);
        const split = 28 * 48;
        assert.deepEqual(bad(run(fitted(points.slice(0, split), zone), points.slice(split))), []);
      }
    });
  }

  it('without the zone of the city it would: the test above can fail', () => {
    const day = Date.UTC(2026, 2, 29);
    const points = demand('Europe/Berlin', day - 31 * DAY, 38);
    assert.notDeepEqual(bad(run(fitted(points.slice(0, 28 * 48), 'UTC'), points.slice(28 * 48))), []);
  });
});

describe('laws of the band', () => {
  const outage = (from: number, length: number, factor: number) => (point: Point, index: number) =>
    index >= from && index < from + length ? point.value * factor : point.value;
  const anyOutage = fc.record({
    seed: fc.integer({ min: 1, max: 50 }),
    from: fc.integer({ min: 12, max: 300 }),
    length: fc.integer({ min: 1, max: 20 }),
    factor: fc.constantFrom(0, 0.3, 1, 1.8),
  });
  const runs = { numRuns: 12 };

  it('shifting by whole weeks shifts the alarms', () => {
    fc.assert(
      fc.property(anyOutage, fc.integer({ min: 1, max: 200 }), ({ seed, from, length, factor }, weeks) => {
        const change = outage(from, length, factor);
        const [here, there] = [week('UTC', change, seed), week('UTC', change, seed, START + weeks * 7 * DAY)];
        const states = (readings: readonly Reading[]) => readings.map(({ state, expected }) => [state, expected]);
        assert.deepEqual(states(run(here.band, here.after)), states(run(there.band, there.after)));
      }),
      runs,
    );
  });

  it('scaling the values scales the band and leaves the alarms', () => {
    fc.assert(
      fc.property(anyOutage, fc.constantFrom(0.001, 0.5, 4, 1024), ({ seed, from, length, factor }, scale) => {
        const change = outage(from, length, factor);
        const points = demand('UTC', START, 28, seed);
        const after = week('UTC', change, seed).after;
        const scaled = (list: readonly Point[]) => list.map(({ time, value }) => ({ time, value: value * scale }));
        const plain = run(fitted(points, 'UTC'), after);
        const large = run(fitted(scaled(points), 'UTC'), scaled(after));
        plain.forEach((reading, index) => {
          assert.equal(large[index]!.state, reading.state);
          for (const key of ['expected', 'lower', 'upper'] as const) {
            assert.ok(
              Math.abs(large[index]![key] - reading[key] * scale) <= 1e-6 * scale * (1 + Math.abs(reading[key])),
            );
          }
        });
      }),
      runs,
    );
  });

  it('a gap never becomes a false alarm', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 330 }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        (seed, from, length, told) => {
          const { band, after } = week('UTC', undefined, seed);
          const readings = after.flatMap((point, index) => {
            const gone = index >= from && index < from + length;
            if (gone && !told) return [];
            return [band.next(point.time, gone ? Number.NaN : point.value)];
          });
          for (const { state, time } of readings)
            assert.ok(state === 'ok' || state === 'nodata', `${state} at ${new Date(time).toISOString()}`);
          assert.ok(readings.every(({ state, value }) => state !== 'nodata' || Number.isNaN(value)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('a band put away and taken out again goes on as if nothing had been', () => {
    fc.assert(
      fc.property(anyOutage, fc.integer({ min: 1, max: 330 }), ({ seed, from, length, factor }, cut) => {
        const { band, after } = week('UTC', outage(from, length, factor), seed);
        const twin = week('UTC', outage(from, length, factor), seed).band;
        run(band, after.slice(0, cut));
        const put = JSON.parse(JSON.stringify(band.toState())) as BandState;
        const taken = Band.restore(put);
        const direct = run(twin, after).slice(cut);
        const states = run(taken, after.slice(cut)).map(({ state }) => state);
        const same = states.filter((state, index) => state === direct[index]!.state).length;
        // The profile is learnt anew at the restart and not at the last midnight, which may move a limit by a hair.
        assert.ok(same >= states.length - 6, `${states.length - same} differ`);
      }),
      runs,
    );
  });
});
