import type { AlertSeverity } from '../alert/alert.ts';
import { functionsHurt } from './impact.ts';
import type { Incident, IncidentSeverity } from './incident.ts';
import type { Place, Topology } from './topology.ts';

const RANK: Readonly<Record<IncidentSeverity, number>> = { minor: 0, major: 1, critical: 2 };

/** Above zero when `a` is worse than `b`. */
export function compareIncidentSeverity(a: IncidentSeverity, b: IncidentSeverity): number {
  return RANK[a] - RANK[b];
}

/**
 * The severity by what is hurt: critical when a member in a trip is (a function of a trip, or an observation says so) or
 * the alert itself demands a page, major otherwise. Alerts of unknown place are major: better too loud than lost.
 */
export function severityByImpact(
  topology: Topology,
  functions: readonly string[],
  alert: AlertSeverity | null,
  inTripObservation: boolean,
): { severity: IncidentSeverity; reason: string } {
  const inTrip = topology.functions.filter(({ name, inTrip }) => inTrip && functions.includes(name));
  if (inTripObservation) return { severity: 'critical', reason: 'a member in a trip is hurt' };
  if (alert === 'page') return { severity: 'critical', reason: 'the alert demands a page' };
  const loud = alert === 'critical' || alert === null;
  if (inTrip.length > 0 && loud) {
    const names = inTrip.map((item) => item.title['en'] ?? item.name).join(', ');
    return { severity: 'critical', reason: `hurts members in a trip (${names})` };
  }
  if (loud) return { severity: 'major', reason: functions.length > 0 ? 'hurts functions of members' : 'reach unknown' };
  return { severity: 'minor', reason: 'felt by few' };
}

/** What an incident reaches, as its row says it. */
export type Reach = Pick<Incident, 'components' | 'functions' | 'cities'>;

/** The reach once a place is added; functions never leave it while the incident lives. */
export function widen(reach: Reach, place: Place, topology: Topology): Reach {
  const components = union(reach.components, place.components);
  const functions = union(reach.functions, functionsHurt(topology, components));
  const order = topology.functions.map(({ name }) => name);
  return {
    components,
    functions:
      functions === reach.functions ? functions : [...functions].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    cities: union(reach.cities, place.city === null ? [] : [place.city]),
  };
}

/** Whether the reach grew. */
export function grew(before: Reach, after: Reach): boolean {
  return (
    after.components.length > before.components.length ||
    after.functions.length > before.functions.length ||
    after.cities.length > before.cities.length
  );
}

/**
 * A title that says what members feel, where, and which component it is about.
 * @param fallback what to say when no function is known to be hurt
 */
export function titleFor(reach: Reach, topology: Topology, cause: string | null, fallback: string): string {
  const cities = reach.cities.map((name) => topology.cityTitle(name));
  const where = cities.length > 0 ? ` in ${list(cities)}` : '';
  const names = topology.functions
    .filter(({ name }) => reach.functions.includes(name))
    .map(({ name, title }) => title['en'] ?? Object.values(title)[0] ?? name);
  if (names.length === 0) return fallback.slice(0, 200);
  const about = cause ?? topology.roots(reach.components)[0] ?? null;
  const suffix = about !== null && topology.component(about) ? `: ${topology.titleOf(about)}` : '';
  return `${list(names)} disturbed${where}${suffix}`.slice(0, 200);
}

function list(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** The first list itself where the second adds nothing. */
function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((one) => a.includes(one)) ? a : [...new Set([...a, ...b])];
}
