import { formatDuration } from '../../core/duration.ts';
import type { Labels } from '../../core/labels.ts';
import type { Ranking } from '../incident.ts';
import type { Place, Topology } from '../topology.ts';
import type { Change, Explanation, RankedCause } from './explain.ts';
import { callGraph, pathBetween, type Call } from './graph.ts';
import { Needs } from './needs.ts';

/** What the ranking needs of an incident's alerts. */
export interface CauseAlert {
  readonly labels: Labels;
  readonly startsAt: number;
  /** The partner that sent it, if it did not come from own systems. */
  readonly partner: string | null;
  /** Components that it names as the other side of a call. */
  readonly mentions?: readonly string[] | undefined;
}

/** What is known beside the alerts. */
export interface CauseContext {
  /** Labels of alerts firing outside the incident, to tell whether an alternative is healthy. */
  readonly elsewhere?: readonly Labels[];
  readonly changes?: readonly Change[];
  /** What the measures say, if any are configured. */
  readonly measured?: Explanation | null;
  /** Calls that were seen and that the topology lacks: measured ones, and those that alerts named in the past. */
  readonly calls?: readonly Call[];
  /** Whether a person rejected that one calls the other: alerts that name it are not believed then. */
  readonly rejected?: (caller: string, callee: string) => boolean;
}

interface Candidate {
  readonly component: string;
  readonly direct: number;
  readonly explained: number;
  readonly firstAt: number;
  readonly named: number;
  readonly score: number;
  readonly share: number;
  readonly change: Change | null;
}

/** Weights in log-odds; chosen on the tuning seeds of bench/correlation. */
const DIRECT = 2.5;
const UNEXPLAINED = 5;
const EXPLAINED_BELOW = 2.5;
const FIRST = 0.5;
const NAMED = 3;
const COVERAGE = 1.5;
const REPORTED = 1.5;
const CHANGE = 1.5;
const CHANGE_BEFORE = 7_200_000;
const CHANGE_DECAY = 1_800_000;
const MEASURED = 6;
const MEASURED_HEALTHY = 2.5;
/** The log-odds of "none of these": what is left over when nobody explains the alerts. */
const NOBODY = 0.5;
/** The same where it was measured that nothing it reaches explains the excess. */
const UNEXPLAINED_EXCESS = 1;
/** Instants closer than this are the same: clocks and intervals differ. */
const SAME_TIME = 60_000;
const NAMED_MOST = 5;
const LEAST_PROBABILITY = 0.3;
/** The best must be this much more probable than the second, or nothing is named. */
const TORN = 1.02;

/**
 * Ranks what may have caused an incident: the components with alerts of their own, and the silent ones that several of
 * them need. An alert is explained by a component that it touches or that its place needs. Measures, where there are
 * any, outweigh alerts; a change counts where its target has evidence of its own. Pure.
 */
export function rankCauses(
  given: readonly CauseAlert[],
  topology: Topology,
  context: CauseContext = {},
): Omit<Ranking, 'at' | 'measures'> {
  const places = given.map(({ labels }) => topology.placeOf(labels));
  const alerts = believed(given, places, context.rejected);
  const needs = new Needs(topology, [...namedBy(alerts, places), ...(context.calls ?? [])]);
  const found = candidatesOf(alerts, places, { topology, needs }, context).toSorted(
    (a, b) => b.score - a.score || a.firstAt - b.firstAt || (a.component < b.component ? -1 : 1),
  );
  const measured = new Map((context.measured?.causes ?? []).map((cause) => [cause.component, cause]));
  const weights = found.map(({ score }) => Math.exp(score));
  const nobody = context.measured?.reason === 'unexplained' ? UNEXPLAINED_EXCESS : -NOBODY;
  const all = weights.reduce((sum, weight) => sum + weight, Math.exp(nobody));
  const graph = callGraph(topology, needs.missing);
  const causes = found.slice(0, NAMED_MOST).map((candidate, index): RankedCause => {
    const { component } = candidate;
    const probability = Math.round((1000 * weights[index]!) / all) / 1000;
    const known = measured.get(component) ?? null;
    const partner = topology.component(component)!.partner !== null;
    const symptom = context.measured?.symptom ?? topPlace(places, { topology, needs }) ?? component;
    return {
      component,
      kind: partner ? 'partner' : candidate.change || known?.kind === 'change' ? 'change' : 'own',
      probability,
      changeId: candidate.change?.id ?? known?.changeId ?? null,
      reasons: reasonsFor(candidate, alerts, places, { topology, needs }, { ...context, measured: known }),
      path: known?.path ?? pathBetween(graph, symptom, component),
    };
  });
  return { abstained: whyNone(found, causes, alerts.length), causes, measured: context.measured != null };
}

/** What is known of what needs what. */
interface Known {
  readonly topology: Topology;
  readonly needs: Needs;
}

/** The alerts without what they name against a person's word. */
function believed(
  alerts: readonly CauseAlert[],
  places: readonly Place[],
  rejected: CauseContext['rejected'],
): readonly CauseAlert[] {
  if (!rejected) return alerts;
  return alerts.map((alert, index) => ({
    ...alert,
    mentions: alert.mentions?.filter((name) => !rejected(places[index]!.root, name)),
  }));
}

/** Calls that the alerts themselves name: an alert at one place names the other side of its call. */
function namedBy(alerts: readonly CauseAlert[], places: readonly Place[]): Call[] {
  return alerts.flatMap(({ mentions = [] }, index) => mentions.map((name) => [places[index]!.root, name] as const));
}

function whyNone(found: readonly Candidate[], causes: readonly RankedCause[], alerts: number): string | null {
  const [best, second] = causes;
  if (!best) return 'its alerts stand on no known component';
  if (second && best.probability < second.probability * TORN) {
    return 'two components are as probable as each other';
  }
  const top = found[0]!;
  if (top.explained * 2 < alerts && top.named === 0 && top.share < 0.5)
    return 'no component explains half of the alerts';
  if (best.probability < LEAST_PROBABILITY) return 'no component is probable enough';
  return null;
}

function candidatesOf(
  alerts: readonly CauseAlert[],
  places: readonly Place[],
  { topology, needs }: Known,
  context: CauseContext,
): Candidate[] {
  const touched = new Set(places.flatMap(({ components }) => components).filter((name) => topology.component(name)));
  const roots = new Set(places.map(({ root }) => root).filter((name) => topology.component(name)));
  const named = new Set(alerts.flatMap(({ mentions }) => mentions ?? []));
  const silent = topology.components
    .map(({ name }) => name)
    .filter(
      (name) =>
        !touched.has(name) && (named.has(name) || [...roots].filter((root) => needs.needs(root, name)).length > 1),
    );
  const first = Math.min(...alerts.map(({ startsAt }) => startsAt));
  return [...touched, ...silent, ...measuredOnly(context, touched, silent, topology)].map((component) => {
    const touching = alerts.filter((_, index) => places[index]!.components.includes(component));
    const explained = places.filter(
      (place) => place.components.includes(component) || needs.needs(place.root, component),
    );
    // Alerts count once for each place: a loud component is not more of a proof than a quiet one.
    const kinds = new Set(places.map(({ root }) => root));
    const kindsExplained = new Set(explained.map(({ root }) => root));
    const firstAt = Math.min(...touching.map(({ startsAt }) => startsAt));
    const naming = alerts.filter(({ mentions }) => mentions?.includes(component) ?? false).length;
    const share = kindsExplained.size / kinds.size;
    let score = UNEXPLAINED * (share - 1) * 0.7 + UNEXPLAINED * 0.3 * (explained.length / alerts.length - 1);
    if (touching.length > 0) score += DIRECT;
    else score += COVERAGE * Math.log(coverage(component, roots, { topology, needs })) - 0.5;
    if ([...touched].some((other) => needs.needs(component, other) && !needs.needs(other, component)))
      score -= EXPLAINED_BELOW;
    if (touching.length > 0 && firstAt - first < SAME_TIME) score += FIRST;
    if (naming > 0) score += NAMED * (0.5 + naming / alerts.length);
    const { partner } = topology.component(component)!;
    if (partner !== null && alerts.some((alert) => alert.partner === partner)) score += REPORTED;
    const change = changeAt(component, first, context.changes ?? []);
    if (change && touching.length > 0) score += CHANGE * change.prior;
    score += byMeasure(component, context.measured ?? null) * (touching.length > 0 || explained.length > 0 ? 1 : 0.5);
    return {
      component,
      direct: touching.length,
      explained: explained.length,
      firstAt,
      named: naming,
      score,
      share,
      change:
        change && touching.length > 0 && !measuredHealthy(component, context.measured ?? null) ? change.change : null,
    };
  });
}

/** What only the measures name. */
function measuredOnly(
  { measured }: CauseContext,
  touched: ReadonlySet<string>,
  silent: readonly string[],
  topology: Topology,
): string[] {
  return (measured?.causes ?? [])
    .map(({ component }) => component)
    .filter((name) => !touched.has(name) && !silent.includes(name) && topology.component(name) !== null);
}

function byMeasure(component: string, measured: Explanation | null): number {
  if (measured === null || measured.abstained !== null) return 0;
  const found = measured.causes.find((cause) => cause.component === component);
  return found ? MEASURED * found.probability : -MEASURED_HEALTHY;
}

function measuredHealthy(component: string, measured: Explanation | null): boolean {
  return (
    measured !== null && measured.abstained === null && !measured.causes.some((cause) => cause.component === component)
  );
}

/** Which share of those that need a silent component have alerts: if it failed, more of them would. */
function coverage(component: string, roots: ReadonlySet<string>, { topology, needs }: Known): number {
  const seen = new Set(needs.missing.filter(([, callee]) => callee === component).map(([caller]) => caller));
  const users = topology.components.filter(({ name }) => topology.knows(name, component) || seen.has(name));
  const hurt = users.filter(({ name }) => roots.has(name) || [...roots].some((root) => needs.needs(root, name)));
  return Math.max(0.05, hurt.length / Math.max(1, users.length));
}

function changeAt(
  component: string,
  onset: number,
  changes: readonly Change[],
): { readonly change: Change; readonly prior: number } | null {
  let best: { change: Change; prior: number } | null = null;
  for (const change of changes) {
    const age = onset - change.at;
    if (change.component !== component || age > CHANGE_BEFORE || age < -300_000) continue;
    const prior = Math.exp(-Math.max(0, age) / CHANGE_DECAY);
    if (prior > (best?.prior ?? 0.05)) best = { change, prior };
  }
  return best;
}

/** The alerting place that no other alerting place needs: where it is felt. */
function topPlace(places: readonly Place[], { topology, needs }: Known): string | null {
  const roots = [...new Set(places.map(({ root }) => root))].filter((name) => topology.component(name));
  return roots.find((name) => !roots.some((other) => needs.needs(other, name))) ?? roots[0] ?? null;
}

function reasonsFor(
  best: Candidate,
  alerts: readonly CauseAlert[],
  places: readonly Place[],
  { topology, needs }: Known,
  context: { readonly elsewhere?: readonly Labels[]; readonly measured: RankedCause | null },
): string[] {
  const component = topology.component(best.component)!;
  const match = Object.entries(component.match).map(([name, value]) => `${name} ${value}`);
  const reasons: string[] = [];
  if (best.direct > 0) {
    const carry = best.direct === 1 ? 'carries' : 'carry';
    reasons.push(`${best.direct} of ${alerts.length} ${plural(alerts.length)} ${carry} ${match.join(', ')}`);
  } else reasons.push('it has no alert of its own');
  const others = best.explained - best.direct;
  if (others > 0) reasons.push(`${others} more ${others === 1 ? 'comes' : 'come'} from what needs ${component.title}`);
  if (best.named > 0) reasons.push(`${best.named} ${plural(best.named)} ${best.named === 1 ? 'names' : 'name'} it`);
  const seen = [...new Set(places.map(({ root }) => root))].filter((root) => needs.onlySeen(root, best.component));
  if (seen.length > 0) {
    const names = seen.map((name) => topology.titleOf(name)).join(', ');
    reasons.push(`${names} ${seen.length === 1 ? 'needs' : 'need'} it by a call that was seen; the topology lacks it`);
  }
  if (context.measured) reasons.push(...context.measured.reasons);
  reasons.push(...alternativeWords(best, alerts, places, topology, context.elsewhere ?? []));
  if (component.partner !== null && alerts.some(({ partner }) => partner === component.partner)) {
    reasons.push(`${component.title} reported an alarm itself`);
  }
  const first = Math.min(...alerts.map(({ startsAt }) => startsAt));
  if (alerts.length > 1 && best.firstAt === first) reasons.push('it failed first');
  if (best.change && !context.measured?.changeId) {
    const age = Math.max(0, best.firstAt - best.change.at);
    const before = `${formatDuration(Math.round(age / 60_000) * 60_000)} before`;
    reasons.push(`${best.change.kind} "${best.change.title}" ${age < 60_000 ? 'as it began' : before}`);
  }
  return reasons;
}

/** Whether the other members of its redundancy group are well. */
function alternativeWords(
  best: Candidate,
  alerts: readonly CauseAlert[],
  places: readonly Place[],
  topology: Topology,
  elsewhere: readonly Labels[],
): string[] {
  const cities = [...new Set(places.map(({ city }) => city).filter((city) => city !== null))];
  const firing = [...alerts.map(({ labels }) => labels), ...elsewhere];
  return topology.alternatives(best.component).map((name) => {
    const troubled = firing.some((labels) => {
      const place = topology.placeOf(labels);
      const here = place.city === null || cities.length === 0 || cities.includes(place.city);
      return place.components.includes(name) && here;
    });
    const where = cities.length === 1 ? ' in the same city' : '';
    return `${topology.titleOf(name)}${where} ${troubled ? 'is troubled too' : 'is healthy'}`;
  });
}

function plural(count: number): string {
  return count === 1 ? 'alert' : 'alerts';
}
