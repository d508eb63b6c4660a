/** Alerts as a fleet's Prometheus posts them: nine labels, two annotations, about half a kilobyte. */
export function alertOf(run: string, number: number, endsAt: string): object {
  const service = SERVICES[number % SERVICES.length]!;
  return {
    labels: {
      alertname: `${service}ErrorsHigh`,
      severity: 'critical',
      service,
      city: 'berlin',
      region: 'eu-central',
      cluster: 'prod-1',
      job: `${service}-backend`,
      instance: `${service}-${number}.prod.example:8080`,
      run,
    },
    annotations: {
      summary: `${service} answers with errors`,
      description: `More than 5 % of the answers of ${service}-${number} were errors during the last 5 minutes.`,
    },
    startsAt: STARTED,
    endsAt,
    generatorURL: 'http://prometheus.prod.example:9090/graph?g0.expr=rate%28errors%5B5m%5D%29&g0.tab=1',
  };
}

const SERVICES = ['booking', 'payment', 'identity', 'maps', 'telematics', 'pricing', 'support', 'search'];
const STARTED = new Date().toISOString();

/**
 * The numbers of the alerts of a run in the order of their sending.
 * @param duplicates share of sendings that repeat an alert which was sent before, in [0, 1)
 */
export function* numbers(duplicates: number): Generator<number> {
  let made = 0;
  let owed = 0;
  let again = 0;
  for (;;) {
    owed += 1 - duplicates;
    if (owed >= 1 || made === 0) {
      owed -= 1;
      yield made++;
    } else yield (again = (again + 7919) % made);
  }
}
