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
  readonly strandedPages: Counter;
  readonly canary: Histogram;
  readonly canaryAt: Gauge;
  readonly blind: Gauge;
  readonly load: Gauge;
  readonly shed: Counter<'class'>;
  readonly tellsRules: Gauge;
}

/** Makes the metrics, each process its own. @param ofProcess whether those of the process itself are among them */
export function ownMetrics(ofProcess: boolean): OwnMetrics {
  const registry = new Registry();
  if (ofProcess) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
    // Gauges that carry a counter's name: promtool refuses them.
    for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);
  }
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
    strandedPages: new Counter({
      name: 'lamplighter_stranded_pages_total',
      help: 'Pages found due that nothing sent, and repaired.',
      registers,
    }),
    canary: new Histogram({
      name: 'lamplighter_canary_latency_seconds',
      help: 'Time of the test page of each minute from its release until its hand-over is stored.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 180],
      registers,
    }),
    canaryAt: new Gauge({
      name: 'lamplighter_canary_last_success_timestamp_seconds',
      help: 'When a test page came back to this instance last.',
      registers,
    }),
    blind: new Gauge({
      name: 'lamplighter_cannot_page',
      help: '1 while the database takes no writes or test pages do not come back.',
      registers,
    }),
    load: new Gauge({
      name: 'lamplighter_load_level',
      help: 'How hard pressed the process is: 0 is calm, each level sheds one more class of requests.',
      registers,
    }),
    shed: new Counter({
      name: 'lamplighter_requests_shed_total',
      help: 'Requests refused under load, by class.',
      labelNames: ['class'],
      registers,
    }),
    tellsRules: new Gauge({
      name: 'lamplighter_tells_rules',
      help: '1 on the instance that tells what own rules find.',
      registers,
    }),
    unattended: new Counter({
      name: 'lamplighter_unattended_incidents_total',
      help: 'Open incidents found without a next action, and repaired.',
      registers,
    }),
  };
}
