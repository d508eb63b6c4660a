import { z } from 'zod';
import { durationField, type ConfigProblem } from '../../signal/index.ts';

const expression = z.string({ error: 'Write a PromQL expression.' }).min(1).max(2000);
const labelField = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'Write the name of a label, such as client.' });

/** What is measured: requests and failed ones per second, and mean seconds of a request. */
export interface MeasuredBy {
  readonly requests: string;
  readonly failures?: string | undefined;
  readonly latency?: string | undefined;
}

/** Measures of calls: two labels name who calls and who is called. */
export interface CallsBy extends MeasuredBy {
  readonly caller: string;
  readonly callee: string;
}

/**
 * How calls are counted by what is in wide use, over two minutes. `service-graph`: the connector of the OpenTelemetry
 * collector and Grafana Tempo. `istio`: its standard metrics, as the callers' proxies report them, so that a partner
 * outside the mesh is seen as well (by the host of its ServiceEntry).
 */
export const CALL_PRESETS = {
  'service-graph': {
    caller: 'client',
    callee: 'server',
    requests: 'sum by (client, server) (rate(traces_service_graph_request_total[2m]))',
    failures: 'sum by (client, server) (rate(traces_service_graph_request_failed_total[2m]))',
    latency:
      'sum by (client, server) (rate(traces_service_graph_request_client_seconds_sum[2m]))' +
      ' / sum by (client, server) (rate(traces_service_graph_request_client_seconds_count[2m]))',
  },
  istio: {
    caller: 'source_canonical_service',
    callee: 'destination_service_name',
    requests:
      'sum by (source_canonical_service, destination_service_name) (rate(istio_requests_total{reporter="source"}[2m]))',
    failures:
      'sum by (source_canonical_service, destination_service_name)' +
      ' (rate(istio_requests_total{reporter="source", response_code=~"5..|0"}[2m]))',
    latency:
      'sum by (source_canonical_service, destination_service_name)' +
      ' (rate(istio_request_duration_milliseconds_sum{reporter="source"}[2m]))' +
      ' / sum by (source_canonical_service, destination_service_name)' +
      ' (rate(istio_request_duration_milliseconds_count{reporter="source"}[2m])) / 1000',
  },
} as const satisfies Readonly<Record<string, CallsBy>>;

const presetField = z.enum(Object.keys(CALL_PRESETS) as [keyof typeof CALL_PRESETS]);
const callsField = z.union(
  [
    presetField,
    z.strictObject({
      caller: labelField,
      callee: labelField,
      requests: expression,
      failures: expression.optional(),
      latency: expression.optional(),
    }),
  ],
  { error: 'Write service-graph, istio, or { caller, callee, requests } with failures and latency as far as known.' },
);

/** What the cause of an incident is measured by: components by their labels as alerts are, and calls by two labels. */
export const causeSchema = z.strictObject({
  requests: expression.optional(),
  failures: expression.optional(),
  latency: expression.optional(),
  calls: z.array(callsField).max(10).default([]),
  step: durationField.prefault('1m'),
  window: durationField.prefault('10m'),
  history: durationField.prefault('6h'),
  days: z.number().int().min(0).max(14).default(3),
  series: z.number().int().min(1).max(5000).default(500),
});
type CauseConfig = z.output<typeof causeSchema>;

/** The settings of `incidents.cause`, worked out: all times in ms. */
export interface CauseMeasures {
  /** Measures of components, placed by their labels; null if there are only calls. */
  readonly nodes: MeasuredBy | null;
  readonly calls: readonly CallsBy[];
  /** Length of one value. */
  readonly step: number;
  /** How long after the onset values count. */
  readonly window: number;
  /** How far before the onset the normal period begins. */
  readonly history: number;
  /** Of how many days before the same hour is normal too. */
  readonly days: number;
  /** How many series an expression may have. */
  readonly series: number;
}

/** Exchanges presets for what they stand for. */
export function causeMeasures(config: CauseConfig): CauseMeasures {
  const { requests, failures, latency, calls, ...rest } = config;
  return {
    ...rest,
    nodes: requests === undefined ? null : { requests, failures, latency },
    calls: calls.map((one) => (typeof one === 'string' ? CALL_PRESETS[one] : one)),
  };
}

/** How many values of a series are asked for at once. */
const ROWS_MOST = 5000;

/** What one field alone cannot show. */
export function causeProblems(config: CauseConfig): ConfigProblem[] {
  const at = 'incidents.cause';
  const problems: ConfigProblem[] = [];
  if (config.requests === undefined) {
    const lonely = (['failures', 'latency'] as const).find((name) => config[name] !== undefined);
    if (lonely !== undefined) {
      problems.push({ path: `${at}.${lonely}`, message: 'Name requests as well: it is weighed by them.' });
    } else if (config.calls.length === 0) {
      problems.push({ path: at, message: 'Nothing is measured. Write requests, or calls: [service-graph].' });
    }
  }
  if (config.step < 1000) problems.push({ path: `${at}.step`, message: 'Write at least 1s.' });
  else if (config.history / config.step > ROWS_MOST) {
    problems.push({
      path: `${at}.history`,
      message: `These are more than ${ROWS_MOST} steps. Write less, or a longer step.`,
    });
  }
  if (config.window < config.step) problems.push({ path: `${at}.window`, message: 'Write at least one step.' });
  return problems;
}

/** Every expression of the measures with its path in the configuration. */
export function causeExpressions(
  config: CauseConfig,
): { readonly path: readonly (string | number)[]; readonly expr: string }[] {
  const of = (one: { readonly [N in keyof MeasuredBy]?: string | undefined }, path: readonly (string | number)[]) =>
    (['requests', 'failures', 'latency'] as const).flatMap((name) => {
      const expr = one[name];
      return expr === undefined ? [] : [{ path: [...path, name], expr }];
    });
  return [
    ...of(config, ['incidents', 'cause']),
    ...config.calls.flatMap((one, index) =>
      typeof one === 'string' ? [] : of(one, ['incidents', 'cause', 'calls', index]),
    ),
  ];
}
