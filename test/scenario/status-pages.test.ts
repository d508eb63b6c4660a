import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { safeHttp } from '../../src/outside/index.ts';
import { onBoth } from '../support/place.ts';
import { inWorld, type World } from '../support/world.ts';

/** A status page on this machine: answers with an ETag, and 304 to whoever knows it. */
class Page {
  status = 200;
  body = '';
  readonly asked: { readonly at: number; readonly headers: IncomingHttpHeaders; readonly answer: number }[] = [];
  url = '';
  readonly #server = createServer((request, response) => {
    const etag = `"${createHash('sha256').update(this.body).digest('hex')}"`;
    const answer = this.status === 200 && request.headers['if-none-match'] === etag ? 304 : this.status;
    this.asked.push({ at: this.now(), headers: request.headers, answer });
    response.writeHead(answer, { etag, 'retry-after': '600' }).end(answer === 200 ? this.body : '');
  });
  now: () => number = () => 0;

  async open(): Promise<void> {
    await new Promise<void>((done) => void this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/api/v2/summary.json`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => void this.#server.close(done));
  }
}

const summary = (incidents: readonly object[], components: readonly object[] = []) =>
  JSON.stringify({
    page: { id: 'p', name: 'Carrier North', url: 'https://status.carrier-north.example', time_zone: 'Etc/UTC' },
    status: { indicator: 'major', description: 'Partial outage' },
    components,
    incidents,
    scheduled_maintenances: [],
  });
const outage = (status: string, body: string, impact = 'critical') => ({
  id: 'x1',
  name: 'Data service Berlin',
  status,
  impact,
  shortlink: 'https://stspg.io/x1',
  started_at: '2026-09-15T09:50:00.000Z',
  incident_updates: [
    {
      id: 'u1',
      status,
      body,
      affected_components: [{ code: 'c1', name: 'Data', old_status: 'operational', new_status: 'major_outage' }],
    },
  ],
});

async function inWorldWithPage(
  database: Parameters<typeof inWorld>[0],
  settings: object,
  play: (world: World, page: Page) => Promise<void>,
): Promise<void> {
  const page = new Page();
  await page.open();
  const entry = {
    name: 'north',
    title: 'Status of Carrier North',
    partner: 'carrier-north',
    url: page.url,
    labels: { carrier: 'north' },
    ...settings,
  };
  try {
    await inWorld(database, { config: { status_pages: [entry] } }, async (world) => {
      page.now = () => world.clock.now();
      world.readAddress = safeHttp(['127.0.0.1']);
      await play(world, page);
    });
  } finally {
    await page.close();
  }
}

const seen = async (world: World) =>
  (await world.allAlerts()).map(({ name, severity, state, annotations }) => [
    name,
    severity,
    state,
    annotations['status'],
  ]);

onBoth("Partners' status pages", (database) => {
  test('what a page tells of becomes an alert, follows its states and ends with it; unchanged pages are not sent again', () =>
    inWorldWithPage(database, { at_most: 'critical' }, async (world, page) => {
      page.body = summary([]);
      await world.advance('5m');
      assert.deepEqual(
        page.asked.map(({ answer }) => answer),
        [200, 304, 304],
      );
      assert.deepEqual(
        page.asked.map(({ at }) => at - page.asked[0]!.at),
        [0, 120_000, 240_000],
        'a look every two minutes',
      );
      assert.deepEqual(await seen(world), []);
      page.body = summary([outage('investigating', 'We are looking into it.')]);
      await world.advance('2m');
      assert.deepEqual(await seen(world), [['PartnerStatus', 'critical', 'firing', 'investigating']]);
      const { incident } = await world.incident();
      assert.deepEqual([incident.cause?.component, incident.cause?.kind], ['carrier-north', 'partner']);
      page.body = summary([outage('identified', 'A switch failed.', 'minor')]);
      await world.advance('2m');
      assert.deepEqual(await seen(world), [['PartnerStatus', 'warning', 'firing', 'identified']]);
      assert.equal((await world.allAlerts())[0]?.annotations['description'], 'A switch failed.');
      page.body = summary([]);
      await world.advance('2m');
      assert.deepEqual(
        (await seen(world)).map(([, , state]) => state),
        ['resolved'],
        'gone from the page means over',
      );
    }));

  test('an alert is no louder than the configuration lets it be, and other components do not matter', () =>
    inWorldWithPage(database, { components: ['Voice'] }, async (world, page) => {
      page.body = summary(
        [outage('investigating', 'x')],
        [
          { id: 'c1', name: 'Data', status: 'major_outage' },
          { id: 'c2', name: 'Voice', status: 'major_outage' },
        ],
      );
      await world.advance('1m');
      const alerts = await world.allAlerts();
      assert.deepEqual(
        alerts.map(({ annotations, severity }) => [annotations['summary'], severity]),
        [['Status of Carrier North: Voice: major outage', 'warning']],
      );
      assert.deepEqual(await world.incidents(), []);
    }));

  test('a page that cannot be read is told as that, never as an outage of the partner', () =>
    inWorldWithPage(database, {}, async (world, page) => {
      page.body = summary([outage('investigating', 'x')]);
      await world.advance('1m');
      page.status = 503;
      const before = page.asked.length;
      await world.advance('14m');
      assert.ok(page.asked.length - before <= 3, 'Retry-After is heeded');
      assert.deepEqual(
        (await seen(world)).map(([name, , state]) => [name, state]),
        [['PartnerStatus', 'firing']],
        'what was told stays',
      );
      await world.advance('11m');
      assert.deepEqual(
        (await world.allAlerts()).map(({ name, state, labels }) => [name, state, labels['partner'] ?? null]),
        [
          ['PartnerStatus', 'firing', 'carrier-north'],
          ['StatusPageUnreadable', 'firing', null],
        ],
      );
      page.status = 200;
      page.body = summary([]);
      await world.advance('11m');
      assert.deepEqual(
        (await world.allAlerts()).map(({ state }) => state),
        ['resolved', 'resolved'],
      );
      page.body = '<html>moved</html>';
      await world.advance('30m');
      assert.match(
        (await world.allAlerts()).at(-1)?.annotations['description'] ?? '',
        /neither an RSS nor an Atom feed/,
      );
    }));
});
