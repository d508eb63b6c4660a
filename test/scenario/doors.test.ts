import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { onBoth, onSqlite } from '../support/place.ts';
import { SNS_ADDRESS, SNS_CERTIFICATE, SNS_TOPIC, snsMessage } from '../support/sns.ts';
import { inWorld, type World } from '../support/world.ts';

const KEY = 'R0123456789abcdefghijklmnopqrstu';
const GENIE = 'genie-key-of-the-tests-0123456789';
const WHSEC = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;

const sources = [
  { name: 'pd', title: 'Old pager', integration: 'pagerduty', secrets: [{ kind: 'routing-key', secret: KEY }] },
  {
    name: 'pd-accept',
    integration: 'pagerduty',
    acknowledge: 'accept',
    secrets: [{ kind: 'routing-key', secret: `${KEY}2` }],
  },
  { name: 'genie', integration: 'opsgenie', secrets: [{ kind: 'bearer', secret: GENIE }] },
  { name: 'aws', integration: 'aws-sns', secrets: [{ kind: 'sns', topics: [SNS_TOPIC] }] },
  { name: 'events', integration: 'cloudevents', secrets: [{ kind: 'bearer', secret: 'secret-of-events' }] },
  { name: 'std', integration: 'standard-webhooks', secrets: [{ kind: 'standard-webhooks', secret: WHSEC }] },
  {
    name: 'sentry',
    integration: 'sentry',
    secrets: [{ kind: 'hmac', secret: 'client-secret-of-sentry', header: 'Sentry-Hook-Signature' }],
  },
  {
    name: 'grafana',
    integration: 'grafana',
    secrets: [
      {
        kind: 'hmac',
        secret: 'secret-of-grafana',
        header: 'X-Grafana-Alerting-Signature',
        timestamp: 'X-Grafana-Alerting-Timestamp',
        separator: ':',
      },
    ],
  },
  {
    name: 'gcp',
    integration: 'gcp-monitoring',
    secrets: [{ kind: 'basic', user: 'gcp', secret: 'secret-of-the-gcp' }],
  },
  {
    name: 'scripts',
    title: 'Scripts',
    integration: 'json',
    labels: { service: 'maps' },
    secrets: [{ kind: 'bearer', secret: 'secret-in-a-header', header: 'X-Api-Key' }],
  },
];
const config = { config: { sources } };

const trigger = (more: object = {}, payload: object = {}) => ({
  routing_key: KEY,
  event_action: 'trigger',
  dedup_key: 'unlock-berlin',
  payload: {
    summary: 'Unlocking fails',
    source: 'prober',
    severity: 'critical',
    custom_details: { service: 'telematics', city: 'berlin' },
    ...payload,
  },
  ...more,
});
const states = async (world: World) => (await world.allAlerts()).map(({ name, state }) => `${name} ${state}`);

onBoth('Doors of sources', (database) => {
  test("PagerDuty's events: trigger, acknowledge, resolve, and the answers its senders wait for", () =>
    inWorld(database, config, async (world) => {
      const first = await world.ask('POST', '/v2/enqueue', trigger());
      assert.equal(first.statusCode, 202);
      assert.deepEqual(first.json(), { status: 'success', message: 'Event processed', dedup_key: 'unlock-berlin' });
      await world.settle();
      const { incident } = await world.incident();
      assert.deepEqual(incident.cities, ['berlin']);
      assert.equal(
        (
          await world.ask('POST', '/v2/enqueue', {
            routing_key: KEY,
            event_action: 'acknowledge',
            dedup_key: 'unlock-berlin',
            client: 'Amira',
          })
        ).statusCode,
        202,
      );
      await world.settle();
      const noted = (await world.journal(incident.id)).filter(({ fact }) => fact === 'incident.noted');
      assert.deepEqual(
        noted.map(({ summary }) => summary),
        ['Amira acknowledged PagerDutyEvent at Old pager.'],
      );
      assert.equal((await world.incident()).incident.state, 'open', 'a note alone stops no escalation');
      // Another routing key cannot end it, and what is unknown is accepted and dropped.
      for (const dedup_key of ['unlock-berlin', 'never-seen']) {
        const answer = await world.ask('POST', '/v2/enqueue', {
          routing_key: `${KEY}2`,
          event_action: 'resolve',
          dedup_key,
        });
        assert.equal(answer.statusCode, 202);
      }
      await world.settle();
      assert.deepEqual(await states(world), ['PagerDutyEvent firing']);
      await world.ask('POST', '/v2/enqueue', { routing_key: KEY, event_action: 'resolve', dedup_key: 'unlock-berlin' });
      await world.settle();
      assert.deepEqual(await states(world), ['PagerDutyEvent resolved']);
      await world.ask('POST', '/v2/enqueue', trigger());
      await world.settle();
      assert.deepEqual(
        await states(world),
        ['PagerDutyEvent resolved', 'PagerDutyEvent firing'],
        'a trigger after a resolve is new',
      );
      const body = await world.app.store.read((tx) => tx.signals.between(0, world.clock.now() + 1));
      assert.ok(!JSON.stringify(body).includes(KEY), 'the routing key is not stored');
    }));

  test('an acknowledgement accepts the incident where the source says so', () =>
    inWorld(database, config, async (world) => {
      // The acknowledgement comes before the alert is in an incident.
      await world.ask('POST', '/v2/enqueue', trigger({ routing_key: `${KEY}2` }));
      await world.ask('POST', '/v2/enqueue', {
        routing_key: `${KEY}2`,
        event_action: 'acknowledge',
        dedup_key: 'unlock-berlin',
      });
      await world.advance('10s');
      const { incident } = await world.incident();
      assert.deepEqual([incident.state, incident.acceptedBy], ['accepted', 'pd-accept']);
      await world.advance('20m');
      assert.deepEqual(world.pages('jonas'), [], 'nobody is escalated to');
    }));

  test('what PagerDuty refuses is refused in its words, and kept; a change is no alert', () =>
    inWorld(database, config, async (world) => {
      const ask = (body: unknown) => world.ask('POST', '/v2/enqueue', body);
      for (const [body, error] of [
        [{}, /'routing_key' is missing/],
        [trigger({ routing_key: 'x'.repeat(32) }), /not known here/],
        [trigger({ event_action: 'shout' }), /'event_action' must be one of/],
        [trigger({}, { severity: 'loud' }), /'payload.severity' must be one of/],
        [trigger({}, { summary: ' ' }), /'payload.summary' is missing/],
        [{ routing_key: KEY, event_action: 'resolve' }, /'dedup_key' is missing/],
      ] as const) {
        const answer = await ask(body);
        assert.equal(answer.statusCode, 400, answer.payload);
        const { status, message, errors } = answer.json<{ status: string; message: string; errors: string[] }>();
        assert.deepEqual([status, message], ['invalid event', 'Event object is invalid']);
        assert.match(errors.join(), error);
      }
      const kept = await world.app.store.read((tx) => tx.signals.quarantined(10));
      assert.equal(kept.length, 4, 'those whose source is known');
      assert.ok(!JSON.stringify(kept).includes(KEY), 'without the routing key');
      const change = await world.ask('POST', '/v2/change/enqueue', {
        routing_key: KEY,
        payload: { summary: 'booking 4.2 is live', source: 'ci', custom_details: { service: 'booking' } },
      });
      assert.deepEqual(
        [change.statusCode, change.json()],
        [202, { status: 'success', message: 'Change event processed' }],
      );
      await world.settle();
      const [signal] = await world.app.store.read((tx) =>
        tx.signals.between(0, world.clock.now() + 1).then((all) => all.filter(({ source }) => source === 'webhook:pd')),
      );
      const rows = await world.app.store.read((tx) => tx.journal.ofSubject('signal', signal!.id));
      assert.deepEqual(
        rows.map(({ fact, data }) => [fact, data['summary'], data['labels']]),
        [['signal.change-recorded', 'booking 4.2 is live', { instance: 'ci', service: 'booking' }]],
      );
      const changes = await world.app.store.read((tx) => tx.correlation.changes(0, world.clock.now() + 1, 10));
      assert.deepEqual(
        changes.map(({ component, title }) => [component, title]),
        [['booking-backend', 'booking 4.2 is live']],
      );
    }));

  test("Opsgenie's alert API: create, ask what became of it, close", () =>
    inWorld(database, config, async (world) => {
      const genie = { authorization: `GenieKey ${GENIE}` };
      const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
        world.ask(method, path, body, undefined, genie);
      for (const headers of [undefined, { authorization: 'GenieKey of-somebody-else' }]) {
        const refused = await world.ask('POST', '/v2/alerts', { message: 'x' }, undefined, headers);
        assert.equal(refused.statusCode, 401);
        assert.match(refused.json<{ message: string }>().message, /^Could not authenticate: .*GenieKey/);
      }
      const made = await ask('POST', '/v2/alerts', {
        message: 'Unlocking fails',
        alias: 'a-1',
        priority: 'P1',
        details: { service: 'telematics', city: 'berlin' },
      });
      const { result, requestId } = made.json<{ result: string; requestId: string }>();
      assert.deepEqual([made.statusCode, result], [202, 'Request will be processed']);
      const became = await ask('GET', `/v2/alerts/requests/${requestId}`);
      assert.deepEqual(
        [became.statusCode, became.json<{ data: { isSuccess: boolean; alias: string } }>().data.alias],
        [200, 'a-1'],
      );
      assert.equal((await ask('GET', '/v2/alerts/requests/req_other')).statusCode, 404);
      await world.settle();
      assert.deepEqual(
        (await world.allAlerts()).map(({ severity, state }) => [severity, state]),
        [['page', 'firing']],
      );
      assert.equal((await ask('POST', '/v2/alerts/a-1/notes', { note: 'looking' })).statusCode, 202);
      assert.equal((await ask('PUT', '/v2/alerts/a-1/message', { message: 'still' })).statusCode, 202);
      assert.equal((await ask('POST', '/v2/alerts/a-1/fly')).statusCode, 404);
      assert.equal((await ask('POST', '/v2/alerts/a-1/close?identifierType=alias', { user: 'amira' })).statusCode, 202);
      const bad = await ask('POST', '/v2/alerts', { alias: 'a-2' });
      assert.deepEqual([bad.statusCode, bad.json<{ message: string }>().message], [422, 'message can not be empty.']);
      await world.settle();
      assert.deepEqual(await states(world), ['OpsgenieAlert resolved']);
    }));

  test('Amazon SNS: only what is signed is believed, subscriptions are confirmed, repeats are taken once', () =>
    inWorld(database, config, async (world) => {
      const called: string[] = [];
      world.readAddress = ({ url }) => {
        called.push(url);
        return Promise.resolve({
          status: 200,
          headers: {},
          body: url === SNS_ADDRESS ? SNS_CERTIFICATE : '<ConfirmSubscriptionResponse/>',
        });
      };
      const send = (body: unknown) =>
        world.ask('POST', '/in/aws', body, undefined, {
          'content-type': 'text/plain; charset=UTF-8',
          'x-amz-sns-message-type': 'Notification',
        });
      const subscribe = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc';
      const subscription = {
        Type: 'SubscriptionConfirmation',
        MessageId: 's-1',
        Message: 'You have chosen',
        Token: 'abc',
        SubscribeURL: subscribe,
      };
      assert.equal((await send(snsMessage(subscription))).statusCode, 200);
      await world.settle();
      assert.deepEqual(called, [SNS_ADDRESS, subscribe]);
      const Message = JSON.stringify({
        AlarmName: 'api-5xx',
        AlarmArn: 'arn:aws:cloudwatch:eu-central-1:1:alarm:api-5xx',
        NewStateValue: 'ALARM',
        NewStateReason: 'too many',
        StateChangeTime: '2026-09-15T09:59:00.000+0000',
        Trigger: { Dimensions: [{ name: 'service', value: 'booking' }] },
      });
      for (const version of ['1', '2'] as const)
        assert.equal((await send(snsMessage({ Message, Subject: 'ALARM' }, version))).statusCode, 200);
      await world.settle();
      assert.deepEqual(
        (await world.allAlerts()).map(({ name, count, labels }) => [name, count, labels['service']]),
        [['api-5xx', 1, 'booking']],
      );
      const good = snsMessage({ Message });
      for (const forged of [
        { ...good, Message: Message.replace('ALARM', 'OK') },
        { ...good, Signature: 'AAAA' },
        { ...good, SignatureVersion: '3' },
        { ...snsMessage({ Message, TopicArn: `${SNS_TOPIC}-other` }) },
      ]) {
        assert.equal((await send(forged)).statusCode, 401);
      }
      const aged = (minutes: number) =>
        snsMessage({
          Message,
          MessageId: `kept-${minutes}`,
          Timestamp: new Date(world.clock.now() - minutes * 60_000).toISOString(),
        });
      for (const minutes of [71, -11]) {
        const refused = await send(aged(minutes));
        assert.equal(refused.statusCode, 403, 'one that was kept and is sent again');
        assert.match(refused.payload, /last 70 minutes/);
      }
      assert.equal((await send(aged(69))).statusCode, 200, 'SNS itself tries for an hour');
      const before = called.length;
      for (const SigningCertURL of [
        'https://evil.example/cert.pem',
        'https://sns.eu-central-1.amazonaws.com.evil.example/c.pem',
        'http://sns.eu-central-1.amazonaws.com/c.pem',
        'https://127.0.0.1/c.pem',
        'https://x@sns.eu-central-1.amazonaws.com/c.pem',
      ]) {
        assert.equal((await send({ ...good, SigningCertURL })).statusCode, 400, SigningCertURL);
      }
      const elsewhere = { ...subscription, MessageId: 's-2', SubscribeURL: 'https://evil.example/?Token=abc' };
      assert.equal((await send(snsMessage(elsewhere))).statusCode, 400);
      assert.equal(called.length, before, 'nothing was called that is not SNS');
    }));
});

onSqlite('Doors of sources, with one database', (database) => {
  test('CloudEvents: structured, batch, binary, each once, and the handshake', () =>
    inWorld(database, config, async (world) => {
      const event = (id: string, more: object = {}) => ({
        specversion: '1.0',
        id,
        source: '/gw',
        type: 'org.example.link',
        subject: 'l7',
        data: { severity: 'critical', labels: { service: 'telematics' } },
        ...more,
      });
      const token = { authorization: 'Bearer secret-of-events' };
      const send = (body: unknown, headers: Record<string, string>) =>
        world.ask('POST', '/in/events', body, undefined, { ...token, ...headers });
      const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
      const taken = async (answer: ReturnType<typeof send>) => {
        const { statusCode, payload } = await answer;
        return [
          statusCode,
          (JSON.parse(payload) as { events?: number; duplicate?: boolean }).events,
          (JSON.parse(payload) as { duplicate?: boolean }).duplicate,
        ];
      };
      assert.deepEqual(await taken(send(event('1'), structured)), [202, 1, false]);
      assert.deepEqual(await taken(send(event('1'), structured)), [202, 0, true]);
      const binary = {
        'ce-specversion': '1.0',
        'ce-id': '2',
        'ce-source': '/gw',
        'ce-type': 'org.example.link',
        'ce-subject': 'Stra%C3%9Fe%207',
        'content-type': 'application/json',
      };
      assert.deepEqual(await taken(send({ severity: 'critical', labels: { service: 'telematics' } }, binary)), [
        202,
        1,
        false,
      ]);
      const batch = { 'content-type': 'application/cloudevents-batch+json' };
      const coded = event('4', {
        data: undefined,
        data_base64: Buffer.from('{"severity":"info"}').toString('base64'),
        subject: 'l9',
      });
      assert.deepEqual(await taken(send([event('3', { type: 'org.example.link.resolved' }), coded], batch)), [
        202,
        2,
        false,
      ]);
      await world.settle();
      assert.deepEqual(
        (await world.allAlerts()).map(({ labels, severity, state }) => [labels['subject'], severity, state]),
        [
          ['l7', 'critical', 'resolved'],
          ['Straße 7', 'critical', 'firing'],
          ['l9', 'info', 'firing'],
        ],
      );
      const half = await send([event('5', { subject: 'l10' }), event('6', { type: '' })], batch);
      assert.equal(half.statusCode, 400);
      assert.match(half.json<{ detail: string }>().detail, /event 1: the attribute type is missing/);
      const grafana = event('7', {
        data: { alerts: [{ status: 'firing', labels: { alertname: 'Inner' }, fingerprint: 'f' }] },
      });
      assert.equal(
        (await world.ask('POST', '/in/grafana', grafana, await world.token('agent'), structured)).statusCode,
        202,
      );
      await world.settle();
      assert.ok(
        (await world.allAlerts()).some(({ name }) => name === 'Inner'),
        'a mapping of another form sees the data',
      );
      const shake = await world.options('/in/events', { 'webhook-request-origin': 'eventemitter.example.com' });
      assert.deepEqual(
        [shake.statusCode, shake.headers['webhook-allowed-origin'], shake.headers['webhook-allowed-rate']],
        [200, 'eventemitter.example.com', '*'],
      );
    }));

  test("secrets: signatures over the bytes as they came, instants, Basic, a header of one's own; anything else is 401", () =>
    inWorld(database, config, async (world) => {
      const now = Math.floor(world.clock.now() / 1000);
      const raw = async (path: string, payload: string, headers: Record<string, string>) =>
        (await world.post(path, payload, { 'content-type': 'application/json', ...headers })).statusCode;
      const std = JSON.stringify({ type: 'incident.created', data: { id: 'i1', title: 'Payments are slow' } });
      const signed = (at: number) => ({
        'webhook-id': 'm1',
        'webhook-timestamp': String(at),
        'webhook-signature': `v1,bm90IGl0 ${new Webhook(WHSEC).sign('m1', new Date(at * 1000), std)}`,
      });
      assert.equal(await raw('/in/std', std, signed(now)), 202);
      assert.equal(await raw('/in/std', `${std} `, signed(now)), 401, 'one byte more');
      assert.equal(await raw('/in/std', std, signed(now - 301)), 401, 'too old');
      assert.equal(await raw('/in/std', std, signed(now + 301)), 401, 'from the future');
      const issue = JSON.stringify({ action: 'created', data: { issue: { id: '1', title: 'T', level: 'error' } } });
      const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
      const sentry = {
        'sentry-hook-resource': 'issue',
        'sentry-hook-signature': hmac('client-secret-of-sentry', issue),
      };
      assert.equal(await raw('/in/sentry', issue, sentry), 202);
      assert.equal(
        await raw('/in/sentry', issue, { ...sentry, 'sentry-hook-signature': hmac('another secret', issue) }),
        401,
      );
      const fired = JSON.stringify({ alerts: [{ status: 'firing', labels: { alertname: 'G' } }] });
      const grafana = {
        'x-grafana-alerting-timestamp': String(now),
        'x-grafana-alerting-signature': hmac('secret-of-grafana', `${now}:${fired}`),
      };
      assert.equal(await raw('/in/grafana', fired, grafana), 202);
      assert.equal(
        await raw('/in/grafana', fired, { ...grafana, 'x-grafana-alerting-timestamp': String(now - 1) }),
        401,
      );
      const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
      const gcp = JSON.stringify({ incident: { incident_id: '1', state: 'open', policy_name: 'P' } });
      assert.equal(await raw('/in/gcp', gcp, basic('gcp:secret-of-the-gcp')), 202);
      assert.equal(await raw('/in/gcp', gcp, basic('gcp:secret-of-the-gcq')), 401);
      assert.equal(await raw('/in/scripts', '{"alertname":"A"}', { 'x-api-key': 'secret-in-a-header' }), 202);
      assert.equal(await raw('/in/scripts', '{"alertname":"A"}', { 'x-api-key': 'secret-in-a-headeR' }), 401);
      assert.equal(await raw('/in/scripts', '{"alertname":"A"}', {}), 401);
      assert.equal(await raw('/in/nobody', '{}', {}), 401, 'an unknown source is refused like a wrong secret');
      const form = 'alertname=DiskFull&summary=The+disk+is+full&host=db-1&__proto__=x';
      assert.equal(
        await raw('/in/scripts', form, {
          'x-api-key': 'secret-in-a-header',
          'content-type': 'application/x-www-form-urlencoded',
        }),
        202,
      );
      await world.settle();
      const disk = (await world.allAlerts()).find(({ name }) => name === 'DiskFull');
      assert.deepEqual(
        disk?.labels,
        { alertname: 'DiskFull', host: 'db-1', service: 'maps' },
        'with the labels of its source',
      );
    }));

  test('bodies that cannot be read are kept; three are an alert; a person has them read after all, or discards them', () =>
    inWorld(database, config, async (world) => {
      const key = { 'x-api-key': 'secret-in-a-header' };
      const bad = async (payload: string) =>
        (await world.post('/in/scripts', payload, { 'content-type': 'application/json', ...key })).statusCode;
      assert.equal(await bad('{"status":"on","alertname":"A"}'), 400);
      assert.equal(await bad('{"status":'), 400);
      await world.settle();
      assert.deepEqual(await states(world), []);
      assert.equal(await bad('{"status":"on","alertname":"B"}'), 400);
      await world.settle();
      assert.deepEqual(await states(world), ['IntegrationUnreadable firing']);
      const aside = (await world.app.store.read((tx) => tx.signals.quarantined(10))).toReversed();
      assert.deepEqual(
        aside.map(({ body }) => body),
        ['{"status":"on","alertname":"A"}', '{"status":', '{"status":"on","alertname":"B"}'],
      );
      assert.match(aside[0]!.reason, /status is "on"/);
      assert.ok(!JSON.stringify(aside).includes('secret-in-a-header'));
      const [first, second, third] = aside.map(({ id }) => id);
      await assert.rejects(world.officer('POST', `/ops/v1/quarantine/${first}/retry`, {}), /status is/);
      const mapping = '{"status": "firing", "labels": {"alertname": alertname}}';
      assert.equal(
        (await world.officer<{ events: number }>('POST', `/ops/v1/quarantine/${first}/retry`, { mapping })).events,
        1,
      );
      await assert.rejects(world.officer('POST', `/ops/v1/quarantine/${first}/retry`, { mapping }), /retried/);
      await assert.rejects(world.officer('POST', `/ops/v1/quarantine/${second}/retry`, { mapping }), /not JSON/);
      await world.officer('POST', `/ops/v1/quarantine/${second}/discard`);
      assert.deepEqual(await states(world), ['IntegrationUnreadable firing', 'A firing']);
      await world.officer('POST', `/ops/v1/quarantine/${third}/discard`);
      assert.deepEqual(await states(world), ['IntegrationUnreadable resolved', 'A firing'], 'nothing is left aside');
      const page = await world.see<{ items: { state: string }[] }>('/ops/v1/quarantine?door=webhook:scripts');
      assert.deepEqual(
        page.items.map(({ state }) => state),
        ['discarded', 'discarded', 'retried'],
      );
      await world.sleep('32d');
      assert.deepEqual((await world.see<{ items: object[] }>('/ops/v1/quarantine')).items, [], 'kept for 30 days');
    }));

  test('the alert about unreadable bodies ends by itself when no more come', () =>
    inWorld(database, config, async (world) => {
      for (let turn = 0; turn < 4; turn++)
        await world.post('/in/scripts', '{', { 'content-type': 'application/json', 'x-api-key': 'secret-in-a-header' });
      await world.settle();
      assert.deepEqual(await states(world), ['IntegrationUnreadable firing']);
      await world.advance('31m');
      assert.deepEqual(await states(world), ['IntegrationUnreadable resolved']);
    }));
});
