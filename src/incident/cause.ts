import type { Labels } from '../core/labels.ts';
import type { ProbableCause } from './incident.ts';
import type { Topology } from './topology.ts';

/** What the ranking needs of an incident's alerts. */
export interface CauseAlert {
  readonly labels: Labels;
  readonly startsAt: number;
  /** The partner that sent it, if it did not come from own systems. */
  readonly partner: string | null;
}

interface Candidate {
  readonly component: string;
  readonly direct: number;
  readonly explained: number;
  readonly firstAt: number;
}

/**
 * Ranks the components that have evidence of their own: the one that explains most alerts first (an alert is explained
 * by a component it touches or whose place needs it), then the deepest, then the one that failed first. With two roots
 * of which neither explains more than half, it abstains.
 * @param elsewhere labels of alerts firing outside the incident, to tell whether an alternative is healthy
 * @returns the probable cause with the evidence in words, or null
 */
export function rankCause(
  alerts: readonly CauseAlert[],
  topology: Topology,
  elsewhere: readonly Labels[] = [],
): ProbableCause | null {
  const places = alerts.map((alert) => topology.placeOf(alert.labels));
  const names = [...new Set(places.flatMap(({ components }) => components))].filter((name) => topology.component(name));
  const candidates = names.map((component): Candidate => {
    const touching = alerts.filter((_, index) => places[index]!.components.includes(component));
    const explained = places.filter(
      (place) => place.components.includes(component) || topology.needs(place.root, component),
    );
    const firstAt = Math.min(...touching.map(({ startsAt }) => startsAt));
    return { component, direct: touching.length, explained: explained.length, firstAt };
  });
  candidates.sort(
    (a, b) =>
      b.explained - a.explained ||
      Number(topology.needs(a.component, b.component)) - Number(topology.needs(b.component, a.component)) ||
      b.direct - a.direct ||
      a.firstAt - b.firstAt,
  );
  const best = candidates[0];
  if (!best || best.explained * 2 < alerts.length) return null;
  const rival = candidates[1];
  const torn =
    rival !== undefined &&
    rival.explained === best.explained &&
    rival.explained * 2 <= alerts.length &&
    rival.firstAt === best.firstAt;
  if (torn) return null;
  const component = topology.component(best.component)!;
  return {
    component: best.component,
    kind: component.partner === null ? 'own' : 'partner',
    reasons: reasonsFor(best, alerts, topology, [...alerts.map(({ labels }) => labels), ...elsewhere]),
  };
}

function reasonsFor(
  best: Candidate,
  alerts: readonly CauseAlert[],
  topology: Topology,
  firing: readonly Labels[],
): string[] {
  const component = topology.component(best.component)!;
  const match = Object.entries(component.match).map(([name, value]) => `${name} ${value}`);
  const reasons = [
    `${best.direct} of ${alerts.length} ${plural(alerts.length)} ${best.direct === 1 ? 'carries' : 'carry'} ${match.join(', ')}`,
  ];
  const others = best.explained - best.direct;
  if (others > 0) reasons.push(`${others} more ${others === 1 ? 'comes' : 'come'} from what needs ${component.title}`);
  const cities = [
    ...new Set(alerts.map(({ labels }) => topology.placeOf(labels).city).filter((city) => city !== null)),
  ];
  for (const name of topology.alternatives(best.component)) {
    const troubled = firing.some((labels) => {
      const place = topology.placeOf(labels);
      return (
        place.components.includes(name) && (place.city === null || cities.length === 0 || cities.includes(place.city))
      );
    });
    const where = cities.length === 1 ? ' in the same city' : '';
    reasons.push(`${topology.titleOf(name)}${where} ${troubled ? 'is troubled too' : 'is healthy'}`);
  }
  if (component.partner !== null && alerts.some(({ partner }) => partner === component.partner)) {
    reasons.push(`${component.title} reported an alarm itself`);
  }
  const first = Math.min(...alerts.map(({ startsAt }) => startsAt));
  if (alerts.length > 1 && best.firstAt === first) reasons.push('it failed first');
  return reasons;
}

function plural(count: number): string {
  return count === 1 ? 'alert' : 'alerts';
}
