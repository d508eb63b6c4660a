import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readTopic, readVehicleMessage, type VehicleMessage } from './message.ts';
import { FleetSeries } from './series.ts';
import { FleetState, nearestCity } from './state.ts';

/** The words of a refusal; nothing where it was none. */
const refusal = (read: unknown): string => (typeof read === 'string' ? read : '');

const NOW = Date.UTC(2026, 8, 15, 10);
const MINUTE = 60_000;
const LIMITS = { silentAfter: 10 * MINUTE, forgetAfter: 24 * 60 * MINUTE, maxVehicles: 1000, maxValues: 3 };
const CITIES = [
  { name: 'berlin', lat: 52.52, lon: 13.405 },
  { name: 'lisbon', lat: 38.722, lon: -9.139 },
];
const telemetry = (vehicle: string, change: Partial<VehicleMessage> = {}): VehicleMessage => ({
  vehicle,
  kind: 'telemetry',
  at: NOW,
  seq: 1,
  carrier: 'north',
  city: 'berlin',
  firmware: '4.2',
  place: null,
  online: null,
  ...change,
});
const status = (vehicle: string, online: boolean): VehicleMessage =>
  telemetry(vehicle, { kind: 'status', online, at: null, seq: null });
const sums = (state: FleetState, now: number) => {
  const rows = state.counts(now);
  return [rows.reduce((sum, { total }) => sum + total, 0), rows.reduce((sum, { silent }) => sum + silent, 0)];
};

describe('what a vehicle tells', () => {
  const read = (payload: string, kind: 'telemetry' | 'status' = 'telemetry') =>
    readVehicleMessage({ vehicle: 'V1', kind }, payload, NOW);

  it('is read by topic', () => {
    assert.deepEqual(readTopic('kiez/vehicles/V1/telemetry', 'kiez'), { vehicle: 'V1', kind: 'telemetry' });
    for (const other of [
      'kiez/vehicles/V1',
      'kiez/vehicles//telemetry',
      'kiez/vehicles/V1/telemetry/x',
      'other/vehicles/V1/telemetry',
      'kiez/vehicles/V1/position',
    ]) {
      assert.equal(readTopic(other, 'kiez'), null, other);
    }
  });

  it('has a time in milliseconds, seconds or RFC 3339; one far ahead is not believed', () => {
    const at = (ts: unknown) => {
      const message = read(JSON.stringify({ ts }));
      return typeof message === 'string' ? message : message.at;
    };
    assert.equal(at(NOW - 5), NOW - 5);
    assert.equal(at(NOW / 1000 - 5), NOW - 5000);
    assert.equal(at('2026-09-15T09:59:59Z'), NOW - 1000);
    assert.equal(at(NOW + 10 * MINUTE), null, 'its clock is wrong');
    assert.equal(at(undefined), null);
    assert.match(refusal(at('yesterday')), /ts is no instant/);
  });

  it('may be a status of one word, and nonsense is named', () => {
    assert.equal((read('offline', 'status') as VehicleMessage).online, false);
    assert.equal((read('{"status":"online"}', 'status') as VehicleMessage).online, true);
    assert.match(refusal(read('asleep', 'status')), /not JSON/);
    assert.match(refusal(read('{"status":"asleep"}', 'status')), /neither online nor offline/);
    assert.match(refusal(read('[1]')), /no object/);
    assert.match(refusal(read(`{"x":"${'x'.repeat(70_000)}"}`)), /longer/);
  });
});

describe('the fleet', () => {
  it('counts who is there and who is silent', () => {
    const state = new FleetState(LIMITS);
    state.take(telemetry('a'), NOW);
    state.take(telemetry('b', { carrier: 'south' }), NOW);
    assert.deepEqual(sums(state, NOW), [2, 0]);
    state.take(telemetry('a', { at: NOW + 9 * MINUTE, seq: 2 }), NOW + 9 * MINUTE);
    assert.deepEqual(
      state.counts(NOW + 11 * MINUTE).map(({ carrier, total, silent }) => [carrier, total, silent]),
      [
        ['north', 1, 0],
        ['south', 1, 1],
      ],
    );
    assert.deepEqual(sums(state, NOW + 25 * 60 * MINUTE), [0, 0], 'forgotten');
  });

  it('takes a message once, and a late one moves nothing back', () => {
    const state = new FleetState(LIMITS);
    assert.equal(state.take(telemetry('a'), NOW), 'taken');
    assert.equal(state.take(telemetry('a'), NOW + 1), 'duplicate');
    assert.equal(state.take(telemetry('a', { at: NOW + MINUTE, seq: 2 }), NOW + MINUTE), 'taken');
    assert.equal(state.take(telemetry('a', { carrier: 'south' }), NOW + 2 * MINUTE), 'late', 'queued on the way');
    assert.deepEqual(
      state.counts(NOW + 2 * MINUTE).map(({ carrier }) => carrier),
      ['north'],
    );
    assert.equal(state.take(telemetry('a', { at: null, seq: null }), NOW + 3 * MINUTE), 'taken');
  });

  it('ends the same however messages are shuffled and repeated', () => {
    const times = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.func(fc.integer()), (offsets, order) => {
        const messages = offsets.map((offset) => telemetry('a', { at: NOW + offset * MINUTE, seq: offset }));
        const shuffled = [...messages, ...messages].toSorted((a, b) => order(a.seq) - order(b.seq));
        const state = new FleetState(LIMITS);
        const arrived = NOW + 40 * MINUTE;
        for (const message of shuffled) state.take(message, arrived);
        const newest = NOW + Math.max(...offsets) * MINUTE;
        assert.equal(state.isSilent('a', newest + LIMITS.silentAfter), false);
        assert.equal(state.isSilent('a', newest + LIMITS.silentAfter + 1), true);
      }),
    );
  });

  it('is told of a last will at once, and what was said before it does not bring the vehicle back', () => {
    const state = new FleetState(LIMITS);
    state.take(telemetry('a'), NOW);
    assert.equal(state.take(status('a', false), NOW + MINUTE), 'taken');
    assert.equal(state.isSilent('a', NOW + MINUTE), true);
    state.take(telemetry('a', { at: NOW + 30_000, seq: 2 }), NOW + 2 * MINUTE);
    assert.equal(state.isSilent('a', NOW + 2 * MINUTE), true, 'it was on the way when the will came');
    state.take(telemetry('a', { at: NOW + 3 * MINUTE, seq: 3 }), NOW + 3 * MINUTE);
    assert.equal(state.isSilent('a', NOW + 3 * MINUTE), false);
  });

  it('keeps labels bounded and vehicles too', () => {
    const state = new FleetState({ ...LIMITS, maxVehicles: 6 });
    for (let n = 0; n < 6; n++) state.take(telemetry(`v${n}`, { firmware: `build-${n}` }), NOW);
    assert.equal(state.take(telemetry('one too many'), NOW), 'refused');
    const firmwares = new Set(state.counts(NOW).map(({ firmware }) => firmware));
    assert.deepEqual([...firmwares].sort(), ['build-0', 'build-1', 'build-2', 'other']);
    assert.deepEqual(sums(state, NOW), [6, 0], 'nobody is lost by it');
  });

  it('knows the city of a position, and nothing more of it', () => {
    assert.equal(nearestCity(CITIES, 52.4, 13.1), 'berlin');
    assert.equal(nearestCity(CITIES, 50, 10), null);
    const state = new FleetState(LIMITS, CITIES);
    state.take(telemetry('a', { city: null, place: { lat: 38.7, lon: -9.2 } }), NOW);
    assert.deepEqual(
      state.counts(NOW).map(({ city }) => city),
      ['lisbon'],
    );
  });

  it('becomes series without the name of a vehicle; those of what is gone end', () => {
    const state = new FleetState(LIMITS);
    const series = new FleetSeries(state);
    state.take(telemetry('WVWZZZ1JZXW000001'), NOW);
    series.count('telemetry', 'taken', 1500);
    const first = series.flush(NOW);
    assert.equal(first.sampleEnd.length, 6, 'two counts, one counter, three quantiles');
    assert.doesNotMatch(Buffer.from(first.labelBytes).toString('latin1'), /WVWZZZ/);
    state.take(telemetry('WVWZZZ1JZXW000001', { firmware: '5.0', at: NOW + 1, seq: 2 }), NOW + 1);
    const second = series.flush(NOW + 30_000);
    const stale = [...second.bits].filter(
      (word, index) => index % 2 === 0 && word === 2 && second.bits[index + 1] === 0x7ff00000,
    );
    assert.equal(stale.length, 5, 'the old firmware and the delays end');
  });
});
