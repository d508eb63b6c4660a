import { deviationOf, toldBefore, valueOf, type CauseMetric, type Deviation, type Usual } from './deviation.ts';
import { reachable, type CallGraph } from './graph.ts';
import { callKey, type Measures, type MeasureTable } from './measures.ts';

/** Measures cut at the onset: the normal period, the rows just before, and the rows since. */
export interface Cut {
  readonly normal: MeasureTable;
  readonly before: MeasureTable;
  readonly window: MeasureTable;
  /** The rows since the onset itself, whose figures are told; the window begins a little earlier. */
  readonly since: MeasureTable;
  /** The window of each of the days before, as far as it was recorded. */
  readonly days: readonly MeasureTable[];
}

/** What a node does wrong by itself: its excess without what its callees explain. */
export interface SelfExcess {
  readonly node: string;
  /** Share of the symptom's excess, 0 to 1 and sometimes more. */
  readonly share: number;
  readonly deviation: Deviation;
  /** In which metric it deviates; a slow callee can be why a caller fails. */
  readonly metric: CauseMetric;
  /** No measures of its own in the window: seen only by its callers. */
  readonly silent: boolean;
  /** What it does in figures since the onset, as its main caller sees it, or by itself where no caller is measured. */
  readonly figures: { readonly caller: string | null; readonly now: number; readonly normal: number };
  /** What it calls and is measured, and which of these deviate themselves. */
  readonly below: { readonly measured: number; readonly deviating: readonly string[] };
  /** Callees that were never called before, and callees that are called no more. */
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
}

/** Beyond this many standard deviations something deviates. */
export const DEVIATES = 3;
/** How much latency must rise before it may be why a caller fails. */
const SLOW = { z: 4, ratio: 3 };
/** A silent callee takes this much of what its callers cannot explain: if it went dark or all of them fail, or else. */
const TAKEN_BY_ALL = 0.95;
const TAKEN_BY_ONE = 0.45;
/** Requests below this share of the usual count as called no more; a new callee must be called this often. */
const GONE = 0.05;
const LEAST_CALLS = 10;
/** A node that has requests in fewer of its normal rows is not missed when it has none. */
const PRESENT = 0.5;

/**
 * The self-excess of every node that the symptom reaches: L(node) minus, over its callees, L(callee) x the node's share
 * of that callee's callers, divided by L(symptom). L is the rise over normal x requests, or the excess failed requests.
 */
export function selfExcess(graph: CallGraph, cut: Cut, symptom: string, metric: CauseMetric): SelfExcess[] {
  const look = looker(graph, cut);
  const nodes = reachable(graph, symptom);
  const whole = look.of(symptom, metric).mass;
  if (whole <= 0) return [];
  const own = new Map<string, number>();
  const changed = new Map(nodes.map((node) => [node, changedCalls(graph, cut, node)]));
  for (const node of nodes) {
    if (look.silent(node)) continue;
    let mass = look.of(node, metric).mass;
    // A callee that is new here does not explain its caller: that it is called at all is the caller's change.
    for (const callee of look.calleesThrough(node)) {
      if (!changed.get(node)!.appeared.includes(callee)) mass -= look.attributed(node, callee, metric);
    }
    own.set(node, mass);
  }
  for (const node of nodes) {
    for (const callee of changed.get(node)!.appeared) own.set(callee, Math.min(0, own.get(callee) ?? 0));
  }
  if (metric === 'failures') blameTheSlow(graph, nodes, own, look);
  blameTheSilent(graph, nodes, own, look, metric);
  return nodes.map((node) => {
    const failed = look.seen(node, metric);
    const slow = look.seen(node, 'latency');
    const bySlowness = metric === 'failures' && failed.z < DEVIATES && isSlow(slow);
    return {
      node,
      share: (own.get(node) ?? 0) / whole,
      deviation: bySlowness ? slow : failed,
      metric: bySlowness ? 'latency' : metric,
      silent: look.silent(node) && !look.seenByAny(node),
      figures: look.figures(node, bySlowness ? 'latency' : metric),
      below: look.below(node, metric),
      ...changed.get(node)!,
    };
  });
}

/** The deviation of one node or call, in a cut. */
export function deviationIn(cut: Cut, key: string, metric: CauseMetric): Deviation {
  return deviationOf(metric, usualIn(cut, key, metric), cut.window.of.get(key));
}

function usualIn(cut: Cut, key: string, metric: CauseMetric): Usual {
  const daily = cut.days.map((day) => valueOf(metric, day.of.get(key)));
  return { normal: cut.normal.of.get(key), before: cut.before.of.get(key), daily };
}

type Look = ReturnType<typeof looker>;

function looker(graph: CallGraph, cut: Cut) {
  const known = new Map<string, Deviation>();
  const of = (key: string, metric: CauseMetric): Deviation => {
    const id = `${metric} ${key}`;
    let found = known.get(id);
    if (!found) {
      found = deviationIn(cut, key, metric);
      known.set(id, found);
    }
    return found;
  };
  // Zero requests, reported, is not silence: then nobody calls it.
  const silent = (node: string): boolean =>
    !(cut.window.of.get(node)?.requests ?? []).some((value) => !Number.isNaN(value));
  /** It reported as a rule and now does not. */
  const wentDark = (node: string): boolean => {
    const rows = cut.normal.of.get(node)?.requests ?? [];
    return silent(node) && rows.length > 0 && !rare(node);
  };
  // A node that is rarely called is quiet most of the time; one that reports as a rule, or never did, may hide a fault.
  const rare = (node: string): boolean => {
    const rows = cut.normal.of.get(node)?.requests ?? [];
    return rows.length > 0 && rows.filter((value) => value > 0).length < rows.length * PRESENT;
  };
  const seenBy = (caller: string, callee: string): boolean => totalOf(cut.window.of.get(callKey(caller, callee))) > 0;
  /** Callees, where a silent one is looked through: what it calls stands in its place. */
  const calleesThrough = (node: string): readonly string[] => {
    const found = new Set<string>();
    const passed = new Set<string>([node]);
    const open = [...graph.callees(node)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (passed.has(next)) continue;
      passed.add(next);
      found.add(next);
      if (silent(next) && !seenBy(node, next)) open.push(...graph.callees(next));
    }
    return [...found];
  };
  const callersThrough = (node: string): readonly string[] => {
    const found = new Set<string>();
    const passed = new Set<string>([node]);
    const open = [...graph.callers(node)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (passed.has(next)) continue;
      passed.add(next);
      if (silent(next)) open.push(...graph.callers(next));
      else found.add(next);
    }
    return [...found];
  };
  /** How much of a callee's excess is felt by one caller: what it sees itself, else its share of the callers' traffic. */
  const attributed = (caller: string, callee: string, metric: CauseMetric): number => {
    if (seenBy(caller, callee)) return of(callKey(caller, callee), metric).mass;
    const mass = of(callee, metric).mass;
    if (mass <= 0) return 0;
    const weights = callersThrough(callee).map((other) => [other, totalOf(cut.window.of.get(other))] as const);
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
    return all > 0 ? (mass * (weights.find(([other]) => other === caller)?.[1] ?? 0)) / all : 0;
  };
  const seenByAny = (node: string): boolean => graph.callers(node).some((caller) => seenBy(caller, node));
  /** A node's deviation, or for one without measures of its own the clearest that a caller sees. */
  const seen = (node: string, metric: CauseMetric): Deviation =>
    silent(node)
      ? graph
          .callers(node)
          .map((caller) => of(callKey(caller, node), metric))
          .reduce((a, b) => (b.z > a.z ? b : a), of(node, metric))
      : of(node, metric);
  const figures = (node: string, metric: CauseMetric): SelfExcess['figures'] => {
    const caller = graph
      .callers(node)
      .filter((one) => seenBy(one, node) && of(callKey(one, node), metric).z >= DEVIATES)
      .toSorted((a, b) => of(callKey(b, node), metric).mass - of(callKey(a, node), metric).mass)[0];
    const key = caller === undefined ? node : callKey(caller, node);
    const { now, normal } = of(key, metric);
    const told = valueOf(metric, cut.since.of.get(key));
    const before = toldBefore(metric, usualIn(cut, key, metric));
    return {
      caller: caller ?? null,
      now: Number.isNaN(told) ? now : told,
      normal: Number.isNaN(before) ? normal : before,
    };
  };
  const below = (node: string, metric: CauseMetric): SelfExcess['below'] => {
    const measured = graph.callees(node).filter((callee) => !silent(callee) || seenBy(node, callee));
    const deviating = measured.filter((callee) => {
      const felt = seenBy(node, callee) ? of(callKey(node, callee), metric) : of(callee, metric);
      return felt.z >= DEVIATES || isSlow(of(callee, 'latency'));
    });
    return { measured: measured.length, deviating };
  };
  return { of, seen, seenByAny, silent, rare, wentDark, seenBy, calleesThrough, attributed, figures, below };
}

/** Failures that nobody below explains go to callees that became slow: a timeout fails at the caller. */
function blameTheSlow(graph: CallGraph, nodes: readonly string[], own: Map<string, number>, look: Look): void {
  const slowSelf = new Map<string, number>();
  for (const node of nodes) {
    if (!isSlow(look.of(node, 'latency'))) continue;
    const explained = graph.callees(node).reduce((sum, callee) => sum + look.attributed(node, callee, 'latency'), 0);
    slowSelf.set(node, Math.max(0, look.of(node, 'latency').mass - explained));
  }
  for (const node of nodes) {
    const mass = own.get(node) ?? 0;
    if (mass <= 0 || graph.callees(node).every((callee) => !isSlow(look.of(callee, 'latency')))) continue;
    const below = reachable(graph, node).filter((other) => other !== node && (slowSelf.get(other) ?? 0) > 0);
    const all = below.reduce((sum, other) => sum + slowSelf.get(other)!, 0);
    if (all <= 0) continue;
    for (const other of below) {
      // No more requests can have failed by its slowness than it had.
      const given = Math.min((mass * 0.9 * slowSelf.get(other)!) / all, look.of(other, 'latency').requests);
      own.set(other, (own.get(other) ?? 0) + given);
      own.set(node, own.get(node)! - given);
    }
  }
}

/** What callers cannot explain goes to a silent callee they share; a single caller shares the suspicion with it. */
function blameTheSilent(
  graph: CallGraph,
  nodes: readonly string[],
  own: Map<string, number>,
  look: Look,
  metric: CauseMetric,
): void {
  for (const node of nodes) {
    if (!look.silent(node) || look.rare(node)) continue;
    const seen = graph.callers(node).filter((caller) => look.seenBy(caller, node));
    if (seen.length > 0) {
      own.set(
        node,
        seen.reduce((sum, caller) => sum + look.of(callKey(caller, node), metric).mass, 0),
      );
      continue;
    }
    const callers = graph.callers(node).filter((caller) => !look.silent(caller));
    const hurt = callers.filter((caller) => (own.get(caller) ?? 0) > 0);
    if (hurt.length === 0) continue;
    const together = hurt.length === callers.length && hurt.length > 1;
    const taken = look.wentDark(node) || together ? TAKEN_BY_ALL : TAKEN_BY_ONE;
    for (const caller of hurt) {
      const mass = own.get(caller)!;
      own.set(node, (own.get(node) ?? 0) + mass * taken);
      own.set(caller, mass * (1 - taken));
    }
  }
}

function changedCalls(graph: CallGraph, cut: Cut, node: string): { appeared: string[]; vanished: string[] } {
  const appeared: string[] = [];
  const vanished: string[] = [];
  const own = cut.window.of.get(node);
  if (totalOf(own) <= 0) return { appeared, vanished };
  for (const callee of graph.callees(node)) {
    const edge = callKey(node, callee);
    const key = cut.normal.of.has(edge) || cut.window.of.has(edge) ? edge : callee;
    if (key === callee && graph.callers(callee).length > 1) continue;
    const usual = meanOf(cut.normal.of.get(key));
    const rows = cut.window.of.get(key);
    // The onset is often seen later or earlier than it is: the later half of the window tells what it came to.
    const now = rows ? meanOf({ ...rows, requests: rows.requests.slice(rows.requests.length >> 1) }) : 0;
    const total = totalOf(cut.window.of.get(key));
    if (usual === 0 && meanOf(cut.before.of.get(key)) === 0 && total >= LEAST_CALLS) appeared.push(callee);
    const reported = (cut.window.of.get(key)?.requests ?? []).some((value) => value === 0);
    if (usual >= LEAST_CALLS && reported && now < usual * GONE) vanished.push(callee);
  }
  return { appeared, vanished };
}

function isSlow({ z, now, normal }: Deviation): boolean {
  return z >= SLOW.z && now >= normal * SLOW.ratio;
}

function totalOf(measures: Measures | undefined): number {
  return (measures?.requests ?? []).reduce((sum, value) => (value > 0 ? sum + value : sum), 0);
}

function meanOf(measures: Measures | undefined): number {
  const rows = measures?.requests.length ?? 0;
  return rows === 0 ? 0 : totalOf(measures) / rows;
}
