import assert from 'node:assert/strict';
import { test } from 'node:test';
import ICAL from 'ical.js';
import ical from 'node-ical';
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import { onBoth } from '../support/place.ts';
import { berlin, inWorld, type World } from '../support/world.ts';

type Around = z.infer<typeof contract.dutyAround>;

const person = (id: string, name: string) => ({ id, name, email: `${id}@kiez.example`, account: id });
const PEOPLE = [person('amira', 'Amira Haddad'), person('jonas', 'Jonas Berg'), person('lena', 'Lena Costa')];
const ROTATION = { people: ['amira', 'jonas', 'lena'], starts: '2026-01-05', handover: '09:00', every: '1w' };
const DUTY = { zone: 'Europe/Berlin', rotation: ROTATION, fallback: 'lena', hand_over: { ask: '30m', within: '15m' } };
const BASE = {
  people: PEOPLE,
  duty: DUTY,
  chains: [{ name: 'mail', steps: [{ do: 'page', target: 'focal', by: ['email'] }], repeat: '6h' }],
  outside: { email: { from: 'ops@kiez.example', relays: ['smtp://127.0.0.1:1025'] } },
};
const PLAIN = { ...BASE, duty: { ...DUTY, hand_over: undefined } };
/** The Monday on which Jonas takes over from Amira, half an hour and a bit before it. */
const MONDAY = '2026-09-21T08:20';
const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };

const mails = (world: World, id: string): string[] =>
  world.pages(id, 'email').map(({ message }) => message.subject.replace('[Kiez Mobil] ', ''));

const answerLink = (world: World, id: string): string =>
  /\/answer\/\S+/.exec(world.pages(id, 'email').at(-1)?.message.text ?? '')![0];

const focal = async (world: World): Promise<string> =>
  (await world.see<{ now: { focal: { id: string } } }>('/ops/v1/duty')).now.focal.id;

const around = (world: World): Promise<Around> => world.see<Around>('/ops/v1/duty/around');

onBoth('Duty', (database) => {
  test('the next person gets a brief before the hand-over, and accepts it by its link', () =>
    inWorld(database, { config: BASE, at: MONDAY }, async (world) => {
      await world.alert(UNLOCK);
      await world.advance('9m');
      assert.deepEqual(mails(world, 'jonas'), []);
      await world.advance('1m');
      assert.deepEqual(mails(world, 'jonas'), ['You take the duty over at 2026-09-21 09:00']);
      const { text } = world.pages('jonas', 'email').at(-1)!.message;
      assert.match(text, /1 open:\n- #\d+ critical: .+ \(nobody has accepted it\)/);
      const seen = await world.ask('GET', answerLink(world, 'jonas'));
      assert.match(seen.payload, /I take the duty over/);
      assert.equal((await around(world)).handovers[0]?.state, 'asked', 'looking at the link changes nothing');
      await world.post(answerLink(world, 'jonas'), '', { 'content-type': 'application/x-www-form-urlencoded' });
      const [handover] = (await around(world)).handovers;
      assert.deepEqual([handover?.state, handover?.from.id, handover?.to.id], ['accepted', 'amira', 'jonas']);
      await world.advance('2h');
      assert.equal(await focal(world), 'jonas');
      assert.equal(mails(world, 'lena').length, 0);
    }));

  test('an override that begins soon asks its person at once, not at the next look an hour later', () =>
    inWorld(database, { config: BASE, at: '2026-09-22T12:00' }, async (world) => {
      await world.advance('5m');
      const startsAt = world.clock.now() + 20 * 60_000;
      const span = { startsAt, endsAt: startsAt + 3_600_000 };
      await world.officer('POST', '/ops/v1/duty/overrides', { person: 'lena', ...span, reason: 'a doctor' });
      assert.deepEqual(mails(world, 'lena'), ['You take the duty over at 2026-09-22 12:25']);
    }));

  test('a hand-over that is not accepted puts the deputy on duty, until the person does', () =>
    inWorld(database, { config: BASE, at: MONDAY }, async (world) => {
      await world.advance('54m');
      assert.equal(await focal(world), 'jonas', '14 minutes after the hand-over');
      await world.advance('1m');
      assert.equal(await focal(world), 'lena');
      assert.deepEqual(mails(world, 'lena'), ['Lena Costa is on duty for Jonas Berg now']);
      const [handover] = (await around(world)).handovers;
      assert.deepEqual([handover?.state, handover?.deputyStandsIn], ['missed', true]);
      await world.alert(UNLOCK);
      assert.match(mails(world, 'lena').at(-1)!, /critical/, 'pages go to the one who is on duty');
      await world.post(answerLink(world, 'jonas'), '', { 'content-type': 'application/x-www-form-urlencoded' });
      assert.equal(await focal(world), 'jonas');
      assert.equal((await around(world)).handovers[0]?.state, 'accepted');
    }));

  test('a swap is asked, accepted by the other one, and then both are on duty for each other', () =>
    inWorld(database, { config: BASE, at: '2026-09-15T12:00' }, async (world) => {
      const body = {
        asker: 'amira',
        other: 'jonas',
        startsAt: berlin('2026-09-17T09:00'),
        endsAt: berlin('2026-09-18T09:00'),
        backStartsAt: berlin('2026-09-24T09:00'),
        backEndsAt: berlin('2026-09-25T09:00'),
        reason: 'A wedding',
      };
      const admin = await world.token('admin');
      const asked = await world.ask('POST', '/ops/v1/duty/swaps', body, admin);
      assert.equal(asked.statusCode, 201, asked.payload);
      const officer = await world.ask('POST', '/ops/v1/duty/swaps', body, await world.token('duty'));
      assert.equal(officer.statusCode, 403, 'nobody gives away what belongs to somebody else');
      await world.advance('1m');
      assert.deepEqual(mails(world, 'jonas'), ['Amira Haddad asks for a swap of duty']);
      await world.post(answerLink(world, 'jonas'), '', { 'content-type': 'application/x-www-form-urlencoded' });
      await world.advance('1m');
      assert.deepEqual(mails(world, 'amira'), ['Jonas Berg has accepted your swap of duty']);
      const { id } = asked.json<{ id: string }>();
      const again = await world.ask('POST', `/ops/v1/duty/swaps/${id}/answer`, { answer: 'declined' }, admin);
      assert.equal(again.statusCode, 409);
      const from = berlin('2026-09-17T00:00');
      const plan = await world.see<z.infer<typeof contract.dutyPlan>>(
        `/ops/v1/duty?from=${from}&to=${berlin('2026-09-26T00:00')}`,
      );
      assert.deepEqual(
        plan.shifts.map((shift) => shift.focal.id),
        ['amira', 'jonas', 'amira', 'jonas', 'amira', 'jonas'],
      );
    }));

  test('a swap of a time that is not the asker’s is refused with the reason', () =>
    inWorld(database, { config: BASE, at: '2026-09-15T12:00' }, async (world) => {
      const span = { startsAt: berlin('2026-09-22T09:00'), endsAt: berlin('2026-09-23T09:00') };
      const answer = await world.ask(
        'POST',
        '/ops/v1/duty/swaps',
        { asker: 'amira', other: 'lena', ...span },
        await world.token('admin'),
      );
      assert.equal(answer.statusCode, 400);
      assert.match(answer.payload, /Amira Haddad is not on duty all that time/);
    }));

  test('absences come from a calendar, recurring and whole days included, and layers pass the person over', () =>
    inWorld(database, { config: PLAIN, at: '2026-09-20T12:00' }, async (world) => {
      const calendar = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//test//EN',
        'BEGIN:VEVENT',
        'UID:1@test',
        'DTSTAMP:20260901T000000Z',
        'DTSTART;VALUE=DATE:20260921',
        'DTEND;VALUE=DATE:20260923',
        'SUMMARY:Holiday',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:2@test',
        'DTSTAMP:20260901T000000Z',
        'DTSTART:20260924T100000Z',
        'DTEND:20260924T120000Z',
        'RRULE:FREQ=DAILY;COUNT=2',
        'SUMMARY:School',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n');
      const made = await world.officer<{ items: { startsAt: number; endsAt: number; reason: string }[] }>(
        'POST',
        '/ops/v1/duty/absences/import',
        { person: 'jonas', calendar },
      );
      assert.deepEqual(
        made.items.map(({ startsAt, endsAt, reason }) => [reason, startsAt, endsAt]),
        [
          ['Holiday', berlin('2026-09-21T00:00'), berlin('2026-09-23T00:00')],
          ['School', berlin('2026-09-24T12:00'), berlin('2026-09-24T14:00')],
          ['School', berlin('2026-09-25T12:00'), berlin('2026-09-25T14:00')],
        ],
      );
      const plan = await world.see<z.infer<typeof contract.dutyPlan>>(
        `/ops/v1/duty?from=${berlin('2026-09-21T12:00')}&to=${berlin('2026-09-23T12:00')}`,
      );
      assert.deepEqual(
        plan.shifts.map((shift) => shift.focal.id),
        ['lena', 'jonas'],
        'Monday noon belongs to Jonas, who is away until Wednesday',
      );
      const bad = await world.ask(
        'POST',
        '/ops/v1/duty/absences/import',
        { person: 'jonas', calendar: 'hello' },
        await world.token('duty'),
      );
      assert.match(bad.payload, /no iCalendar file/);
    }));

  test('the calendar address is read by two independent programs over both changes of the clocks, until it is revoked', () =>
    inWorld(database, { config: BASE, at: '2026-10-20T12:00' }, async (world) => {
      const feed = await world.officer<{ id: string; url: string }>('POST', '/ops/v1/duty/feeds', { person: 'amira' });
      const path = new URL(feed.url).pathname;
      const answer = await world.ask('GET', path);
      assert.match(String(answer.headers['content-type']), /^text\/calendar/);
      for (const line of answer.payload.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
      const mine = (
        await world.see<z.infer<typeof contract.dutyPlan>>(
          `/ops/v1/duty?from=${berlin('2026-10-20T12:00') - 28 * 86_400_000}&to=${berlin('2026-10-20T12:00') + 91 * 86_400_000}`,
        )
      ).shifts.filter((shift) => shift.focal.id === 'amira');
      const wanted = mine.map(({ from, to }) => [from, to]);
      assert.ok(wanted.length >= 5);
      const byNode = Object.values(ical.sync.parseICS(answer.payload))
        .filter((one) => one?.type === 'VEVENT')
        .map((one) => [one.start.getTime(), one.end!.getTime()]);
      assert.deepEqual(byNode, wanted);
      const component = new ICAL.Component(ICAL.parse(answer.payload));
      const events = component.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
      assert.deepEqual(
        events.map(({ startDate, endDate }) => [startDate.toJSDate().getTime(), endDate.toJSDate().getTime()]),
        wanted,
      );
      assert.equal(new Set(events.map(({ uid }) => uid)).size, events.length);
      assert.equal(events[0]!.summary, 'On duty: Amira Haddad');
      await world.officer('DELETE', `/ops/v1/duty/feeds/${feed.id}`);
      assert.equal((await world.ask('GET', path)).statusCode, 404);
    }));

  test('test pages go out by themselves, and who answers none is found by the proof', () =>
    inWorld(
      database,
      {
        config: { ...BASE, duty: { ...DUTY, hand_over: undefined, reach: { every: '1h', within: '30m' } } },
        at: '2026-09-15T12:00',
      },
      async (world) => {
        await world.advance('6m');
        assert.deepEqual(mails(world, 'jonas'), ['Test page for Jonas Berg']);
        await world.post(answerLink(world, 'jonas'), '', { 'content-type': 'application/x-www-form-urlencoded' });
        const { findings, reach } = await around(world);
        const unreachable = findings.filter(({ kind }) => kind === 'unreachable').map(({ people }) => people[0]);
        assert.deepEqual(unreachable, ['amira', 'lena']);
        assert.ok(reach.find((one) => one.person.id === 'jonas')!.ways[0]!.answeredAt);
        assert.ok(findings.some(({ words }) => words.includes('has one address only')));
        await world.advance('61m');
        assert.equal(mails(world, 'jonas').length, 2, 'again after the period');
      },
    ));

  test('a temporary schedule is above the rotation for its days', () =>
    inWorld(database, { config: PLAIN, at: '2026-09-16T08:55' }, async (world) => {
      const body = {
        name: 'fair',
        people: ['lena'],
        starts: '2026-09-16',
        ends: '2026-09-18',
        handover: '09:00',
        every: 86_400_000,
      };
      const made = await world.officer<{ id: string }>('POST', '/ops/v1/duty/schedules', body);
      await world.advance('5m');
      assert.equal(await focal(world), 'lena');
      const { layers } = await around(world);
      assert.deepEqual([layers.at(-1)?.name, layers.at(-1)?.id], ['fair', made.id]);
      await world.officer('DELETE', `/ops/v1/duty/schedules/${made.id}`);
      assert.equal(await focal(world), 'amira');
    }));
});
