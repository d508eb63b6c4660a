import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Engine } from './engine.ts';
import { FRIDAY, LevelBench, usual } from '../testing/level-bench.ts';

const QUARTER = 900_000;
const HOUR = 4 * QUARTER;
const near = (actual: number | null | undefined, want: number, share = 0.1): void =>
  assert.ok(Math.abs((actual ?? NaN) - want) <= share * Math.abs(want), `${actual} is not near ${want}`);

describe('the band as series', () => {
  it('is written back at each evaluation, for PromQL rules and dashboards', async () => {
    const bench = await LevelBench.open();
    await bench.pass(2);
    const now = usual(bench.clock.now());
    near(bench.value('bookings:expected{city="berlin"}'), now);
    assert.ok(bench.value('bookings:expected_lower')! < now);
    assert.ok(bench.value('bookings:expected_upper')! > now);
    assert.ok(Math.abs(bench.value('bookings:anomaly_score')!) < 1);
    assert.equal(bench.value('count(sum by (city) (bookings) < on (city) bookings:expected_lower)'), undefined);
    await bench.pass(1, () => 1);
    assert.equal(bench.value('count(sum by (city) (bookings) < on (city) bookings:expected_lower)'), 1);
    assert.ok(bench.value('bookings:anomaly_score')! < -1);
  });
});

describe('a watch in one line', () => {
  it('below expected: says in words how far, in the time of the city, in each language', async () => {
    const bench = await LevelBench.open({
      languages: ['en', 'de'],
      watches: [{ below: 'expected', for: '30m', severity: 'page', function: 'book' }],
    });
    await bench.pass(4);
    assert.deepEqual(bench.firing(), []);
    await bench.pass(4, (value) => value * 0.5);
    assert.deepEqual(bench.firing(), ['BookingsBelowExpected']);
    assert.match(
      bench.words('BookingsBelowExpected')!,
      /^bookings in Berlin 5\d % below the level expected for a Friday evening \([\d.]+ instead of [\d.]+ per minute, band [\d.]+-[\d.]+\), since 17:15$/,
    );
    assert.match(
      bench.words('BookingsBelowExpected', 'summary_de')!,
      /^Bookings in Berlin 5\d % unter dem Wert, der an einem Freitagabend zu erwarten ist \([\d,]+ statt [\d,]+ pro Minute, Band [\d,]+-[\d,]+\), seit 17:15$/,
    );
    const { labels } = bench.events.at(-1)!;
    assert.deepEqual(labels, {
      alertname: 'BookingsBelowExpected',
      city: 'berlin',
      function: 'book',
      indicator: 'bookings',
      severity: 'page',
    });
  });

  it('the ordinary evening peak and the ordinary night raise nothing', async () => {
    const bench = await LevelBench.open({ watches: [{ outside: 'expected', for: '15m' }] });
    await bench.pass(96);
    assert.deepEqual(bench.events, []);
  });

  it('a share of the level, with hysteresis', async () => {
    const bench = await LevelBench.open({ watches: [{ below: '70% of expected' }] });
    await bench.pass(2, (value) => value * 0.8);
    assert.deepEqual(bench.firing(), []);
    await bench.pass(1, (value) => value * 0.6);
    assert.deepEqual(bench.firing(), ['BookingsBelowExpected']);
    const { expected } = bench.level();
    await bench.pass(1, () => expected! * 0.72);
    assert.deepEqual(bench.firing(), ['BookingsBelowExpected'], 'just above the mark is not yet back');
    await bench.pass(1);
    assert.deepEqual(bench.firing(), []);
  });

  it('a fixed limit, a floor, and a least deviation', async () => {
    const bench = await LevelBench.open({
      watches: [
        { name: 'Fixed', above: 30, clear: 25 },
        { name: 'Floor', below: 'expected', floor: 3, for: '15m' },
        { name: 'Large', below: '90% of expected', least: 6 },
      ],
    });
    await bench.pass(1, () => 31);
    assert.deepEqual(bench.firing(), ['Fixed']);
    assert.equal(
      bench.words('Fixed')!.replace(/; [\d.]+ expected/, ''),
      'bookings in Berlin above the limit of 30 per minute (31), since 16:15',
    );
    await bench.pass(1, () => 27);
    assert.deepEqual(bench.firing(), ['Fixed'], 'until it is at or below clear');
    await bench.pass(1, (value) => value - 4);
    assert.deepEqual(bench.firing(), [], 'a fall of 4 is less than the least of 6');
    await bench.pass(1, (value) => value - 7);
    assert.ok(bench.firing().includes('Large'));
    await bench.pass(20);
    await bench.pass(2, () => 2.5);
    assert.ok(bench.firing().includes('Floor'));
  });

  it('only in the parts of the day and for the series that it names', async () => {
    const bench = await LevelBench.open({
      cities: ['berlin', 'lisbon'],
      watches: [
        { name: 'Evening', below: 'expected', parts: ['evening'] },
        { name: 'Night', below: 'expected', parts: ['night'] },
        { name: 'Lisbon', below: 'expected', match: { city: 'lisbon' } },
      ],
    });
    await bench.pass(4);
    await bench.pass(2, () => 0);
    const fired = bench.events.filter(({ status }) => status === 'firing');
    assert.deepEqual(fired.map(({ labels }) => `${labels['alertname']} ${labels['city']}`).sort(), [
      'Evening berlin',
      'Evening lisbon',
      'Lisbon lisbon',
    ]);
  });

  it('what is open goes on when other parts of the plan change, without learning anew', async () => {
    const bench = await LevelBench.open({ watches: [{ below: 'expected' }] });
    await bench.pass(1);
    await bench.pass(1, () => 0);
    const { since } = bench.level();
    bench.engine.configure({ ...bench.plan, externalUrl: 'http://other' }, []);
    assert.deepEqual(bench.level().since, since);
    await bench.pass(1, () => 0);
    assert.equal(bench.events.filter(({ status }) => status === 'firing').length, 1);
  });
});

describe('what is known in advance', () => {
  const match = { name: 'derby', from: '2026-11-20T17:00:00Z', to: '2026-11-20T19:00:00Z', factor: 2 };

  it('an event multiplies the level while it is on, and its values are not taken for the usual ones', async () => {
    const bench = await LevelBench.open({ events: [match], watches: [{ outside: 'expected' }] });
    await bench.pass(7);
    await bench.pass(8, (value) => value * 2);
    near(bench.level().expected, 2 * usual(bench.clock.now()));
    assert.equal(bench.level().factor, 2);
    await bench.pass(40);
    near(bench.level().expected, usual(bench.clock.now()), 0.15);
    assert.deepEqual(bench.events, [], 'neither the event nor what follows it is an alarm');
  });

  it('the usual level is too low while an event is on', async () => {
    const bench = await LevelBench.open({ events: [match], watches: [{ below: 'expected' }] });
    await bench.pass(9);
    assert.deepEqual(bench.firing(), ['BookingsBelowExpected']);
  });

  it('an event of other series or indicators changes nothing', async () => {
    const bench = await LevelBench.open({
      events: [
        { ...match, match: { city: 'lisbon' } },
        { ...match, name: 'other', indicators: ['logins'] },
      ],
    });
    await bench.pass(9);
    assert.equal(bench.level().factor, 1);
  });

  const times = Array.from({ length: 48 }, (_, index) => FRIDAY + index * HOUR);
  const forecast = (share: number) => ({
    forecastId: `for_${share}`,
    indicator: 'bookings',
    labels: { city: 'berlin' },
    times,
    values: times.map((time) => share * usual(time)),
  });

  it('the band forms around an imported forecast; of two the last import counts', async () => {
    const bench = await LevelBench.open({ watches: [{ below: 'expected' }] });
    bench.give({ forecasts: [forecast(0.5), forecast(1.5)] });
    await bench.pass(2, (value) => value * 1.5);
    const level = bench.level();
    near(level.expected, 1.5 * usual(bench.clock.now()), 0.03);
    assert.equal(level.expected, level.forecast);
    assert.ok(level.lower! < level.expected! && level.upper! > level.expected!);
    assert.deepEqual(bench.firing(), []);
    await bench.pass(1);
    assert.deepEqual(bench.firing(), ['BookingsBelowExpected'], 'the usual value is too little for the forecast');
    bench.give({ forecasts: [] });
    await bench.pass(4);
    near(bench.level().expected, usual(bench.clock.now()));
  });

  it('a forecast may come as a series', async () => {
    const bench = await LevelBench.open({ indicator: { forecast: 'sum by (city) (bookings) * 0 + 40' } });
    await bench.pass(2);
    assert.equal(bench.level().expected, 40);
    assert.deepEqual(bench.firing(), ['BookingsForecastOff'], 'it was off in the past already');
    const line = bench.engine.level('bookings', { city: 'berlin' }, FRIDAY, bench.clock.now())!;
    assert.deepEqual(line.forecast.slice(1), [40, 40]);
  });

  it('a forecast stands for the level before any history is there', async () => {
    const bench = await LevelBench.open({ indicator: { expr: 'sum by (city) (bookings{city="berlin"} > 1000)' } });
    bench.give({ forecasts: [{ ...forecast(1), values: times.map(() => 2000) }] });
    await bench.pass(1, () => 2000);
    assert.deepEqual([bench.level().state, bench.level().expected], ['ok', 2000]);
    await bench.pass(2, () => 1200);
    assert.equal(bench.level().state, 'below');
  });

  it('a forecast that is off is reported, and no longer once it fits', async () => {
    const bench = await LevelBench.open({ indicator: { forecast: { within: '6h' } } });
    bench.give({ forecasts: [forecast(1.4)] });
    await bench.pass(13);
    assert.deepEqual(bench.firing(), ['BookingsForecastOff']);
    assert.match(
      bench.words('BookingsForecastOff')!,
      /^the forecast of bookings in Berlin was [34]\d % too high over the last 3 h \(error [34]\d %, limits 15 % and 25 %\)$/,
    );
    assert.equal(bench.events.at(-1)!.labels['severity'], 'warning');
    bench.give({ forecasts: [forecast(1)] });
    await bench.pass(30);
    assert.deepEqual(bench.firing(), []);
  });

  it('an outage is not the fault of the forecast', async () => {
    const bench = await LevelBench.open({ indicator: { forecast: { within: '6h' } } });
    bench.give({ forecasts: [forecast(1)] });
    await bench.pass(14);
    await bench.pass(14, () => 0);
    assert.deepEqual(bench.firing(), []);
  });
});

describe('what a deviation costs', () => {
  it('is expected minus actual, summed from the beginning of the deviation until it is over', async () => {
    const bench = await LevelBench.open({ watches: [{ below: 'expected', for: '15m' }] });
    await bench.pass(4);
    await bench.pass(4, () => 0);
    const expected = [1, 2, 3, 4].reduce((sum, k) => sum + 15 * usual(FRIDAY + (4 + k) * QUARTER), 0);
    const { loss } = bench.level();
    near(loss?.amount, expected, 0.15);
    assert.equal(loss?.unit, 'bookings');
    assert.equal(loss?.from, FRIDAY + 5 * QUARTER);
    await bench.pass(1);
    await bench.pass(4);
    const last = bench.losses.at(-1)!;
    assert.equal(last.open, false);
    assert.equal(last.side, 'below');
    near(last.amount, expected, 0.25);
    assert.equal(bench.level().loss, null);
    assert.equal(bench.losses.filter(({ open }) => !open).length, 1);
  });

  it('goes on after a restart with what was counted', async () => {
    const bench = await LevelBench.open({ watches: [{ below: 'expected' }] });
    await bench.pass(4);
    await bench.pass(4, () => 0);
    const counted = bench.losses.at(-1)!;
    const alert = bench.engine.rules().indicators[0]!.alerts[0]!;
    bench.engine = new Engine(bench.store, bench.clock, () => 0);
    const deviation = { ...alert, fingerprint: counted.fingerprint, value: 0, resolvedAt: null };
    bench.engine.configure(bench.plan, [{ source: 'band:bookings', deviation }]);
    bench.give({ losses: [counted] });
    await bench.pass(1, () => 0);
    const more = bench.losses.at(-1)!;
    assert.ok(more.amount > counted.amount * 1.1 && more.amount < counted.amount * 1.5, `${more.amount}`);
    assert.equal(more.from, counted.from);
  });

  it('of a level that is no rate it is minutes', async () => {
    const bench = await LevelBench.open({
      indicator: { title: 'Active vehicles', unit: 'vehicles' },
      watches: [{ below: 'expected' }],
    });
    await bench.pass(4);
    await bench.pass(1, () => 0);
    assert.equal(bench.level().loss?.unit, 'minutes of active vehicles');
  });
});
