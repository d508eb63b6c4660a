import type { Topology } from '../topology.ts';

/** Who calls whom: a caller needs its callees. */
export interface CallGraph {
  readonly nodes: readonly string[];
  callees(node: string): readonly string[];
  callers(node: string): readonly string[];
}

/**
 * The call graph of a topology: components with what they need, groups opened up into their members.
 * @param seen calls that were seen and that the topology may lack
 */
export function callGraph(topology: Topology, seen: readonly Call[] = []): CallGraph {
  const needed = topology.components.flatMap(({ name }) =>
    topology
      .needsOf(name)
      .flatMap((need) => (topology.members(need) ?? [need]).map((callee) => [name, callee] as const)),
  );
  return graphOf(
    topology.components.map(({ name }) => name),
    [...needed, ...seen],
  );
}

/** Who calls whom. */
export type Call = readonly [caller: string, callee: string];

/** A call graph of edges from caller to callee. */
export function graphOf(nodes: readonly string[], edges: readonly Call[]): CallGraph {
  const down = new Map<string, string[]>(nodes.map((name) => [name, []]));
  const up = new Map<string, string[]>(nodes.map((name) => [name, []]));
  for (const [caller, callee] of edges) {
    if (caller === callee || down.get(caller)?.includes(callee)) continue;
    down.get(caller)?.push(callee);
    up.get(callee)?.push(caller);
  }
  return { nodes, callees: (node) => down.get(node) ?? [], callers: (node) => up.get(node) ?? [] };
}

/** Everything reached from a node along calls, the node itself first; a cycle ends where it was begun. */
export function reachable(graph: CallGraph, from: string): string[] {
  const seen = new Set([from]);
  for (const node of seen) for (const callee of graph.callees(node)) seen.add(callee);
  return [...seen];
}

/** The shortest way along calls, ends included; empty if there is none. */
export function pathBetween(graph: CallGraph, from: string, to: string): string[] {
  const before = new Map<string, string | null>([[from, null]]);
  for (const node of before.keys()) {
    if (node === to) break;
    for (const callee of graph.callees(node)) if (!before.has(callee)) before.set(callee, node);
  }
  if (!before.has(to)) return [];
  const path: string[] = [];
  for (let at: string | null = to; at !== null; at = before.get(at) ?? null) path.push(at);
  return path.reverse();
}
