import { labelsKey } from '../../src/core/labels.ts';
import { explainTogether } from '../../src/incident/cause/combine.ts';
import { callGraph } from '../../src/incident/cause/graph.ts';
import { rankCauses } from '../../src/incident/cause/rank.ts';
import { Correlator, type CorrelatedIncident } from '../../src/incident/correlate/engine.ts';
import { signOf } from '../../src/incident/correlate/sign.ts';
import type { Ranking } from '../../src/incident/incident.ts';
import type { Fault, TrueEvent } from './fault.ts';
import type { Scenario } from './scenario.ts';
import { above } from './world.ts';

export const RULES = { distance: 2, within: 2_700_000 };

/** How well alerts were put together. */
export interface Grouping {
  pairsTrue: number;
  pairsFound: number;
  pairsRight: number;
  /** Pairs found among alerts of faults alone, noise left out. */
  pairsFoundOfFaults: number;
  incidents: number;
  /** Incidents that hold alerts of more than one fault. */
  mixed: number;
  events: number;
  faults: number;
}

export interface CauseScore {
  asked: number;
  abstained: number;
  top1: number;
  top3: number;
  classRight: number;
  /** Probability of the first cause, and whether it was right. */
  readonly calibration: { readonly probability: number; readonly right: boolean }[];
}

export function noGrouping(): Grouping {
  return {
    pairsTrue: 0,
    pairsFound: 0,
    pairsRight: 0,
    pairsFoundOfFaults: 0,
    incidents: 0,
    mixed: 0,
    events: 0,
    faults: 0,
  };
}

export function noCauses(): CauseScore {
  return { asked: 0, abstained: 0, top1: 0, top3: 0, classRight: 0, calibration: [] };
}

export interface Outcome {
  readonly incidents: readonly CorrelatedIncident[];
  readonly groups: ReadonlyMap<string, string>;
}

/** Lets the correlator take the events. */
export function correlateScenario({ world, events, history }: Scenario): Outcome {
  const correlator = new Correlator({ topology: world.topology, rules: RULES, settle: 300_000 });
  correlator.remember(history);
  for (const event of events) correlator.take(event);
  const groups = new Map<string, string>();
  const incidents = correlator.incidents();
  for (const { id, members } of incidents) {
    for (const { labels, kind, eventId } of members) groups.set(kind === 'ticket' ? eventId : labelsKey(labels), id);
  }
  return { incidents, groups };
}

/** Alertmanager's grouping on the same events: a group by labels lives until all its alerts have been over for a while. */
export function alertmanagerGroups(events: readonly TrueEvent[], by: readonly string[]): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  const live = new Map<string, { number: number; firing: Set<string>; quietSince: number }>();
  let count = 0;
  for (const { labels, status, receivedAt, kind } of events) {
    if (kind === 'ticket') continue;
    const key = by.map((name) => labels[name] ?? '').join('\u0000');
    const own = labelsKey(labels);
    let group = live.get(key);
    // group_interval of the default configuration: an empty group is gone after its next flush.
    if (!group || (group.firing.size === 0 && receivedAt - group.quietSince > 300_000)) {
      if (status === 'resolved') continue;
      group = { number: ++count, firing: new Set(), quietSince: receivedAt };
      live.set(key, group);
    }
    if (status === 'resolved') {
      group.firing.delete(own);
      group.quietSince = receivedAt;
    } else {
      group.firing.add(own);
      if (!groups.has(own)) groups.set(own, `group-${group.number}`);
    }
  }
  return groups;
}

/** Adds one scenario's grouping. Alerts in no group count as alone. */
export function judgeGrouping(scenario: Scenario, groups: ReadonlyMap<string, string>, into: Grouping): void {
  const truths = new Map<string, string>();
  const shared = sharedAlerts(scenario);
  for (const event of scenario.events) {
    const key = event.kind === 'ticket' ? event.id : labelsKey(event.labels);
    into.events++;
    if (!truths.has(key)) truths.set(key, event.truth ?? `noise ${key}`);
  }
  const found = new Map<string, Map<string, number>>();
  const real = new Map<string, number>();
  for (const [key, truth] of truths) {
    // An alert that two faults raise together belongs to either.
    if (shared.has(key)) continue;
    real.set(truth, (real.get(truth) ?? 0) + 1);
    const group = groups.get(key) ?? `alone ${key}`;
    const inside = found.get(group) ?? new Map<string, number>();
    inside.set(truth, (inside.get(truth) ?? 0) + 1);
    found.set(group, inside);
  }
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  for (const count of real.values()) into.pairsTrue += pairs(count);
  for (const [group, inside] of found) {
    let size = 0;
    for (const count of inside.values()) {
      size += count;
      into.pairsRight += pairs(count);
    }
    into.pairsFound += pairs(size);
    into.pairsFoundOfFaults += pairs(
      [...inside].reduce((sum, [truth, count]) => (truth.startsWith('noise ') ? sum : sum + count), 0),
    );
    if (group.startsWith('alone ')) continue;
    into.incidents++;
    if ([...inside.keys()].filter((truth) => !truth.startsWith('noise ')).length > 1) into.mixed++;
  }
  into.faults += scenario.faults.length;
}

/** With several faults, alerts of components that need more than one of the roots. */
function sharedAlerts({ faults, world, events }: Scenario): ReadonlySet<string> {
  if (faults.length < 2) return new Set();
  const reached = faults.map(({ root }) => above(world, root));
  const both = new Set([...world.nodes.keys()].filter((name) => reached.filter((one) => one.has(name)).length > 1));
  return new Set(
    events.filter(({ labels }) => both.has(labels['service'] ?? '')).map(({ labels }) => labelsKey(labels)),
  );
}

/** Asks for the cause of the incident that holds most of a fault's alerts. */
export function judgeCause(scenario: Scenario, outcome: Outcome, fault: Fault, into: CauseScore): Ranking['causes'] {
  const truths = new Map(scenario.events.map((event) => [event.id, event.truth]));
  const shared = sharedAlerts(scenario);
  const holding = outcome.incidents
    .map((incident) => ({
      incident,
      count: incident.members.filter(
        ({ eventId, labels }) => truths.get(eventId) === fault.id && !shared.has(labelsKey(labels)),
      ).length,
    }))
    .toSorted((a, b) => b.count - a.count)[0];
  if (!holding || holding.count === 0) return [];
  into.asked++;
  const ranking = rankIncident(scenario, holding.incident);
  const rank = ranking.causes.findIndex(({ component }) => component === fault.root);
  const first = ranking.causes[0];
  if (ranking.abstained !== null || !first) into.abstained++;
  else {
    const right = rank === 0;
    into.top1 += Number(right);
    into.top3 += Number(rank >= 0 && rank < 3);
    into.classRight += Number(first.kind === fault.class);
    into.calibration.push({ probability: first.probability, right });
  }
  return ranking.causes;
}

/** The ranking of an incident by its alerts and the measures: what the stage does live. */
export function rankIncident(scenario: Scenario, incident: CorrelatedIncident): Omit<Ranking, 'at' | 'measures'> {
  const { world, metrics, changes } = scenario;
  const { topology } = world;
  const alerts = incident.members
    .filter(({ kind }) => kind === 'alert')
    .map(({ labels, at }) => {
      const { mentions, place } = signOf(topology, { labels, text: '', opens: true, at });
      const partner =
        labels['alertname'] === 'PartnerStatus' ? (topology.component(place.root)?.partner ?? null) : null;
      return { labels, startsAt: at, partner, mentions, root: place.root };
    });
  const places = [...new Set(alerts.map(({ root }) => root))];
  const felt = places.filter((name) => !places.some((other) => topology.needs(other, name)));
  // A warning may have come long before: the onset is the first alert that was loud enough to open an incident.
  const loud = alerts.filter(({ labels }) => labels['severity'] === 'critical').map(({ startsAt }) => startsAt);
  const onset = loud.length > 0 ? Math.min(...loud) : incident.startedAt;
  const question = {
    graph: callGraph(topology),
    metrics,
    normal: metrics,
    at: Math.floor(onset / metrics.step) * metrics.step - metrics.step,
    changes,
    component: (name: string) => topology.component(name),
  };
  const measured = explainTogether(question, [...new Set([...felt, ...places])]);
  return rankCauses(alerts, topology, { changes, measured });
}
