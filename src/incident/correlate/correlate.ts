import { formatDuration } from '../../core/duration.ts';
import type { Incident } from '../incident.ts';
import type { Topology } from '../topology.ts';
import { similarity } from './minhash.ts';
import { nameOf, type Experience } from './past.ts';
import { endsOf, type Sign, type Signature } from './sign.ts';

/** The rules of joining, as configured under `incidents`. */
export interface JoinRules {
  /** Most steps between two places that may belong together. */
  readonly distance: number;
  /** How long after its last sign an incident takes others, ms. */
  readonly within: number;
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
      readonly evidence: readonly Evidence[];
      /** Other incidents that turn out to be part of the same: the new alert is what they have in common. */
      readonly bridges: readonly { readonly incidentId: string; readonly reason: string }[];
    }
  | { readonly kind: 'open'; readonly reasons: readonly string[] }
  | { readonly kind: 'leave'; readonly reasons: readonly string[] };

/** An incident that something new may belong to, with what correlation knows it by. */
export interface Candidate extends Pick<
  Incident,
  'id' | 'number' | 'components' | 'cities' | 'openedAt' | 'startedAt'
> {
  readonly signature: Signature;
}

/** What a person decided before about two kinds of alerts. */
export interface Lesson {
  readonly a: string;
  readonly b: string;
  readonly verdict: 'apart' | 'together';
  readonly by: string;
}

/** What evidence is weighed with. */
export interface Known {
  readonly topology: Topology;
  readonly rules: JoinRules;
  /** How many incidents there were, and how many of them had a key such as `l:host=db-7`: rare ones weigh more. */
  readonly seen: { readonly incidents: number; readonly withKey: (key: string) => number };
  /** What persons decided about the kind of the new alert. */
  readonly lessons: readonly Lesson[];
  /** What alerts of the past tell. */
  readonly past: Experience;
}

/**
 * Weights in log-odds. Together at zero it is as likely as not that two things have one cause. Chosen on the tuning seeds
 * of bench/correlation; docs/semantics/correlation.md says how.
 */
/** Where correlation starts: most new alerts do not belong to a given incident. */
export const PRIOR = -2.8;
const NEAR = [4.5, 2.5, 1.2] as const;
const FAR = 0.5;
/** No way from one to the other is known; one of them is not on the map at all. */
const APART = -2.5;
const OFF_MAP = -1;
const NAMED = 2.5;
/** Both name the same component, which says nothing itself. */
const BOTH_NAME = 1.5;
/** Near on the map, and named beside: what is known and what is seen agree. */
const NAMED_TOO = 1;
/** All that an incident stands on needs the place: it would explain the whole of it. */
const EXPLAINS = 0.8;
/** What two of our own components need would mostly have said itself that it fails; a partner's would not. */
const SHARED = { own: 0.5, partner: 1 };
/** Something hurt only, by warnings, and the place needs it. */
const NEEDS_HURT = 1.5;
/** One side names what the other needs, and nothing else is heard of it: it may be what fails silently. */
const SUSPECT = 2;
/** No way is known, but alerts named the other before; both began to fail together before. */
const NAMED_BEFORE = 1.5;
const TOGETHER_BEFORE = { weight: 1, least: 2, share: 0.5 };
const SAME_CITY = 1.5;
const OTHER_CITY_SAME_PLACE = -1;
const OTHER_CITY = -6;
const SAME_PARTNER = 1;
/** Signs of one cause follow each other within minutes; a few come any time. The log of that against chance. */
const FOLLOWS = { mean: 360_000, share: 0.9 };
/** Partners tell late. */
const PARTNER_MEAN = 1_800_000;
/** Early signs come shortly before, or have nothing to do with it. */
const PRECEDES = 120_000;
/** What members tell comes all the time. */
const WHILE_FELT = 0.5;
/** At the very same place, lateness counts against a loud alert no more than this: the incident still lives there. */
const SAME_PLACE_LATE = -0.5;
/** A kind's share of company is counted as if it had fired this often before; warnings have causes of their own more often. */
const HABIT = { prior: 3, warning: 0.23, quiet: [-5.5, 0.7], loud: [-2, 0] } as const;
const LABEL = 0.4;
const LABELS_MOST = 3;
const OTHER_SCOPE = -0.3;
/** Words are what is left where places are unknown; between known places templates repeat. */
const TEXT = { offMap: 2.5, onMap: 0.5 };
const TEXT_LEAST = 0.3;
const LESSON = { apart: -8, together: 6 } as const;
/** Rarity is counted as if there had been other incidents already, some of them with the label. */
const PSEUDO = { incidents: 20, with: 10 };
/** Labels that bound where something is: two values are a contradiction. */
const SCOPES = new Set([
  'region',
  'zone',
  'cluster',
  'datacentre',
  'datacenter',
  'environment',
  'env',
  'tenant',
  'country',
]);
/** An incident of the same place takes its alerts back for this long, however old `within` lets others be. */
export const LONGEST = 86_400_000;
/** How much later than the sign an incident may have begun: signs come late and out of order. */
const EARLIER = 900_000;

/**
 * Decides where a new alert belongs: to the candidate with the best evidence, if it is more likely than not, else to an
 * incident of its own. Pure: the same input gives the same decision with the same words.
 * @param candidates incidents found by the keys of the sign, oldest first
 */
export function correlate(sign: Sign, candidates: readonly Candidate[], known: Known): Correlation {
  const fits: { incident: Candidate; score: number; evidence: Evidence[] }[] = [];
  for (const incident of candidates) {
    const evidence = weigh(sign, incident, known);
    if (evidence === null) continue;
    const score = evidence.reduce((sum, { weight }) => sum + weight, PRIOR);
    if (score > 0) fits.push({ incident, score, evidence });
  }
  const best = fits.reduce<(typeof fits)[number] | null>((a, b) => (a === null || b.score > a.score ? b : a), null);
  if (best) {
    const { incident, score, evidence } = best;
    const hurtBy = candidates.filter((one) => below(sign, one, known) !== undefined);
    const bridges = candidates.flatMap((other) => {
      const reason = other === incident ? null : bridge(sign, incident, other, hurtBy, known);
      return reason === null ? [] : [{ incidentId: other.id, reason }];
    });
    return { kind: 'attach', incidentId: incident.id, score, evidence, bridges };
  }
  const reason =
    candidates.length === 0 ? 'no incident is open near it' : 'no open incident is near enough in place, city and time';
  if (sign.opens) return { kind: 'open', reasons: [reason] };
  return { kind: 'leave', reasons: [reason, 'its severity does not open an incident'] };
}

/** The evidence for one incident, or null where it is out of the question. */
export function weigh(sign: Sign, incident: Candidate, known: Known): Evidence[] | null {
  const { topology, rules, lessons } = known;
  const { place } = sign;
  const anchors = incident.signature.anchors.length > 0 ? incident.signature.anchors : incident.components;
  const near = nearest(place.root, anchors, topology);
  const lastAt = Math.max(incident.openedAt, incident.signature.lastAt);
  const gap = sign.at > lastAt ? sign.at - lastAt : Math.max(0, incident.startedAt - sign.at);
  const samePlace = near?.distance === 0;
  if (sign.at - incident.openedAt > LONGEST || incident.startedAt - sign.at > EARLIER) return null;
  if (gap > rules.within && !samePlace) return null;
  const evidence = placeEvidence(sign, incident, near, known);
  const city = cityEvidence(sign, incident, samePlace, topology);
  if (city) evidence.push(city);
  const partner = topology.component(place.root)?.partner ?? null;
  if (partner !== null && incident.components.some((name) => topology.component(name)?.partner === partner)) {
    evidence.push({ weight: SAME_PARTNER, words: `same partner (${topology.titleOf(place.root)})` });
  }
  evidence.push(...labelEvidence(sign, incident, known));
  const alike = sign.sketch
    ? incident.signature.sketches.reduce((most, one) => Math.max(most, similarity(sign.sketch!, one)), 0)
    : 0;
  if (alike >= TEXT_LEAST && !samePlace) {
    const known =
      near !== null || (topology.component(place.root) !== null && anchors.some((name) => topology.component(name)));
    evidence.push({
      weight: (known ? TEXT.onMap : TEXT.offMap) * alike,
      words: `says much the same (${Math.round(alike * 100)} % of the words)`,
    });
  }
  for (const { a, b, verdict, by } of lessons) {
    const other = a === sign.kind ? b : a;
    if (!incident.signature.kinds.includes(other)) continue;
    const words =
      verdict === 'apart' ? `but ${by} took such alerts apart before` : `${by} put such alerts together before`;
    evidence.push({ weight: LESSON[verdict], words });
    break;
  }
  const habit = sign.impact ? null : habitEvidence(sign, known);
  if (habit) evidence.push(habit);
  const mean = partner === null ? FOLLOWS.mean : PARTNER_MEAN;
  const late = follows(gap, sign.at < incident.startedAt ? PRECEDES : mean, rules.within);
  const patience = sign.impact ? WHILE_FELT : samePlace && sign.opens ? SAME_PLACE_LATE : -Infinity;
  const age = roundAge(Math.max(0, sign.at - incident.startedAt));
  evidence.push({
    weight: Math.max(patience, late),
    words: age === 0 ? 'at the same time' : `${formatDuration(age)} after it began`,
  });
  return evidence;
}

/** Which share of its kind came with other trouble before; a kind that mostly fires by itself says little. */
function habitEvidence({ kind, opens }: Sign, { past }: Known): Evidence | null {
  const name = nameOf(kind);
  const [all, here] = [past.habit(name, opens), past.habitAt(kind, opens)];
  const count = all.company + all.alone;
  const usual = (all.company + HABIT.prior * (opens ? 0.5 : HABIT.warning)) / (count + HABIT.prior);
  const share = (here.company + HABIT.prior * usual) / (here.company + here.alone + HABIT.prior);
  const [least, most] = opens ? HABIT.loud : HABIT.quiet;
  const weight = Math.min(most, Math.max(least, Math.log(share / (1 - share))));
  if (Math.abs(weight) < 0.05) return null;
  if (count < 3) return weight < 0 && !opens ? { weight, words: 'but only a warning' } : null;
  const { company, alone } = here.company + here.alone < 3 ? all : here;
  const habit = alone > company ? 'mostly fires by itself' : 'fires by itself as well';
  const words =
    weight < 0
      ? `but ${name} ${habit} (${alone} of ${company + alone} times)`
      : `${name} mostly comes with other trouble (${company} of ${company + alone} times)`;
  return { weight, words };
}

/** Log-odds of following after a gap: exponential with a floor, against any time within the span. */
function follows(gap: number, mean: number, within: number): number {
  const { share } = FOLLOWS;
  return Math.log(share * Math.max(1, within / mean) * Math.exp(-gap / mean) + 1 - share);
}

interface Near {
  readonly name: string;
  readonly distance: number;
}

/**
 * The nearest of an incident's places. What it stands on counts in every direction. What is only hurt by that counts for
 * those that need it, one step up: failures travel up from any of them, but what lies below one has a story of its own.
 */
function nearest(root: string, anchors: readonly string[], topology: Topology): Near | null {
  let best: Near | null = null;
  const roots = topology.roots(anchors);
  for (const name of anchors) {
    const distance = topology.distance(root, name);
    if (!roots.includes(name) && !(distance === 0 || (distance === 1 && topology.needs(root, name)))) continue;
    if (distance !== Infinity && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best;
}

function placeEvidence(sign: Sign, incident: Candidate, near: Near | null, known: Known): Evidence[] {
  const { topology, rules } = known;
  const { root } = sign.place;
  const here = topology.titleOf(root);
  const named = sign.mentions.find((name) => incident.components.includes(name));
  const names = sign.place.components.some((name) => isNamed(name, incident, topology));
  const naming =
    named !== undefined ? `${here} names ${topology.titleOf(named)}` : names ? `the incident names ${here}` : null;
  const suspect = suspectEvidence(sign, incident, topology);
  if (
    near !== null &&
    near.distance <= rules.distance &&
    (suspect === null || suspect.weight <= nearWeight(root, near, topology))
  ) {
    const evidence: Evidence[] = [
      { weight: nearWeight(root, near, topology), words: placeWords(root, near, topology) },
    ];
    if (near.distance === 0) return evidence;
    if (naming !== null) evidence.push({ weight: NAMED_TOO, words: naming });
    if (explains(root, incident, topology)) {
      evidence.push({ weight: EXPLAINS, words: `all of it needs ${here}` });
    }
    return evidence;
  }
  if (naming !== null) return [{ weight: NAMED, words: naming }];
  if (suspect !== null) return [suspect];
  const hurt = incident.components.find((name) => topology.needs(root, name) && topology.distance(root, name) === 1);
  if (hurt !== undefined)
    return [{ weight: NEEDS_HURT, words: `${here} needs ${topology.titleOf(hurt)}, which is hurt` }];
  const both = sign.mentions.find((name) => incident.signature.mentions.includes(name));
  if (both !== undefined) return [{ weight: BOTH_NAME, words: `both name ${topology.titleOf(both)}` }];
  const before = tieEvidence(sign, incident, near, known);
  if (before) return [before];
  const onMap =
    topology.component(root) !== null && incident.components.some((name) => topology.component(name) !== null);
  return onMap
    ? [{ weight: APART, words: `but no way is known between ${here} and the incident` }]
    : [{ weight: OFF_MAP, words: 'but one of them is not on the map' }];
}

/** What one side names and the other needs: the place where the trouble comes from may say nothing itself. */
function suspectEvidence(sign: Sign, { signature }: Candidate, topology: Topology): Evidence | null {
  const { root } = sign.place;
  const here = topology.titleOf(root);
  const roots = topology.roots(signature.anchors);
  let best: Evidence | null = null;
  const take = (weight: number, words: string): void => {
    if (best === null || weight > best.weight) best = { weight, words };
  };
  for (const call of signature.calls) {
    const [caller, callee] = endsOf(call);
    if (roots.includes(caller) && topology.needs(root, callee) && topology.distance(root, callee) === 1)
      take(SUSPECT, `${here} needs ${topology.titleOf(callee)}, which the incident names`);
  }
  for (const name of sign.mentions) {
    for (const anchor of roots) {
      const steps = topology.distance(name, anchor);
      const words = `${here} names ${topology.titleOf(name)}, which`;
      if (topology.needs(anchor, name) && steps === 1) take(SUSPECT, `${words} ${topology.titleOf(anchor)} needs too`);
      else if (topology.needs(name, anchor) && steps <= 2)
        take(NEAR[steps]!, `${words} needs ${topology.titleOf(anchor)}`);
    }
  }
  return best;
}

function nearWeight(root: string, near: Near, topology: Topology): number {
  const weight = NEAR[near.distance] ?? FAR;
  // Two that only need the same thing say less, the more others need it too.
  const shared = near.distance > 1 && !topology.needs(root, near.name) && !topology.needs(near.name, root);
  if (!shared) return weight;
  const { rarity, partner } = topology.shared(root, near.name);
  return weight * rarity * (partner ? SHARED.partner : SHARED.own);
}

/** What the past says where the map knows no way. Trouble travels to callers from anything, to callees from what it stands on. */
function tieEvidence(sign: Sign, incident: Candidate, near: Near | null, { past, topology }: Known): Evidence | null {
  const { root } = sign.place;
  const here = topology.titleOf(root);
  const { anchors } = incident.signature;
  const roots = topology.roots(anchors);
  for (const name of anchors) {
    if (topology.needs(root, name) || topology.needs(name, root)) continue;
    const [caller, callee] = (past.tie(root, name)?.named ?? 0) > 0 ? [root, name] : [name, root];
    if ((past.tie(caller, callee)?.named ?? 0) === 0 || (caller === name && !roots.includes(name))) continue;
    return { weight: NAMED_BEFORE, words: `${topology.titleOf(caller)} named ${topology.titleOf(callee)} before` };
  }
  if (near !== null) return null;
  for (const name of roots) {
    const tie = past.tie(root, name);
    if (!tie || tie.together < TOGETHER_BEFORE.least || tie.together < tie.of * TOGETHER_BEFORE.share) continue;
    const words = `${here} and ${topology.titleOf(name)} failed together before (${tie.together} of ${tie.of} times)`;
    return { weight: TOGETHER_BEFORE.weight, words };
  }
  return null;
}

/** Whether all that the incident stands on needs the place, by the map or by what its alerts name. */
function explains(root: string, { signature }: Candidate, topology: Topology): boolean {
  const roots = topology.roots(signature.anchors);
  return (
    roots.length > 0 &&
    roots.every((name) => name === root || topology.needs(name, root) || signature.calls.includes(`${name}>${root}`))
  );
}

/**
 * Whether the incident names a place as where its trouble comes from: what it stands on does, or something hurt does and the
 * map does not know of that call. What is hurt and needs the place as the map says may tell of another fault there.
 */
function isNamed(name: string, { signature }: Candidate, topology: Topology): boolean {
  if (!signature.mentions.includes(name)) return false;
  const roots = topology.roots(signature.anchors);
  return signature.calls.some((call) => {
    const [caller, callee] = endsOf(call);
    return callee === name && (roots.includes(caller) || !topology.needs(caller, name));
  });
}

function cityEvidence(sign: Sign, incident: Candidate, samePlace: boolean, topology: Topology): Evidence | null {
  const { city } = sign.place;
  if (city === null || incident.cities.length === 0) return null;
  if (incident.cities.includes(city)) return { weight: SAME_CITY, words: `same city (${topology.cityTitle(city)})` };
  const weight = samePlace ? OTHER_CITY_SAME_PLACE : OTHER_CITY;
  return { weight, words: `but in another city (${topology.cityTitle(city)})` };
}

/** Labels in common, the rarer the better; two values of a label that bounds a place contradict. */
function labelEvidence(sign: Sign, incident: Candidate, { seen, topology }: Known): Evidence[] {
  let weight = 0;
  const shared: string[] = [];
  const evidence: Evidence[] = [];
  for (const pair of sign.pairs) {
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut);
    if (topology.places(pair)) continue;
    if (incident.signature.pairs.includes(pair)) {
      const rarity = Math.log((seen.incidents + PSEUDO.incidents) / (seen.withKey(`l:${pair}`) + PSEUDO.with));
      weight += LABEL * Math.max(0, rarity);
      shared.push(`${name} ${pair.slice(cut + 1)}`);
    } else if (SCOPES.has(name) && incident.signature.pairs.some((other) => other.startsWith(`${name}=`))) {
      evidence.push({ weight: OTHER_SCOPE, words: `but another ${name} (${pair.slice(cut + 1)})` });
    }
  }
  if (weight > 0.05) {
    const named = shared.slice(0, 3).join(', ') + (shared.length > 3 ? ` and ${shared.length - 3} more` : '');
    evidence.push({ weight: Math.min(LABELS_MOST, weight), words: `same labels (${named})` });
  }
  return evidence;
}

/**
 * Why the new alert shows that two incidents are one, or null. `a` is the one that it belongs to. Either both stand on what
 * it tells of; or one stands on it, and it is itself hurt by the other; or it names what the other stands on, and nothing
 * deeper than it explains its own.
 */
function bridge(sign: Sign, a: Candidate, b: Candidate, hurtBy: readonly Candidate[], known: Known): string | null {
  const { topology, rules } = known;
  const { root, city } = sign.place;
  const young = ({ openedAt, signature }: Candidate): boolean =>
    sign.at - Math.max(openedAt, signature.lastAt) <= rules.within;
  if (!young(a) || !young(b)) return null;
  if (topology.component(root) === null || !sign.opens) return null;
  // An alert of one city does not show that two cities have one fault.
  if (city !== null && [a, b].some(({ cities }) => cities.some((other) => other !== city))) return null;
  const here = topology.titleOf(root);
  const [explainsA, explainsB] = [explains(root, a, topology), explains(root, b, topology)];
  if (explainsA && explainsB) return `both need ${here}, which fails itself`;
  for (const [one, other] of [
    [explainsA, b],
    [explainsB, a],
  ] as const) {
    // What two incidents hurt does not tell of which of them a third one is.
    const deeper = hurtBy.length === 1 && hurtBy[0] === other ? below(sign, other, known) : undefined;
    if (one && deeper !== undefined) return `one needs ${here}, which needs ${topology.titleOf(deeper)}`;
  }
  if (!topology.roots(a.signature.anchors).every((name) => name === root || topology.needs(name, root))) return null;
  const roots = topology.roots(b.signature.anchors);
  const named = sign.mentions.find(
    (name) =>
      roots.includes(name) ||
      isNamed(name, b, topology) ||
      (roots.length > 0 && roots.every((other) => topology.needs(other, name) && topology.distance(other, name) === 1)),
  );
  return named === undefined ? null : `${here} names ${topology.titleOf(named)}`;
}

/** What the incident stands on and the new alert's place needs. */
function below(sign: Sign, { signature }: Candidate, { topology }: Known): string | undefined {
  return topology.roots(signature.anchors).find((name) => topology.needs(sign.place.root, name));
}

function placeWords(root: string, near: Near, topology: Topology): string {
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
