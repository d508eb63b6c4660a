/** Forecasts, events, losses, back-tests and definitions: what is written is what is read, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Forecast, LevelEvent } from '../../src/expectation/given/nouns.ts';
import type { Loss } from '../../src/expectation/loss/noun.ts';
import type { BacktestRun } from '../../src/improvement/backtest-run.ts';
import type { Definition } from '../../src/improvement/definition.ts';
import { onEachDatabase, START, type Fresh } from './place.ts';

const DAY = 86_400_000;

const forecast = (id: string, change: Partial<Forecast> = {}): Forecast => ({
  id,
  indicator: 'bookings',
  number: 1,
  note: 'Woche 40 "neu"',
  seriesCount: 1,
  pointCount: 2,
  startsAt: START,
  endsAt: START + DAY,
  importedBy: 'ada',
  importedAt: START,
  withdrawnBy: null,
  withdrawnAt: null,
  version: 1,
  ...change,
});
const event = (id: string, change: Partial<LevelEvent> = {}): LevelEvent => ({
  id,
  title: 'Derby in Köln',
  indicators: ['bookings'],
  series: { city: 'köln' },
  startsAt: START,
  endsAt: START + DAY,
  factor: 1.75,
  createdBy: 'ada',
  createdAt: START,
  cancelledAt: null,
  version: 1,
  ...change,
});
const loss = (id: string, change: Partial<Loss> = {}): Loss => ({
  id,
  fingerprint: 'f1',
  alert: 'BookingsBelowExpected',
  indicator: 'bookings',
  labels: { city: 'berlin' },
  side: 'below',
  startsAt: START,
  endsAt: START + 60_000,
  amount: 12.25,
  expected: 20.5,
  unit: 'bookings',
  open: true,
  ...change,
});
const run = (id: string): BacktestRun => ({
  id,
  kind: 'watch',
  rule: 'BookingsBelowExpected',
  definition: 'watch: bookings\n',
  before: null,
  source: 'csv',
  calendar: 'DE-BE',
  historyFrom: START - DAY,
  historyTo: START,
  state: 'queued',
  progress: 0,
  result: null,
  error: null,
  requestedBy: 'ada',
  createdAt: START,
  startedAt: null,
  finishedAt: null,
  version: 1,
});
const definition = (id: string): Definition => ({
  id,
  kind: 'watch',
  rule: 'BookingsBelowExpected',
  definition: 'watch: bookings\n',
  before: 'watch: bookings\nfor: 5m\n',
  reason: 'fewer false alarms',
  improvementId: null,
  backtestId: 'bkt_1',
  activatedBy: 'ada',
  activatedAt: START,
  withdrawnBy: null,
  withdrawnAt: null,
  version: 1,
});

onEachDatabase('rows of levels', (place) => {
  let fresh: Fresh;
  before(async () => void (fresh = await place.fresh()));
  after(() => fresh.remove());

  test('forecasts with their values, in the order of import; those withdrawn or over do not count', () =>
    fresh.store.transact(async ({ expectations }) => {
      const points = (id: string, forecastId: string) => ({
        id,
        forecastId,
        labels: { city: 'berlin' },
        times: [START, START + DAY],
        points: [1.5, 2],
      });
      assert.equal(await expectations.forecastCount('bookings'), 0);
      const before = await expectations.givenStamp();
      await expectations.insertForecast(forecast('fct_1'), [points('fcp_1', 'fct_1')]);
      await expectations.insertForecast(forecast('fct_2', { number: 2 }), [points('fcp_2', 'fct_2')]);
      await expectations.insertForecast(forecast('fct_3', { number: 3, endsAt: START - 1 }), []);
      await expectations.insertForecast(forecast('fct_4', { indicator: 'logins' }), []);
      assert.notEqual(await expectations.givenStamp(), before);
      assert.equal(await expectations.forecastCount('bookings'), 3);
      assert.deepEqual(await expectations.forecast('fct_1'), forecast('fct_1'));
      assert.deepEqual(await expectations.points('fct_2'), [points('fcp_2', 'fct_2')]);
      const ids = async () => (await expectations.forecastsAfter(START)).map((each) => each.forecast.id);
      assert.deepEqual(await ids(), ['fct_1', 'fct_2', 'fct_4']);
      assert.deepEqual((await expectations.forecastsAfter(START))[0]!.points, [points('fcp_1', 'fct_1')]);
      assert.equal(await expectations.updateForecast('fct_2', 1, { withdrawnBy: 'ada', withdrawnAt: START }), true);
      assert.equal(await expectations.updateForecast('fct_2', 1, { withdrawnAt: null }), false, 'an old version');
      assert.deepEqual(await ids(), ['fct_1', 'fct_4']);
      const listed = await expectations.forecasts({ indicator: 'bookings', limit: 2 });
      assert.deepEqual(
        listed.map(({ id }) => id),
        ['fct_3', 'fct_2'],
      );
    }));

  test('events that are not over, in the order of their beginning', () =>
    fresh.store.transact(async ({ expectations }) => {
      await expectations.insertEvent(event('evt_1', { startsAt: START + 5 }));
      await expectations.insertEvent(event('evt_2'));
      await expectations.insertEvent(event('evt_3', { endsAt: START - 1 }));
      const ids = async (cancelled: boolean) =>
        (await expectations.events({ endsAfter: START, cancelled })).map(({ id }) => id);
      assert.deepEqual(await ids(false), ['evt_2', 'evt_1']);
      assert.deepEqual(await expectations.event('evt_2'), event('evt_2'));
      const stamp = await expectations.givenStamp();
      assert.equal(await expectations.updateEvent('evt_2', 1, { cancelledAt: START }), true);
      assert.notEqual(await expectations.givenStamp(), stamp);
      assert.deepEqual(await ids(false), ['evt_1']);
      assert.deepEqual(await ids(true), ['evt_2', 'evt_1']);
    }));

  test('a loss is one row for its deviation, however often it is counted', () =>
    fresh.store.transact(async ({ expectations }) => {
      await expectations.saveLoss(loss('los_1'));
      await expectations.saveLoss(loss('los_x', { amount: 30.125, endsAt: START + 120_000 }));
      await expectations.saveLoss(loss('los_2', { fingerprint: 'f2', startsAt: START + DAY, endsAt: START + DAY }));
      const stored = await expectations.loss('f1', START);
      assert.deepEqual([stored?.id, stored?.amount], ['los_1', 30.125]);
      assert.equal((await expectations.openLosses()).length, 2);
      await expectations.saveLoss(loss('los_1', { open: false }));
      assert.deepEqual(
        (await expectations.openLosses()).map(({ id }) => id),
        ['los_2'],
      );
      const ids = async (filter: object) => (await expectations.losses({ limit: 10, ...filter })).map(({ id }) => id);
      assert.deepEqual(await ids({}), ['los_2', 'los_1']);
      assert.deepEqual(await ids({ from: START + DAY - 1 }), ['los_2']);
      assert.deepEqual(await ids({ to: START + DAY }), ['los_1']);
      assert.deepEqual(await ids({ fingerprints: ['f1'] }), ['los_1']);
      assert.deepEqual(await ids({ fingerprints: [] }), []);
      assert.deepEqual(await ids({ indicator: 'logins' }), []);
    }));

  test('back-tests with what went in and came out; old texts are dropped', () =>
    fresh.store.transact(async ({ backtests }) => {
      await backtests.insert(run('bkt_1'), 'timestamp,value\n');
      await backtests.insert(run('bkt_2'), null);
      assert.deepEqual(await backtests.byId('bkt_1'), run('bkt_1'));
      assert.equal(await backtests.text('bkt_1', 'input'), 'timestamp,value\n');
      assert.equal(await backtests.text('bkt_2', 'input'), null);
      await backtests.saveText('bkt_2', 'rows', 'a');
      await backtests.saveText('bkt_2', 'rows', 'b');
      assert.equal(await backtests.text('bkt_2', 'rows'), 'b');
      assert.equal(await backtests.update('bkt_2', 1, { state: 'running', progress: 0.25 }), true);
      assert.equal((await backtests.byId('bkt_2'))?.progress, 0.25);
      assert.deepEqual(
        (await backtests.list(10)).map(({ id }) => id),
        ['bkt_2', 'bkt_1'],
      );
      await backtests.trimTexts(1);
      assert.equal(await backtests.text('bkt_1', 'input'), null);
      assert.equal(await backtests.text('bkt_2', 'rows'), 'b');
    }));

  test('one definition of a name is in force', async () => {
    await fresh.store.transact(async ({ definitions }) => {
      await definitions.insert(definition('def_1'));
      assert.deepEqual(await definitions.inForce('watch', 'BookingsBelowExpected'), definition('def_1'));
      assert.equal(await definitions.inForce('rule', 'BookingsBelowExpected'), null);
    });
    await assert.rejects(fresh.store.transact(({ definitions }) => definitions.insert(definition('def_2'))));
    await fresh.store.transact(async ({ definitions }) => {
      await definitions.update('def_1', 1, { withdrawnBy: 'bob', withdrawnAt: START + 1 });
      await definitions.insert(definition('def_2'));
      const ids = async (inForce: boolean) => (await definitions.list({ inForce })).map(({ id }) => id);
      assert.deepEqual(await ids(true), ['def_2']);
      assert.deepEqual(await ids(false), ['def_2', 'def_1']);
    });
  });
});
