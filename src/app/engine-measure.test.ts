import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineClient } from './engine-client.ts';
import { askEngine } from './engine-measure.ts';

type Prometheus = EngineClient['prometheus'];

/** An engine that answers the query API as it is told to. */
function engineOf(prometheus: Prometheus): EngineClient {
  return { prometheus } as unknown as EngineClient;
}
const answer = (status: number, body: unknown) => Promise.resolve({ status, body: JSON.stringify(body) });
const matrix = {
  status: 'success',
  data: {
    result: [
      {
        metric: { a: '1' },
        values: [
          [60, '2'],
          [180, 'NaN'],
        ],
      },
    ],
  },
};

test('a range becomes one value a step, with gaps where there is none', async () => {
  const asked: unknown[] = [];
  const ask = askEngine(
    engineOf((path, params) => {
      asked.push([path, params['start'], params['end'], params['step']]);
      return answer(200, matrix);
    }),
  );
  const lines = await ask((measure) => measure.range('x', 60_000, 240_000, 60_000));
  assert.deepEqual(lines, [{ labels: { a: '1' }, values: [2, NaN, NaN, NaN] }]);
  assert.deepEqual(asked, [['query_range', ['60'], ['240'], ['60']]]);
});

test('the time left is what the engine may take, and what does not answer is not waited for', async () => {
  const given: number[] = [];
  const ask = askEngine(
    engineOf((_, params) => {
      given.push(Number(params['timeout']?.[0]));
      return new Promise(() => undefined);
    }),
    40,
  );
  const slow = ask((measure) => measure.values('x', 0));
  await assert.rejects(slow, { code: 'query_timeout' });
  assert.ok(given[0]! > 0 && given[0]! <= 0.04, String(given[0]));
});

test('incidents are asked about one after the other, and one that fails holds up none', async () => {
  const order: string[] = [];
  const ask = askEngine(engineOf(() => answer(200, matrix)));
  const first = ask(async (measure) => {
    order.push('first');
    await measure.values('x', 0);
    order.push('first is done');
    throw new Error('broken');
  });
  const second = ask(async () => order.push('second'));
  await assert.rejects(first, /broken/);
  await second;
  assert.deepEqual(order, ['first', 'first is done', 'second']);
});

test('what the engine says is wrong is told by its fault', async () => {
  for (const [prometheus, code] of [
    [() => answer(503, { status: 'error', errorType: 'timeout', error: 'slow' }), 'query_timeout'],
    [() => answer(503, { status: 'error', errorType: 'unavailable', error: 'no' }), 'unavailable'],
    [() => answer(422, { status: 'error', errorType: 'execution', error: 'many-to-many' }), 'execution_failed'],
    [() => Promise.resolve({ status: 502, body: '<html>bad gateway</html>' }), 'unavailable'],
    [() => Promise.reject(new TypeError('the thread broke')), 'unavailable'],
  ] as const satisfies readonly (readonly [Prometheus, string])[]) {
    const ask = askEngine(engineOf(prometheus));
    await assert.rejects(
      ask((measure) => measure.values('x', 0)),
      { code },
    );
  }
});
