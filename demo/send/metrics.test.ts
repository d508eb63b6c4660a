import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { uncompress } from 'snappyjs';
import { StoryClock } from '../clock.ts';
import { World } from '../world/world.ts';
import { backfill, MetricsSender, sendLive } from './metrics.ts';

/** A receiver that answers the statuses of a list, then 204, and keeps what it accepted. */
async function receiver(statuses: readonly number[]) {
  const accepted: Uint8Array[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = left.shift() ?? 204;
      if (status === 204) accepted.push(uncompress(new Uint8Array(Buffer.concat(chunks))));
      response.writeHead(status).end(status === 204 ? undefined : 'words of the server');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, accepted, left, close };
}

test('history is sent from its first minute to the present, in time order, the same batch again after 503', async () => {
  const stop = new AbortController();
  const { url, accepted, left, close } = await receiver([204, 503, 429]);
  try {
    const from = Date.UTC(2026, 8, 16);
    const clock = new StoryClock(from + 2.5 * 24 * 3_600_000, 1);
    const sender = new MetricsSender(url, 'x'.repeat(40), stop.signal);
    const done = await backfill(new World(1), sender, clock, from, stop.signal);
    assert.deepEqual(left, []);
    assert.equal(accepted.length, 3);
    assert.equal(done.until, from + 2.5 * 24 * 3_600_000);
    assert.equal(done.samples, 14 * (2.5 * 1440 + 1));
    assert.equal(sender.trouble, null);
  } finally {
    close();
  }
});

test('a batch that the server calls wrong is not sent again, and its words are told', async () => {
  const { url, left, close } = await receiver([400, 500]);
  try {
    const sender = new MetricsSender(url, 'x'.repeat(40), new AbortController().signal);
    const series = new World(1).advance(0, 0, 60_000);
    await assert.rejects(sender.write(series), /remote write refused: 400 words of the server/);
    assert.deepEqual(left, [500]);
  } finally {
    close();
  }
});

test('samples that became due while sending was slow go along in one request', async () => {
  const stop = new AbortController();
  const { url, accepted, close } = await receiver([]);
  try {
    const since = Date.UTC(2026, 8, 18);
    const clock = new StoryClock(since + 10 * 60_000 + 5, 0.001);
    const written: number[] = [];
    const sender = new MetricsSender(url, 'x'.repeat(40), stop.signal);
    const world = new World(1);
    const advance = world.advance.bind(world);
    world.advance = (from, to, step) => {
      written.push((to - from) / step + 1);
      const series = advance(from, to, step);
      // One round is enough: the clock hardly moves.
      setImmediate(() => accepted.length === 0 || stop.abort());
      return series;
    };
    const sending = sendLive(world, sender, clock, since, stop.signal);
    setTimeout(() => stop.abort(), 200);
    await sending;
    assert.deepEqual(written, [40]);
  } finally {
    close();
  }
});
