import { formatDuration } from '../core/duration.ts';
import type { Incident } from './incident.ts';
import type { Place, Topology } from './topology.ts';

/** The rules of joining, as configured under `incidents`. */
export interface JoinRules {
  /** Most steps between two places that may belong together. */
  readonly distance: number;
  /** How old an incident may be, ms. */
  readonly within: number;
}

/** What correlation needs to know of something new. */
export interface Newcomer {
  readonly place: Place;
  /** Whether it may open an incident: alerts of page and critical severity. */
  readonly opens: boolean;
  readonly at: number;
}

/** One piece of evidence: log-odds (natural) and the words for it. */
export interface Evidence {
  readonly weight: number;
  readonly words: string;
}

/** What becomes of a new alert, with the reasons in words. */
export type Correlation =
  | {
      readonly kind: 'attach';
      readonly incidentId: string;
      readonly score: number;
      readonly reasons: readonly string[];
    }
  | { readonly kind: 'open'; readonly reasons: readonly string[] }
  | { readonly kind: 'leave'; readonly reasons: readonly string[] };

type Candidate = Pick<Incident, 'id' | 'number' | 'components' | 'cities' | 'openedAt' | 'startedAt'>;

/** Weights in log-odds. Together at zero it is as likely as not that two things have one cause. */
const PRIOR = -1.5;
const NEAR = [3, 2, 1] as const;
const FAR = 0.5;
const SAME_CITY = 1;
const OTHER_CITY_SAME_PLACE = -1;
const OTHER_CITY = -6;
const SAME_PARTNER = 1;
const YOUNG = 1;
/** An incident of the same place takes its alerts back for this long, however old `within` lets others be. */
const LONGEST = 86_400_000;

/**
 * Decides where a new alert belongs: to the live incident with the best evidence, if it is more likely than not, else to
 * one of its own. Pure: the same input gives the same decision with the same words.
 * @param live open and accepted incidents, oldest first
 */
export function correlate(
  newcomer: Newcomer,
  live: readonly Candidate[],
  topology: Topology,
  rules: JoinRules,
): Correlation {
  let best: { incident: Candidate; score: number; evidence: Evidence[] } | null = null;
  for (const incident of live) {
    const evidence = weigh(newcomer, incident, topology, rules);
    if (evidence === null) continue;
    const score = evidence.reduce((sum, { weight }) => sum + weight, PRIOR);
    if (score > 0 && (best === null || score > best.score)) best = { incident, score, evidence };
  }
  if (best) {
    const { incident, score, evidence } = best;
    return { kind: 'attach', incidentId: incident.id, score, reasons: evidence.map(({ words }) => words) };
  }
  const reason = live.length === 0 ? 'no incident is open' : 'no open incident is near enough in place, city and time';
  if (newcomer.opens) return { kind: 'open', reasons: [reason] };
  return { kind: 'leave', reasons: [reason, 'its severity does not open an incident'] };
}

/** The evidence for one incident, or null where it is out of the question. */
export function weigh(
  newcomer: Newcomer,
  incident: Candidate,
  topology: Topology,
  rules: JoinRules,
): Evidence[] | null {
  const { place } = newcomer;
  const near = nearest(place.root, topology.roots(incident.components), topology);
  if (near === null || near.distance > rules.distance) return null;
  const age = Math.max(0, newcomer.at - incident.openedAt);
  if (age > rules.within && (near.distance > 0 || age > LONGEST)) return null;
  const evidence: Evidence[] = [{ weight: NEAR[near.distance] ?? FAR, words: placeWords(place.root, near, topology) }];
  const otherCity = place.city !== null && incident.cities.length > 0 && !incident.cities.includes(place.city);
  if (otherCity) {
    const weight = near.distance === 0 ? OTHER_CITY_SAME_PLACE : OTHER_CITY;
    evidence.push({ weight, words: `but in another city (${topology.cityTitle(place.city)})` });
  } else if (place.city !== null && incident.cities.length > 0) {
    evidence.push({ weight: SAME_CITY, words: `same city (${topology.cityTitle(place.city)})` });
  }
  const partner = topology.component(place.root)?.partner ?? null;
  if (partner !== null && incident.components.some((name) => topology.component(name)?.partner === partner)) {
    evidence.push({ weight: SAME_PARTNER, words: `same partner (${topology.titleOf(place.root)})` });
  }
  const share = Math.min(1, age / rules.within);
  evidence.push({ weight: YOUNG * (1 - share), words: `${formatDuration(roundAge(age))} after it was opened` });
  return evidence;
}

function nearest(
  root: string,
  others: readonly string[],
  topology: Topology,
): { name: string; distance: number } | null {
  let best: { name: string; distance: number } | null = null;
  for (const name of others) {
    const distance = topology.distance(root, name);
    if (distance !== Infinity && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best;
}

function placeWords(root: string, near: { name: string; distance: number }, topology: Topology): string {
  const here = topology.titleOf(root);
  const there = topology.titleOf(near.name);
  if (near.distance === 0) return `same place (${here})`;
  const steps = near.distance === 1 ? '1 step' : `${near.distance} steps`;
  if (topology.needs(root, near.name)) return `${here} needs ${there}, ${steps} away`;
  if (topology.needs(near.name, root)) return `${there} needs ${here}, ${steps} away`;
  return `${here} and ${there} need the same, ${steps} apart`;
}

function roundAge(age: number): number {
  return age < 60_000 ? Math.round(age / 1000) * 1000 : Math.round(age / 60_000) * 60_000;
}
