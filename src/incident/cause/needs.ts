import type { Topology } from '../topology.ts';
import type { Call } from './graph.ts';

/**
 * What needs what by the topology, and by calls that it lacks: what alerts name, and what is measured. A call against the
 * topology's own direction is left out, since `peer` may name a caller as well.
 */
export class Needs {
  readonly #topology: Topology;
  readonly #reached = new Map<string, ReadonlySet<string>>();
  /** The calls that the topology lacks, both ends known to it. */
  readonly missing: readonly Call[];

  constructor(topology: Topology, calls: readonly Call[]) {
    this.#topology = topology;
    const seen = new Map(calls.map((call) => [call.join('>'), call]));
    this.missing = [...seen.values()].filter(
      ([caller, callee]) =>
        caller !== callee &&
        topology.component(caller) !== null &&
        topology.component(callee) !== null &&
        !topology.needs(caller, callee) &&
        !topology.needs(callee, caller),
    );
  }

  /** Whether `name` needs `other`, directly or through others. A component does not need itself. */
  needs(name: string, other: string): boolean {
    if (name === other) return false;
    if (this.#topology.needs(name, other)) return true;
    if (this.missing.length === 0) return false;
    for (const entry of this.#entries(name)) if (entry === other || this.#topology.needs(entry, other)) return true;
    return false;
  }

  /** Whether only calls that the topology lacks lead from one to the other. */
  onlySeen(name: string, other: string): boolean {
    return this.needs(name, other) && !this.#topology.needs(name, other);
  }

  /** Ends of the missing calls that a component reaches. */
  #entries(name: string): ReadonlySet<string> {
    const known = this.#reached.get(name);
    if (known) return known;
    const found = new Set<string>();
    for (let size = -1; size !== found.size;) {
      size = found.size;
      for (const [caller, callee] of this.missing) {
        const from = [name, ...found].some((one) => one === caller || this.#topology.needs(one, caller));
        if (from && callee !== name) found.add(callee);
      }
    }
    this.#reached.set(name, found);
    return found;
  }
}
