import type { Change } from '../../src/incident/cause/explain.ts';
import type { MeasureTable } from '../../src/incident/cause/measures.ts';
import { eventsOf, MINUTE, NOISE, noise, tickets, type Fault, type TrueEvent } from './fault.ts';
import { historyOf, type HistoryTraits } from './history.ts';
import { measure, type Traffic } from './measures.ts';
import { Random } from './random.ts';
import { above, calleesOf, makeWorld, type World } from './world.ts';

/** One simulated hour with what is true about it. */
export interface Scenario {
  readonly family: Family;
  readonly seed: number;
  readonly world: World;
  readonly faults: readonly Fault[];
  /** In the order of arrival. */
  readonly events: readonly TrueEvent[];
  /** What came in the days before. */
  readonly history: readonly TrueEvent[];
  readonly changes: readonly Change[];
  readonly metrics: MeasureTable;
  readonly onset: number;
}

export const FAMILIES = [
  'plain',
  'two-unrelated',
  'partner-late-status',
  'partner-wrong-status',
  'deploy',
  'deploy-herring',
  'silent-root',
  'dependency-added',
  'dependency-removed',
  'wrong-edges',
  'skew-and-late',
  'flapping',
  'storm',
  'retry-storm',
  'feedback-cycle',
  'tickets',
  'two-roots',
  'slow-leak',
  'normal-peak',
] as const;
export type Family = (typeof FAMILIES)[number];

const ONSET = Date.UTC(2026, 4, 12, 7, 30);
const STORM = 5000;
const NO_HISTORY: HistoryTraits = { days: 0, faultsADay: 0 };

/** Builds the scenario of a family and seed. */
export function makeScenario(family: Family, seed: number, past: HistoryTraits = NO_HISTORY): Scenario {
  const random = new Random(seed * 101 + FAMILIES.indexOf(family) * 7919);
  const wrongEdges = family === 'wrong-edges' ? random.between(0.1, 0.3) : 0;
  const world = makeWorld(random, { wrongEdges, cycle: family === 'feedback-cycle' });
  const { faults, traffic, changes } = happening(family, world, random);
  let events = faults.flatMap((fault) => eventsOf(world, fault, random));
  const kinds = past.alike === true ? NOISE.alike : NOISE.own;
  events.push(...noise(world, random, ONSET - 20 * MINUTE, ONSET + 40 * MINUTE, random.whole(3, 10), kinds));
  events.push(...besides(family, world, faults, random));
  if (family === 'skew-and-late') events = skewed(events, random);
  events.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
  const metrics = measure(world, faults, ONSET, random, traffic);
  const history = historyOf(world, seed * 101 + FAMILIES.indexOf(family), ONSET - 20 * MINUTE, past);
  return { family, seed, world, faults, events, history, changes, metrics, onset: ONSET };
}

interface Happening {
  readonly faults: readonly Fault[];
  readonly traffic: Traffic;
  readonly changes: readonly Change[];
}

function happening(family: Family, world: World, random: Random): Happening {
  const own = [...world.nodes.values()].filter(({ layer }) => layer === 'middle' || layer === 'store');
  const felt = own.filter(({ name }) => above(world, name).size > 1);
  const partners = [...world.nodes.values()].filter(({ partner }) => partner !== null);
  const fault = (root: string, change: Partial<Fault> = {}): Fault => ({
    id: `fault-${root}`,
    root,
    kind: random.pick(['errors', 'errors', 'slow', 'down'] as const),
    at: ONSET + random.between(0, MINUTE),
    lasts: random.between(15, 35) * MINUTE,
    class: world.nodes.get(root)!.partner === null ? 'own' : 'partner',
    ...change,
  });
  const only = (...faults: Fault[]): Happening => ({ faults, traffic: {}, changes: [] });
  const root = random.pick(felt).name;
  const change = (component: string, minutes: number): Change => ({
    id: `deploy-${component}`,
    at: ONSET - minutes * MINUTE,
    kind: 'deploy',
    component,
    title: `${component} ${random.whole(2, 9)}.${random.whole(0, 40)}`,
  });
  switch (family) {
    case 'normal-peak':
      return { faults: [], traffic: { peak: random.between(1.8, 3) }, changes: [change(root, 15)] };
    case 'two-unrelated': {
      const other = farFrom(
        world,
        root,
        felt.map(({ name }) => name),
        random,
      );
      return only(
        fault(root),
        ...(other === null ? [] : [fault(other, { at: ONSET + random.between(1, 6) * MINUTE })]),
      );
    }
    case 'two-roots': {
      const mates = felt.map(({ name }) => name).filter((name) => name !== root && sharesCaller(world, name, root));
      const other = mates.length > 0 ? random.pick(mates) : null;
      return only(fault(root), ...(other === null ? [] : [fault(other)]));
    }
    case 'partner-late-status':
    case 'partner-wrong-status':
      return only(fault(random.pick(partners).name, { silent: true, kind: 'errors' }));
    case 'silent-root':
      return only(
        fault(random.pick(felt.filter(({ name }) => world.callersOf(name).length > 0)).name, {
          silent: true,
          kind: 'down',
        }),
      );
    case 'deploy':
      return { ...only(fault(root, { class: 'change' })), changes: [change(root, random.between(2, 25))] };
    case 'deploy-herring': {
      const other = random.pick(own.filter(({ name }) => name !== root)).name;
      return { ...only(fault(root)), changes: [change(other, random.between(2, 25))] };
    }
    case 'dependency-added':
    case 'dependency-removed': {
      const caller =
        random.pick(
          own.filter(
            ({ layer, name }) => layer === 'middle' && above(world, name).size > 1 && callable(world, name).length > 0,
          ),
        ) ?? own[0]!;
      const callee = random.pick(callable(world, caller.name));
      const pair = [caller.name, callee] as const;
      const traffic = family === 'dependency-added' ? { added: pair } : { removed: pair };
      return { ...only(fault(caller.name, { class: 'change', kind: 'errors' })), traffic };
    }
    case 'storm': {
      const wide = felt.toSorted((a, b) => above(world, b.name).size - above(world, a.name).size)[0]!.name;
      const each = Math.ceil(STORM / Math.max(1, above(world, wide).size) / 1.2);
      const other = farFrom(
        world,
        wide,
        felt.map(({ name }) => name),
        random,
      );
      return only(
        fault(wide, { instances: [each, each * 2], reach: 1, lasts: 12 * MINUTE }),
        ...(other === null ? [] : [fault(other, { at: ONSET + 3 * MINUTE })]),
      );
    }
    case 'retry-storm':
      return only(fault(root, { kind: 'errors', retries: 3 }));
    case 'flapping':
      return only(fault(root, { flaps: random.whole(4, 15), lasts: 50 * MINUTE }));
    case 'slow-leak':
      return only(fault(root, { kind: 'slow', spread: 25 * MINUTE, lasts: 70 * MINUTE }));
    case 'tickets':
      return only(fault(root, { city: random.pick(world.cities) }));
    default:
      return only(fault(root, random.chance(0.3) ? { city: random.pick(world.cities) } : {}));
  }
}

/** Callees that only this component calls: whether they are called is seen in their own requests. */
function callable(world: World, name: string): string[] {
  return calleesOf(world, name).filter(
    (callee) => world.nodes.get(callee)!.partner === null && world.callersOf(callee).length === 1,
  );
}

/** A component that has nothing to do with the root: nothing that needs both within reach, and neither needs the other. */
function farFrom(world: World, root: string, names: readonly string[], random: Random): string | null {
  const mine = above(world, root);
  const far = names.filter((name) => {
    const theirs = above(world, name);
    return ![...theirs.keys()].some((one) => mine.has(one) && world.nodes.get(one)!.layer !== 'edge');
  });
  return far.length > 0 ? random.pick(far) : null;
}

function sharesCaller(world: World, a: string, b: string): boolean {
  const mine = above(world, a);
  const theirs = above(world, b);
  return !mine.has(b) && !theirs.has(a) && [...mine.keys()].some((one) => theirs.has(one));
}

/** What comes beside the alerts: status pages, tickets. */
function besides(family: Family, world: World, faults: readonly Fault[], random: Random): TrueEvent[] {
  const [fault] = faults;
  if (!fault) return [];
  if (family === 'partner-late-status')
    return [status(world, fault.root, ONSET + random.between(8, 30) * MINUTE, fault.id, 'critical')];
  if (family === 'partner-wrong-status') {
    const others = [...world.nodes.values()].filter(({ partner, name }) => partner !== null && name !== fault.root);
    return [status(world, random.pick(others).name, ONSET + random.between(2, 15) * MINUTE, null, 'warning')];
  }
  if (family === 'tickets') {
    const places = [...above(world, fault.root).keys()].slice(0, 2);
    return tickets(fault, random, random.whole(5, 15), random.pick(places));
  }
  return [];
}

function status(world: World, partner: string, at: number, truth: string | null, severity: string): TrueEvent {
  const place = world.nodes.get(partner)!.layer === 'carrier' ? { carrier: partner } : { service: partner };
  const instant = Math.round(at);
  return {
    id: `status-${partner}`,
    kind: 'alert',
    status: 'firing',
    at: instant,
    receivedAt: instant,
    labels: { alertname: 'PartnerStatus', severity, ...place },
    text: `${partner} reports degraded performance`,
    opens: severity === 'critical',
    truth,
  };
}

/** Clocks that are wrong by up to 90 s, each source its own, and a tenth of the events late by up to 15 minutes. */
function skewed(events: readonly TrueEvent[], random: Random): TrueEvent[] {
  const skews = new Map<string, number>();
  return events.map((event) => {
    const source = event.labels['cluster'] ?? 'other';
    if (!skews.has(source)) skews.set(source, random.between(-90_000, 90_000));
    const late =
      event.status === 'firing' && random.chance(0.1) ? random.between(1, 15) * MINUTE : random.between(0, 5000);
    return { ...event, at: Math.round(event.at + skews.get(source)!), receivedAt: Math.round(event.receivedAt + late) };
  });
}
