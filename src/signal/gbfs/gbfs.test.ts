import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlertEvent } from '../signal.ts';
import { gbfsSchema } from './config.ts';
import { GbfsPoller } from './poller.ts';
import { readAlerts, readDiscovery, readFile, readVehicles, vehicleFile, type GbfsFile } from './read.ts';

/** The words of a refusal; nothing where it was none. */
const refusal = (read: unknown): string => (typeof read === 'string' ? read : '');

const NOW = Date.UTC(2026, 8, 15, 10);
const MINUTE = 60_000;
const CITIES = [
  { name: 'berlin', lat: 52.52, lon: 13.405 },
  { name: 'lisbon', lat: 38.722, lon: -9.139 },
];
const iso = (at: number) => new Date(at).toISOString();
const url = (name: string) => `https://feed.example/${name}.json`;
/** The same feed in both versions. */
const FEEDS = {
  '2.3': (at: number) => {
    const frame = { last_updated: at / 1000, ttl: 60, version: '2.3' };
    return {
      gbfs: {
        ...frame,
        data: { de: { feeds: ['free_bike_status', 'system_alerts'].map((name) => ({ name, url: url(name) })) } },
      },
      free_bike_status: {
        ...frame,
        data: {
          bikes: [
            { bike_id: 'a', lat: 52.5, lon: 13.4, is_reserved: false, is_disabled: false },
            { bike_id: 'b', lat: 52.5, lon: 13.4, is_reserved: true, is_disabled: false },
            { bike_id: 'c', lat: 38.7, lon: -9.1, is_reserved: false, is_disabled: true },
          ],
        },
      },
      system_alerts: {
        ...frame,
        data: {
          alerts: [
            {
              alert_id: 'x',
              type: 'system_closure',
              summary: 'Closed',
              times: [{ start: at / 1000 - 60, end: at / 1000 + 600 }],
            },
          ],
        },
      },
    };
  },
  '3.0': (at: number) => {
    const frame = { last_updated: iso(at), ttl: 60, version: '3.0' };
    return {
      gbfs: {
        ...frame,
        data: { feeds: ['vehicle_status', 'system_alerts'].map((name) => ({ name, url: url(name) })) },
      },
      vehicle_status: {
        ...frame,
        data: {
          vehicles: [
            { vehicle_id: 'a', lat: 52.5, lon: 13.4, is_reserved: false, is_disabled: false },
            { vehicle_id: 'b', lat: 52.5, lon: 13.4, is_reserved: true, is_disabled: false },
            { vehicle_id: 'c', lat: 38.7, lon: -9.1, is_reserved: false, is_disabled: true },
          ],
        },
      },
      system_alerts: {
        ...frame,
        data: {
          alerts: [
            {
              alert_id: 'x',
              type: 'system_closure',
              summary: [
                { text: 'Geschlossen', language: 'de' },
                { text: 'Closed', language: 'en' },
              ],
              times: [{ start: iso(at - MINUTE), end: iso(at + 10 * MINUTE) }],
            },
          ],
        },
      },
    };
  },
} as const;

describe('GBFS', () => {
  for (const version of ['2.3', '3.0'] as const) {
    it(`${version} is read to the same`, () => {
      const files = FEEDS[version](NOW) as Record<string, unknown>;
      const file = (name: string): GbfsFile => {
        const read = readFile(files[name]);
        assert.ok(typeof read !== 'string', refusal(read));
        return read;
      };
      assert.deepEqual([file('gbfs').lastUpdated, file('gbfs').ttl], [NOW, MINUTE]);
      const vehicles = vehicleFile(readDiscovery(file('gbfs')))!;
      assert.equal(vehicles.url, url(version === '2.3' ? 'free_bike_status' : 'vehicle_status'));
      assert.deepEqual(
        readVehicles(file(vehicles.name)).map(({ state }) => state),
        ['available', 'reserved', 'disabled'],
      );
      const alerts = file('system_alerts');
      assert.deepEqual(readAlerts(alerts, NOW), [
        { id: 'x', type: 'system_closure', summary: 'Closed', startsAt: NOW - MINUTE, endsAt: NOW + 10 * MINUTE },
      ]);
      assert.deepEqual(readAlerts(alerts, NOW + 11 * MINUTE), [], 'over');
    });

    it(`${version} is counted, grows stale, and answers again`, async () => {
      const played = { at: NOW, up: true };
      const told: AlertEvent[] = [];
      let samples = '';
      let values: number[] = [];
      const poller = new GbfsPoller({
        get: (asked) => {
          const name = /(\w+)\.json$/.exec(asked)![1]!;
          const files = FEEDS[version](played.at) as Record<string, unknown>;
          return Promise.resolve(
            played.up ? { status: 200, body: JSON.stringify(files[name]) } : { status: 503, body: '' },
          );
        },
        write: (batch) => {
          samples = Buffer.from(batch.labelBytes).toString('latin1');
          const numbers = new Float64Array(
            batch.bits.buffer.slice(batch.bits.byteOffset, batch.bits.byteOffset + batch.bits.byteLength),
          );
          values = [...numbers];
          return Promise.resolve();
        },
        tell: (source, events) => {
          assert.equal(source, 'gbfs:carrier');
          told.push(...events);
          return Promise.resolve();
        },
        cities: CITIES,
      });
      const feeds = gbfsSchema.parse([{ name: 'feed', url: url('gbfs'), partner: 'carrier' }]);
      assert.equal(await poller.tick(feeds, NOW), NOW + MINUTE);
      for (const part of ['gbfs_vehicles', 'berlin', 'lisbon', 'available', 'gbfs_up'])
        assert.ok(samples.includes(part), part);
      assert.deepEqual(values, [1, 0, 60, 1, 1, 0, 0, 0, 1], 'up, age, ttl, then each city by state');
      assert.deepEqual(
        told.map(({ labels, status }) => [labels['alertname'], status]),
        [['GbfsAlert', 'firing']],
      );
      told.length = 0;
      await poller.tick(feeds, NOW + 5 * MINUTE);
      assert.equal(
        told.some(({ labels }) => labels['alertname'] === 'GbfsStale'),
        false,
        'five times its ttl is the limit',
      );
      await poller.tick(feeds, NOW + 6 * MINUTE);
      const stale = told.find(({ labels }) => labels['alertname'] === 'GbfsStale');
      assert.equal(stale?.status, 'firing');
      assert.match(stale.annotations['summary']!, /last updated 360 s ago, its ttl is 60 s/);
      told.length = 0;
      played.up = false;
      await poller.tick(feeds, NOW + 7 * MINUTE);
      assert.ok(!samples.includes('gbfs_up') || values[0] === 0);
      assert.match(told[0]!.annotations['summary']!, /answered HTTP 503/);
      [played.up, played.at] = [true, NOW + 8 * MINUTE];
      told.length = 0;
      await poller.tick(feeds, NOW + 8 * MINUTE);
      assert.equal(told.find(({ labels }) => labels['alertname'] === 'GbfsStale')?.status, 'resolved');
    });
  }

  it('that is none is named', () => {
    assert.match(refusal(readFile([])), /no object/);
    assert.match(refusal(readFile({ version: '1.0' })), /2.x and 3.x/);
    assert.match(refusal(readFile({ version: '3.0', last_updated: 'x' })), /last_updated/);
    assert.match(refusal(readFile({ version: '3.0', last_updated: 5, ttl: '60' })), /ttl/);
    assert.match(refusal(readFile({ version: '3.0', last_updated: 5, ttl: 60 })), /data/);
  });
});
