import assert from 'node:assert/strict';
import { test } from 'node:test';
import ical from 'node-ical';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { onBoth } from '../support/place.ts';
import { berlin, inWorld, type World } from '../support/world.ts';

type List = z.infer<typeof contract.maintenanceList>;
type Plan = z.infer<typeof contract.maintenancePlanView>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'berlin' };
const matchers = [{ name: 'service', value: 'maps', isRegex: false }];
const SUNDAYS = { rule: 'FREQ=WEEKLY;BYDAY=SU', starts: '2026-01-04T02:30', zone: 'Europe/Berlin', duration: 2 * HOUR };

const local = (at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO('Europe/Berlin')
    .toString({ smallestUnit: 'minute', timeZoneName: 'never' });
const list = (world: World): Promise<List> => world.see<List>('/ops/v1/maintenance');
/** Lets time pass to an instant, most of it asleep: days of nothing are not played minute by minute. */
const until = async (world: World, at: number): Promise<void> => {
  const left = at - world.clock.now();
  if (left > 10 * MINUTE) await world.sleep(`${left - 5 * MINUTE}ms`);
  await world.advance(`${at - world.clock.now()}ms`);
};
const facts = async (world: World, kind: string, id: string): Promise<string[]> =>
  (await world.app.store.read((tx) => tx.journal.ofSubject(kind, id))).map(({ fact }) => fact);

onBoth('Announced work', (database) => {
  for (const [change, at, begins] of [
    ['summer', '2026-03-29T01:00', ['2026-03-29T03:30+02:00', '2026-04-05T02:30+02:00', '2026-04-12T02:30+02:00']],
    ['winter', '2026-10-25T01:00', ['2026-10-25T02:30+02:00', '2026-11-01T02:30+01:00', '2026-11-08T02:30+01:00']],
  ] as const) {
    test(`weekly work over the change to ${change} time begins at its local time and lasts its hours`, () =>
      inWorld(database, { at }, async (world) => {
        const plan = await world.officer<Plan>('POST', '/ops/v1/maintenance/plans', {
          title: 'Tiles are rebuilt',
          matchers,
          ...SUNDAYS,
        });
        assert.deepEqual(
          plan.next.slice(0, 3).map(({ startsAt }) => local(startsAt)),
          begins,
        );
        const startsAt = Temporal.Instant.from(begins[0]).epochMilliseconds;
        await until(world, startsAt - 1);
        await world.alert(MAPS);
        assert.equal((await world.incidents()).length, 1, 'right before it begins it pages');
        await world.over(MAPS);
        await until(world, startsAt + MINUTE);
        await world.alert({ ...MAPS, alertname: 'MapTilesGone' });
        await until(world, startsAt + 2 * HOUR - 1);
        assert.equal((await world.incidents()).length, 1, 'within it is quiet');
        await until(world, startsAt + 2 * HOUR);
        const gone = (await world.allAlerts()).find(({ name }) => name === 'MapTilesGone');
        assert.equal(gone?.maintenanceBy, null);
        assert.ok(gone?.incidentId, 'what still fires two hours later is told');
      }));
  }

  test('what is over within stays over; what still fires at the end is told; each occurrence is a window of its own', () =>
    inWorld(database, { at: '2026-09-20T01:30' }, async (world) => {
      await world.officer('POST', '/ops/v1/maintenance/plans', { title: 'Tiles', matchers, ...SUNDAYS });
      await until(world, berlin('2026-09-20T03:00'));
      await world.alert(MAPS);
      await world.alert({ ...MAPS, alertname: 'MapTilesGone' });
      await world.advance('30m');
      await world.over(MAPS);
      await world.advance('59m');
      assert.equal(world.outside.received.length, 0);
      await world.advance('1m');
      const { incident, alerts } = await world.incident();
      assert.deepEqual(
        alerts.map(({ name }) => name),
        ['MapTilesGone'],
      );
      assert.equal(incident.openedAt, berlin('2026-09-20T04:30'));
      assert.equal(world.pages('amira', 'email').length, 1);
      const { items, plans } = await list(world);
      const begins = items.map(({ startsAt }) => local(startsAt).slice(0, 10));
      assert.deepEqual(begins, ['2026-09-20', '2026-09-27'], 'the next one is there');
      assert.equal(local(plans[0]!.next[0]!.startsAt).slice(0, 10), '2026-09-27');
    }));

  test('it is told ahead to those on duty then, to people and partners that it names, once', () =>
    inWorld(database, { at: '2026-09-17T12:00' }, async (world) => {
      const terms = { title: 'Route switched', components: ['carrier-north'], notice: 24 * HOUR };
      const tell = ['lena', 'carrier-north'];
      await world.officer('POST', '/ops/v1/maintenance/plans', { ...terms, tell, announced: true, ...SUNDAYS });
      const told = (): string[] =>
        world.outside.received
          .filter(({ message }) => message.subject.includes('Announced work begins soon'))
          .map(({ message }) => message.to)
          .toSorted();
      await until(world, berlin('2026-09-19T02:29'));
      assert.deepEqual(told(), []);
      await world.advance('1m');
      const [amira, phone, jonas, lena, partner] = [
        'amira@kiez-mobil.example',
        'http://127.0.0.1:8650/phones/amira',
        'jonas@kiez-mobil.example',
        'lena@kiez-mobil.example',
        'noc@carrier-north.example',
      ];
      assert.deepEqual(told(), [amira, phone, jonas, lena, partner].toSorted());
      const letter = world.outside.received.find(({ message }) => message.to === partner)!.message.text;
      assert.match(letter, /From 2026-09-20 02:30 to 2026-09-20 04:30 \(Europe\/Berlin\)/);
      assert.match(letter, /2026-09-20 00:30 to 2026-09-20 02:30 UTC/);
      await until(world, berlin('2026-09-20T05:00'));
      assert.equal(told().length, 5);
      const status = await world.statusPage();
      assert.deepEqual(
        status.maintenance.map(({ title, startsAt }) => `${title} ${local(startsAt).slice(0, 10)}`),
        ['Route switched 2026-09-27', 'Route switched 2026-10-04'],
      );
      const calendar = ical.sync.parseICS((await world.ask('GET', '/status/maintenance.ics')).payload);
      const events = Object.values(calendar).filter((part) => part?.type === 'VEVENT');
      assert.equal(events.length, 13);
      // Over the change of clocks as well.
      assert.ok(events.every((event) => local(event.start.getTime()).slice(11, 16) === '02:30'));
    }));

  test('a plan that is changed moves what has not begun; one that is ended has no further window', () =>
    inWorld(database, { at: '2026-09-15T12:00' }, async (world) => {
      const body = { title: 'Tiles', matchers, notice: HOUR, ...SUNDAYS };
      const { id } = await world.officer<Plan>('POST', '/ops/v1/maintenance/plans', body);
      const moved = await world.officer<Plan>('PUT', `/ops/v1/maintenance/plans/${id}`, {
        ...body,
        rule: 'FREQ=DAILY',
        starts: '2026-09-15T23:00',
      });
      assert.equal(local(moved.next[0]!.startsAt), '2026-09-15T23:00+02:00');
      await until(world, berlin('2026-09-15T23:30'));
      await world.alert(MAPS);
      assert.deepEqual(await world.incidents(), []);
      await world.officer('DELETE', `/ops/v1/maintenance/plans/${id}`);
      assert.deepEqual((await list(world)).plans, []);
      const windows = (await list(world)).items;
      assert.deepEqual(
        windows.map(({ state }) => state),
        ['active'],
        'what runs goes on',
      );
      await world.officer('DELETE', `/ops/v1/maintenance/${windows[0]!.id}`);
      assert.equal((await world.incidents()).length, 1, 'and is told when it is ended early');
      await until(world, berlin('2026-09-18T12:00'));
      assert.equal((await list(world)).items.length, 1);
      assert.deepEqual(await facts(world, 'maintenance-plan', id), [
        'maintenance-plan.made',
        'maintenance-plan.changed',
        'maintenance-plan.ended',
      ]);
    }));

  test('one occurrence is called off: the others stay', () =>
    inWorld(database, { at: '2026-09-20T01:30' }, async (world) => {
      await world.officer('POST', '/ops/v1/maintenance/plans', {
        title: 'Tiles',
        matchers,
        announced: true,
        ...SUNDAYS,
      });
      const [window] = (await list(world)).items;
      await world.officer('DELETE', `/ops/v1/maintenance/${window!.id}`);
      const begins = (await world.statusPage()).maintenance.map(({ startsAt }) => local(startsAt).slice(0, 10));
      assert.deepEqual(begins, ['2026-09-27']);
      await until(world, berlin('2026-09-20T03:00'));
      await world.alert(MAPS);
      assert.equal((await world.incidents()).length, 1);
    }));

  test('two pieces of work overlap: an alert is told when the last one that covers it is over', () =>
    inWorld(database, {}, async (world) => {
      const now = world.clock.now();
      await world.officer('POST', '/ops/v1/maintenance', { title: 'First', matchers, endsAt: now + 20 * MINUTE });
      await world.officer('POST', '/ops/v1/maintenance', {
        title: 'Second',
        matchers,
        startsAt: now + 10 * MINUTE,
        endsAt: now + 40 * MINUTE,
      });
      await world.alert(MAPS);
      await world.advance('39m');
      assert.deepEqual(await world.incidents(), []);
      await world.advance('1m');
      assert.equal((await world.incident()).incident.openedAt, now + 40 * MINUTE);
    }));

  test('work at a component or a function covers what lies there, and nothing beside it', () =>
    inWorld(database, {}, async (world) => {
      const endsAt = world.clock.now() + HOUR;
      const body = { title: 'Payment', functions: ['pay'], components: ['vehicle-route'], endsAt };
      await world.officer('POST', '/ops/v1/maintenance', body);
      await world.alert({ alertname: 'PaymentSlow', service: 'payment' });
      await world.alert({ alertname: 'CarrierDown', carrier: 'south', city: 'berlin' });
      await world.alert({ alertname: 'PayFails', function: 'pay' });
      assert.deepEqual(await world.incidents(), []);
      await world.alert(MAPS);
      assert.equal((await world.incidents()).length, 1);
      const refused = await world.ask(
        'POST',
        '/ops/v1/maintenance',
        { title: 'x', components: ['no-such'], endsAt },
        await world.token('duty'),
      );
      assert.equal(refused.statusCode, 404);
      assert.match(refused.payload, /no-such/);
    }));

  test('announced work that is changed while it runs keeps its begin, covers what it says now, and ends when it says', () =>
    inWorld(database, {}, async (world) => {
      const now = world.clock.now();
      const body = { title: 'Tiles', matchers, endsAt: now + 60 * MINUTE };
      const { id } = await world.officer<{ id: string }>('POST', '/ops/v1/maintenance', body);
      await world.advance('10m');
      await world.alert(MAPS);
      await world.officer('PUT', `/ops/v1/maintenance/${id}`, {
        ...body,
        startsAt: now + 5,
        endsAt: now + 30 * MINUTE,
      });
      await world.advance('19m');
      assert.deepEqual(await world.incidents(), []);
      await world.advance('1m');
      assert.equal((await world.incidents()).length, 1);
      const [window] = (await list(world)).items;
      assert.deepEqual([window?.startsAt, window?.endsAt], [now, now + 30 * MINUTE]);
      const late = await world.ask('PUT', `/ops/v1/maintenance/${id}`, body, await world.token('duty'));
      assert.equal(late.statusCode, 409);
    }));

  test('a preview shows the next occurrences and what would be covered; what cannot be is said', () =>
    inWorld(database, { at: '2026-10-20T12:00' }, async (world) => {
      await world.alert(MAPS);
      const body = { matchers, ...SUNDAYS };
      type Preview = z.infer<typeof contract.maintenancePreview>;
      const preview = await world.officer<Preview>('POST', '/ops/v1/maintenance/preview', body);
      assert.deepEqual(
        preview.next.slice(0, 2).map(({ startsAt }) => local(startsAt)),
        ['2026-10-25T02:30+02:00', '2026-11-01T02:30+01:00'],
      );
      assert.deepEqual([preview.firing, preview.paging], [1, 1]);
      const token = await world.token('duty');
      const ask = async (change: object): Promise<string> => {
        const answer = await world.ask('POST', '/ops/v1/maintenance/plans', { title: 'x', ...body, ...change }, token);
        assert.equal(answer.statusCode, 400, answer.payload);
        return answer.json<{ detail: string }>().detail;
      };
      assert.match(await ask({ rule: 'FREQ=HOURLY' }), /DAILY, WEEKLY or MONTHLY/);
      assert.match(await ask({ rule: 'FREQ=WEEKLY;UNTIL=20260101' }), /no occurrence from now on/);
      assert.match(await ask({ zone: 'Berlin' }), /Europe\/Berlin/);
      assert.match(await ask({ duration: 0 }), /duration/);
      assert.match(await ask({ matchers: [] }), /name components or functions/);
      assert.match(await ask({ tell: ['nobody'] }), /nobody/);
      assert.deepEqual((await list(world)).plans, []);
    }));

  test('recurring work goes on over a restart that missed an occurrence', () =>
    inWorld(database, { at: '2026-09-19T12:00', lasting: true }, async (world) => {
      await world.officer('POST', '/ops/v1/maintenance/plans', { title: 'Tiles', matchers, ...SUNDAYS });
      await world.restart('10d');
      await until(world, berlin('2026-10-04T03:00'));
      await world.alert(MAPS);
      assert.deepEqual(await world.incidents(), []);
    }));
});
