import type { Labels } from '../../core/labels.ts';

/**
 * The value of a label, empty when it is absent. Asking the object itself matters: a query may name a label
 * `constructor` or `toString`, which every object seems to have.
 */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}
