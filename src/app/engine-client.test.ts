import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { SimulatedClock } from '../core/clock.ts';
import { Engine } from '../expectation/index.ts';
import { openSeriesStore } from '../series/index.ts';
import { encodeWriteRequest } from '../signal/remote-write/index.ts';
import { startEngineThread, type EngineClient } from './engine-client.ts';

const POINTS = 11_000;
const end = Math.floor(Date.now() / 60_000) * 60_000;

/** Sixty hosts, 3,000 samples each. */
function load(): Uint8Array {
  const times = Array.from({ length: 3000 }, (_, index) => end - (2999 - index) * 10_000);
  const series = Array.from({ length: 60 }, (_, index) => ({
    labels: { __name__: 'load', host: String(index) },
    times,
    values: Float64Array.from(times, (_, k) => Math.sin(k / (index + 1))),
  }));
  return encodeWriteRequest(series);
}

/** Some ten billion steps: it would run into its time limit. */
const ENDLESS = {
  query: ['sum_over_time(sum(quantile_over_time(0.9, load[5h]))[5h:1s])'],
  start: [String(end / 1000 - POINTS)],
  end: [String(end / 1000)],
  step: ['1'],
};

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

describe("the engine's threads", () => {
  let engine: EngineClient;

  before(async () => {
    const place = { path: ':memory:', directoryLocked: true, retentionMs: 1e12, clock: null, remote: null };
    engine = await startEngineThread(place, (error) => assert.fail(error));
    await engine.writeRemote(load(), 'application/x-protobuf');
  });

  after(() => engine.close());

  it('while a heavy query runs, rules are evaluated, samples are taken and other queries are answered', async () => {
    const rule = { kind: 'recording', name: 'hosts', expr: 'count(load)', labels: {} } as const;
    const group = {
      name: 'g',
      file: 'rules.yaml',
      interval: 1000,
      limit: 0,
      queryOffset: 0,
      labels: {},
      rules: [rule],
    };
    const plan = { interval: 1000, externalUrl: '', groups: [group], watermarks: [], indicators: [], zones: {} };
    await engine.configure(plan as never, []);
    const flag = new Int32Array(new SharedArrayBuffer(4));
    let over = false;
    const heavy = engine.prometheus('query_range', ENDLESS, flag).finally(() => (over = true));
    await wait(1500);
    await engine.tick();
    const { groups } = await engine.rules();
    assert.equal(groups[0]!.rules[0]!.runs[0]?.error, null, 'the rule was evaluated');
    const more = encodeWriteRequest([{ labels: { __name__: 'beside' }, times: [end], values: Float64Array.of(7) }]);
    assert.equal((await engine.writeRemote(more, 'application/x-protobuf')).samples, 1);
    const { body } = await engine.prometheus('query', { query: ['beside'], time: [String(end / 1000)] });
    assert.match(textOf(body), /"7"/);
    assert.equal(over, false, 'the heavy query is still under way');
    Atomics.store(flag, 0, 1);
    assert.equal((await heavy).status, 499);
  });

  it('ends a query under way once its client is gone, though its thread is busy', async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const answer = engine.prometheus('query_range', { ...ENDLESS, timeout: ['25s'] }, flag);
    await wait(200);
    Atomics.store(flag, 0, 1);
    const { status, body } = await answer;
    assert.equal(status, 499, textOf(body));
    const next = await engine.prometheus('query', { query: ['count(load)'], time: [String(end / 1000)] });
    assert.match(textOf(next.body), /"60"/);
  });

  it('a heavy query is answered as it would be beside the store', async () => {
    const store = openSeriesStore({ path: ':memory:', now: () => Date.now(), retentionMs: 1e12 });
    const inline = new Engine(store, new SimulatedClock(end), () => performance.now());
    await inline.writeRemote(load(), 'application/x-protobuf');
    for (const query of [
      'sum by (host) (rate(load[10m]))',
      'load - on (host) load offset 1h',
      'topk(3, max_over_time(load[5m]))',
      'load{host=~"1."} > bool scalar(avg(load))',
      'absent(load)',
      'sum(load) by (host) + on () group_left () vector(1)',
    ]) {
      const params = {
        query: [query],
        start: [String(end / 1000 - 29_000)],
        end: [String(end / 1000)],
        step: ['20'],
        stats: [''],
      };
      const [there, here] = [
        await engine.prometheus('query_range', params),
        await inline.prometheus('query_range', params),
      ];
      assert.ok(textOf(there.body) === textOf(here.body), `${query}: ${textOf(there.body).slice(0, 300)}`);
    }
    inline.close();
  });

  it('a heavy query that fails tells why, and the next one is answered', async () => {
    const broken = { ...ENDLESS, query: ['load * on () load'], step: ['1'] };
    const { status, body } = await engine.prometheus('query_range', broken);
    assert.deepEqual([status, JSON.parse(textOf(body)).errorType], [422, 'execution']);
    const late = await engine.prometheus('query_range', { ...ENDLESS, timeout: ['100ms'] });
    assert.deepEqual([late.status, JSON.parse(textOf(late.body)).errorType], [503, 'timeout']);
    const whole = { ...ENDLESS, query: ['sum(sum_over_time(load[5h]))'], step: ['10'] };
    assert.match(textOf((await engine.prometheus('query_range', whole)).body), /"success"/);
  });
});
