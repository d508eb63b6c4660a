import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { onBoth } from '../../test/support/place.ts';
import { inWorld, type World } from '../../test/support/world.ts';
import { MailDoor } from './mail-door.ts';

const UNLOCK = { alertname: 'UnlockFailures', service: 'telematics', city: 'berlin' };
const AMIRA = 'amira@kiez-mobil.example';

interface Door {
  /** Sends an answer; the code of the dialogue. */
  readonly send: (mail: object) => Promise<number>;
  /** Where the newest mail to the person is answered to. */
  readonly address: (person: string) => string;
  readonly state: () => Promise<string>;
  readonly notes: () => Promise<string[]>;
}

/** A world with an incident that was paged, and its real door for mails. */
async function answering(
  database: Parameters<typeof inWorld>[0],
  play: (world: World, door: Door) => Promise<void>,
): Promise<void> {
  const mail = { listen: '127.0.0.1:0', reply_to: 'lamplighter@ops.example' };
  await inWorld(database, { config: { mail } }, async (world) => {
    const door = new MailDoor(world.app.context, (error) => world.errors.push(String(error)));
    await door.configure({ listen: '127.0.0.1:0', max_bytes: 50_000 });
    const transport = createTransport({ host: '127.0.0.1', port: door.port!, secure: false, ignoreTLS: true });
    await world.alert(UNLOCK);
    try {
      await play(world, {
        send: async (letter) => {
          try {
            const sent = await transport.sendMail({ from: AMIRA, subject: 'Re: [Kiez Mobil] #1', ...letter });
            return Number(sent.response.slice(0, 3));
          } catch (error) {
            return (error as { responseCode?: number }).responseCode ?? 0;
          } finally {
            await world.settle();
          }
        },
        address: (person) => world.pages(person, 'email').at(-1)!.message.replyTo!,
        state: async () => {
          const { incident } = await world.incident();
          return `${incident.state} ${incident.acceptedBy}`;
        },
        notes: async () => {
          const { incident } = await world.incident();
          const rows = (await world.journal(incident.id)).filter(({ fact }) => fact === 'incident.noted');
          return rows.map(({ actorName, summary }) => `${actorName}: ${summary}`);
        },
      });
    } finally {
      transport.close();
      await door.close();
    }
  });
}

onBoth('Answers to pages by mail', (database) => {
  test('"accept" above the quotation accepts as that person, once; later words are notes', () =>
    answering(database, async (world, { send, address, state, notes }) => {
      const to = address('amira');
      assert.match(to, /^lamplighter\+r[0-9a-f]{40}@ops\.example$/);
      const text = 'Accept, on my way\n\nOn Tue, 15 Sep 2026 at 12:00, Kiez wrote:\n> Accept: https://...';
      const letter = { to: to.toUpperCase(), text, messageId: '<1@phone>' };
      assert.equal(await send(letter), 250);
      assert.equal(await state(), 'accepted Amira Haddad');
      assert.equal(await send(letter), 250, 'the same mail again');
      await world.officer('POST', '/ops/v1/incidents/1/unaccept', {});
      assert.equal(await send({ to, text: 'accept', messageId: '<2@phone>' }), 250);
      assert.equal(await state(), 'open null', 'the token was used');
      assert.deepEqual(await notes(), ['Amira Haddad: accept']);
      const { incident } = await world.incident();
      const kept = JSON.stringify(await world.journal(incident.id));
      assert.ok(!kept.includes(to.slice(12, 53)), 'the token stands nowhere');
    }));

  test('other answers, and words that are none', () =>
    answering(database, async (world, { send, address, state, notes }) => {
      const to = address('amira');
      assert.equal(await send({ to, text: 'Is this about the carrier?' }), 250);
      assert.equal(await state(), 'open null');
      assert.equal(await send({ to, html: '<p>snooze 20 min</p><blockquote>accept</blockquote>' }), 250);
      assert.equal(await state(), 'accepted Amira Haddad');
      assert.equal((await world.incident()).care.snoozedUntil, world.clock.now() + 20 * 60_000);
      assert.deepEqual(await notes(), ['Amira Haddad: Is this about the carrier?']);
    }));

  test('automatic answers and other senders never accept, and are kept', () =>
    answering(database, async (world, { send, address, state, notes }) => {
      const to = address('amira');
      const auto = { to, text: 'accept', headers: { 'Auto-Submitted': 'auto-replied' } };
      assert.equal(await send(auto), 250);
      assert.equal(await send({ to, text: 'accept', subject: 'Out of office: Re: [Kiez Mobil]' }), 250);
      assert.equal(await send({ to, text: 'accept', headers: { Precedence: 'bulk' } }), 250);
      assert.equal(await send({ to, text: 'accept', envelope: { from: '', to: [to] } }), 250);
      assert.equal(await send({ to, text: 'accept', from: 'mallory@elsewhere.example' }), 250);
      assert.equal(await state(), 'open null');
      const kept = await notes();
      assert.equal(kept.length, 5);
      assert.equal(kept.at(-1), 'Lamplighter: From mallory@elsewhere.example: accept');
      assert.equal(await send({ to, text: 'accept' }), 250, 'and the token still works for the person');
      assert.equal(await state(), 'accepted Amira Haddad');
      void world;
    }));

  test('a wrong, foreign or old token is an address that does not exist', () =>
    answering(database, async (world, { send, address, state }) => {
      const to = address('amira');
      const wrong = to.replace(/.@/, (last) => (last.startsWith('0') ? '1@' : '0@'));
      assert.equal(await send({ to: wrong, text: 'accept' }), 550);
      assert.equal(await send({ to: 'lamplighter@ops.example', text: 'accept' }), 550);
      await world.sleep('73h');
      assert.equal(await send({ to, text: 'accept' }), 550);
      assert.equal(await state(), 'open null');
    }));
});
