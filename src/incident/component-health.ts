import type { Alert } from '../alert/alert.ts';
import type { Condition } from './impact.ts';
import type { Topology } from './topology.ts';

/** How a component is by its own alerts, and how many fire on it. */
export interface ComponentHealth {
  readonly state: Condition;
  readonly alerts: number;
}

/** The health of every component by what fires at it; an alert counts at the deepest of its components. */
export function componentHealth(
  topology: Topology,
  firing: readonly Pick<Alert, 'labels' | 'severity'>[],
): ReadonlyMap<string, ComponentHealth> {
  const found = new Map<string, ComponentHealth>(
    topology.components.map(({ name }) => [name, { state: 'ok', alerts: 0 }]),
  );
  for (const { labels, severity } of firing) {
    const { root } = topology.placeOf(labels);
    const before = found.get(root);
    if (!before || severity === 'info') continue;
    const state = severity !== 'warning' || before.state === 'down' ? 'down' : 'degraded';
    found.set(root, { state, alerts: before.alerts + 1 });
  }
  return found;
}
