import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, startServer } from '../support/server.ts';
import { figure } from './support/figure.ts';
import { faultConfig, post } from './support/sender.ts';

type Answer = number | 'reset' | 'hang';

test('a receiver that fails in every way gets the same page with the same key until it takes it', async () => {
  const answers: Answer[] = [500, 429, 'reset', 'hang', 200];
  const keys: string[] = [];
  const receiver = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      keys.push(String(request.headers['idempotency-key']));
      const answer = answers[Math.min(keys.length - 1, answers.length - 1)]!;
      // It has the page by now; the sender cannot know.
      if (answer === 'reset') request.socket.destroy();
      else if (answer !== 'hang') response.writeHead(answer, { 'retry-after': '1' }).end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const sink = await SmtpSink.start();
  const hook = (receiver.address() as AddressInfo).port;
  const server = await startServer({ config: faultConfig(sink.port, 2, { hook }) });
  try {
    const labels = { alertname: 'Down', severity: 'critical', part: '0', id: 'a' };
    assert.equal(await post(server.url, [{ labels, endsAt: new Date(Date.now() + 3_600_000).toISOString() }]), 200);
    await eventually('the receiver takes the page', () => Promise.resolve(keys.length >= answers.length), 120_000);
    assert.equal(new Set(keys.slice(0, answers.length)).size, 1, 'the same key at every try');
    await eventually('bob was reached by the other way meanwhile', () =>
      Promise.resolve(sink.messages.some(({ to }) => to.includes('bob@example.org'))),
    );
    figure('receiver answers 500, 429, resets, hangs, takes', `${answers.length} tries, one key, delivered`);
  } catch (error) {
    console.log(server.log().slice(-3000));
    throw error;
  } finally {
    await server.kill();
    server.remove();
    await sink.stop();
    receiver.closeAllConnections();
    receiver.close();
  }
});
