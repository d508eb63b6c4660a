import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

/** Cities with samples in the last hour, oldest first, by their values. */
async function recorded(world: World): Promise<Record<string, string[]>> {
  const answer = await world.ask('GET', '/api/v1/query?query=trips_total[1h]', undefined, await world.token('viewer'));
  const { data } = answer.json<{ data: { result: { metric: { city: string }; values: [number, string][] }[] } }>();
  return Object.fromEntries(data.result.map(({ metric, values }) => [metric.city, values.map(([, value]) => value)]));
}

/** Three minutes of trips in two cities. */
async function drive(world: World): Promise<void> {
  for (const value of [1, 2, 3]) {
    await world.samples(['berlin', 'hamburg'].map((city) => ({ labels: { __name__: 'trips_total', city }, value })));
    await world.advance('1m');
  }
}

onBoth('Recorded samples', (database) => {
  test('an administrator deletes a range of one series; the rest stays, after a restart too, and the journal tells', () =>
    inWorld(database, { lasting: true }, async (world) => {
      const began = world.clock.now();
      await drive(world);
      const end = began / 1000 + 60;
      const match = `match[]=${encodeURIComponent('trips_total{city="berlin"}')}`;
      const path = `/api/v1/admin/tsdb/delete_series?${match}&end=${end}`;
      const answer = await world.ask('POST', path, undefined, await world.token('admin'));
      assert.deepEqual([answer.statusCode, answer.payload], [204, '']);
      const left = { berlin: ['3'], hamburg: ['1', '2', '3'] };
      assert.deepEqual(await recorded(world), left);
      await world.restart();
      assert.deepEqual(await recorded(world), left);
      const cleaned = await world.ask(
        'PUT',
        '/api/v1/admin/tsdb/clean_tombstones',
        undefined,
        await world.token('admin'),
      );
      assert.equal(cleaned.statusCode, 204);
      await world.restart();
      assert.deepEqual(await recorded(world), left);
      const rows = await world.app.store.read((tx) => tx.journal.ofSubject('series', 'trips_total{city="berlin"}'));
      assert.deepEqual(
        rows.map(({ fact, data }) => [fact, data['samples']]),
        [
          ['series.deletion-ordered', undefined],
          ['series.deleted', 2],
        ],
      );
      assert.equal(rows[1]!.causeId, rows[0]!.id);
      assert.equal(rows[0]!.data['to'], new Date(end * 1000).toISOString());
    }));

  test('whoever may not, names nothing, or names it wrongly deletes nothing and is told why', () =>
    inWorld(database, {}, async (world) => {
      await drive(world);
      const before = await recorded(world);
      const post = async (query: string, role: 'duty' | 'admin') =>
        world.ask('POST', `/api/v1/admin/tsdb/delete_series${query}`, undefined, await world.token(role));
      assert.equal((await post('?match[]=trips_total', 'duty')).statusCode, 403);
      for (const [query, why] of [
        ['', /no match\[\]/],
        ['?match[]=%7B%7D', /matcher/],
        ['?match[]=rate(trips_total[5m])', /\w/],
        ['?match[]=trips_total&start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z', /before the start/],
        ['?match[]=trips_total&start=yesterday', /yesterday/],
      ] as const) {
        const answer = await post(query, 'admin');
        assert.equal(answer.statusCode, 400);
        const { status, errorType, error } = answer.json<Record<string, string>>();
        assert.deepEqual([status, errorType], ['error', 'bad_data']);
        assert.match(error!, why);
      }
      assert.deepEqual(await recorded(world), before);
    }));
});
