/** Levels as people use them: watches, events, forecasts, losses, back-tests, activation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { onBoth, onSqlite } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

type Forecast = z.infer<typeof contract.forecastView>;
type Event = z.infer<typeof contract.eventView>;
type EventList = z.infer<typeof contract.eventList>;
type Losses = z.infer<typeof contract.lossList>;
type Indicators = z.infer<typeof contract.indicatorList>;
type Backtest = z.infer<typeof contract.backtestView>;
type Definition = z.infer<typeof contract.definitionView>;
type Definitions = z.infer<typeof contract.ruleDefinitionList>;
type Problem = z.infer<typeof contract.problem>;

const HOUR = 3_600_000;
const WATCH = { watch: 'bookings', below: 'expected', for: '5m', severity: 'critical' };
/** One indicator, learnt from two weeks, watched in one line. */
const INDICATOR = {
  name: 'bookings',
  title: 'Bookings',
  expr: 'sum by (city) (kiez_bookings_per_minute)',
  every: '1m',
  by: ['city'],
  unit: 'per minute',
  zone: { label: 'city' },
  band: { weeks: 2, learn: '1w', min_relative: 0.1, min_absolute: 3 },
  labels: { service: 'booking' },
};
const only = (rules: readonly object[]) => ({ watermarks: [], indicators: [INDICATOR], rules, events: [] });

const berlin = async (world: World) => {
  const { items } = await world.see<Indicators>('/ops/v1/indicators');
  return items[0]!.series.find(({ labels }) => labels['city'] === 'berlin')!;
};

onBoth('Levels', (database) => {
  test('a silent loss of bookings is told in words, and what it cost is kept', () =>
    inWorld(database, { history: 3, config: only([WATCH]) }, async (world) => {
      await world.advance('5m');
      world.traffic.silent.add('north berlin').add('south berlin');
      await world.advance('12m');
      const alert = (await world.allAlerts()).find(({ name }) => name === 'BookingsBelowExpected')!;
      assert.equal(alert.state, 'firing');
      assert.match(
        alert.annotations['summary']!,
        /^bookings in Berlin \d+ % below the level expected for a Tuesday daytime \(0 instead of [\d.]+ per minute, band [\d.]+-[\d.]+\), since 12:0[5-7]$/,
      );
      assert.match(alert.annotations['summary_de']!, /^Bookings in Berlin .* an einem Dienstag tagsüber zu erwarten/);
      world.traffic.silent.clear();
      await world.advance('20m');
      const { losses } = await world.detail(alert.incidentId!);
      assert.equal(losses.length, 1);
      assert.equal(losses[0]!.open, false);
      assert.equal(losses[0]!.unit, 'bookings');
      const { expected } = await berlin(world);
      assert.ok(losses[0]!.amount > 8 * expected! && losses[0]!.amount < 16 * expected!, `${losses[0]!.amount}`);
      const { retroId } = await world.detail(alert.incidentId!);
      const { retro } = await world.see<z.infer<typeof contract.retroDetail>>(`/ops/v1/retros/${retroId}`);
      assert.match(retro.summary, /Lost: \d+ bookings \(.*, \d+ % of what was to be expected\)/);
      assert.equal(retro.facts.losses?.[0]?.unit, 'bookings');
      const all = await world.see<Losses>('/ops/v1/losses?indicator=bookings');
      assert.equal(all.totals[0]!.amount, losses[0]!.amount);
    }));

  test('an event that was added changes the level until it is cancelled', () =>
    inWorld(database, { history: 3, config: only([WATCH]) }, async (world) => {
      await world.advance('3m');
      const usual = (await berlin(world)).expected!;
      const now = world.clock.now();
      const event = { title: 'Derby', indicators: ['bookings'], series: { city: 'berlin' }, factor: 3 };
      const span = { startsAt: now, endsAt: now + 2 * HOUR };
      const added = await world.officer<Event>('POST', '/ops/v1/events', { ...event, ...span });
      assert.equal(added.state, 'on');
      await world.advance('9m');
      const level = await berlin(world);
      assert.equal(level.factor, 3);
      assert.ok(level.expected! > 2 * usual, `${level.expected} of ${usual}`);
      assert.equal(
        (await world.allAlerts()).filter(({ state }) => state === 'firing').length,
        1,
        'the usual is too little',
      );
      // Changed while it is on, ended before its time, and then said never to have been.
      const changed = await world.officer<Event>('PUT', `/ops/v1/events/${added.id}`, {
        ...event,
        ...span,
        factor: 2,
        version: added.version,
      });
      await world.advance('3m');
      assert.equal((await berlin(world)).factor, 2);
      const early = await world.ask(
        'POST',
        `/ops/v1/events/${added.id}/end`,
        { version: added.version },
        await world.token('duty'),
      );
      assert.equal(early.statusCode, 409, 'somebody changed it meanwhile');
      const ended = await world.officer<Event>('POST', `/ops/v1/events/${added.id}/end`, { version: changed.version });
      assert.deepEqual([ended.state, ended.endsAt], ['over', world.clock.now()]);
      await world.advance('3m');
      assert.equal((await berlin(world)).factor, 1);
      const facts = await world.app.store.read((tx) => tx.journal.ofSubject('event', added.id));
      assert.deepEqual(
        facts.map(({ fact }) => fact),
        ['event.added', 'event.changed', 'event.ended'],
      );
      await world.officer('DELETE', `/ops/v1/events/${added.id}`);
      await world.advance('6m');
      assert.equal((await berlin(world)).factor, 1);
      const { items } = await world.see<EventList>('/ops/v1/events');
      assert.deepEqual(
        items.map(({ title, state }) => [title, state]),
        [['Derby', 'cancelled']],
      );
      const wrong = await world.ask(
        'POST',
        '/ops/v1/events',
        { ...event, ...span, indicators: ['cars'] },
        await world.token('duty'),
      );
      assert.match(wrong.json<Problem>().detail, /there is no indicator "cars"; write some of bookings/);
    }));
});

onSqlite('Forecasts and back-tests', (database) => {
  const csvOf = (from: number, values: readonly number[]): string =>
    `timestamp,value,city\n${values.map((value, index) => `${new Date(from + index * HOUR).toISOString()},${value},berlin`).join('\n')}\n`;

  test('a forecast is imported, becomes the level, and may be withdrawn', () =>
    inWorld(database, { history: 3, config: only([]) }, async (world) => {
      await world.advance('3m');
      const usual = (await berlin(world)).expected!;
      const csv = csvOf(world.clock.now() - HOUR, [1000, 1000, 1000]);
      const made = await world.officer<Forecast>('POST', '/ops/v1/indicators/bookings/forecasts', {
        csv,
        note: 'campaign',
      });
      assert.deepEqual([made.number, made.pointCount, made.seriesCount], [1, 3, 1]);
      await world.advance('3m');
      assert.equal((await berlin(world)).expected, 1000);
      const change = { version: made.version, withdrawn: true, reason: 'wrong week' };
      await world.officer('POST', `/ops/v1/forecasts/${made.id}/withdraw`, change);
      await world.advance('3m');
      assert.ok((await berlin(world)).expected! < 2 * usual);
      const again = await world.ask('POST', `/ops/v1/forecasts/${made.id}/withdraw`, change, await world.token('duty'));
      assert.equal(again.statusCode, 409);
    }));

  test('every mistake of a file is told with its line, and nothing of it is taken', () =>
    inWorld(database, { history: 1 / 7, config: only([]) }, async (world) => {
      const csv = 'timestamp,value,city\n2026-09-15 12:00,x,berlin\n2026-09-15 13:00,1,bern\nsoon,1,lisbon\n';
      const headers = { 'content-type': 'text/csv' };
      const token = await world.token('duty');
      const path = '/ops/v1/indicators/bookings/forecasts';
      const answer = await world.ask('POST', path, { csv }, token);
      assert.equal(answer.statusCode, 400);
      const { detail } = answer.json<Problem>();
      assert.match(detail, /line 2: "x" is no number/);
      assert.match(detail, /line 3: there is no city "bern"\. Write one of berlin, lisbon/);
      assert.match(detail, /line 4: "soon" is no instant/);
      const { items } = await world.see<{ items: unknown[] }>('/ops/v1/forecasts');
      assert.deepEqual(items, []);
      const plain = await world.ask('POST', path, undefined, token, headers);
      assert.equal(plain.statusCode, 400, 'an empty file');
    }));

  test('a changed watch is tried on the history, next to the one in force, and activated', () =>
    inWorld(database, { history: 3, lasting: true, config: only([WATCH]) }, async (world) => {
      await world.advance('5m');
      world.traffic.silent.add('north berlin').add('south berlin');
      await world.advance('20m');
      world.traffic.silent.clear();
      await world.advance('20m');
      const { items } = await world.see<Definitions>('/ops/v1/rules/definitions');
      assert.deepEqual(
        items.map(({ kind, rule }) => `${kind} ${rule}`),
        ['indicator bookings', 'watch BookingsBelowExpected'],
      );
      const definition = items[1]!.definition.replace('for: 5m', 'for: 1m');
      const from = world.clock.now() - 36 * HOUR;
      const asked = await world.officer<Backtest>('POST', '/ops/v1/backtests', {
        kind: 'watch',
        rule: 'BookingsBelowExpected',
        definition,
        from,
      });
      await world.advance('1m');
      const done = await world.see<Backtest>(`/ops/v1/backtests/${asked.id}`);
      assert.equal(done.state, 'done', `${done.state} ${done.progress} ${done.error}`);
      const { after, today, alarms, lines, verdict } = done.result!;
      assert.deepEqual([after.incidents, after.met, after.falseAlarms], [1, 1, 0], verdict);
      assert.deepEqual([today!.met, today!.falseAlarms], [1, 0]);
      assert.equal(today!.delayMs! - after.delayMs!, 4 * 60_000, 'it fires four minutes sooner');
      assert.equal(alarms[0]!.incidentNumber, 1);
      assert.ok(after.losses['bookings']! > 0);
      assert.equal(lines.length, 2);
      const rows = (await world.send('GET', `/ops/v1/backtests/${asked.id}/rows.csv`)).payload;
      assert.match(rows, /^timestamp,value,expected,lower,upper,score,alarm,series\n/);
      assert.match(rows, /,1,city=berlin\n/);

      const reason = 'sooner, and no false alarm in the history';
      const active = await world.officer<Definition>('POST', '/ops/v1/definitions', {
        kind: 'watch',
        rule: 'BookingsBelowExpected',
        definition,
        reason,
        backtestId: asked.id,
      });
      await world.advance('2m');
      const now = (await world.see<Definitions>('/ops/v1/rules/definitions')).items[1]!;
      assert.deepEqual([now.definition, now.activated], [definition, active.id]);
      world.traffic.silent.add('north berlin').add('south berlin');
      await world.advance('4m');
      const open = (await world.allAlerts()).filter(({ state }) => state === 'firing');
      assert.equal(open.length, 1, 'it fires after a minute, not after five');
      world.traffic.silent.clear();
      await world.restart();
      assert.equal((await world.see<Definitions>('/ops/v1/rules/definitions')).items[1]!.activated, active.id);
      const back = { version: active.version, reason: 'the file says it now' };
      await world.officer('POST', `/ops/v1/definitions/${active.id}/withdraw`, back);
      await world.advance('2m');
      assert.equal((await world.see<Definitions>('/ops/v1/rules/definitions')).items[1]!.activated, undefined);
    }));

  test('a file is tried too; one that cannot be read says why; a run can be given up', () =>
    inWorld(database, { history: 1 / 7, config: only([WATCH]) }, async (world) => {
      const ask = (csv: string) =>
        world.officer<Backtest>('POST', '/ops/v1/backtests', { kind: 'indicator', rule: 'bookings', csv });
      const bad = await ask('2026-01-01,1,2,3\n');
      await world.advance('1m');
      const failed = await world.see<Backtest>(`/ops/v1/backtests/${bad.id}`);
      assert.deepEqual([failed.state, failed.error?.slice(0, 20)], ['failed', 'Line 1 has 4 columns']);
      const again = await world.ask('POST', `/ops/v1/backtests/${bad.id}/cancel`, undefined, await world.token('duty'));
      assert.equal(again.statusCode, 409);
      const nothing = { kind: 'watch', rule: 'BookingsBelowExpected', definition: 'watch: cars\nbelow: expected\n' };
      const wrong = await world.ask('POST', '/ops/v1/backtests', nothing, await world.token('duty'));
      assert.match(wrong.json<Problem>().detail, /there is no indicator "cars"/);
    }));
});
