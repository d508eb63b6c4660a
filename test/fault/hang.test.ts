import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { WebhookSink } from '../fakes/webhook-sink.ts';
import { eventually, startServer } from '../support/server.ts';

const CAUSES = 12;
const parts = Array.from(
  { length: CAUSES },
  (_, n) => `    - { name: part-${n}, title: Part ${n}, match: { part: "${n}" } }`,
);
const config = (smtp: number, hook: number): string => `
name: Hang
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [part-0] }]
  components:
${parts.join('\n')}
people: [{ id: ada, name: Ada, email: ada@example.org, webhook: "http://127.0.0.1:${hook}/ada" }]
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: ada
  budget: { incidents: 100 }
chains:
  - name: everything
    steps: [{ do: page, target: focal, by: [email, webhook] }]
outside:
  email: { from: "Ops <ops@example.org>", relays: ["smtp://127.0.0.1:${smtp}"] }
  allow: [127.0.0.1]
`;

interface Paged {
  readonly pages: readonly { readonly channel: string; readonly attempts: number }[];
}

test('a relay that takes connections and never answers does not hold up the webhooks', async () => {
  const smtp = await SmtpSink.start();
  const hook = await WebhookSink.start();
  smtp.mood = 'hang';
  const server = await startServer({ config: config(smtp.port, hook.port) });
  try {
    const alerts = parts.map((_, n) => ({ labels: { alertname: 'Down', severity: 'critical', part: String(n) } }));
    await server.ask('POST', '/api/v2/alerts', alerts);
    await eventually('a webhook for each incident', async () => hook.requests.length === CAUSES);
    const { items } = await server.ask<{ items: { id: string }[] }>('GET', '/ops/v1/incidents');
    assert.equal(items.length, CAUSES);
    const details = await Promise.all(items.map(({ id }) => server.ask<Paged>('GET', `/ops/v1/incidents/${id}`)));
    const mails = details.flatMap(({ pages }) => pages.filter(({ channel }) => channel === 'email'));
    assert.equal(mails.length, CAUSES);
    assert.ok(
      mails.every(({ attempts }) => attempts === 0),
      'the webhooks were there before the first e-mail was given up',
    );
  } finally {
    await server.kill();
    server.remove();
    await smtp.stop();
    await hook.stop();
  }
});
