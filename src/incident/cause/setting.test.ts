import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExpr, parseExpr } from '../../promql/index.ts';
import { CALL_PRESETS, causeExpressions, causeMeasures, causeProblems, causeSchema } from './setting.ts';

const problemsOf = (given: unknown): string[] =>
  causeProblems(causeSchema.parse(given)).map(({ path, message }) => `${path}: ${message}`);

test('the names that stand for well-known series are expressions that name both ends', () => {
  for (const preset of Object.values(CALL_PRESETS)) {
    for (const expr of [preset.requests, preset.failures, preset.latency]) {
      checkExpr(parseExpr(expr));
      assert.ok(expr.includes(`by (${preset.caller}, ${preset.callee})`), expr);
    }
  }
});

test('a name becomes its expressions, and one may write them as well', () => {
  const own = { caller: 'a', callee: 'b', requests: 'calls' };
  const measures = causeMeasures(causeSchema.parse({ calls: ['istio', own] }));
  assert.deepEqual([measures.nodes, measures.calls], [null, [CALL_PRESETS.istio, own]]);
  assert.deepEqual([measures.step, measures.days, measures.series], [60_000, 3, 500]);
});

test('what one field alone cannot show is told with what to write instead', () => {
  assert.deepEqual(problemsOf({}), [
    'incidents.cause: Nothing is measured. Write requests, or calls: [service-graph].',
  ]);
  assert.deepEqual(problemsOf({ failures: 'x', calls: ['istio'] }), [
    'incidents.cause.failures: Name requests as well: it is weighed by them.',
  ]);
  assert.match(
    problemsOf({ requests: 'x', step: '1s', history: '1d' })[0]!,
    /^incidents\.cause\.history: .*5000 steps/,
  );
  assert.match(problemsOf({ requests: 'x', step: '15m' })[0]!, /^incidents\.cause\.window: Write at least one step/);
  assert.deepEqual(problemsOf({ requests: 'x' }), []);
  assert.throws(() => causeSchema.parse({ calls: ['linkerd'] }), /Write service-graph, istio, or/);
});

test('each expression is found with its place', () => {
  const config = causeSchema.parse({
    requests: 'r',
    calls: ['istio', { caller: 'a', callee: 'b', requests: 'c', latency: 'l' }],
  });
  assert.deepEqual(
    causeExpressions(config).map(({ path, expr }) => `${path.join('.')} ${expr}`),
    ['incidents.cause.requests r', 'incidents.cause.calls.1.requests c', 'incidents.cause.calls.1.latency l'],
  );
});
