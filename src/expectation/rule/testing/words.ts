import type { Labels } from '../../../core/labels.ts';
import { printLabels } from '../../../promql/evaluate/match-key.ts';

/** One alert in a comparison. */
export interface NamedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Alerts as promtool lists them. */
export function printAlerts(alerts: readonly NamedAlert[]): string {
  if (alerts.length === 0) return '[]';
  const items = alerts.map(
    ({ labels, annotations }, index) =>
      `                ${index}:\n                  Labels:${printLabels(labels)}\n                  Annotations:${printLabels(annotations)}`,
  );
  return `[\n${items.join(',\n')}\n            ]`;
}
