import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventsOf, factorAt, type PlannedEvent } from './event.ts';
import { ForecastCheck } from './forecast-check.ts';
import { ForecastBook } from './forecast.ts';

const HOUR = 3_600_000;
const line = (forecastId: string, times: number[], values: number[]) => ({
  forecastId,
  indicator: 'bookings',
  labels: { city: 'berlin' },
  times,
  values,
});

describe('looking up forecasts', () => {
  const book = new ForecastBook([
    line('one', [0, HOUR, 2 * HOUR, 9 * HOUR], [10, 20, 30, 40]),
    line('two', [HOUR, 2 * HOUR], [100, 200]),
  ]);
  const at = book.of('bookings', { city: 'berlin' })!;
  it('is straight between two values, and says nothing across a gap or before the first', () => {
    assert.equal(at(HOUR / 2), 15);
    assert.equal(at(9 * HOUR), 40);
    assert.ok(Number.isNaN(at(-1)));
    assert.ok(Number.isNaN(at(6 * HOUR)));
    assert.ok(Number.isNaN(at(12 * HOUR)));
  });
  it('lets the last import speak where it does', () => {
    assert.equal(at(1.5 * HOUR), 150);
    assert.equal(at(HOUR / 4), 12.5, 'and asks back in time too');
  });
  it('knows of no other series', () => assert.equal(book.of('bookings', { city: 'lisbon' }), null));
  it('names another version when there is another import', () => {
    assert.notEqual(
      book.versionOf('bookings', { city: 'berlin' }),
      new ForecastBook([line('one', [0], [1])]).versionOf('bookings', { city: 'berlin' }),
    );
  });
});

describe('events', () => {
  const event = (change: Partial<PlannedEvent>): PlannedEvent => ({
    id: 'e',
    title: 'e',
    indicators: [],
    match: {},
    from: 10,
    to: 20,
    factor: 2,
    ...change,
  });
  it('hold from their beginning to before their end, and multiply', () => {
    const events = [event({}), event({ from: 15, to: 30, factor: 0.5 })];
    assert.deepEqual(
      [9, 10, 15, 20, 30].map((time) => factorAt(events, time)),
      [1, 2, 1, 0.5, 1],
    );
  });
  it('concern the indicators and series that they name', () => {
    const all = [event({ indicators: ['logins'] }), event({ match: { city: 'berlin' } }), event({})];
    assert.equal(eventsOf(all, 'bookings', { city: 'lisbon' }).length, 1);
    assert.equal(eventsOf(all, 'bookings', { city: 'berlin' }).length, 2);
    assert.equal(eventsOf(all, 'logins', { city: 'berlin' }).length, 3);
  });
});

describe('comparing a forecast with what came', () => {
  const limits = { within: 24 * HOUR, bias: 0.15, wape: 0.25 };
  const run = (hours: number, forecastOf: (hour: number) => number) => {
    const check = new ForecastCheck(limits, HOUR);
    for (let hour = 0; hour < hours; hour++) check.add(hour * HOUR, 10, forecastOf(hour));
    return check;
  };
  it('says nothing until half of the window was compared', () => {
    assert.equal(run(11, () => 20).fit(), null);
    assert.deepEqual(run(12, () => 20).fit(), { bias: 1, wape: 1, span: 12 * HOUR });
  });
  it('knows bias from unrest', () => {
    const { bias, wape } = run(24, (hour) => (hour % 2 === 0 ? 13 : 7)).fit()!;
    assert.deepEqual([Math.round(bias * 100), Math.round(wape * 100)], [0, 30]);
  });
  it('forgets what is older than the window, and closes only when it is clearly better', () => {
    const check = run(24, () => 12);
    assert.ok(check.off(), '20 % too high');
    for (let hour = 24; hour < 48; hour++) check.add(hour * HOUR, 10, 11.4);
    assert.ok(check.off(), '14 % is not yet below four fifths of 15 %');
    for (let hour = 48; hour < 72; hour++) check.add(hour * HOUR, 10, 11);
    assert.equal(check.off(), null);
  });
});
