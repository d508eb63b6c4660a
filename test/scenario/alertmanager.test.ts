import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBoth, onSqlite } from '../support/place.ts';
import { skipSwagger, swaggerCheck } from '../support/swagger.ts';
import { inWorld, type World } from '../support/world.ts';

const MAPS = { alertname: 'MapTilesSlow', service: 'maps', city: 'berlin' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MINUTE = 60_000;

interface Out {
  readonly labels: Record<string, string>;
  readonly fingerprint: string;
  readonly endsAt: string;
  readonly receivers: { readonly name: string }[];
  readonly status: { readonly state: string; readonly silencedBy: string[]; readonly inhibitedBy: string[] };
}
interface SilenceOut {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly comment: string;
  readonly endsAt: string;
}

const seen = (world: World, query = ''): Promise<Out[]> => world.see(`/api/v2/alerts${query}`);
const silences = (world: World, query = ''): Promise<SilenceOut[]> => world.see(`/api/v2/silences${query}`);
const iso = (world: World, minutes: number): string => new Date(world.clock.now() + minutes * MINUTE).toISOString();

function silenceBody(world: World, more: object = {}): object {
  const matchers = [{ name: 'service', value: 'maps', isRegex: false }];
  const times = { startsAt: iso(world, 0), endsAt: iso(world, 60) };
  return { matchers, ...times, createdBy: 'mara', comment: 'the vendor knows', ...more };
}

async function silence(world: World, more: object = {}): Promise<string> {
  const made = await world.officer<{ silenceID: string }>('POST', '/api/v2/silences', silenceBody(world, more));
  return made.silenceID;
}

onBoth("Alertmanager's API", (database) => {
  test('what is posted is seen at once, resolves when it is not sent again, and is gone then', () =>
    inWorld(database, {}, async (world) => {
      await world.send('POST', '/api/v2/alerts', [{ labels: { ...MAPS, severity: 'warning', none: '' } }]);
      const [alert] = await seen(world);
      assert.deepEqual(alert?.labels, { ...MAPS, severity: 'warning' });
      assert.equal(alert?.endsAt, iso(world, 5));
      assert.equal(alert?.status.state, 'active');
      await world.advance('4m59s');
      assert.equal((await seen(world)).length, 1);
      await world.advance('1s');
      assert.deepEqual(await seen(world), []);
    }));

  test('alerts are filtered by matchers, state and receiver; a filter that does not parse is refused in words', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(MAPS);
      await world.alert({ ...MAPS, city: 'lisbon' });
      await world.alert({ alertname: 'Slow', service: 'booking' });
      await silence(world);
      const names = async (query: string): Promise<string[]> =>
        (await seen(world, query)).map(({ labels }) => labels['city'] ?? '-').toSorted();
      assert.deepEqual(await names(''), ['-', 'berlin', 'lisbon']);
      assert.deepEqual(await names('?filter=city%3D%22berlin%22'), ['berlin']);
      assert.deepEqual(await names('?filter=city%3D~%22ber.*|lis.*%22&filter=city!%3Dberlin'), ['lisbon']);
      assert.deepEqual(await names('?silenced=false'), ['-']);
      assert.deepEqual(await names('?active=false'), ['berlin', 'lisbon']);
      assert.deepEqual(await names('?receiver=nobody.*'), []);
      assert.deepEqual(await names('?receiver=lamp.*'), ['-', 'berlin', 'lisbon']);
      const refused = await world.ask('GET', '/api/v2/alerts?filter=city', undefined, await world.token('viewer'));
      assert.equal(refused.statusCode, 400);
      assert.match(refused.json<string>(), /bad matcher format: city .*Write name="value"/);
    }));

  test('a silence: made, seen, changed in place, replaced when its matchers change, ended', () =>
    inWorld(database, {}, async (world) => {
      const id = await silence(world);
      assert.match(id, UUID);
      assert.equal(await silence(world, { id, endsAt: iso(world, 90), comment: 'longer' }), id);
      const [changed] = await silences(world);
      assert.deepEqual([changed?.comment, changed?.endsAt], ['longer', iso(world, 90)]);
      const matchers = [{ name: 'service', value: 'maps|tiles', isRegex: true }];
      const other = await silence(world, { id, matchers });
      assert.notEqual(other, id);
      const states = async (): Promise<string[]> => (await silences(world)).map(({ status }) => status.state);
      assert.deepEqual(await states(), ['active', 'expired']);
      await world.alert(MAPS);
      assert.deepEqual((await seen(world))[0]?.status, {
        state: 'suppressed',
        silencedBy: [other],
        inhibitedBy: [],
        mutedBy: [],
      });
      await world.officer('DELETE', `/api/v2/silence/${other}`);
      await world.officer('DELETE', `/api/v2/silence/${other}`);
      assert.deepEqual(await states(), ['expired', 'expired']);
      assert.equal((await seen(world))[0]?.status.state, 'active');
      assert.deepEqual(await silences(world, '?expired=false'), []);
      assert.equal((await silences(world, '?filter=service%3D~%22maps.*%22')).length, 2);
      const one = await world.see<SilenceOut>(`/api/v2/silence/${id}`);
      assert.equal(one.status.state, 'expired');
    }));

  test('silences that cannot be meant are refused; one that is not there is not found', () =>
    inWorld(database, {}, async (world) => {
      const token = await world.token('duty');
      const post = async (more: object): Promise<[number, string]> => {
        const answer = await world.ask('POST', '/api/v2/silences', silenceBody(world, more), token);
        return [answer.statusCode, answer.json<string>()];
      };
      const empty = [{ name: 'city', value: '.*', isRegex: true }];
      for (const [more, status, words] of [
        [{ matchers: [] }, 400, /matchers/],
        [{ matchers: empty }, 400, /everything would be quiet/],
        [{ endsAt: iso(world, -1) }, 400, /in the past/],
        [{ startsAt: iso(world, 90) }, 400, /after startsAt/],
        [{ startsAt: 'soon' }, 400, /RFC 3339/],
        [{ id: '018f3a5e-0000-7000-8000-000000000000' }, 404, /no silence/],
      ] as const) {
        const [got, said] = await post(more);
        assert.equal(got, status, said);
        assert.match(said, words);
      }
      const missing = await world.ask(
        'DELETE',
        '/api/v2/silence/018f3a5e-0000-7000-8000-000000000000',
        undefined,
        token,
      );
      assert.equal(missing.statusCode, 404);
    }));
});

const INHIBIT = [
  {
    source_matchers: ['alertname="SiteDown"'],
    target_matchers: ['severity=~"critical|warning"', 'alertname!="SiteDown"'],
    equal: ['city'],
  },
];

onBoth('Inhibition', (database) => {
  test('while the source fires its target is quiet and visible; when it ends, what still fires is told', () =>
    inWorld(database, { config: { inhibit: INHIBIT } }, async (world) => {
      await world.alert({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      await world.alert(MAPS);
      await world.alert({ ...MAPS, city: 'lisbon' });
      const target = (await seen(world)).find(
        ({ labels }) => labels['alertname'] !== 'SiteDown' && labels['city'] === 'berlin',
      );
      const source = (await seen(world)).find(({ labels }) => labels['alertname'] === 'SiteDown');
      assert.deepEqual(target?.status, {
        state: 'suppressed',
        silencedBy: [],
        inhibitedBy: [source?.fingerprint],
        mutedBy: [],
      });
      assert.equal((await seen(world, '?inhibited=false')).length, 2);
      const { incident } = await world.incident();
      assert.deepEqual(incident.cities, ['lisbon'], 'only what is not inhibited opens an incident');
      await world.over({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      const all = await world.allAlerts();
      const berlin = all.find(({ labels, name }) => labels['city'] === 'berlin' && name === MAPS.alertname);
      assert.ok(berlin?.incidentId, 'it is told when its source ended');
      assert.equal(berlin.inhibitedBy, null);
    }));

  test('a source that comes later hides what was told, and its end does not tell it twice', () =>
    inWorld(database, { config: { inhibit: INHIBIT } }, async (world) => {
      await world.alert(MAPS);
      assert.equal(world.pages('amira', 'email').length, 1);
      await world.alert({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      assert.ok((await world.allAlerts()).find(({ name }) => name === MAPS.alertname)?.inhibitedBy);
      await world.over({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      assert.equal((await world.allAlerts()).find(({ name }) => name === MAPS.alertname)?.inhibitedBy, null);
      assert.equal((await world.incidents()).length, 1);
    }));

  test('a rule that is taken out of the configuration lets out what it hid', () =>
    inWorld(database, { config: { inhibit: INHIBIT } }, async (world) => {
      await world.alert({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      await world.alert(MAPS);
      assert.deepEqual(await world.incidents(), []);
      await world.reload({ inhibit: [] });
      await world.settle();
      assert.equal((await world.incidents()).length, 1);
    }));
});

onBoth('Groups', (database) => {
  const chain = (name: string, person: string): object => ({
    name,
    match: {},
    steps: [{ do: 'page', target: person, by: ['email'] }],
  });
  const config = {
    chains: [chain('everything', 'amira'), chain('maps', 'jonas')],
    route: {
      receiver: 'everything',
      group_by: ['city'],
      group_wait: '30s',
      group_interval: '5m',
      routes: [{ receiver: 'maps', matchers: ['service="maps"'], group_by: ['alertname'] }],
    },
  };

  test('the first of a group wait for others, the next come at the interval; what is over by then is not told', () =>
    inWorld(database, { config }, async (world) => {
      await world.alert(MAPS);
      await world.advance('10s');
      await world.alert({ ...MAPS, city: 'lisbon' });
      await world.alert({ ...MAPS, city: 'porto' });
      await world.over({ ...MAPS, city: 'porto' });
      assert.equal(world.outside.received.length, 0);
      assert.ok((await world.allAlerts())[0]?.heldBy);
      await world.advance('20s');
      assert.equal(world.pages('jonas', 'email').length, 1, 'the chain that the route names');
      assert.equal(world.pages('amira', 'email').length, 0);
      const told = async (): Promise<string[]> =>
        (await world.allAlerts()).filter(({ incidentId }) => incidentId !== null).map(({ labels }) => labels['city']!);
      assert.deepEqual((await told()).toSorted(), ['berlin', 'lisbon']);
      await world.alert({ ...MAPS, city: 'madrid' });
      await world.advance('4m59s');
      assert.equal((await told()).length, 2);
      await world.advance('1s');
      assert.equal((await told()).length, 3);
    }));

  test('groups are shown by route, with the receivers of each alert', () =>
    inWorld(database, { config }, async (world) => {
      await world.alert(MAPS);
      await world.alert({ alertname: 'Slow', service: 'booking', city: 'berlin' });
      await world.alert({ alertname: 'Down', service: 'booking', city: 'berlin' });
      type Group = { labels: object; receiver: { name: string }; alerts: Out[] };
      const groups = await world.see<Group[]>('/api/v2/alerts/groups');
      assert.deepEqual(
        groups.map(({ labels, receiver, alerts }) => [labels, receiver.name, alerts.length]),
        [
          [{ alertname: 'MapTilesSlow' }, 'maps', 1],
          [{ city: 'berlin' }, 'everything', 2],
        ],
      );
      assert.equal((await world.see<Group[]>('/api/v2/alerts/groups?receiver=maps')).length, 1);
      assert.deepEqual(await world.see('/api/v2/receivers'), [{ name: 'everything' }, { name: 'maps' }]);
      await silence(world);
      assert.equal((await world.see<Group[]>('/api/v2/alerts/groups?muted=false')).length, 1);
    }));
});

onBoth('The Alerts page', (database) => {
  test('filters by matchers, severity, words and quietness; counts by a label; previews a silence', () =>
    inWorld(database, {}, async (world) => {
      await world.alert(MAPS, { annotations: { summary: 'Tiles are slow' } });
      await world.alert({ ...MAPS, city: 'lisbon', severity: 'warning' });
      await world.alert({ alertname: 'Down', service: 'booking', severity: 'info' });
      const ask = async (query: string): Promise<string[]> => {
        const { items } = await world.see<{ items: { labels: Record<string, string> }[] }>(`/ops/v1/alerts?${query}`);
        return items.map(({ labels }) => labels['city'] ?? '-').toSorted();
      };
      assert.deepEqual(await ask('filter=service%3Dmaps&filter=city%3D~%22b.*%22'), ['berlin']);
      assert.deepEqual(await ask('severity=warning,info'), ['-', 'lisbon']);
      assert.deepEqual(await ask('text=tiles%20ARE'), ['berlin']);
      const matchers = [{ name: 'service', value: 'maps|x', isRegex: true }];
      type Preview = { firing: number; paging: number; sample: unknown[] };
      const preview = await world.officer<Preview>('POST', '/ops/v1/silences/preview', { matchers });
      assert.deepEqual([preview.firing, preview.paging, preview.sample.length], [2, 1, 2]);
      await silence(world);
      assert.deepEqual(await ask('quiet=true'), ['berlin', 'lisbon']);
      assert.deepEqual(await ask('quiet=false'), ['-']);
      type Groups = { items: { value: string; count: number; quiet: number; severity: string }[]; more: number };
      const groups = await world.see<Groups>('/ops/v1/alerts/groups?by=service');
      assert.deepEqual(groups.items, [
        { value: 'maps', count: 2, quiet: 2, severity: 'critical' },
        { value: 'booking', count: 1, quiet: 0, severity: 'info' },
      ]);
      const wrong = await world.ask('GET', '/ops/v1/alerts?filter=x', undefined, await world.token('viewer'));
      assert.equal(wrong.statusCode, 400);
    }));
});

onSqlite("Alertmanager's specification", (database) => {
  test('every answer fits it', { skip: skipSwagger }, () =>
    inWorld(database, { config: { inhibit: INHIBIT } }, async (world) => {
      const check = swaggerCheck();
      const id = await silence(world);
      await world.alert(MAPS, { generatorURL: 'http://prometheus.example/graph', annotations: { summary: 'x' } });
      await world.alert({ alertname: 'SiteDown', city: 'berlin', severity: 'info' });
      await world.alert({ alertname: 'Other', city: 'berlin' });
      for (const [path, definition] of [
        ['/api/v2/status', 'alertmanagerStatus'],
        ['/api/v2/alerts', 'gettableAlerts'],
        ['/alertmanager/api/v2/alerts/groups', 'alertGroups'],
        ['/api/v2/silences', 'gettableSilences'],
        [`/api/v2/silence/${id}`, 'gettableSilence'],
      ] as const) {
        const answer = await world.see<unknown>(path);
        if (Array.isArray(answer)) assert.ok(answer.length > 0, path);
        assert.deepEqual(check(definition, answer), [], path);
      }
      for (const receiver of await world.see<unknown[]>('/api/v2/receivers')) {
        assert.deepEqual(check('receiver', receiver), []);
      }
      assert.deepEqual(check('gettableAlert', { labels: {} }).length > 3, true, 'the check can fail');
    }),
  );
});
