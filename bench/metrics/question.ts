/** What dashboards ask over a range. */
export const RANGE_QUERIES: readonly string[] = [
  'sum(rate(http_requests_total[5m]))',
  'sum by (city) (rate(http_requests_total[5m]))',
  'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
  'quantile(0.95, cpu_usage_ratio)',
  'count(cpu_usage_ratio > 0.9)',
  'avg by (city) (increase(trips_total[1h]))',
  'max_over_time(cpu_usage_ratio[10m])',
  'topk(5, sum by (instance) (rate(errors_total[10m])))',
  'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  'min by (city) (battery_level_percent)',
];

/** What single-value panels, tables and alerts ask. */
export const INSTANT_QUERIES: readonly string[] = [
  'sum(rate(http_requests_total[5m]))',
  'sum by (city) (rate(http_requests_total[5m]))',
  'sum by (city) (rate(http_requests_total{status=~"5.."}[5m])) / sum by (city) (rate(http_requests_total[5m]))',
  'quantile by (city) (0.95, cpu_usage_ratio)',
  'count(battery_level_percent < 20)',
  'sum by (vehicle) (increase(trips_total[1h]))',
  'max_over_time(cpu_usage_ratio[1h])',
  'topk(10, rate(errors_total[10m]))',
  'histogram_quantile(0.95, sum by (city, le) (rate(http_request_duration_seconds_bucket[5m])))',
  'absent(up{city="nowhere"})',
];

/** A rule file of four rules for each instance in one group: 250 instances are 1,000 rules. */
export function ruleFile(instances: number, interval: string): string {
  const rules = Array.from({ length: instances }, (_, n) => {
    const at = `instance="10.0.${n >> 8}.${n & 255}:9100"`;
    return [
      ['requests', `sum by (city, instance) (rate(http_requests_total{${at}}[5m]))`],
      [
        'duration',
        `histogram_quantile(0.9, sum by (instance, le) (rate(http_request_duration_seconds_bucket{${at}}[5m])))`,
      ],
      ['battery', `avg by (instance) (battery_level_percent{${at}})`],
      ['errors', `sum by (instance) (increase(errors_total{${at}}[10m]))`],
    ].map(([name, expr]) => `      - { record: "instance:${name}", expr: '${expr}' }`);
  }).flat();
  return `groups:\n  - name: bench\n    interval: ${interval}\n    rules:\n${rules.join('\n')}\n`;
}
