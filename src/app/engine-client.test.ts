import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeWriteRequest } from '../signal/remote-write/index.ts';
import { startEngineThread, type EngineClient } from './engine-client.ts';

const POINTS = 11_000;

describe("the engine's thread", () => {
  let engine: EngineClient;
  const end = Math.floor(Date.now() / 1000) * 1000;

  before(async () => {
    const place = { path: ':memory:', directoryLocked: true, retentionMs: 1e12, clock: null, remote: null };
    engine = await startEngineThread(place, (error) => assert.fail(error));
    const times = Array.from({ length: 2000 }, (_, index) => end - (1999 - index) * 10_000);
    const series = Array.from({ length: 50 }, (_, index) => ({
      labels: { __name__: 'load', host: String(index) },
      times,
      values: Float64Array.from(times, (_, k) => Math.sin(k / (index + 1))),
    }));
    await engine.writeRemote(encodeWriteRequest(series), 'application/x-protobuf');
  });

  after(() => engine.close());

  it('ends a query under way once its client is gone, though the thread is busy', async () => {
    // Some ten billion steps: it would run into its time limit.
    const heavy = {
      query: ['sum_over_time(sum(quantile_over_time(0.9, load[5h]))[5h:1s])'],
      start: [String(end / 1000 - POINTS)],
      end: [String(end / 1000)],
      step: ['1'],
      timeout: ['25s'],
    };
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const answer = engine.prometheus('query_range', heavy, flag);
    await wait(200);
    Atomics.store(flag, 0, 1);
    const { status, body } = await answer;
    assert.equal(status, 499, body);
    const next = await engine.prometheus('query', { query: ['count(load)'], time: [String(end / 1000)] });
    assert.match(next.body, /"50"/);
  });
});
