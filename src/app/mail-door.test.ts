import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { onSqlite } from '../../test/support/place.ts';
import { inWorld, type World } from '../../test/support/world.ts';
import { MailDoor } from './mail-door.ts';

const SECRET = 'abcdefgh12345678ABCD';
const sources = [
  {
    name: 'noc',
    integration: 'mail',
    partner: 'carrier-north',
    labels: { carrier: 'north' },
    mail_from: ['@carrier-north.example', 'boss@example.org'],
    secrets: [{ kind: 'mail', secret: SECRET }],
  },
  {
    name: 'odd',
    mapping: '{"status": "firing", "labels": {"alertname": $find(text, "Site: (\\\\S+)")[1]}}',
    secrets: [{ kind: 'mail', secret: `${SECRET}odd` }],
  },
];

interface Sent {
  readonly code: number;
  readonly words: string;
}

/** A world whose mail door is open, and a sender with its answers. */
async function inMail(
  database: Parameters<typeof inWorld>[0],
  play: (world: World, send: (mail: object) => Promise<Sent>) => Promise<void>,
): Promise<void> {
  await inWorld(database, { config: { sources } }, async (world) => {
    const door = new MailDoor(world.app.context, (error) => world.errors.push(String(error)));
    await door.configure({ listen: '127.0.0.1:0', max_bytes: 20_000 });
    const transport = createTransport({ host: '127.0.0.1', port: door.port!, secure: false, ignoreTLS: true });
    const send = async (mail: object): Promise<Sent> => {
      try {
        const { response } = await transport.sendMail({
          from: 'noc@carrier-north.example',
          to: `alarms+${SECRET}@ops.example`,
          ...mail,
        });
        return { code: Number(response.slice(0, 3)), words: response };
      } catch (error) {
        const { responseCode, message } = error as { responseCode?: number; message: string };
        return { code: responseCode ?? 0, words: message };
      } finally {
        await world.settle();
      }
    };
    try {
      await play(world, send);
    } finally {
      transport.close();
      await door.close();
    }
  });
}

onSqlite('Mail door', (database) => {
  test('a mail becomes an alert, its answer comes after it is stored, a repeat is taken once, and another one ends it', () =>
    inMail(database, async (world, send) => {
      const first = {
        subject: 'CRITICAL: Radio access Berlin',
        text: `Cells are down. Reply to alarms+${SECRET}@ops.example`,
        messageId: '<1@carrier>',
      };
      assert.equal((await send(first)).code, 250);
      assert.equal((await send(first)).code, 250);
      const [alert] = await world.allAlerts();
      assert.deepEqual(
        [alert?.name, alert?.source, alert?.severity, alert?.count],
        ['Mail', 'mail:noc', 'critical', 1],
      );
      const { incident } = await world.incident();
      assert.deepEqual([incident.cause?.component, incident.cause?.kind], ['carrier-north', 'partner']);
      const kept = await world.app.store.read((tx) => tx.signals.between(0, world.clock.now() + 1));
      assert.ok(!JSON.stringify(kept).includes(SECRET), 'the secret of the address is not stored');
      assert.equal((await send({ subject: 'Re: [RESOLVED] Radio access Berlin', text: 'back' })).code, 250);
      assert.deepEqual(
        (await world.allAlerts()).map(({ state }) => state),
        ['resolved'],
      );
    }));

  test('wrong addresses, senders and sizes are refused in the dialogue', () =>
    inMail(database, async (world, send) => {
      for (const [mail, code, words] of [
        [{ to: 'alarms@ops.example' }, 550, /No such mailbox/],
        [{ to: `alarms+${SECRET}x@ops.example` }, 550, /No such mailbox/],
        [{ from: 'noc@carrier-north.example.evil.example' }, 550, /sender is not taken/],
        [{ text: 'x'.repeat(30_000) }, 552, /larger|exceeds|size/i],
      ] as const) {
        const answer = await send({ subject: 'DOWN: x', text: 'x', ...mail });
        assert.equal(answer.code, code, answer.words);
        assert.match(answer.words, words);
      }
      assert.equal((await send({ from: 'boss@example.org', subject: 'DOWN: y', text: 'y' })).code, 250);
      assert.equal((await world.allAlerts()).length, 1);
    }));

  test('a mail that its mapping cannot read is refused with the reason, and kept; HTML alone is read as text', () =>
    inMail(database, async (world, send) => {
      const to = `alarms+${SECRET}odd@ops.example`;
      const bad = await send({ from: 'a@b.example', to, subject: 'x', text: 'nothing here' });
      assert.equal(bad.code, 554);
      assert.match(bad.words, /alertname is missing.*is kept/);
      const [aside] = await world.app.store.read((tx) => tx.signals.quarantined(5));
      assert.equal(aside?.kind, 'mail:odd');
      assert.match(aside?.body ?? '', /nothing here/);
      assert.equal((await send({ from: 'a@b.example', to, subject: 'x', html: '<p>Site: <b>B7</b></p>' })).code, 250);
      assert.deepEqual(
        (await world.allAlerts()).map(({ name }) => name),
        ['B7'],
      );
    }));
});
