/** Announced work, addresses of heartbeats, and status pages of partners, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StatusPage } from '../../src/signal/status-page/entry.ts';
import type { PingUrl } from '../../src/signal/signal.ts';
import { onEachDatabase, START, type Fresh } from './place.ts';
import * as sample from './sample.ts';

onEachDatabase('what is watched', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
  });
  after(() => fresh.remove());

  test('plans of recurring work, their windows, and changes of both', async () => {
    await fresh.store.transact(async ({ alerts }) => {
      const window = sample.maintenance('mai_p1', { planId: 'mpl_1' });
      await alerts.insertPlan(sample.plan('mpl_1'));
      await alerts.insertPlan(sample.plan('mpl_2', { endedAt: START, notice: null, tell: [], madeUntil: null }));
      await alerts.insertMaintenance(window);
      await alerts.insertMaintenance({ ...window, id: 'mai_p2', startsAt: START + 10 });
      await alerts.insertMaintenance({ ...window, id: 'mai_p3', startsAt: START + 10, planId: 'mpl_2' });
      assert.deepEqual(await alerts.plan('mpl_1'), sample.plan('mpl_1'));
      assert.equal(await alerts.plan('mpl_none'), null);
      assert.deepEqual(
        (await alerts.plans()).map(({ id }) => id),
        ['mpl_1'],
      );
      assert.deepEqual(
        (await alerts.plans(true)).map(({ id }) => id),
        ['mpl_1', 'mpl_2'],
      );
      assert.equal(await alerts.updatePlan('mpl_2', { endedAt: null, madeUntil: START }), true);
      assert.equal(await alerts.updatePlan('mpl_none', { madeUntil: START }), false);
      assert.deepEqual((await alerts.plan('mpl_2'))?.madeUntil, START);
      assert.deepEqual(await alerts.removeWindows('mpl_1', START), ['mai_p2']);
      assert.deepEqual(await alerts.maintenance('mai_p1'), window);
      assert.equal(await alerts.maintenance('mai_p2'), null);
      assert.equal(await alerts.updateMaintenance('mai_p1', { title: 'anew', notice: null, anyOf: [] }), true);
      assert.deepEqual(await alerts.maintenance('mai_p1'), { ...window, title: 'anew', notice: null, anyOf: [] });
      assert.equal(await alerts.updateMaintenance('mai_none', { title: 'anew' }), false);
    });
  });

  test('an address of a heartbeat is found by its hash until it is revoked, once', async () => {
    await fresh.store.transact(async ({ signals }) => {
      const url: PingUrl = {
        id: 'png_1',
        heartbeatId: 'nightly',
        secretHash: 'hash-1',
        createdBy: 'ada',
        createdAt: START,
        revokedAt: null,
      };
      await signals.insertPingUrl(url);
      await signals.insertPingUrl({ ...url, id: 'png_2', secretHash: 'hash-2' });
      assert.deepEqual(await signals.pingUrl('hash-1'), url);
      assert.equal(await signals.pingUrl('hash-none'), null);
      assert.deepEqual(
        (await signals.pingUrls()).map(({ id }) => id),
        ['png_1', 'png_2'],
      );
      assert.equal(await signals.revokePingUrl('png_1', START + 1), true);
      assert.equal(await signals.revokePingUrl('png_1', START + 2), false, 'revoked once');
      assert.equal(await signals.revokePingUrl('png_none', START + 2), false);
      assert.equal(await signals.pingUrl('hash-1'), null);
      assert.deepEqual(
        (await signals.pingUrls()).map(({ id }) => id),
        ['png_2'],
      );
    });
  });

  test('two addresses never share a secret', async () => {
    const url = { heartbeatId: 'nightly', secretHash: 'same', createdBy: 'ada', createdAt: START, revokedAt: null };
    await assert.rejects(
      fresh.store.transact(async ({ signals }) => {
        await signals.insertPingUrl({ ...url, id: 'png_3' });
        await signals.insertPingUrl({ ...url, id: 'png_4' });
      }),
    );
  });

  test('a status page is saved whole, and again over itself', async () => {
    await fresh.store.transact(async ({ signals }) => {
      const page: StatusPage = {
        id: 'vendor',
        etag: '"a"',
        modified: 'Tue, 15 Sep 2026 10:00:00 GMT',
        form: 'statuspage',
        askedAt: START,
        readAt: START - 1,
        failingSince: null,
        error: null,
        lost: false,
        open: [
          {
            key: 'i1',
            title: 'Öffnen hängt',
            status: 'investigating',
            text: 'we look',
            loud: 'critical',
            over: false,
            startedAt: START,
            url: null,
            components: ['API'],
          },
        ],
      };
      await signals.saveStatusPage(page);
      await signals.saveStatusPage({ ...page, id: 'another', etag: null, modified: null, open: [] });
      assert.deepEqual(await signals.statusPage('vendor'), page);
      const later = { ...page, etag: null, askedAt: START + 5, failingSince: START + 5, error: '503', lost: true };
      await signals.saveStatusPage(later);
      assert.deepEqual(await signals.statusPage('vendor'), later);
      assert.deepEqual(
        (await signals.statusPages()).map(({ id }) => id),
        ['another', 'vendor'],
      );
      assert.equal(await signals.statusPage('none'), null);
    });
  });
});
