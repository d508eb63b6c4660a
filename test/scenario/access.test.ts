import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pino from 'pino';
import type { RouteTable } from '../../src/api/auth.ts';
import { buildServer, type Api } from '../../src/api/server.ts';
import { onSqlite } from '../support/place.ts';
import { World } from '../support/world.ts';

/** Who may use a route. Written down here once more, so that a change of permissions must be meant. */
const MAY: Readonly<Record<string, readonly Who[]>> = {
  everybody: ['nobody', 'viewer', 'agent', 'duty', 'admin', 'sender'],
  // Open to everybody, and refused without the vendor's signature or secret.
  'a vendor with its proof': [],
  'whoever is signed in': ['viewer', 'agent', 'duty', 'admin', 'sender'],
  'who looks': ['viewer', 'agent', 'duty', 'admin'],
  'who sends': ['agent', 'duty', 'admin', 'sender'],
  'who helps members': ['agent', 'duty', 'admin'],
  'who exchanges with partners': ['agent', 'duty', 'admin'],
  'who is on duty': ['duty', 'admin'],
  administrators: ['admin'],
};

/** A sender's token is an administrator's that is narrowed to signal.send. */
const ALL = ['nobody', 'viewer', 'agent', 'duty', 'admin', 'sender'] as const;
type Who = (typeof ALL)[number];

const ROUTES: Readonly<Record<keyof typeof MAY, string>> = {
  everybody: `
    GET /-/healthy
    GET /-/ready
    GET /ops/v1/openapi.json
    POST /ops/v1/session
    GET /status
    GET /status/data.json
    GET /status/api/v2/summary.json
    GET /status/api/v2/status.json
    GET /status/api/v2/components.json
    GET /status/api/v2/incidents.json
    GET /status/atom.xml
    GET /status/maintenance.ics
    GET /app/v1/notices
    GET /app/v1/stream
    GET /accept/:secret
    GET /*
    GET /ping/:secret
    POST /ping/:secret
    GET /ping/:secret/:said
    POST /ping/:secret/:said
    POST /accept/:secret
    POST /v2/enqueue
    POST /v2/change/enqueue
    GET /answer/:secret
    POST /answer/:secret
    GET /calendar/:secret
    GET /
    GET /incidents
    GET /incidents/*
    GET /alerts
    GET /maintenance
    GET /heartbeats
    GET /levels
    GET /levels/*
    GET /duty
    GET /tickets
    GET /tickets/*
    GET /partners
    GET /retros
    GET /retros/*
    GET /improvements
    GET /improvements/*
    GET /observations
    GET /topology
    GET /settings
    GET /account
    GET /explore
    GET /rules
    GET /targets
    GET /integrations
    GET /sign-in
    POST /tmf-api/partner/:secret/troubleTicket/v4/listener
    POST /tmf-api/partner/:secret/troubleTicket/v4/listener/:event
    POST /tmf-api/partner/:secret/troubleTicket/v5/listener
    POST /tmf-api/partner/:secret/troubleTicket/v5/listener/:event
    POST /tmf-api/partner/:secret/alarm/v4/listener
    POST /tmf-api/partner/:secret/alarm/v4/listener/:event`,
  'a vendor with its proof': `
    POST /hooks/twilio/:vendor/status
    POST /hooks/twilio/:vendor/message
    POST /hooks/twilio/:vendor/voice/:page
    POST /hooks/twilio/:vendor/digits/:page
    POST /hooks/slack
    POST /hooks/mattermost
    POST /hooks/telegram`,
  'whoever is signed in': `
    GET /ops/v1/push-devices
    POST /ops/v1/push-devices
    DELETE /ops/v1/push-devices/:id
    DELETE /ops/v1/session
    GET /ops/v1/me`,
  'who looks': `
    GET /metrics
    GET /ops/v1/stream
    GET /ops/v1/now
    GET /ops/v1/incidents
    GET /ops/v1/incidents/:id
    GET /ops/v1/incidents/:id/evidence
    GET /ops/v1/sla
    GET /ops/v1/topology
    GET /ops/v1/changes
    GET /ops/v1/alerts
    GET /ops/v1/heartbeats
    GET /ops/v1/alerts/groups
    POST /ops/v1/silences/preview
    GET /ops/v1/silences
    GET /ops/v1/maintenance
    POST /ops/v1/maintenance/preview
    GET /ops/v1/duty
    GET /ops/v1/duty/around
    GET /ops/v1/people
    GET /ops/v1/indicators
    GET /ops/v1/indicators/:name/series
    GET /ops/v1/observations
    GET /ops/v1/partners
    GET /ops/v1/partners/ledger
    GET /ops/v1/partners/ledger.csv
    GET /ops/v1/tickets
    GET /ops/v1/tickets/:id
    GET /ops/v1/retros
    GET /ops/v1/retros/:id
    GET /ops/v1/improvements
    GET /ops/v1/improvements/:id
    GET /ops/v1/rules/definitions
    GET /ops/v1/integrations
    GET /ops/v1/quarantine
    GET /ops/v1/forecasts
    GET /ops/v1/forecasts/:id
    GET /ops/v1/events
    GET /ops/v1/losses
    GET /ops/v1/backtests
    GET /ops/v1/backtests/:id
    GET /ops/v1/backtests/:id/rows.csv
    GET /ops/v1/definitions
    GET /api/v1/query
    POST /api/v1/query
    GET /api/v1/query_range
    POST /api/v1/query_range
    GET /api/v1/series
    POST /api/v1/series
    GET /api/v1/labels
    POST /api/v1/labels
    GET /api/v1/label/:name/values
    GET /api/v1/metadata
    GET /api/v1/query_exemplars
    POST /api/v1/query_exemplars
    GET /api/v1/rules
    GET /api/v1/alerts
    GET /api/v1/alertmanagers
    GET /api/v1/targets
    GET /api/v1/format_query
    POST /api/v1/format_query
    GET /api/v1/parse_query
    POST /api/v1/parse_query
    GET /api/v1/status/buildinfo
    GET /api/v1/status/config
    GET /api/v1/status/flags
    GET /api/v1/status/runtimeinfo
    GET /api/v1/status/tsdb
    GET /ops/v1/rules
    GET /api/v2/status
    GET /api/v2/receivers
    GET /api/v2/alerts
    GET /api/v2/alerts/groups
    GET /api/v2/silences
    GET /api/v2/silence/:id
    GET /alertmanager/api/v2/status
    GET /alertmanager/api/v2/receivers
    GET /alertmanager/api/v2/alerts
    GET /alertmanager/api/v2/alerts/groups
    GET /alertmanager/api/v2/silences
    GET /alertmanager/api/v2/silence/:id`,
  'who sends': `
    POST /api/v1/write
    POST /api/v2/alerts
    POST /alertmanager/api/v2/alerts
    POST /in/:source
    POST /v2/alerts
    POST /v2/alerts/:id/:action
    PUT /v2/alerts/:id/:action
    DELETE /v2/alerts/:id
    GET /v2/alerts/requests/:id
    GET /heartbeat/:id
    POST /heartbeat/:id
    POST /v1/metrics
    POST /otlp/v1/metrics
    POST /mds/vehicles
    POST /mds/events
    POST /mds/telemetry`,
  'who helps members': `
    POST /ops/v1/incidents
    POST /ops/v1/incidents/:id/note
    POST /ops/v1/changes
    POST /ops/v1/observations
    POST /ops/v1/tickets
    PATCH /ops/v1/tickets/:id`,
  'who exchanges with partners': `
    GET /tmf-api/alarm/v4/alarm
    POST /tmf-api/alarm/v4/alarm
    GET /tmf-api/alarm/v4/alarm/:id
    PATCH /tmf-api/alarm/v4/alarm/:id
    DELETE /tmf-api/alarm/v4/alarm/:id
    GET /tmf-api/alarm/v4/ackAlarms
    POST /tmf-api/alarm/v4/ackAlarms
    GET /tmf-api/alarm/v4/ackAlarms/:id
    GET /tmf-api/alarm/v4/unAckAlarms
    POST /tmf-api/alarm/v4/unAckAlarms
    GET /tmf-api/alarm/v4/unAckAlarms/:id
    GET /tmf-api/alarm/v4/clearAlarms
    POST /tmf-api/alarm/v4/clearAlarms
    GET /tmf-api/alarm/v4/clearAlarms/:id
    GET /tmf-api/alarm/v4/commentAlarms
    POST /tmf-api/alarm/v4/commentAlarms
    GET /tmf-api/alarm/v4/commentAlarms/:id
    GET /tmf-api/alarm/v4/groupAlarms
    POST /tmf-api/alarm/v4/groupAlarms
    GET /tmf-api/alarm/v4/groupAlarms/:id
    GET /tmf-api/alarm/v4/unGroupAlarms
    POST /tmf-api/alarm/v4/unGroupAlarms
    GET /tmf-api/alarm/v4/unGroupAlarms/:id
    POST /tmf-api/alarm/v4/hub
    DELETE /tmf-api/alarm/v4/hub/:id
    POST /tmf-api/alarm/v4/listener/:event`,
  'who is on duty': `
    POST /ops/v1/incidents/:id/accept
    POST /ops/v1/incidents/:id/unaccept
    POST /ops/v1/incidents/:id/snooze
    POST /ops/v1/incidents/:id/wake
    POST /ops/v1/incidents/:id/confirm
    POST /ops/v1/incidents/:id/promise
    POST /ops/v1/incidents/:id/hand-over
    POST /ops/v1/incident-hand-overs/:id
    POST /ops/v1/incidents/:id/update
    POST /ops/v1/incidents/:id/merge
    POST /ops/v1/incidents/:id/unmerge
    POST /ops/v1/topology/edges/:id/accept
    POST /ops/v1/topology/edges/:id/reject
    POST /ops/v1/incidents/:id/split
    POST /ops/v1/incidents/:id/resolve
    POST /ops/v1/incidents/:id/reopen
    POST /ops/v1/incidents/:id/correct
    POST /ops/v1/incidents/:id/notify
    POST /ops/v1/incidents/:id/playbook
    POST /ops/v1/playbook-runs/:id/abort
    POST /ops/v1/silences
    POST /ops/v1/heartbeats/:id/addresses
    POST /ops/v1/heartbeats/:id/pause
    POST /ops/v1/heartbeats/:id/resume
    DELETE /ops/v1/heartbeats/addresses/:id
    POST /api/v2/silences
    DELETE /api/v2/silence/:id
    POST /alertmanager/api/v2/silences
    DELETE /alertmanager/api/v2/silence/:id
    DELETE /ops/v1/silences/:id
    POST /ops/v1/maintenance
    PUT /ops/v1/maintenance/:id
    DELETE /ops/v1/maintenance/:id
    POST /ops/v1/maintenance/plans
    PUT /ops/v1/maintenance/plans/:id
    DELETE /ops/v1/maintenance/plans/:id
    POST /ops/v1/duty/overrides
    POST /ops/v1/integrations/try
    POST /ops/v1/quarantine/:id/retry
    POST /ops/v1/quarantine/:id/discard
    DELETE /ops/v1/duty/overrides/:id
    POST /ops/v1/duty/schedules
    DELETE /ops/v1/duty/schedules/:id
    POST /ops/v1/duty/absences
    POST /ops/v1/duty/absences/import
    DELETE /ops/v1/duty/absences/:id
    POST /ops/v1/duty/swaps
    POST /ops/v1/duty/swaps/:id/answer
    POST /ops/v1/duty/hand-overs/:id/accept
    POST /ops/v1/duty/feeds
    DELETE /ops/v1/duty/feeds/:id
    POST /ops/v1/people/:id/test-page
    POST /ops/v1/incidents/:id/partner-ticket
    POST /ops/v1/partner-tickets/:id/note
    PATCH /ops/v1/retros/:id
    POST /ops/v1/improvements
    POST /ops/v1/improvements/:id/prove
    POST /ops/v1/improvements/:id/decide
    POST /ops/v1/indicators/:name/forecasts
    POST /ops/v1/forecasts/:id/withdraw
    POST /ops/v1/events
    PUT /ops/v1/events/:id
    POST /ops/v1/events/:id/end
    DELETE /ops/v1/events/:id
    POST /ops/v1/backtests
    POST /ops/v1/backtests/:id/cancel
    POST /ops/v1/definitions
    POST /ops/v1/definitions/:id/withdraw`,
  administrators: `
    POST /api/v1/admin/tsdb/delete_series
    PUT /api/v1/admin/tsdb/delete_series
    POST /api/v1/admin/tsdb/clean_tombstones
    PUT /api/v1/admin/tsdb/clean_tombstones
    GET /ops/v1/tokens
    POST /ops/v1/tokens
    DELETE /ops/v1/tokens/:id
    GET /ops/v1/accounts
    PUT /ops/v1/accounts`,
};

const EXPECTED = Object.entries(ROUTES).flatMap(([group, text]) =>
  text
    .trim()
    .split('\n')
    .map((line) => ({ route: line.trim(), may: MAY[group]! })),
);

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

onSqlite('Access', (database) => {
  let world: World;
  let api: Api;
  let routes: RouteTable;
  let address = '';
  const secrets = new Map<Who, string>();
  const cookie = { value: '' };

  before(async () => {
    world = await World.open(database);
    ({ app: api, routes } = await buildServer(world.app.context, pino({ level: 'silent' })));
    address = await api.listen({ host: '127.0.0.1', port: 0 });
    for (const role of ['viewer', 'agent', 'duty', 'admin'] as const) secrets.set(role, await world.token(role));
    const narrowed = { name: 'a sender', role: 'admin', scopes: ['signal.send'], lifetime: null } as const;
    secrets.set('sender', await world.app.makeToken(narrowed));
    cookie.value = await signIn();
  });

  after(async () => {
    await api.close();
    await world.close();
  });

  const signIn = async (): Promise<string> => {
    const payload = { name: 'admin', password: 'a password of the scenarios' };
    const answer = await api.inject({ method: 'POST', url: '/ops/v1/session', payload });
    assert.equal(answer.statusCode, 200, answer.payload);
    return String(answer.headers['set-cookie']).split(';')[0]!;
  };

  /** Only the head of the answer: event streams do not end. */
  const status = async (method: Method, path: string, who: Who): Promise<number> => {
    const secret = secrets.get(who);
    const stop = new AbortController();
    const response = await fetch(address + path, {
      method,
      signal: stop.signal,
      headers: {
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    stop.abort();
    return response.status;
  };

  test('every route is in the table of expectations, and the other way round', () => {
    const built = routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !route.startsWith('OPTIONS'));
    const expected = EXPECTED.map(({ route }) => route);
    assert.deepEqual(
      built.filter((route) => !expected.includes(route)),
      [],
      'routes that nobody thought about: add them to the table in this file',
    );
    assert.deepEqual(
      expected.filter((route) => !built.includes(route)),
      [],
      'routes that are gone',
    );
  });

  describe('each route lets in whom it should, and nobody else', () => {
    for (const { route, may } of EXPECTED) {
      test(`${route}: ${may.join(', ')}`, async () => {
        const [method, pattern] = route.split(' ') as [Method, string];
        const path = pattern
          .replace(':secret', 'a-secret-that-nobody-was-given')
          .replaceAll(/:\w+/g, 'unknown')
          .replace('*', 'unknown');
        for (const who of ALL) {
          // Signing out is done by the token's owner and changes nothing for tokens.
          const got = await status(method, path, who);
          const refused = who === 'nobody' && !path.startsWith('/hooks/') ? 401 : 403;
          if (!may.includes(who)) assert.equal(got, refused, `${who} is refused`);
          else if (route === 'GET /-/ready') assert.equal(got, 503, 'this application was not told to listen');
          else if (route === 'POST /ops/v1/session') assert.equal(got, 400, 'an empty body');
          else assert.ok(got !== 401 && got !== 403 && got < 500, `${who} is let in: ${got}`);
        }
      });
    }
  });

  const asAdmin = (payload: string, headers: Record<string, string>) =>
    api.inject({ method: 'POST', url: '/ops/v1/tickets', headers: { cookie: cookie.value, ...headers }, payload });
  const json = { 'content-type': 'application/json' };
  const ticket = JSON.stringify({ title: 'Look at it' });

  test('a request that another site makes a signed-in browser send is refused', async () => {
    const host = { ...json, host: 'lamplighter.example' };
    const codes: Record<string, number> = {};
    for (const [name, headers] of Object.entries({
      'own origin': { ...host, origin: 'http://lamplighter.example' },
      'foreign origin': { ...host, origin: 'https://evil.example' },
      'no origin that can be told': { ...host, origin: 'null' },
      'same port of another host': { ...host, origin: 'http://lamplighter.example.evil.example' },
      'cross-site': { ...host, 'sec-fetch-site': 'cross-site' },
      'same-site': { ...host, 'sec-fetch-site': 'same-site' },
      'same-origin': { ...host, 'sec-fetch-site': 'same-origin' },
    }))
      codes[name] = (await asAdmin(ticket, headers)).statusCode;
    assert.deepEqual(codes, {
      'own origin': 201,
      'foreign origin': 403,
      'no origin that can be told': 403,
      'same port of another host': 403,
      'cross-site': 403,
      'same-site': 403,
      'same-origin': 201,
    });
  });

  test('a session ends when its owner signs out', async () => {
    const own = { cookie: await signIn(), 'sec-fetch-site': 'same-origin' };
    const me = () => api.inject({ method: 'GET', url: '/ops/v1/me', headers: own });
    assert.equal((await me()).statusCode, 200);
    await api.inject({ method: 'DELETE', url: '/ops/v1/session', headers: own });
    assert.equal((await me()).statusCode, 401);
  });

  test('a token that was revoked, has expired or was never made is refused', async () => {
    const ask = (secret: string) =>
      api.inject({ method: 'GET', url: '/ops/v1/now', headers: { authorization: `Bearer ${secret}` } });
    const short = await world.app.makeToken({ name: 'short', role: 'viewer', scopes: [], lifetime: 60_000 });
    assert.equal((await ask(short)).statusCode, 200);
    await world.advance('61s');
    assert.equal((await ask(short)).statusCode, 401);
    const lost = await world.app.makeToken({ name: 'lost', role: 'viewer', scopes: [], lifetime: null });
    assert.equal((await ask(lost)).statusCode, 200);
    const found = await world.app.store.read((tx) => tx.access.tokens());
    const { id } = found.find(({ name }) => name === 'lost')!;
    const headers = { authorization: `Bearer ${secrets.get('admin')}` };
    await api.inject({ method: 'DELETE', url: `/ops/v1/tokens/${id}`, headers });
    assert.equal((await ask(lost)).statusCode, 401);
    assert.equal((await ask(`${lost.slice(0, -1)}x`)).statusCode, 401);
    assert.equal((await ask('token-of-the-senders-in-all-scenarioS')).statusCode, 401);
  });

  test('a body over the limit is refused with 413', async () => {
    const large = JSON.stringify({ title: 'x', body: 'x'.repeat(1 << 20) });
    const answer = await asAdmin(large, { ...json, 'sec-fetch-site': 'same-origin' });
    assert.equal(answer.statusCode, 413);
    assert.equal(answer.json<{ code: string }>().code, 'too_large');
    const storm = `[${'{"labels":{"alertname":"x"}},'.repeat(400_000)}{"labels":{"alertname":"x"}}]`;
    const headers = { ...json, authorization: `Bearer ${secrets.get('agent')}` };
    assert.equal(
      (await api.inject({ method: 'POST', url: '/api/v2/alerts', headers, payload: storm })).statusCode,
      413,
    );
  });

  test('JSON that reaches for the prototype is refused, however it is labelled', async () => {
    for (const type of ['application/json', 'text/plain', 'application/cloudevents+json']) {
      for (const payload of ['{"title":"x","__proto__":{"admin":true}}', '{"constructor":{"prototype":{"a":1}}}']) {
        const headers = { 'content-type': type, authorization: `Bearer ${secrets.get('agent')}` };
        const answer = await api.inject({ method: 'POST', url: '/in/carrier-north', headers, payload });
        assert.equal(answer.statusCode, 400, `${type} ${payload}`);
        assert.ok(!answer.payload.includes('mapping'), `${type} ${payload}: refused before it is mapped`);
      }
    }
    assert.equal(({} as Record<string, unknown>)['admin'], undefined);
  });

  test('a content type that is not read here is refused with 415', async () => {
    for (const type of ['application/xml', 'multipart/form-data; boundary=x', 'application/octet-stream']) {
      const answer = await asAdmin(ticket, { 'content-type': type, 'sec-fetch-site': 'same-origin' });
      assert.equal(answer.statusCode, 415, type);
    }
  });

  test('what is not there says nothing about who asks', async () => {
    assert.equal((await api.inject({ method: 'GET', url: '/ops/v1/secrets' })).statusCode, 404);
    assert.equal((await api.inject({ method: 'GET', url: '/status/../ops/v1/now' })).statusCode, 401);
    assert.equal((await api.inject({ method: 'GET', url: '/ops/v1/%6eow' })).statusCode, 401);
  });
});
