import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FleetSeries, FleetState } from '../fleet/index.ts';
import { acceptsMds, MdsIntake } from './intake.ts';
import { EVENT_TYPES, isLegal, VEHICLE_STATES } from './machine.ts';

const NOW = Date.UTC(2026, 8, 15, 10);
const MINUTE = 60_000;
const DEVICE = 'c7a1b1de-0000-4000-8000-000000000001';
const make = () => {
  const state = new FleetState({ silentAfter: 10 * MINUTE, forgetAfter: 86_400_000, maxVehicles: 10, maxValues: 5 }, [
    { name: 'berlin', lat: 52.52, lon: 13.4 },
  ]);
  return { state, intake: new MdsIntake(state, new FleetSeries(state), 10) };
};
const event = (at: number, state: string, types: string[], change: object = {}) => ({
  device_id: DEVICE,
  provider_id: 'c7a1b1de-0000-4000-8000-00000000000a',
  event_id: 'c7a1b1de-0000-4000-8000-00000000000b',
  vehicle_state: state,
  event_types: types,
  timestamp: at,
  location: { lat: 52.5, lng: 13.3 },
  ...change,
});

describe('the state machine of car-share', () => {
  it('knows the ways that the specification lists', () => {
    assert.equal(VEHICLE_STATES.length, 8);
    assert.equal(EVENT_TYPES.size, 26);
    const legal: [string, string[], string][] = [
      ['available', ['reservation_start'], 'reserved'],
      ['reserved', ['reservation_stop'], 'stopped'],
      ['stopped', ['trip_start'], 'on_trip'],
      ['on_trip', ['trip_stop'], 'stopped'],
      ['stopped', ['trip_end'], 'available'],
      ['on_trip', ['comms_lost'], 'non_contactable'],
      ['non_contactable', ['comms_restored'], 'on_trip'],
      ['reserved', ['reservation_stop', 'trip_start'], 'on_trip'],
    ];
    for (const [from, types, to] of legal) assert.equal(isLegal(from, types, to), true, `${from} to ${to}`);
    const illegal: [string, string[], string][] = [
      ['available', ['trip_start'], 'on_trip'],
      ['on_trip', ['trip_end'], 'available'],
      ['available', ['comms_lost'], 'available'],
      ['removed', ['service_start'], 'available'],
      ['available', ['flew_away'], 'elsewhere'],
      ['available', [], 'available'],
    ];
    for (const [from, types, to] of illegal) assert.equal(isLegal(from, types, to), false, `${from} to ${to}`);
    assert.equal(isLegal(null, ['trip_start'], 'on_trip'), true, 'from a state that nobody knows');
  });

  it('reaches every state from every other, over some way', () => {
    for (const from of VEHICLE_STATES) {
      const reached = new Set([from]);
      for (let turn = 0; turn < VEHICLE_STATES.length; turn++) {
        for (const state of reached) {
          for (const to of VEHICLE_STATES)
            for (const type of EVENT_TYPES) if (isLegal(state, [type], to)) reached.add(to);
        }
      }
      assert.equal(reached.size, VEHICLE_STATES.length, from);
    }
  });
});

describe('MDS', () => {
  it('makes a vehicle silent by comms_lost and heard by comms_restored, in any order of arrival', () => {
    const { state, intake } = make();
    intake.take('vehicles', [{ device_id: DEVICE, vehicle_attributes: { carrier: 'north' } }], NOW);
    const answer = intake.take(
      'events',
      [event(NOW, 'available', ['service_start']), event(NOW + MINUTE, 'non_contactable', ['comms_lost'])],
      NOW + MINUTE,
    );
    assert.deepEqual([answer.success, answer.total], [2, 2]);
    assert.deepEqual(state.counts(NOW + MINUTE), [
      { carrier: 'north', city: 'berlin', firmware: 'unknown', total: 1, silent: 1 },
    ]);
    intake.take('events', [event(NOW + 2 * MINUTE, 'available', ['comms_restored'])], NOW + 2 * MINUTE);
    assert.equal(state.isSilent(`mds:${DEVICE}`, NOW + 2 * MINUTE), false);
    intake.take('events', [event(NOW + MINUTE, 'non_contactable', ['comms_lost'])], NOW + 3 * MINUTE);
    assert.equal(state.isSilent(`mds:${DEVICE}`, NOW + 3 * MINUTE), false, 'late, and overtaken');
    assert.equal(intake.illegal, 0);
    intake.take('events', [event(NOW + 4 * MINUTE, 'on_trip', ['trip_start'])], NOW + 4 * MINUTE);
    assert.equal(intake.illegal, 1, 'counted; the word of the vehicle holds');
  });

  it('names what is wrong with which item and takes the others', () => {
    const { intake } = make();
    const wrong = event(5, 'flying', [], { device_id: 'x' });
    const { success, total, failures } = intake.take(
      'events',
      [wrong, event(NOW, 'available', ['service_start']), 7],
      NOW,
    );
    assert.deepEqual([success, total], [1, 3]);
    assert.deepEqual(
      failures.map(({ error_details }) => error_details),
      [['device_id', 'timestamp', 'vehicle_state', 'event_types'], ['item']],
    );
    assert.throws(() => intake.take('events', { other: 1 }, NOW), /send a list/);
    assert.throws(() => intake.take('telemetry', Array.from({ length: 5001 }), NOW), /at most 5000/);
  });

  it('is spoken in version 2.0 alone', () => {
    for (const accept of [
      undefined,
      '',
      '*/*',
      'application/json',
      'application/vnd.mds+json',
      'application/vnd.mds+json;version=2.0',
      'text/html, application/vnd.mds+json; version=2.0.1;q=0.5',
    ]) {
      assert.equal(acceptsMds(accept), true, String(accept));
    }
    for (const accept of ['application/vnd.mds+json;version=1.2', 'application/vnd.mds+json;version=0.4', 'text/html'])
      assert.equal(acceptsMds(accept), false, accept);
  });
});
