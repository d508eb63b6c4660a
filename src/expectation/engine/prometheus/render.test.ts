import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateInstant, evaluateRange, parseExpr } from '../../../promql/index.ts';
import { MemorySource } from '../../../promql/testing/memory-source.ts';
import { parseSeriesLine } from '../../../promql/testing/series-line.ts';
import { matrixRow, sampleText, vectorRow } from './render.ts';

test('values are written as Prometheus writes them', () => {
  const texts = [0, -0, 1, 0.1, 1e21, 1e20, 1e-6, 1e-7, -2.5e-9, NaN, Infinity, -Infinity].map(sampleText);
  const large = '100000000000000000000';
  assert.deepEqual(texts, [
    '0',
    '-0',
    '1',
    '0.1',
    '1e+21',
    large,
    '0.000001',
    '1e-07',
    '-2.5e-09',
    'NaN',
    '+Inf',
    '-Inf',
  ]);
});

test('native histograms have their buckets with the kind of their bounds', () => {
  const source = new MemorySource();
  const line = parseSeriesLine(
    'h {{schema:0 sum:5 count:7 z_bucket:2 z_bucket_w:0.001 buckets:[1 2] n_buckets:[2]}} 3',
  );
  line.points.forEach((point, index) => source.add(line.labels, index * 60_000, point!));
  const { result } = evaluateInstant(parseExpr('h'), { source, at: 0 });
  assert.equal(result.kind, 'vector');
  assert.deepEqual(JSON.parse(vectorRow(result.kind === 'vector' ? result.samples[0]! : assert.fail())), {
    metric: { __name__: 'h' },
    histogram: [
      0,
      {
        count: '7',
        sum: '5',
        buckets: [
          [1, '-1', '-0.5', '2'],
          [3, '-0.001', '0.001', '2'],
          [0, '0.5', '1', '1'],
          [0, '1', '2', '2'],
        ],
      },
    ],
  });
  const range = evaluateRange(parseExpr('h'), { source, start: 0, end: 60_000, step: 60_000 }).result;
  const row = JSON.parse(matrixRow(range.series[0]!)) as { values: unknown[]; histograms: unknown[] };
  assert.deepEqual(row.values, [[60, '3']]);
  assert.equal(row.histograms.length, 1);
});
