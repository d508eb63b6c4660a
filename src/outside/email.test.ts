import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SmtpSink } from '../../test/fakes/smtp-sink.ts';
import { Fault } from '../core/fault.ts';
import { emailChannel, type EmailChannel } from './email.ts';

const MESSAGE = {
  key: 'page-1',
  to: 'amira@kiez.example',
  subject: 'Vehicles silent',
  text: 'Look\nhere',
  thread: 'inc_1',
};
const FROM = 'Operations <ops@kiez.example>';

describe('e-mail', () => {
  let first: SmtpSink;
  let second: SmtpSink;
  let channel: EmailChannel;
  const open = (relays: string[]): EmailChannel =>
    emailChannel({ from: FROM, relays, perRelay: 300, budget: 2000 }, () => Date.now());

  beforeEach(async () => {
    first = new SmtpSink();
    second = new SmtpSink();
    channel = open([await first.listen(), await second.listen()]);
  });
  afterEach(async () => {
    channel.close();
    await Promise.all([first.stop(), second.stop()]);
  });

  it('carries the key, the thread and the mark of a machine in its headers', async () => {
    const receipt = (await channel.send(MESSAGE)).said;
    assert.match(receipt, /127\.0\.0\.1:\d+: 250/);
    const [letter] = first.messages;
    assert.deepEqual(letter!.to, ['amira@kiez.example']);
    assert.equal(letter!.headers['message-id'], '<page-1@kiez.example>');
    assert.equal(letter!.headers['in-reply-to'], '<thread-inc_1@kiez.example>');
    assert.equal(letter!.headers['references'], '<thread-inc_1@kiez.example>');
    assert.equal(letter!.headers['auto-submitted'], 'auto-generated');
    assert.equal(letter!.headers['subject'], 'Vehicles silent');
    assert.equal(letter!.headers['reply-to'], undefined);
    assert.match(letter!.body, /Look\r\nhere/);
  });

  it('is answered to the address of the page, which cannot begin another header', async () => {
    await channel.send({ ...MESSAGE, replyTo: 'lamplighter+r0123@ops.example' });
    assert.equal(first.messages[0]!.headers['reply-to'], 'lamplighter+r0123@ops.example');
    await assert.rejects(channel.send({ ...MESSAGE, replyTo: 'a@b.example\r\nBcc: x@y.example' }), /line break/);
  });

  it('goes on to the next relay when one refuses, with the same key', async () => {
    first.mood = 'refuse';
    await channel.send(MESSAGE);
    assert.equal(first.messages.length, 0);
    assert.equal(second.messages[0]!.headers['message-id'], '<page-1@kiez.example>');
  });

  it('goes on to the next relay when one hangs', async () => {
    first.mood = 'hang';
    await channel.send(MESSAGE);
    assert.equal(second.messages.length, 1);
  });

  it('goes on to the next relay when one is not there', async () => {
    await first.stop();
    await channel.send(MESSAGE);
    assert.equal(second.messages.length, 1);
  });

  it('names what every relay said when none takes it', async () => {
    first.mood = 'refuse';
    second.mood = 'hang';
    await assert.rejects(channel.send(MESSAGE), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'outside_failed');
      assert.match(error.message, /not now/);
      assert.match(error.message, /no answer within|Timeout/i);
      return true;
    });
  });

  it('puts a relay that failed three times behind the others, and still uses it when they fail', async () => {
    first.mood = 'refuse';
    for (let count = 0; count < 3; count++) await channel.send({ ...MESSAGE, key: `page-${count}` });
    first.mood = 'take';
    await channel.send({ ...MESSAGE, key: 'page-4' });
    assert.equal(first.messages.length, 0);
    second.mood = 'refuse';
    await channel.send({ ...MESSAGE, key: 'page-5' });
    assert.equal(first.messages[0]!.headers['message-id'], '<page-5@kiez.example>');
  });

  it('refuses line breaks in every part that becomes a header', async () => {
    for (const field of ['to', 'subject', 'key', 'thread']) {
      const message = { ...MESSAGE, [field]: `x\r\nBcc: all@kiez.example` };
      await assert.rejects(channel.send(message), /has a line break/, field);
    }
    assert.equal(first.messages.length, 0);
  });
});
