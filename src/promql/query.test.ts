import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsKey } from '../core/labels.ts';
import { Fault } from '../core/fault.ts';
import {
  evaluateInstant,
  evaluateRange,
  parseExpr,
  selectorsOf,
  type Matcher,
  type QueryResult,
  type SeriesSlice,
  type SeriesSource,
} from './index.ts';
import { MemorySource } from './testing/memory-source.ts';

const STEP = 10_000;

/** Two counters and two gauges with gaps, resets and staleness markers, drawn by fast-check. */
const sources = fc
  .array(
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: -20, max: 50 }) },
        fc.constantFrom(undefined, 'stale' as const, NaN),
      ),
      { maxLength: 40 },
    ),
    {
      minLength: 4,
      maxLength: 4,
    },
  )
  .map((columns) => {
    const source = new MemorySource();
    columns.forEach((points, index) => {
      const labels = { __name__: index < 2 ? 'a_total' : 'g', i: String(index % 2), le: String(index) };
      points.forEach((point, k) => {
        if (point !== undefined) source.add(labels, k * STEP + index * 700, point);
      });
    });
    return source;
  });

const EXPRESSIONS = [
  'a_total',
  'rate(a_total[45s])',
  'increase(a_total[1m] offset 20s)',
  'sum(rate(a_total[1m]))',
  'avg by (i) ({__name__=~".+"})',
  'max_over_time(g[30s]) - min_over_time(g[30s])',
  'quantile_over_time(0.4, g[40s])',
  'avg_over_time(sum(g)[1m:7s])',
  'a_total > on(i) g',
  'a_total * on(i) group_left() g',
  'a_total and on(i) g > 3',
  'a_total or -g',
  'topk(1, g)',
  'count_values("v", g)',
  'stddev(g) or absent(g)',
  'deriv(g[50s]) + on(i) predict_linear(a_total[50s], 30)',
  'label_replace(g, "x", "$1", "i", "(.)")',
  'timestamp(g) - time()',
  'last_over_time(a_total[25s]) unless on(i) changes(g[1m]) > 2',
  'quantile(0.3, a_total) + scalar(sum(g))',
  'resets(a_total[1m]) + irate(a_total[1m]) + idelta(a_total[1m])',
];

/** A result as one string for each series and time, numbers in full. */
function pointsOf(result: QueryResult, into: Map<string, number>): void {
  if (result.kind === 'vector') {
    for (const { labels, time, value } of result.samples) into.set(`${labelsKey(labels)}@${time}`, value);
  } else if (result.kind === 'matrix') {
    for (const { labels, times, values } of result.series) {
      times.forEach((time, index) => into.set(`${labelsKey(labels)}@${time}`, values[index]!));
    }
  }
}

test('a range query is its instant queries side by side', () => {
  const expressions = EXPRESSIONS.map(parseExpr);
  fc.assert(
    fc.property(sources, fc.constantFrom(...expressions), fc.integer({ min: 3, max: 40 }), (source, expr, seconds) => {
      const range = { start: -5000, end: 420_000, step: seconds * 1000 };
      const got = new Map<string, number>();
      const wanted = new Map<string, number>();
      pointsOf(evaluateRange(expr, { source, ...range }).result, got);
      for (let at = range.start; at <= range.end; at += range.step) {
        pointsOf(evaluateInstant(expr, { source, at }).result, wanted);
      }
      assert.deepEqual(got, wanted);
    }),
    { numRuns: 400 },
  );
});

test('the windows of selectors hold all that an evaluation reads', () => {
  for (const text of [
    ...EXPRESSIONS,
    'rate(a_total[1m] @ end() offset 10s)',
    'max_over_time(sum(g offset -30s)[5m:1m] @ start())',
  ]) {
    const expr = parseExpr(text);
    const asked: { matchers: readonly Matcher[]; from: number; to: number }[] = [];
    const source: SeriesSource = {
      select(matchers, from, to): readonly SeriesSlice[] {
        asked.push({ matchers, from, to });
        return [];
      },
    };
    const query = { start: 100_000, end: 500_000 };
    evaluateRange(expr, { source, ...query, step: 30_000 });
    const windows = selectorsOf(expr, query);
    for (const { matchers, from, to } of asked) {
      const covering = windows.find((window) => window.matchers === matchers && window.from <= from && window.to >= to);
      assert.ok(covering !== undefined, `${text}: ${from} to ${to}`);
    }
  }
});

/** The code of the fault a query ends with. */
function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'no fault';
}

test('limits end a query', () => {
  const source = new MemorySource();
  for (let k = 0; k < 100; k++) source.add({ __name__: 'm', k: String(k) }, 0, k);
  const expr = parseExpr('sum(m)');
  const range = { source, start: 0, end: 1000, step: 1 };
  assert.equal(
    faultOf(() => evaluateRange(expr, { ...range, maxSamples: 1000 })),
    'query_too_large',
  );
  assert.equal(
    faultOf(() => evaluateRange(expr, { ...range, shouldStop: () => true, timeLimit: '2m' })),
    'query_timeout',
  );
  assert.equal(
    faultOf(() => evaluateRange(expr, { ...range, step: 0 })),
    'execution_failed',
  );
  assert.equal(
    faultOf(() => evaluateRange(expr, { ...range, end: -1 })),
    'execution_failed',
  );
  assert.equal(
    faultOf(() => evaluateRange(parseExpr('m[5m]'), range)),
    'execution_failed',
  );
  assert.equal(
    faultOf(() => evaluateInstant(parseExpr('max_over_time(vector(1)[1y:1ms])'), { source, at: 0 })),
    'query_too_large',
  );
  assert.equal(
    faultOf(() => evaluateRange(parseExpr('1'), { ...range, end: 1e12 })),
    'query_too_large',
  );
  let asked = 0;
  const { samples } = evaluateRange(expr, { ...range, shouldStop: () => asked++ > 1000 });
  assert.ok(asked > 2, 'a long query asks several times whether to stop');
  assert.ok(samples > 100);
});

test('each type of result', () => {
  const source = new MemorySource();
  source.add({ __name__: 'm' }, 1000, 1);
  source.add({ __name__: 'm' }, 2000, 'stale');
  source.add({ __name__: 'm' }, 3000, 3);
  const at = 3000;
  assert.deepEqual(evaluateInstant(parseExpr('1 + 1'), { source, at }).result, { kind: 'scalar', time: at, value: 2 });
  assert.deepEqual(evaluateInstant(parseExpr('"a"'), { source, at }).result, { kind: 'string', time: at, value: 'a' });
  assert.deepEqual(evaluateInstant(parseExpr('m'), { source, at }).result, {
    kind: 'vector',
    samples: [{ labels: { __name__: 'm' }, time: at, value: 3 }],
  });
  assert.deepEqual(evaluateInstant(parseExpr('m[3s]'), { source, at }).result, {
    kind: 'matrix',
    series: [{ labels: { __name__: 'm' }, times: Float64Array.of(1000, 3000), values: Float64Array.of(1, 3) }],
  });
  assert.deepEqual(evaluateInstant(parseExpr('m'), { source, at: 2500 }).result, { kind: 'vector', samples: [] });
});

test('remarks name the place in the text that was given', () => {
  const source = new MemorySource();
  source.add({ __name__: 'm' }, 0, 1);
  source.add({ __name__: 'm' }, 1000, 2);
  const text = 'vector(1)\n  or rate(m[1m])';
  const { infos } = evaluateInstant(parseExpr(text), { source, at: 1000, text });
  assert.equal(infos.length, 1);
  assert.match(infos[0]!, /"m" \(2:11\)$/);
});

test('a long chain of operators is evaluated', () => {
  const source = new MemorySource();
  source.add({ __name__: 'a' }, 0, 1);
  const text = Array.from({ length: 2001 }, () => 'a').join(' + ');
  const { result } = evaluateInstant(parseExpr(text), { source, at: 0 });
  assert.deepEqual(result, { kind: 'vector', samples: [{ labels: {}, time: 0, value: 2001 }] });
  assert.equal(selectorsOf(parseExpr(text), { start: 0, end: 0 }).length, 2001);
});

test('the best of many are in order, whether few or most of them are wanted', () => {
  const source = new MemorySource();
  for (let k = 0; k < 300; k++) source.add({ __name__: 'm', k: String(k) }, 0, (k * 7919) % 300);
  for (const wanted of [3, 100, 101, 299, 1000]) {
    for (const [op, order] of [
      ['topk', (k: number) => 299 - k],
      ['bottomk', (k: number) => k],
    ] as const) {
      const { result } = evaluateInstant(parseExpr(`${op}(${wanted}, m)`), { source, at: 0 });
      assert.ok(result.kind === 'vector');
      const values = result.samples.map(({ value }) => value);
      assert.deepEqual(
        values,
        Array.from({ length: Math.min(wanted, 300) }, (_, k) => order(k)),
      );
    }
  }
});
