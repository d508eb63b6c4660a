import type { Topology } from './topology.ts';

export type Condition = 'ok' | 'degraded' | 'down';

const RANK: Readonly<Record<Condition, number>> = { ok: 0, degraded: 1, down: 2 };

/**
 * What failed components do to the functions that members use. A failure travels up along `needs`. A group stands while
 * one of its members does: then what needs the group is degraded, and what lies further up is not hurt by that alone. A
 * failed component whose own failure is explained by a degraded group counts as degraded.
 * @param failed component names with how badly they fail by their own alerts
 * @returns a condition for every function
 */
export function functionConditions(
  topology: Topology,
  failed: ReadonlyMap<string, Exclude<Condition, 'ok'>>,
): ReadonlyMap<string, Condition> {
  const known = new Map<string, Condition>();
  const open = new Set<string>();
  const ofComponent = (name: string): Condition => {
    const done = known.get(name);
    if (done) return done;
    if (open.has(name)) return 'ok';
    open.add(name);
    const own = failed.get(name) ?? 'ok';
    const needs = (topology.component(name)?.needs ?? []).map((need) => ofNeed(need));
    const below = worst(needs.map(({ condition, group }) => (group || condition === 'down' ? condition : 'ok')));
    const explained = needs.some(({ condition }) => condition === 'degraded');
    const result = own === 'down' && explained && below !== 'down' ? 'degraded' : worst([own, below]);
    open.delete(name);
    known.set(name, result);
    return result;
  };
  const ofNeed = (name: string): { condition: Condition; group: boolean } => {
    const members = topology.members(name);
    if (!members) return { condition: ofComponent(name), group: false };
    const conditions = members.map(ofComponent);
    if (conditions.every((condition) => condition === 'down')) return { condition: 'down', group: true };
    return { condition: conditions.every((condition) => condition === 'ok') ? 'ok' : 'degraded', group: true };
  };
  return new Map(
    topology.functions.map(({ name, needs }) => [name, worst(needs.map((need) => ofNeed(need).condition))]),
  );
}

/** The functions that are not ok when all these components fail, in the order of the configuration. */
export function functionsHurt(topology: Topology, components: readonly string[]): readonly string[] {
  let known = HURT.get(topology);
  if (!known) HURT.set(topology, (known = new WeakMap()));
  let hurt = known.get(components);
  if (!hurt) {
    const conditions = functionConditions(topology, new Map(components.map((name) => [name, 'down' as const])));
    hurt = topology.functions.map(({ name }) => name).filter((name) => conditions.get(name) !== 'ok');
    known.set(components, hurt);
  }
  return hurt;
}

/** Every alert of a storm asks again for the places of its incident. Lists are never changed, so a list is known by itself. */
const HURT = new WeakMap<Topology, WeakMap<readonly string[], readonly string[]>>();

/** The worse one of several conditions; ok of none. */
export function worst(conditions: readonly Condition[]): Condition {
  return conditions.reduce<Condition>((a, b) => (RANK[b] > RANK[a] ? b : a), 'ok');
}
