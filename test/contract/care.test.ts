/** The care of incidents, hand-overs and clocks: what is written is what is read, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IncidentCare, IncidentHandover, SlaClock } from '../../src/action/index.ts';
import { onEachDatabase, START, type Fresh } from './place.ts';
import * as sample from './sample.ts';

const care = (id: string, change: Partial<IncidentCare> = {}): IncidentCare => ({
  id,
  owner: 'ada',
  ownedSince: START,
  progressAt: START + 1,
  remindedAt: START + 2,
  snoozedAt: START + 3,
  snoozedUntil: START + 4,
  snoozedBy: 'Ada "Ö" Lovelace',
  snoozeReason: 'waits',
  snoozeSeverity: 'major',
  snoozeComponents: ['booking', 'ümlaut'],
  promisedAt: START + 5,
  promiseSetAt: START + 6,
  promisedBy: 'Ada',
  promiseRemindedAt: START + 7,
  promisesKept: 3,
  promisesBroken: 2,
  nextAt: START + 8,
  ...change,
});
const handover = (id: string): IncidentHandover => ({
  id,
  incidentId: 'inc_1',
  fromName: 'Ada',
  from: 'ada',
  target: 'fleet',
  asked: ['bob', 'cid'],
  declined: ['cid'],
  reason: 'a train',
  state: 'asked',
  askedAt: START,
  dueAt: START + 600_000,
  answeredAt: null,
  answeredBy: null,
});
const clock = (id: string, change: Partial<SlaClock> = {}): SlaClock => ({
  id,
  incidentId: 'inc_1',
  kind: 'response',
  sla: 'fast',
  severity: 'critical',
  functions: ['unlock'],
  span: 300_000,
  hours: {
    name: 'office',
    zone: 'Europe/Berlin',
    only: [{ days: [1], from: '09:00', to: '17:00' }],
    calendar: null,
    inverted: true,
  },
  startedAt: START,
  warnAt: START + 1,
  dueAt: START + 2,
  warnedAt: START + 3,
  stoppedAt: null,
  brokenAt: START + 4,
  state: 'running',
  warn: ['deputy'],
  broken: ['comms', 'fallback'],
  ...change,
});

onEachDatabase('care rows', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
    await fresh.store.transact((tx) => tx.incidents.insert(sample.incident('inc_1', 1001)));
  });
  after(() => fresh.remove());

  test('a care is made once, kept whole, and locked for whoever changes it', async () => {
    await fresh.store.transact(async ({ actions }) => {
      assert.equal(await actions.care('inc_1'), null);
      assert.deepEqual(await actions.lockCare(care('inc_1')), care('inc_1'));
      assert.deepEqual(await actions.lockCare(care('inc_1', { owner: 'bob' })), care('inc_1'), 'the first one stays');
      const change = { owner: null, snoozedUntil: null, snoozeComponents: [], promisesBroken: 3, nextAt: null };
      await actions.updateCare('inc_1', change);
      await actions.lockCare(care('inc_2'));
    });
    await fresh.store.read(async ({ actions }) => {
      const changed = { owner: null, snoozedUntil: null, snoozeComponents: [], promisesBroken: 3, nextAt: null };
      assert.deepEqual(await actions.care('inc_1'), { ...care('inc_1'), ...changed });
      assert.deepEqual(
        (await actions.caresOf(['inc_1', 'inc_2', 'inc_3'])).map(({ id }) => id),
        ['inc_1', 'inc_2'],
      );
      assert.deepEqual(await actions.caresOf([]), []);
    });
  });

  test('two that change one care at the same time follow each other: no reminder is lost', async () => {
    const add = (): Promise<void> =>
      fresh.store.transact(async ({ actions }) => {
        const { promisesKept } = await actions.lockCare(care('inc_9', { promisesKept: 0 }));
        await actions.updateCare('inc_9', { promisesKept: promisesKept + 1 });
      });
    await Promise.all(Array.from({ length: 8 }, add));
    assert.equal((await fresh.store.read(({ actions }) => actions.care('inc_9')))?.promisesKept, 8);
  });

  test('hand-overs, newest first', async () => {
    await fresh.store.transact(async ({ actions }) => {
      await actions.insertIncidentHandover(handover('ihv_1'));
      await actions.insertIncidentHandover(handover('ihv_2'));
      assert.deepEqual(await actions.incidentHandover('ihv_1'), handover('ihv_1'));
      const change = { state: 'accepted', declined: [], answeredAt: START + 9, answeredBy: 'Bob' } as const;
      await actions.updateIncidentHandover('ihv_1', change);
      assert.deepEqual(await actions.incidentHandoversOf('inc_1'), [
        handover('ihv_2'),
        { ...handover('ihv_1'), ...change },
      ]);
      assert.equal(await actions.incidentHandover('ihv_3'), null);
    });
  });

  test('clocks: one of a kind for an incident, found by what runs and by when it began', async () => {
    await fresh.store.transact(async ({ actions }) => {
      await actions.insertSlaClock(clock('sla_1'));
      await actions.insertSlaClock(clock('sla_2', { kind: 'restoration', hours: null, startedAt: START + 10 }));
      assert.deepEqual((await actions.slaClocksOf('inc_1'))[0], clock('sla_1'));
      await actions.updateSlaClock('sla_1', { state: 'broken', stoppedAt: START + 99 });
      assert.deepEqual(
        (await actions.runningClocks(['inc_1'])).map(({ id }) => id),
        ['sla_2'],
      );
      assert.deepEqual(await actions.runningClocks([]), []);
      assert.deepEqual(
        (await actions.slaClocks(START, START + 10)).map(({ id, stoppedAt }) => [id, stoppedAt]),
        [['sla_1', START + 99]],
      );
    });
    await assert.rejects(fresh.store.transact((tx) => tx.actions.insertSlaClock(clock('sla_3'))));
  });

  test('a page is found by the token of its mail', async () => {
    await fresh.store.transact(async ({ actions }) => {
      const page = { ...sample.page('pag_r', 'key_r', 'inc_1'), replyHash: 'hash-of-a-token' };
      await actions.insertPage(page);
      assert.deepEqual(await actions.pageByReplyHash('hash-of-a-token'), page);
      assert.equal(await actions.pageByReplyHash('another'), null);
    });
  });
});
