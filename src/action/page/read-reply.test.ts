import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isAutomatic, readReply } from './read-reply.ts';

const MINUTE = 60_000;

describe('an answer to a page by mail', () => {
  const cases: [string, string | null, number?][] = [
    ['accept', 'accept'],
    ['Accept, thanks!\n\nOn Tue, 3 Nov 2026 at 12:00, Kiez <ops@x.example> wrote:\n> Accept: https://x', 'accept'],
    ['\r\n  ANNEHMEN.\r\n', 'accept'],
    ['übernehme ich', 'accept'],
    ['u\u0308bernehmen', 'accept'],
    ['on it', 'confirm'],
    ['Dran!', 'confirm'],
    ['Ablehnen, bin im Zug', 'decline'],
    ['give back', 'give-back'],
    ['Zurückgeben', 'give-back'],
    ['snooze 45m', 'snooze', 45 * MINUTE],
    ['Snooze 20 min please', 'snooze', 20 * MINUTE],
    ['schlummern 1 Stunde', 'snooze', 60 * MINUTE],
    ['snooze', 'snooze', 30 * MINUTE],
    ['snooze until the cows come home', null],
    ['I do not accept this', null],
    ['acceptable?', null],
    ['Zurück um drei', null],
    ['', null],
    ['> accept', null],
    ['On Tue, 3 Nov 2026 at 12:00, Kiez Mobil operations\n<ops@x.example> wrote:\n\n> accept', null],
    ['Am 03.11.2026 um 12:00 schrieb Kiez:\n> accept', null],
    ['-----Original Message-----\naccept', null],
    ['________________________________\nFrom: ops@x.example\naccept', null],
    ['Von: Kiez <ops@x.example>\naccept', null],
    ['-- \naccept', null],
  ];
  for (const [text, kind, span] of cases) {
    it(`${JSON.stringify(text).slice(0, 60)} is ${kind ?? 'a note'}`, () => {
      const { answer } = readReply(text);
      assert.equal(answer?.kind ?? null, kind);
      if (answer?.kind === 'snooze') assert.equal(answer.span, span);
    });
  }

  it('what stands above the quotation is the note, whatever it is', () => {
    assert.equal(readReply('Carrier calls back.\n\nOn Monday, Kiez wrote:\n> Accept: x').text, 'Carrier calls back.');
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readReply(`> ${text.replaceAll('\n', ' ')}`);
        assert.deepEqual(read, { answer: null, text: '' });
      }),
    );
  });

  it('by a machine is told from one by a person', () => {
    const from = 'amira@kiez.example';
    assert.equal(isAutomatic({}, 'Re: [Kiez] #1', from), false);
    assert.equal(isAutomatic({ 'auto-submitted': 'no' }, 'Re: x', from), false);
    for (const headers of [
      { 'auto-submitted': 'auto-replied' },
      { precedence: 'bulk' },
      { precedence: 'Auto_Reply' },
      { 'x-autoreply': 'yes' },
      { 'list-id': '<x>' },
    ]) {
      assert.equal(isAutomatic(headers, 'Re: x', from), true, JSON.stringify(headers));
    }
    for (const subject of ['Automatic reply: [Kiez]', 'Out of Office', 'Abwesend bis Montag', 'Undeliverable: x']) {
      assert.equal(isAutomatic({}, subject, from), true, subject);
    }
    assert.equal(isAutomatic({}, 'Re: x', ''), true, 'a bounce has no sender');
  });
});
