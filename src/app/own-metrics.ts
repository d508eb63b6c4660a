import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Lamplighter's own metrics. */
export interface OwnMetrics {
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'status'>;
  readonly samples: Counter<'outcome'>;
  readonly work: Histogram<'kind'>;
  readonly workFailed: Counter<'kind'>;
  readonly inLine: Gauge<'kind' | 'state'>;
  readonly series: Gauge;
  readonly rulesFailing: Gauge;
  readonly rulesMissed: Counter<'rule_group'>;
  readonly unattended: Counter;
}

/** Makes the metrics, each process its own. */
export function ownMetrics(): OwnMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  // Gauges that carry a counter's name: promtool refuses them.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'lamplighter_http_requests_total',
      help: 'HTTP requests by route and status.',
      labelNames: ['route', 'status'],
      registers,
    }),
    samples: new Counter({
      name: 'lamplighter_samples_total',
      help: 'Samples received by remote write and OTLP.',
      labelNames: ['outcome'],
      registers,
    }),
    work: new Histogram({
      name: 'lamplighter_work_duration_seconds',
      help: 'Time to do one row of work.',
      labelNames: ['kind'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    workFailed: new Counter({
      name: 'lamplighter_work_failed_total',
      help: 'Tries at a row of work that failed.',
      labelNames: ['kind'],
      registers,
    }),
    inLine: new Gauge({
      name: 'lamplighter_work_in_line',
      help: 'Rows of work in line by kind and state.',
      labelNames: ['kind', 'state'],
      registers,
    }),
    series: new Gauge({ name: 'lamplighter_series', help: 'Series in the embedded store.', registers }),
    rulesFailing: new Gauge({
      name: 'lamplighter_rules_failing',
      help: 'Rules, watermarks and indicators whose last evaluation failed.',
      registers,
    }),
    rulesMissed: new Counter({
      name: 'lamplighter_rule_group_iterations_missed_total',
      help: 'Evaluations left out because the one before was not done or the process slept.',
      labelNames: ['rule_group'],
      registers,
    }),
    unattended: new Counter({
      name: 'lamplighter_unattended_incidents_total',
      help: 'Open incidents found without a next action, and repaired.',
      registers,
    }),
  };
}
