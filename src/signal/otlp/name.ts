import type { OtlpMetric } from './model.ts';
import { unitWords } from './unit.ts';

/** Names repeat in every request; this many are remembered. */
const REMEMBERED = 10_000;

function remembered(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const made = make(text);
    known.set(text, made);
    return made;
  };
}

/**
 * A label name that every Prometheus knows: what is not a letter, digit or underscore becomes one underscore. Two
 * underscores in a row cannot come out, so no sender can write a reserved name such as `__name__`.
 */
export const labelName = remembered((key) => {
  const name = key.replaceAll(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
});

const bareMetricName = remembered((text) => {
  const name = text.replaceAll(/[^a-zA-Z0-9:]+/g, '_').replaceAll(/^_+|_+$/g, '');
  return /^\d/.test(name) ? `_${name}` : name;
});

/** What a metric is called here and what its unit is. */
export interface MetricName {
  readonly name: string;
  readonly unit: string;
}

/**
 * The Prometheus name of a metric: sanitized, with its unit, and `_total` last for what only grows.
 * @returns an empty name when nothing is left of it
 */
export function metricName(metric: OtlpMetric): MetricName {
  const counter = metric.kind === 'sum' && metric.monotonic;
  let name = bareMetricName(metric.name);
  if (name === '') return { name: '', unit: '' };
  if (counter) name = name.replace(/_total$/, '') || 'total';
  // A share of 1 is a ratio, and only what can fall is a share: a count of things has the unit 1 as well.
  const unit = metric.unit === '1' && metric.kind === 'gauge' ? 'ratio' : unitWords(metric.unit);
  if (unit !== '' && !`_${name}_`.includes(`_${unit}_`)) name = `${name}_${unit}`;
  return { name: counter ? `${name}_total` : name, unit };
}
