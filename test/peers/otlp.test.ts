import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { startServer, TOKEN, type TestServer } from '../support/server.ts';

const CONFIG = `
name: Peer test
url: http://127.0.0.1:PORT
people: [{ id: duty, name: Duty Person, webhook: "https://pager.example.org/hook" }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
`;

interface Vector {
  readonly data: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
}

/** OpenTelemetry's own SDK and exporters for JavaScript, in both encodings, both temporalities, gzip and plain. */
describe('OpenTelemetry SDK for JavaScript', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: CONFIG });
  });
  after(async () => {
    await server?.stop();
    server?.remove();
  });

  const ask = async (expr: string): Promise<Vector['data']['result']> =>
    (await server.ask<Vector>('GET', `/api/v1/query?query=${encodeURIComponent(expr)}`)).data.result;

  const value = async (expr: string): Promise<number> => {
    const result = await ask(expr);
    assert.equal(result.length, 1, `${expr}: ${JSON.stringify(result)}`);
    return Number(result[0]!.value[1]);
  };

  const exporters: readonly [string, typeof JsonExporter | typeof ProtobufExporter, string, 'gzip' | 'none'][] = [
    ['JSON', JsonExporter, '/v1/metrics', 'gzip'],
    ['protobuf', ProtobufExporter, '/otlp/v1/metrics', 'none'],
  ];
  const temporalities = [
    ['cumulative', AggregationTemporality.CUMULATIVE],
    ['delta', AggregationTemporality.DELTA],
  ] as const;

  for (const [encoding, Exporter, path, compression] of exporters) {
    for (const [temporality, preference] of temporalities) {
      it(`${encoding}, ${compression}, ${temporality}`, async () => {
        const job = `${encoding}-${temporality}`.toLowerCase();
        const exporter: PushMetricExporter = new Exporter({
          url: server.url + path,
          headers: { authorization: `Bearer ${TOKEN}` },
          compression: compression as never,
          temporalityPreference: preference as never,
        });
        const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
        const provider = new MeterProvider({
          readers: [reader],
          resource: resourceFromAttributes({
            'service.name': job,
            'service.instance.id': 'one',
            'host.name': 'node-1',
          }),
        });
        const meter = provider.getMeter('booking', '2.1.0');
        const requests = meter.createCounter('http.server.requests', { description: 'Requests.' });
        const duration = meter.createHistogram('http.server.duration', {
          unit: 'ms',
          advice: { explicitBucketBoundaries: [10, 100, 1000] },
        });
        const temperature = meter.createGauge('battery.temperature', { unit: 'Cel' });
        requests.add(3, { 'http.route': '/book' });
        for (const ms of [5, 50, 500, 5000]) duration.record(ms);
        temperature.record(21.5);
        await reader.forceFlush();
        requests.add(4, { 'http.route': '/book' });
        duration.record(5);
        await reader.forceFlush();

        assert.equal(await value(`http_server_requests_total{job="${job}",http_route="/book"}`), 7);
        assert.equal(await value(`http_server_duration_milliseconds_bucket{job="${job}",le="10"}`), 2);
        assert.equal(await value(`http_server_duration_milliseconds_bucket{job="${job}",le="+Inf"}`), 5);
        assert.equal(await value(`http_server_duration_milliseconds_count{job="${job}"}`), 5);
        assert.equal(await value(`http_server_duration_milliseconds_sum{job="${job}"}`), 5560);
        assert.equal(await value(`battery_temperature_celsius{job="${job}",otel_scope_name="booking"}`), 21.5);
        const [info] = await ask(`target_info{job="${job}"}`);
        assert.equal(info?.metric['host_name'], 'node-1');
        assert.equal(info?.metric['instance'], 'one');
        await provider.shutdown();
      });
    }
  }

  it('a refused token is an error for the exporter', async () => {
    const exporter = new ProtobufExporter({
      url: `${server.url}/v1/metrics`,
      headers: { authorization: 'Bearer wrong' },
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('m').createCounter('c').add(1);
    const error = await new Promise<Error | undefined>((resolve) => {
      void reader.collect().then(({ resourceMetrics }) => {
        exporter.export(resourceMetrics, ({ error: failure }) => resolve(failure));
      });
    });
    assert.match(String(error), /Unauthorized|401/i);
    await provider.shutdown().catch(() => {});
  });
});
