import type { Labels } from '../core/labels.ts';
import type { Topology } from './topology.ts';

/** The component that a label's value means: by a match on that label, by name, title or service; or null. */
export function componentNamed(topology: Topology, label: string, labels: Labels): string | null {
  const value = labels[label];
  if (value === undefined || value === '') return null;
  const { root } = topology.placeOf({ [label]: value });
  return topology.component(root) === null ? topology.named(value) : root;
}
