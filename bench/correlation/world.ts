import { topologySchema } from '../../src/incident/config.ts';
import { Topology } from '../../src/incident/topology.ts';
import type { Random } from './random.ts';

/** A component of the simulated operator. */
export interface Node {
  readonly name: string;
  readonly layer: 'edge' | 'middle' | 'store' | 'vendor' | 'carrier';
  readonly partner: string | null;
  readonly team: string;
  readonly cluster: string;
  readonly callees: readonly string[];
}

/** How it really hangs together, and what is known of it. */
export interface World {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly cities: readonly string[];
  /** What Lamplighter is told: perhaps with edges missing or wrong. */
  readonly topology: Topology;
  readonly callersOf: (name: string) => readonly string[];
}

const MIDDLE = [
  'booking',
  'pricing',
  'trips',
  'fleet',
  'payments',
  'identity',
  'search',
  'notices',
  'invoices',
  'locks',
  'telemetry',
  'profiles',
];
const STORES = ['booking-db', 'trips-db', 'profiles-db', 'events-bus', 'geo-cache', 'session-cache'];
const VENDORS = ['card-vendor', 'map-vendor', 'sms-vendor', 'mail-vendor', 'licence-check'];
const EDGES = ['member-app', 'web-page', 'call-desk', 'partner-api'];
const CITIES = ['berlin', 'hamburg', 'lisbon', 'milan', 'porto'];

/** How the world differs from the plain one. */
export interface WorldTraits {
  /** Share of edges that the topology lacks or has wrong. */
  readonly wrongEdges?: number;
  /** A cycle among the services. */
  readonly cycle?: boolean;
}

/** Makes an operator: apps over services over stores, vendors and two carriers. */
export function makeWorld(random: Random, { wrongEdges = 0, cycle = false }: WorldTraits = {}): World {
  const nodes = new Map<string, Node>();
  const cities = random.some(CITIES, random.whole(3, 5));
  const add = (name: string, layer: Node['layer'], callees: readonly string[]): void => {
    const partner = layer === 'vendor' || layer === 'carrier' ? name : null;
    const cluster = random.pick(['north', 'south']);
    nodes.set(name, { name, layer, partner, team: `team-${random.whole(1, 5)}`, cluster, callees });
  };
  const stores = random.some(STORES, random.whole(4, 6));
  const vendors = random.some(VENDORS, random.whole(3, 5));
  for (const name of stores) add(name, 'store', []);
  for (const name of vendors) add(name, 'vendor', []);
  for (const name of ['carrier-a', 'carrier-b']) add(name, 'carrier', []);
  const middle = random.some(MIDDLE, random.whole(8, 12));
  const below: string[] = [];
  for (const [index, name] of middle.entries()) {
    const callees = new Set<string>();
    if (below.length > 0 && random.chance(0.55))
      for (const one of random.some(below, random.whole(1, 2))) callees.add(one);
    callees.add(random.pick(stores));
    // Each vendor and carrier has at least one service that needs it.
    if (index < vendors.length) callees.add(vendors[index]!);
    else if (random.chance(0.2)) callees.add(random.pick(vendors));
    if (name === 'telemetry' || name === 'locks' || index === middle.length - 1) callees.add('carriers');
    add(name, 'middle', [...callees]);
    below.push(name);
  }
  const tops = random.some(EDGES, random.whole(2, 4));
  const called = new Set([...nodes.values()].flatMap(({ callees }) => callees));
  const open = middle.filter((name) => !called.has(name));
  for (const [index, name] of tops.entries()) {
    const own = open.filter((_, at) => at % tops.length === index);
    add(name, 'edge', [...new Set([...own, ...random.some(middle, 1)])]);
  }
  if (cycle) {
    const [first, ...rest] = random.some(middle, 3).map((name) => nodes.get(name)!);
    for (const [index, node] of [first!, ...rest].entries()) {
      const next = [first!, ...rest][(index + 1) % 3]!;
      nodes.set(node.name, { ...node, callees: [...new Set([...node.callees, next.name])] });
    }
  }
  const names = [...nodes.keys()];
  const components = [...nodes.values()].map(({ name, layer, partner, callees }) => ({
    name,
    kind: layer,
    ...(partner === null ? {} : { partner }),
    match: layer === 'carrier' ? { carrier: name } : { service: name },
    needs: callees.flatMap((callee) => {
      if (!random.chance(wrongEdges)) return [callee];
      // Half of the mistakes are missing edges, half lead somewhere else.
      const other = random.pick(names);
      return random.chance(0.5) || other === name ? [] : [other];
    }),
  }));
  const known = components.map((component) => ({ ...component, needs: [...new Set(component.needs)] }));
  const topology = new Topology(
    topologySchema.parse({
      cities: cities.map((name) => ({ name, title: name, zone: 'Europe/Berlin' })),
      functions: [],
      components: known,
      redundancy: [{ name: 'carriers', members: ['carrier-a', 'carrier-b'] }],
    }),
  );
  const callersOf = (name: string): readonly string[] => {
    const wanted = nodes.get(name)?.layer === 'carrier' ? 'carriers' : name;
    return [...nodes.values()].filter(({ callees }) => callees.includes(wanted)).map((node) => node.name);
  };
  return { nodes, cities, topology, callersOf };
}

/** Callees with groups opened up. */
export function calleesOf(world: World, name: string): readonly string[] {
  return world.nodes
    .get(name)!
    .callees.flatMap((callee) => (callee === 'carriers' ? ['carrier-a', 'carrier-b'] : [callee]));
}

/** Everything that needs a component, with how many calls away it is; itself at 0. */
export function above(world: World, root: string): ReadonlyMap<string, number> {
  const found = new Map([[root, 0]]);
  for (const [name, steps] of found)
    for (const caller of world.callersOf(name)) if (!found.has(caller)) found.set(caller, steps + 1);
  return found;
}
