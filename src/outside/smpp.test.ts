import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeSmsc } from '../../test/fakes/smsc.ts';
import { smsParts } from './short-text.ts';
import { smppVendor, type SmppEvents, type SmppVendor } from './smpp.ts';

describe('an SMPP account', () => {
  let smsc: FakeSmsc;
  let vendor: SmppVendor | null = null;
  const receipts: { reference: string; state: string; detail: string }[] = [];
  const replies: string[] = [];
  let store: () => Promise<void> = () => Promise.resolve();
  const events: SmppEvents = {
    async receipt({ reference, state, detail }) {
      await store();
      receipts.push({ reference, state, detail });
    },
    reply({ from, text }) {
      replies.push(`${from}: ${text}`);
      return Promise.resolve('You have it now');
    },
  };
  beforeEach(async () => {
    receipts.length = 0;
    replies.length = 0;
    store = () => Promise.resolve();
    smsc = await FakeSmsc.start();
  });
  afterEach(async () => {
    vendor?.close();
    await smsc.stop();
  });

  function opened(more: { password?: string; enquireEvery?: number } = {}): SmppVendor {
    const { port } = smsc.address as AddressInfo;
    const account = { name: 'north', systemId: 'ops', password: 'secret', from: 'Kiez' };
    return (vendor = smppVendor({ ...account, url: `smpp://127.0.0.1:${port}`, ...more }, events));
  }
  const message = (text: string) => ({ key: 'k', to: '+491701234567', subject: text, text: '' });

  it('binds, submits with a wish for a receipt, and gives the SMSC’s name of the message', async () => {
    const taken = await opened().send(message('Book disturbed in Köln'), 3000);
    assert.deepEqual(taken, { said: 'message a1', reference: 'a1', receipt: true });
    const [sent] = smsc.submitted;
    assert.deepEqual([sent!.destination_addr, sent!.source_addr], ['491701234567', 'Kiez']);
    assert.equal(sent!.registered_delivery, 1);
    assert.equal(smsc.textOf(sent!), 'Book disturbed in Köln\n');
  });

  it('a long text travels in parts that belong together; the last one’s receipt counts', async () => {
    const text = 'x'.repeat(400);
    const taken = await opened().send(message(text), 3000);
    assert.equal(smsc.submitted.length, 3);
    const heads = smsc.submitted.map((one) => [...smsc.headOf(one)!]);
    assert.deepEqual(
      heads.map((head) => head.slice(-2)),
      [
        [3, 1],
        [3, 2],
        [3, 3],
      ],
    );
    assert.equal(new Set(heads.map((head) => head.at(-3))).size, 1, 'one reference number');
    assert.equal(taken.reference, 'a3');
    assert.equal(smsc.submitted.map((one) => smsc.textOf(one)).join(''), `${text}\n`);
  });

  it('a text outside the GSM alphabet travels as UCS-2', async () => {
    await opened().send(message('Störung Łódź'), 3000);
    assert.equal(smsc.submitted[0]!.data_coding, 8);
    assert.equal(smsc.textOf(smsc.submitted[0]!), 'Störung Łódź\n');
  });

  it('receipts are answered once they are stored; one that could not be stored comes again', async () => {
    await opened().send(message('a'), 3000);
    store = () => Promise.reject(new Error('database away'));
    assert.notEqual(await smsc.receipt('a1', 'DELIVRD'), 0, 'not acknowledged');
    store = () => Promise.resolve();
    assert.equal(await smsc.receipt('a1', 'DELIVRD'), 0);
    assert.equal(await smsc.receipt('a1', 'UNDELIV', '043'), 0);
    assert.equal(await smsc.receipt('a1', 'ENROUTE'), 0);
    assert.deepEqual(receipts, [
      { reference: 'a1', state: 'delivered', detail: 'DELIVRD, error 000' },
      { reference: 'a1', state: 'undelivered', detail: 'UNDELIV, error 043' },
    ]);
  });

  it('an answer from a phone is handed on, and answered', async () => {
    await opened().send(message('a'), 3000);
    await smsc.reply('491701234567', 'ok 042917');
    assert.deepEqual(replies, ['+491701234567: ok 042917']);
    await smsc.until(() => smsc.submitted.length === 2);
    assert.equal(smsc.textOf(smsc.submitted[1]!), 'You have it now');
  });

  it('a throttled message is refused, to be taken to the next vendor', async () => {
    smsc.status = 0x58;
    await assert.rejects(opened().send(message('a'), 3000), /throttled/);
  });

  it('a bind that is refused is told by the next message', async () => {
    await assert.rejects(opened({ password: 'wrong' }).send(message('a'), 500), /refuses the bind|not bound/);
  });

  it('an SMSC that hangs costs the time given and no more', async () => {
    smsc.hang = true;
    await assert.rejects(opened().send(message('a'), 200), /no answer within 200 ms/);
  });

  it('a lost session is bound anew', async () => {
    const one = opened();
    await one.send(message('a'), 3000);
    smsc.drop();
    await one.send(message('b'), 3000).catch(() => undefined);
    await smsc.until(() => smsc.binds === 2);
    await one.send(message('c'), 3000);
    assert.equal(smsc.textOf(smsc.submitted.at(-1)!), 'c\n');
  });

  it('a half-open session is noticed by enquire_link and bound anew', async () => {
    const one = opened({ enquireEvery: 20 });
    await one.send(message('a'), 3000);
    smsc.deaf = true;
    await smsc.until(() => smsc.binds >= 2);
    assert.ok(smsc.binds >= 2);
  });
});

describe('the parts of an SMS', () => {
  it('count the places of the alphabet', () => {
    assert.deepEqual(smsParts('a'.repeat(160)).parts.length, 1);
    assert.deepEqual(
      smsParts('a'.repeat(161)).parts.map((part) => part.length),
      [153, 8],
    );
    assert.equal(smsParts('€'.repeat(80)).parts.length, 1);
    assert.deepEqual(
      smsParts('€'.repeat(81)).parts.map((part) => part.length),
      [76, 5],
    );
    assert.deepEqual([smsParts('ł'.repeat(70)).coding, smsParts('ł'.repeat(70)).parts.length], ['ucs2', 1]);
    assert.deepEqual(
      smsParts('🚗'.repeat(36)).parts.map((part) => part.length),
      [66, 6],
      'a pair stays whole',
    );
  });
});
