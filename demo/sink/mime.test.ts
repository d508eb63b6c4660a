import assert from 'node:assert/strict';
import { test } from 'node:test';
import nodemailer from 'nodemailer';
import { openMailSink } from './mail.ts';
import { readLetter } from './mime.ts';

test('a letter sent by SMTP is read as it was written: long lines, umlauts, text beside HTML', async () => {
  const sink = await openMailSink();
  const transport = nodemailer.createTransport(sink.url);
  const text = `Öffnen geht nicht. ${'Ein langer Satz. '.repeat(12)}\nhttp://127.0.0.1:8642/accept/abc-_123`;
  const subject = 'Störung 1: Öffnen und Abschließen in Berlin – bitte annehmen, niemand sonst ist im Dienst';
  try {
    await transport.sendMail({ from: 'a@b.example', to: 'c@d.example', subject, text, html: '<p>other</p>' });
    await transport.sendMail({ from: 'a@b.example', to: 'c@d.example', subject: 'plain', text: 'one line' });
  } finally {
    transport.close();
    await sink.close();
  }
  assert.equal(sink.letters[0]?.subject, subject);
  assert.equal(sink.letters[0]?.text, text);
  assert.equal(sink.letters[1]?.text, 'one line');
});

test('base64 bodies and folded headers are read too', () => {
  const raw = `Subject: =?UTF-8?B?w5Zm?=\r\n =?UTF-8?B?Zm5lbg==?=\r\nContent-Transfer-Encoding: base64\r\n\r\nw5ZmZm5lbg==\r\n`;
  assert.deepEqual(readLetter(raw), { from: '', to: '', subject: 'Öffnen', text: 'Öffnen' });
});
