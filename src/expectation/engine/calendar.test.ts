import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../core/clock.ts';
import { BatchBuilder, openSeriesStore } from '../../series/index.ts';
import { calendarConfig, indicatorConfig, watermarkConfig } from '../config.ts';
import { Engine } from './engine.ts';
import type { EnginePlan } from './plan.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Wednesday, noon. */
const NOON = Date.UTC(2026, 10, 18, 12);

/** Two cities that rest on Sundays, four weeks up to the Wednesday; then `value` at noon. */
async function expectedAtNoon(holidays: readonly string[]): Promise<Record<string, number>> {
  const clock = new SimulatedClock(NOON - 1);
  const store = openSeriesStore({ path: ':memory:', now: () => clock.now(), retentionMs: 1e12 });
  const batch = new BatchBuilder();
  for (let time = NOON - 28 * DAY; time <= NOON; time += HOUR) {
    const sunday = new Date(time).getUTCDay() === 0;
    for (const city of ['berlin', 'lisbon'])
      batch.add({ __name__: 'trips', city }, time, (sunday ? 20 : 100) + ((time / HOUR) % 3));
  }
  await store.write(batch.build());
  const asked: string[] = [];
  const engine = new Engine(
    store,
    clock,
    () => 0,
    (country, state, year) => {
      asked.push(`${country}-${state} ${year}`);
      return holidays;
    },
  );
  const plan: EnginePlan = {
    groups: [],
    watermarks: [],
    indicators: [
      indicatorConfig.parse({
        name: 'trips',
        expr: 'sum by (city) (trips)',
        every: '1h',
        zone: { label: 'city' },
        calendar: { label: 'city' },
      }),
    ],
    watches: [],
    calendars: [calendarConfig.parse({ name: 'de', country: 'DE', state: 'BE', cities: ['berlin'] })],
    events: [],
    languages: ['en'],
    zones: { berlin: 'Europe/Berlin', lisbon: 'Europe/Lisbon' },
    titles: {},
    externalUrl: 'http://ops',
    interval: 60_000,
  };
  engine.configure(plan, []);
  clock.advance(1);
  await engine.tick();
  assert.ok(asked.includes('DE-BE 2026'));
  const series = engine.values('trips:expected', NOON);
  return Object.fromEntries(series.map(({ labels, value }) => [labels['city'], value]));
}

describe('a calendar of a country', () => {
  it('makes a holiday be expected like a Sunday, in the cities that it is for', async () => {
    const holiday = await expectedAtNoon(['2026-11-18']);
    assert.ok(holiday['berlin']! < 40, `${holiday['berlin']}`);
    assert.ok(holiday['lisbon']! > 80, `${holiday['lisbon']}`);
    const ordinary = await expectedAtNoon([]);
    assert.ok(ordinary['berlin']! > 80, `${ordinary['berlin']}`);
  });
});

describe('watermarks of parts of the day', () => {
  it('follow the clock of the city, live', async () => {
    const clock = new SimulatedClock(Date.UTC(2026, 10, 18, 20, 59, 30));
    const store = openSeriesStore({ path: ':memory:', now: () => clock.now(), retentionMs: 1e12 });
    const engine = new Engine(store, clock, () => 0);
    const mark = watermarkConfig.parse({
      name: 'few',
      expr: 'trips',
      low: { critical: 10 },
      zone: { label: 'city' },
      except: [{ part: 'night', low: 'off' }],
    });
    engine.configure(
      {
        groups: [],
        watermarks: [mark],
        indicators: [],
        watches: [],
        calendars: [],
        events: [],
        languages: ['en'],
        zones: { berlin: 'Europe/Berlin', lisbon: 'Europe/Lisbon' },
        titles: {},
        externalUrl: 'http://ops',
        interval: 60_000,
      },
      [],
    );
    const found: string[] = [];
    for (let minute = 0; minute < 2; minute++) {
      const batch = new BatchBuilder();
      for (const city of ['berlin', 'lisbon']) batch.add({ __name__: 'trips', city }, clock.now(), 5);
      await store.write(batch.build());
      clock.advance(60_000);
      const { events } = await engine.tick();
      found.push(...events.map(({ labels, status }) => `${labels['city']} ${status}`));
    }
    // At 21:00 UTC it is ten in the evening in Berlin, where the night begins, and nine in Lisbon.
    assert.deepEqual(found, ['lisbon firing']);
  });
});
