import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exportResponse, statusResponse } from './answer.ts';
import { emptyMetric, type OtlpMetric } from './model.ts';
import { labelName, metricName } from './name.ts';

const named = (name: string, unit: string, more: Partial<OtlpMetric> = { kind: 'gauge' }): string =>
  metricName({ ...emptyMetric(), name, unit, ...more }).name;
const counter: Partial<OtlpMetric> = { kind: 'sum', monotonic: true };

describe('names of metrics', () => {
  const cases: readonly (readonly [string, string, string, Partial<OtlpMetric>?])[] = [
    ['http.server.duration', 'ms', 'http_server_duration_milliseconds'],
    ['(lambda).function.executions(#)', '', 'lambda_function_executions'],
    ['system.filesystem.usage', 'By', 'system_filesystem_usage_bytes'],
    ['system.filesystem.usage.bytes', 'By', 'system_filesystem_usage_bytes'],
    ['network.speed', 'By/s', 'network_speed_bytes_per_second'],
    ['pressure', '{packet}/min', 'pressure_per_minute'],
    ['system.network.dropped', '{packets}', 'system_network_dropped'],
    ['fuel', 'gal', 'fuel_gal'],
    ['utilization', '1', 'utilization_ratio'],
    ['utilization', '1', 'utilization_total', counter],
    ['cpu.time', 's', 'cpu_time_seconds_total', counter],
    ['cpu.time_total', 's', 'cpu_time_seconds_total', counter],
    ['cpu_seconds_total', 's', 'cpu_seconds_total', counter],
    ['2nd', '', '_2nd'],
    ['a::b', '', 'a::b'],
    ['Straße', '', 'Stra_e'],
    ['...', 's', ''],
    ['', '', ''],
  ];
  for (const [name, unit, want, more] of cases)
    it(`"${name}" in "${unit}" is "${want}"`, () => assert.equal(named(name, unit, more), want));
});

describe('names of labels', () => {
  for (const [key, want] of [
    ['http.route', 'http_route'],
    ['a..b--c', 'a_b_c'],
    ['__name__', '_name_'],
    ['_x', '_x'],
    ['1st', 'key_1st'],
  ] as const)
    it(`"${key}" is "${want}"`, () => assert.equal(labelName(key), want));
});

describe('answers', () => {
  it('full success is the empty message', () => {
    assert.deepEqual(exportResponse('protobuf', { samples: 1, rejected: 0, messages: [] }), new Uint8Array(0));
    assert.equal(exportResponse('json', { samples: 1, rejected: 0, messages: [] }), '{}');
  });

  it('a partial one says how many and why', () => {
    const outcome = { samples: 1, rejected: 300, messages: ['x', 'y'] };
    const bytes = Buffer.from(exportResponse('protobuf', outcome) as Uint8Array);
    assert.equal(bytes.toString('hex'), `0a0908ac021204${Buffer.from('x; y').toString('hex')}`);
    assert.deepEqual(JSON.parse(exportResponse('json', outcome) as string), {
      partialSuccess: { rejectedDataPoints: '300', errorMessage: 'x; y' },
    });
  });

  it('a refusal is a google.rpc.Status', () => {
    assert.equal(Buffer.from(statusResponse('protobuf', 400, 'no') as Uint8Array).toString('hex'), '080312026e6f');
    assert.deepEqual(JSON.parse(statusResponse('json', 503, 'later') as string), { code: 14, message: 'later' });
  });
});
