const NAMES = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];

/** Prometheus' word for the number of a metric type, the same in remote write 1.0 and 2.0; `unknown` for others. */
export function typeName(type: number): string {
  return NAMES[type] ?? 'unknown';
}

/** The number for a word; 0 for others. */
export function typeNumber(name: string): number {
  return Math.max(0, NAMES.indexOf(name));
}
