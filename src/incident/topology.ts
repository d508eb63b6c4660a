import type { Labels } from '../core/labels.ts';
import type { TopologyConfig } from './config.ts';

export interface Component {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly partner: string | null;
  readonly match: Labels;
  readonly needs: readonly string[];
}
export interface ServiceFunction {
  readonly name: string;
  readonly title: Readonly<Record<string, string>>;
  readonly needs: readonly string[];
  readonly inTrip: boolean;
}

/** Where an alert's labels put it. */
export interface Place {
  /** Every component whose match labels are all there, as configured; or one `unplaced:NAME` if there is none. */
  readonly components: readonly string[];
  /** The deepest of them: the others need it. */
  readonly root: string;
  /** The label `city`, if it names a configured one. */
  readonly city: string | null;
}

const UNPLACED = 'unplaced:';

/** What hangs together: functions need components, components need components or groups of which one member is enough. */
export class Topology {
  readonly cities: TopologyConfig['cities'];
  readonly functions: readonly ServiceFunction[];
  readonly components: readonly Component[];
  readonly groups: TopologyConfig['redundancy'];
  readonly #byName: ReadonlyMap<string, Component>;
  readonly #members: ReadonlyMap<string, readonly string[]>;
  /** Component to the components under it, with how many steps down they are; filled as asked for. */
  readonly #under = new Map<string, ReadonlyMap<string, number>>();
  readonly #learnt = new Map<string, string[]>();
  /** Lists are never changed, so that a list is known again by itself. */
  #roots = new WeakMap<readonly string[], readonly string[]>();
  readonly #used = new Map<string, number>();
  readonly #distances = new Map<string, number>();
  readonly #around = new Map<string, ReadonlyMap<string, number>>();
  /** First label pair of a match to its components, so that a label set is placed without looking at all of them. */
  readonly #byPair = new Map<string, Component[]>();
  readonly #pairs = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #cities: ReadonlySet<string>;

  constructor(config: TopologyConfig) {
    this.cities = config.cities;
    this.groups = config.redundancy;
    this.functions = config.functions.map(({ name, title, needs, in_trip }) => ({
      name,
      title: typeof title === 'string' ? { en: title } : title,
      needs,
      inTrip: in_trip,
    }));
    this.components = config.components.map(({ name, title, kind, partner, match, needs }) => ({
      name,
      title,
      kind,
      partner: partner ?? null,
      match,
      needs,
    }));
    this.#byName = new Map(this.components.map((component) => [component.name, component]));
    this.#members = new Map(this.groups.map((group) => [group.name, group.members]));
    this.#cities = new Set(this.cities.map(({ name }) => name));
    for (const component of this.components) {
      const pairs = Object.entries(component.match).map(([name, value]) => `${name}=${value}`);
      if (pairs[0] !== undefined) this.#byPair.set(pairs[0], [...(this.#byPair.get(pairs[0]) ?? []), component]);
      for (const pair of pairs) this.#pairs.add(pair);
      const names = [component.name, component.title, component.match['service'] ?? component.name];
      for (const name of names)
        if (!this.#names.has(name.toLowerCase())) this.#names.set(name.toLowerCase(), component.name);
    }
  }

  /**
   * Puts in the learnt edges that persons accepted, in the place of those before. Called when the program starts and
   * whenever a person decided; an edge whose ends are not in the configuration (any more) is left out.
   */
  learn(edges: readonly { readonly caller: string; readonly callee: string }[]): void {
    this.#learnt.clear();
    for (const { caller, callee } of edges) {
      if (!this.#byName.has(caller) || !this.#byName.has(callee) || caller === callee) continue;
      this.#learnt.set(caller, [...(this.#learnt.get(caller) ?? []), callee]);
    }
    this.#roots = new WeakMap();
    for (const known of [this.#under, this.#around, this.#used, this.#distances]) known.clear();
  }

  /** What a component needs: as configured, and as learnt and accepted. */
  needsOf(name: string): readonly string[] {
    const configured = this.#byName.get(name)?.needs ?? [];
    const learnt = this.#learnt.get(name);
    return learnt ? [...new Set([...configured, ...learnt])] : configured;
  }

  /** Whether a call stands in the configuration (or was accepted), directly or through a group. */
  knows(caller: string, callee: string): boolean {
    return this.needsOf(caller).some((need) => need === callee || (this.#members.get(need) ?? []).includes(callee));
  }

  component(name: string): Component | null {
    return this.#byName.get(name) ?? null;
  }

  /** Members of a redundancy group, or null if the name is not a group's. */
  members(name: string): readonly string[] | null {
    return this.#members.get(name) ?? null;
  }

  /** What a component is called by people. */
  titleOf(name: string): string {
    return this.#byName.get(name)?.title ?? (name.startsWith(UNPLACED) ? name.slice(UNPLACED.length) : name);
  }

  cityTitle(name: string): string {
    return this.cities.find((city) => city.name === name)?.title ?? name;
  }

  /** Puts labels on the map. Labels that fit no component get a place of their own, by the alert's name. */
  placeOf(labels: Labels): Place {
    const found: Component[] = [];
    for (const label in labels) {
      for (const component of this.#byPair.get(`${label}=${labels[label]}`) ?? []) {
        if (matches(component, labels)) found.push(component);
      }
    }
    const touched = (found.length < 2 ? found : this.components.filter((component) => found.includes(component))).map(
      ({ name }) => name,
    );
    const wanted = labels['city'];
    const city = wanted !== undefined && this.#cities.has(wanted) ? wanted : null;
    if (touched.length === 0) {
      const own = `${UNPLACED}${labels['alertname'] ?? 'alert'}`;
      return { components: [own], root: own, city };
    }
    return { components: touched, root: this.roots(touched)[0]!, city };
  }

  /** Those of the components that need none of the others: where a failure of all of them would begin. */
  roots(components: readonly string[]): readonly string[] {
    const known = this.#roots.get(components);
    if (known) return known;
    const roots = components.filter((name) => !components.some((other) => other !== name && this.#over(name, other)));
    const found = roots.length > 0 ? roots : components.slice(0, 1);
    this.#roots.set(components, found);
    return found;
  }

  /** `name` needs `other`, and is not needed by it (a cycle has no depth). */
  #over(name: string, other: string): boolean {
    return this.needs(name, other) && !this.needs(other, name);
  }

  /** Whether `name` needs `other`, directly or through others. A component does not need itself. */
  needs(name: string, other: string): boolean {
    return name !== other && this.#below(name).has(other);
  }

  /**
   * Steps between two components as failures travel: down to a component that both need (or that one of them is), and
   * up again. Sharing only a user does not bring them together. A group is not a step. Infinity if nothing is shared.
   */
  distance(a: string, b: string): number {
    const key = `${a} ${b}`;
    const known = this.#distances.get(key);
    if (known !== undefined) return known;
    let best = Infinity;
    const belowB = this.#below(b);
    for (const [shared, steps] of this.#below(a)) {
      const other = belowB.get(shared);
      if (other !== undefined) best = Math.min(best, steps + other);
    }
    if (this.#byName.has(a) && this.#byName.has(b)) this.#distances.set(key, best);
    return best;
  }

  /** Every place within so many steps, with how many they are; itself at 0. */
  near(name: string, most: number): ReadonlyMap<string, number> {
    const key = `${most} ${name}`;
    const known = this.#around.get(key);
    if (known) return known;
    const found = new Map([[name, 0]]);
    if (this.#byName.has(name)) {
      for (const { name: other } of this.components) {
        const steps = this.distance(name, other);
        if (steps <= most) found.set(other, steps);
      }
      this.#around.set(key, found);
    }
    return found;
  }

  /** The component that people or programs mean by a name, a title or a service label, or null. */
  named(text: string): string | null {
    return this.#names.get(text.toLowerCase()) ?? null;
  }

  /** Whether a label pair (`name=value`) is part of a component's match: it is counted as place already. */
  places(pair: string): boolean {
    return this.#pairs.has(pair);
  }

  /**
   * What two components both need that the fewest others need: how telling that is (1 if hardly another needs it, near 0
   * if all do), and whether it is a partner's.
   */
  shared(a: string, b: string): { readonly rarity: number; readonly partner: boolean } {
    const below = this.#below(b);
    let users = this.components.length;
    let partner = false;
    for (const name of this.#below(a).keys()) {
      if (!below.has(name) || this.#users(name) >= users) continue;
      users = this.#users(name);
      partner = this.#byName.get(name)?.partner !== null;
    }
    return {
      rarity: 1 - Math.log(Math.max(1, users - 1)) / Math.log(Math.max(2, this.components.length)),
      partner,
    };
  }

  /** How many components need one, directly or through others. */
  #users(name: string): number {
    let known = this.#used.get(name);
    if (known === undefined) {
      known = this.components.filter((other) => this.needs(other.name, name)).length;
      this.#used.set(name, known);
    }
    return known;
  }

  /** The other members of the groups that the component is in. */
  alternatives(name: string): string[] {
    const groups = this.groups.filter(({ members }) => members.includes(name));
    return [...new Set(groups.flatMap(({ members }) => members.filter((member) => member !== name)))];
  }

  /** Everything under a component with the steps down, itself at 0. */
  #below(name: string): ReadonlyMap<string, number> {
    const known = this.#under.get(name);
    if (known) return known;
    const steps = new Map([[name, 0]]);
    const queue = [name];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const need of this.needsOf(next)) {
        for (const target of this.#members.get(need) ?? [need]) {
          if (steps.has(target)) continue;
          steps.set(target, steps.get(next)! + 1);
          queue.push(target);
        }
      }
    }
    if (this.#byName.has(name)) this.#under.set(name, steps);
    return steps;
  }
}

function matches(component: Component, labels: Labels): boolean {
  for (const name in component.match) if (labels[name] !== component.match[name]) return false;
  return true;
}
