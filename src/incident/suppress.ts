import type { Labels } from '../core/labels.ts';
import type { Topology } from './topology.ts';

/**
 * Which alerts of an incident are explained by a failed parent: one that stands on a component with an alert of its own in
 * the same incident. They stay visible, under the component that explains them; they page nobody by themselves.
 * @returns ids of alerts to the deepest component that explains them
 */
export function suppressedBy(
  alerts: readonly { readonly id: string; readonly labels: Labels }[],
  topology: Topology,
): ReadonlyMap<string, string> {
  const places = alerts.map(({ id, labels }) => ({ id, place: topology.placeOf(labels) }));
  const failed = [...new Set(places.map(({ place }) => place.root))].filter(
    (name) => topology.component(name) !== null,
  );
  const found = new Map<string, string>();
  for (const { id, place } of places) {
    const below = failed.filter((name) => topology.needs(place.root, name) && !topology.needs(name, place.root));
    const deepest = topology.roots(below)[0];
    if (deepest !== undefined) found.set(id, deepest);
  }
  return found;
}
