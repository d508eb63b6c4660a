/** The senders' own libraries and programs against a real server: the SDK of CloudEvents, that of Standard Webhooks, swaks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { alertsOf, eventually, freePort, startServer, type ListedAlert, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';

const SECRET = 'secret-of-the-senders';
const WHSEC = `whsec_${Buffer.from('a secret of the vendor 1').toString('base64')}`;
const MAIL_SECRET = 'abcdefgh12345678ABCD';
const noSwaks = spawnSync('which', ['swaks']).status === 0 ? false : 'swaks is not installed';

describe('senders with libraries of their own', () => {
  let server: TestServer;
  let mailPort = 0;

  before(async () => {
    mailPort = await freePort();
    server = await startServer({
      config: bareConfig(`
partners: [{ name: carrier-north, title: Carrier North }]
mail: { listen: "127.0.0.1:${mailPort}" }
sources:
  - { name: events, integration: cloudevents, secrets: [{ kind: bearer, secret: ${SECRET} }] }
  - { name: vendor, integration: standard-webhooks, secrets: [{ kind: standard-webhooks, secret: ${WHSEC} }] }
  - name: post
    integration: mail
    partner: carrier-north
    mail_from: ["@carrier-north.example"]
    secrets: [{ kind: mail, secret: ${MAIL_SECRET} }]
`),
    });
  });
  after(async () => {
    await server.stop();
    server.remove();
  });

  const from = async (source: string): Promise<readonly ListedAlert[]> =>
    (await alertsOf(server)).filter((alert) => alert.source.endsWith(`:${source}`));

  describe('the SDK of CloudEvents', () => {
    const transport = () => httpTransport(`${server.url}/in/events`);
    const withToken = { headers: { authorization: `Bearer ${SECRET}` } };
    const link = (id: string, subject: string, type = 'org.example.link'): CloudEvent<unknown> =>
      new CloudEvent({
        id,
        type,
        source: '/gateways/berlin',
        subject,
        data: { severity: 'critical', summary: 'Down' },
      });

    for (const mode of [Mode.STRUCTURED, Mode.BINARY]) {
      it(`an alert and its end, ${mode}`, async () => {
        const emit = emitterFor(transport(), { mode });
        const subject = `Straße ${mode}`;
        const alert = async (): Promise<ListedAlert | undefined> =>
          (await from('events')).find(({ labels }) => labels['subject'] === subject);
        await emit(link(`${mode}-1`, subject), withToken);
        await eventually('it fires', async () => (await alert())?.state === 'firing');
        assert.equal((await alert())!.severity, 'critical');
        await emit(link(`${mode}-2`, subject, 'org.example.link.resolved'), withToken);
        await eventually('it is over', async () => (await alert())?.state === 'resolved');
      });
    }

    it('the same event sent again is taken once', async () => {
      const emit = emitterFor(transport(), { mode: Mode.BINARY });
      const answers = [await emit(link('again', 'l1'), withToken), await emit(link('again', 'l1'), withToken)];
      assert.deepEqual(
        answers.map((answer) => (JSON.parse((answer as { body: string }).body) as { duplicate: boolean }).duplicate),
        [false, true],
      );
    });
  });

  describe('the SDK of Standard Webhooks', () => {
    const post = async (key: string, at: Date, type: string): Promise<number> => {
      const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { id: 'case-7', severity: 'critical' } });
      const id = `msg_${type}_${at.getTime()}`;
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(key).sign(id, at, body),
      };
      return (await fetch(`${server.url}/in/vendor`, { method: 'POST', body, headers })).status;
    };
    const state = async (): Promise<string | undefined> => (await from('vendor'))[0]?.state;

    it('what it signs is taken', async () => {
      assert.equal(await post(WHSEC, new Date(), 'incident.created'), 202);
      await eventually('it fires', async () => (await state()) === 'firing');
      assert.equal(await post(WHSEC, new Date(), 'incident.resolved'), 202);
      await eventually('it is over', async () => (await state()) === 'resolved');
    });

    it('what is signed with another key, or is six minutes old, is refused', async () => {
      const other = `whsec_${Buffer.from('a secret of another 22').toString('base64')}`;
      assert.equal(await post(other, new Date(), 'incident.created'), 401);
      assert.equal(await post(WHSEC, new Date(Date.now() - 360_000), 'incident.created'), 401);
      assert.equal((await from('vendor')).length, 1);
    });
  });

  describe('swaks', { skip: noSwaks }, () => {
    const send = (sender: string, subject: string) =>
      spawnSync(
        'swaks',
        ['--server', `127.0.0.1:${mailPort}`, '--from', sender, '--to', `alarms+${MAIL_SECRET}@ops.example`].concat([
          '--header',
          `Subject: ${subject}`,
          '--body',
          'Site 7 has no uplink',
          '--timeout',
          '10',
        ]),
        { encoding: 'utf8' },
      );
    const state = async (): Promise<string | undefined> => (await from('post'))[0]?.state;

    it('a mail opens an alert, its all-clear ends it, and a stranger is refused', async () => {
      const stranger = send('noc@elsewhere.example', 'PROBLEM: uplink of site 7');
      assert.notEqual(stranger.status, 0, 'the server refuses in the dialogue');
      assert.match(stranger.stdout, /<\*\* +55\d /);
      assert.equal(send('noc@carrier-north.example', 'PROBLEM: uplink of site 7').status, 0);
      await eventually('it fires', async () => (await state()) === 'firing');
      assert.equal(send('noc@carrier-north.example', 'RESOLVED: uplink of site 7').status, 0);
      await eventually('it is over', async () => (await state()) === 'resolved');
    });
  });
});
