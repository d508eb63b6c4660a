import type { Alert } from '../alert/alert.ts';
import { functionConditions, worst, type Condition } from './impact.ts';
import type { Incident } from './incident.ts';
import type { Place, Topology } from './topology.ts';

/** How one function of the service is in one city, and why, in words. */
export interface HealthCell {
  readonly functionName: string;
  readonly city: string;
  readonly state: Condition;
  readonly why: string;
  readonly incidentId: string | null;
}

type HealthAlert = Pick<Alert, 'labels' | 'severity' | 'state'>;
type HealthIncident = Pick<Incident, 'id' | 'number' | 'title' | 'severity' | 'functions' | 'cities' | 'state'>;

/**
 * The health of every function in every city from what fires now and what is being worked on. An alert without a city
 * counts in all of them; so does an incident. An open incident never lets a function look better than degraded.
 */
export function healthOf(
  topology: Topology,
  alerts: readonly HealthAlert[],
  incidents: readonly HealthIncident[],
): HealthCell[] {
  const firing = alerts
    .filter(({ state, severity }) => state === 'firing' && severity !== 'info')
    .map((alert) => ({ severity: alert.severity, place: topology.placeOf(alert.labels) }));
  const live = incidents.filter(({ state }) => state === 'open' || state === 'accepted');
  return topology.cities.flatMap(({ name: city }) => {
    const here = firing.filter(({ place }) => place.city === null || place.city === city);
    const failed = new Map<string, Exclude<Condition, 'ok'>>();
    for (const { severity, place } of here) {
      const condition = severity === 'warning' ? 'degraded' : 'down';
      for (const name of failing(topology, place)) {
        failed.set(name, worst([failed.get(name) ?? 'ok', condition]) === 'down' ? 'down' : 'degraded');
      }
    }
    const conditions = functionConditions(topology, failed);
    return topology.functions.map((item): HealthCell => {
      const incident = live.find(
        ({ functions, cities }) => functions.includes(item.name) && (cities.length === 0 || cities.includes(city)),
      );
      const own = conditions.get(item.name) ?? 'ok';
      const state = incident ? worst([own, 'degraded']) : own;
      const why = words(topology, state, [...failed.keys()], incident);
      return { functionName: item.name, city, state, why, incidentId: incident?.id ?? null };
    });
  });
}

/** An alert on several components tells of the deepest one; those above it are where it was seen. */
function failing(topology: Topology, place: Place): readonly string[] {
  return topology.roots(place.components);
}

function words(
  topology: Topology,
  state: Condition,
  failed: readonly string[],
  incident: HealthIncident | undefined,
): string {
  if (incident) return `${state === 'down' ? 'Down' : 'Disturbed'}: incident ${incident.number}, ${incident.title}`;
  if (state === 'ok') return 'Works';
  const names = failed.map((name) => topology.titleOf(name)).join(', ');
  return state === 'down' ? `Down: ${names} fails` : `Disturbed: alerts at ${names}`;
}
