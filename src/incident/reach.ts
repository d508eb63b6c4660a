import type { Alert } from '../alert/alert.ts';
import { widen, type Reach } from './assess.ts';
import type { IncidentSettings } from './settings.ts';

/** What alerts reach together. */
export function reachOf(alerts: readonly Pick<Alert, 'labels'>[], { topology }: IncidentSettings): Reach {
  const nothing: Reach = { components: [], functions: [], cities: [] };
  return alerts.reduce((reach, alert) => widen(reach, topology.placeOf(alert.labels), topology), nothing);
}
