import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, startServer } from '../support/server.ts';
import { figure, LONG } from './support/figure.ts';
import { faultConfig, listAll, post } from './support/sender.ts';

const ALERTS = LONG ? 100_000 : 6000;
const BATCH = 200;
/** One cause is paged to the focal person, to the next one, and to nobody else. */
const MOST = 3;

test('a storm of one cause is a few pages, an unrelated alert in the middle of it is paged, and none is lost', async () => {
  const sink = await SmtpSink.start();
  const server = await startServer({ config: faultConfig(sink.port, 2, { second: '2m' }) });
  const endsAt = new Date(Date.now() + 7_200_000).toISOString();
  const alert = (part: string, id: string): unknown => ({
    labels: { alertname: part === '0' ? 'Storm' : 'Other', severity: 'critical', part, id },
    endsAt,
  });
  const about = (name: string) => sink.messages.filter(({ body }) => body.includes(name));
  try {
    let acknowledged = 0;
    let sent = 0;
    let other: { readonly at: number; paged: number | null } | null = null;
    const look = (): void => {
      if (other && other.paged === null && about('Other').length > 0) other.paged = performance.now();
    };
    const watching = setInterval(look, 20);
    const began = performance.now();
    const send = async (): Promise<void> => {
      while (sent < ALERTS) {
        const from = sent;
        sent += BATCH;
        const body = Array.from({ length: BATCH }, (_, n) => alert('0', String(from + n)));
        // A sender that is told to wait sends the same again.
        for (let status = 0; status !== 200;) {
          status = await post(server.url, body, 60_000);
          if (status !== 200 && status !== 503 && status !== 0) throw new Error(`status ${status}`);
        }
        acknowledged += BATCH;
        if (!other && acknowledged >= ALERTS / 2) {
          other = { at: performance.now(), paged: null };
          assert.equal(await post(server.url, [alert('1', 'p1')], 60_000), 200);
        }
      }
    };
    await Promise.all([send(), send()]);
    const took = (performance.now() - began) / 1000;
    await eventually('the page about the unrelated alert', () => Promise.resolve(other?.paged ?? null), 120_000);
    clearInterval(watching);
    const kept = (await listAll(server, '/ops/v1/alerts')).length;
    assert.equal(kept, ALERTS + 1);
    const storm = about('Storm').length;
    assert.ok(storm >= 1 && storm <= MOST, `${storm} pages about one cause`);
    const { at, paged } = other!;
    figure(
      'storm of one cause with an unrelated alert in it',
      `${ALERTS} alerts in ${took.toFixed(0)} s, 0 lost; ${storm} page(s) about the cause; the unrelated one paged ${((paged! - at) / 1000).toFixed(1)} s after it was sent`,
    );
  } catch (error) {
    console.log(server.log().slice(-3000));
    throw error;
  } finally {
    await server.kill();
    server.remove();
    await sink.stop();
  }
});
