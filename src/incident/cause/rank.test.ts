import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KIEZ, kiezSettings } from '../testing/kiez.ts';
import { Needs } from './needs.ts';
import { rankCauses, type CauseAlert, type CauseContext } from './rank.ts';

const { topology } = kiezSettings(readFileSync(KIEZ, 'utf8'));
const AT = Date.UTC(2026, 8, 3, 17);

function alert(service: string, minute: number, mentions: readonly string[] = []): CauseAlert {
  const labels = { alertname: `${service}Fails`, service, severity: 'critical' };
  return { labels, startsAt: AT + minute * 60_000, partner: null, mentions };
}
const ranked = (alerts: readonly CauseAlert[], context: CauseContext = {}) => rankCauses(alerts, topology, context);

/** Booking and telematics have alerts first, and maps; the map knows no way from either to the map vendor. */
const ALERTS = [alert('booking', 0, ['map-vendor']), alert('telematics', 0), alert('maps', 1)];

test('a call that an alert names explains its place and all that need it, though the topology lacks it', () => {
  const named = [alert('booking', 0), alert('telematics', 0, ['map-vendor']), alert('maps', 1)];
  const { causes, abstained } = ranked(named);
  assert.deepEqual([causes[0]?.component, abstained], ['map-vendor', null]);
  assert.ok(causes[0]!.reasons.includes('2 more come from what needs Map vendor'), causes[0]!.reasons.join('; '));
  assert.ok(
    causes[0]!.reasons.includes(
      'Booking backend, Telematics gateway need it by a call that was seen; the topology lacks it',
    ),
  );
  assert.deepEqual(causes[0]!.path, ['booking-backend', 'telematics-gateway', 'map-vendor']);
});

test('a call that a person rejected explains nothing', () => {
  const share = (context: CauseContext): number =>
    ranked(ALERTS, context).causes.find(({ component }) => component === 'map-vendor')?.probability ?? 0;
  const rejected = (caller: string, callee: string): boolean => caller === 'booking-backend' && callee === 'map-vendor';
  assert.ok(share({}) > 2 * share({ rejected }), `${share({})} ${share({ rejected })}`);
});

test('calls of the past count like those that are named now', () => {
  const silent = [alert('booking', 0), alert('telematics', 0), alert('maps', 1)];
  const before = ranked(silent);
  const after = ranked(silent, { calls: [['telematics-gateway', 'map-vendor']] });
  assert.notEqual(before.causes[0]?.component, 'map-vendor');
  assert.equal(after.causes[0]?.component, 'map-vendor');
});

test('a callee that names its caller does not turn the map round', () => {
  const needs = new Needs(topology, [
    ['telematics-gateway', 'booking-backend'],
    ['nowhere', 'map-vendor'],
    ['booking-backend', 'map-vendor'],
  ]);
  assert.deepEqual(needs.missing, [['booking-backend', 'map-vendor']]);
  assert.equal(needs.needs('telematics-gateway', 'booking-backend'), false);
  assert.deepEqual(
    [needs.needs('booking-backend', 'map-vendor'), needs.onlySeen('booking-backend', 'carrier-north')],
    [true, false],
  );
});

test('where the measures find nothing that explains the excess, alerts are believed less', () => {
  const measured = { symptom: 'booking-backend', metric: 'failures', causes: [] } as const;
  const alone = ranked([alert('booking', 0)]);
  const unexplained = ranked([alert('booking', 0)], {
    measured: { ...measured, abstained: 'the excess is not explained', reason: 'unexplained' },
  });
  assert.ok(unexplained.causes[0]!.probability < alone.causes[0]!.probability);
});
