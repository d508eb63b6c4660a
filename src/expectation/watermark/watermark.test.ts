import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../deviation.ts';
import { EMPTY_WATERMARK, restoreWatermark, stepWatermark, type Watermark } from './watermark.ts';

const MINUTE = 60_000;
const plain = (template: string): string => template;
const mark = (given: Partial<Watermark>): Watermark => ({
  name: 'w',
  expr: 'x',
  for: 0,
  labels: {},
  annotations: {},
  ...given,
});
const at = (value: number | null): Sample[] =>
  value === null ? [] : [{ labels: { __name__: 'x', city: 'berlin' }, value }];

function play(given: Watermark, values: readonly (number | null)[]): string[] {
  let state = EMPTY_WATERMARK;
  return values.flatMap((value, index) => {
    const result = stepWatermark(given, state, at(value), index * MINUTE, plain);
    state = result.state;
    return result.transitions.map(({ to, deviation }) => `${index} ${to} ${deviation.labels['severity']}`);
  });
}

describe('watermarks', () => {
  it('open beyond the mark and close only at clear', () => {
    const low = mark({ low: { critical: 150, clear: 400 } });
    assert.deepEqual(play(low, [500, 150, 149, 200, 399, 400]), ['2 firing critical', '5 resolved critical']);
    const high = mark({ high: { critical: 90, clear: 70 } });
    assert.deepEqual(play(high, [90, 91, 80, 71, 70]), ['1 firing critical', '4 resolved critical']);
  });

  it('without clear they close at the mark that opened them', () => {
    assert.deepEqual(play(mark({ high: { warning: 80 } }), [81, 80, 81]), [
      '0 firing warning',
      '1 resolved warning',
      '2 firing warning',
    ]);
  });

  it('get worse, and stay critical until clear', () => {
    const given = mark({ high: { warning: 80, critical: 90, clear: 70 } });
    assert.deepEqual(play(given, [85, 95, 85, 69]), [
      '0 firing warning',
      '1 resolved warning',
      '1 firing critical',
      '3 resolved critical',
    ]);
  });

  it('wait for their time', () => {
    const given = mark({ low: { critical: 10 }, for: 2 * MINUTE });
    assert.deepEqual(play(given, [5, 5, 5, 20]), ['0 pending critical', '2 firing critical', '3 resolved critical']);
    assert.deepEqual(play(given, [5, 20, 5]), ['0 pending critical', '1 resolved critical', '2 pending critical']);
  });

  it('silence is not recovery', () => {
    assert.deepEqual(play(mark({ low: { critical: 10 } }), [5, null, null, 5, 20]), [
      '0 firing critical',
      '4 resolved critical',
    ]);
    assert.deepEqual(play(mark({ low: { critical: 10 } }), [5, Number.NaN, 20]), [
      '0 firing critical',
      '2 resolved critical',
    ]);
  });

  it('the nodata form is about a series that was there, and about none at all', () => {
    const given = mark({ nodata: { severity: 'critical' }, for: MINUTE });
    assert.deepEqual(play(given, [1, null, null, 1]), [
      '1 pending critical',
      '2 firing critical',
      '3 resolved critical',
    ]);
    assert.deepEqual(play(given, [null, null, 1]), ['0 pending critical', '1 firing critical', '2 resolved critical']);
  });

  it('a severity of its own wins, and the label side tells which', () => {
    const result = stepWatermark(
      mark({ low: { critical: 10 }, labels: { severity: 'page' } }),
      EMPTY_WATERMARK,
      at(5),
      0,
      plain,
    );
    assert.deepEqual(result.active[0]!.labels, { city: 'berlin', alertname: 'w', severity: 'page', side: 'low' });
  });

  it('go on after a restart with their hysteresis and their waiting', () => {
    const given = mark({ low: { critical: 150, clear: 400 }, for: 3 * MINUTE, labels: { service: 'v' } });
    const before = stepWatermark(given, EMPTY_WATERMARK, at(100), 0, plain);
    const restored = restoreWatermark(given, before.active, MINUTE);
    const after = stepWatermark(given, restored, at(300), 3 * MINUTE, plain);
    assert.deepEqual(
      after.transitions.map(({ to }) => to),
      ['firing'],
    );
    const cleared = stepWatermark(given, after.state, at(401), 4 * MINUTE, plain);
    assert.deepEqual(
      cleared.transitions.map(({ to }) => to),
      ['resolved'],
    );
    assert.equal(cleared.active.length, 0);
  });

  it('for any values: open exactly while the hysteresis says so', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 }), (values) => {
        let state = EMPTY_WATERMARK;
        let open = false;
        values.forEach((value, index) => {
          const result = stepWatermark(
            mark({ high: { critical: 80, clear: 50 } }),
            state,
            at(value),
            index * MINUTE,
            plain,
          );
          state = result.state;
          open = open ? value > 50 : value > 80;
          assert.equal(result.active.length > 0, open);
        });
      }),
    );
  });

  it('have other marks for some series and parts of the day; the last exception that fits counts', () => {
    const given = mark({
      low: { critical: 10 },
      except: [
        { part: ['night'], labels: {}, low: { critical: 2 } },
        { part: [], labels: { city: 'potsdam' }, low: 'off' },
        { part: ['evening'], labels: { city: 'potsdam' }, low: { warning: 4 } },
      ],
    });
    const severities = (hour: number, value: number): string[] => {
      const vector = ['berlin', 'potsdam'].map((city) => ({ labels: { city }, value }));
      const { active } = stepWatermark(given, EMPTY_WATERMARK, vector, hour * 60 * MINUTE, plain, () => 'Asia/Kolkata');
      return active.map(({ labels }) => `${labels['city']} ${labels['severity']}`);
    };
    // 6:00 UTC is half past eleven in Kolkata, 12:00 is half past five in the evening, 19:00 is after midnight.
    assert.deepEqual(severities(6, 3), ['berlin critical']);
    assert.deepEqual(severities(12, 3), ['berlin critical', 'potsdam warning']);
    assert.deepEqual(severities(19, 3), []);
    assert.deepEqual(severities(19, 1), ['berlin critical']);
  });

  it('an alarm of the evening closes in the night by the marks of the night', () => {
    const given = mark({ low: { critical: 10 }, except: [{ part: ['night'], labels: {}, low: { critical: 2 } }] });
    const evening = stepWatermark(given, EMPTY_WATERMARK, at(5), 21.9 * 60 * MINUTE, plain);
    assert.equal(evening.active.length, 1);
    const night = stepWatermark(given, evening.state, at(5), 22 * 60 * MINUTE, plain);
    assert.deepEqual(night.active, []);
  });

  it('a flat line is a value that repeats for so long, and ends when it moves', () => {
    const given = mark({ flatline: { severity: 'warning', for: 3 * MINUTE } });
    assert.deepEqual(play(given, [1, 2, 2, 2, 2, 2, 3, 3]), ['4 firing warning', '6 resolved warning']);
    assert.deepEqual(play(given, [2, 2, null, null, 2, 2, 3]), [], 'silence is no standing still');
    assert.deepEqual(play(given, [2, 2, 2, 2, null, 2, 5]), ['3 firing warning', '6 resolved warning']);
  });

  it('a flat line goes on after a restart with the time it has lasted', () => {
    const given = mark({ flatline: { severity: 'warning', for: 3 * MINUTE } });
    let state = EMPTY_WATERMARK;
    for (let minute = 0; minute <= 4; minute++)
      state = stepWatermark(given, state, at(7), minute * MINUTE, plain).state;
    const stored = [...state.tracks.values()].flatMap(({ deviation }) => deviation ?? []);
    assert.equal(stored[0]!.activeAt, 0);
    const again = stepWatermark(given, restoreWatermark(given, stored, 5 * MINUTE), at(7), 6 * MINUTE, plain);
    assert.deepEqual(again.transitions, []);
    assert.equal(again.active.length, 1);
  });

  it('nodata waits for its own time', () => {
    const given = mark({ low: { critical: 1 }, nodata: { severity: 'warning', for: 2 * MINUTE } });
    assert.deepEqual(play(given, [5, null, null, null, 0]), [
      '1 pending warning',
      '3 firing warning',
      '4 resolved warning',
      '4 firing critical',
    ]);
  });
});
