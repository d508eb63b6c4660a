import type { Topology } from '../topology.ts';
import type { Sign } from './sign.ts';

/** How often something fired near other trouble, and how often by itself. */
export interface Habit {
  readonly company: number;
  readonly alone: number;
}

/** What the past says about two places. */
export interface Tie {
  /** How often alerts of the first named the second as what they call; a call that is proposed counts as one. */
  readonly named: number;
  /** How often both began to fail within minutes, of how often the one that fails less often failed. */
  readonly together: number;
  readonly of: number;
}

/** What is known from alerts of the past: which kinds say little, and which places fail together. */
export interface Experience {
  /** Of alerts with the name, anywhere; loud ones and warnings are two things, also where they share a name. */
  habit(name: string, opens: boolean): Habit;
  /** Of the kind, which is a name at a place. */
  habitAt(kind: string, opens: boolean): Habit;
  tie(a: string, b: string): Tie | null;
  /** Places that have a tie to this one. */
  tied(place: string): readonly string[];
}

const NO_HABIT: Habit = { company: 0, alone: 0 };

/** Who has no past. */
export const NO_PAST: Experience = {
  habit: () => NO_HABIT,
  habitAt: () => NO_HABIT,
  tie: () => null,
  tied: () => [],
};

/** Other trouble within this time is company, ms; a kind is counted once in it. */
const COMPANY = 600_000;
/** Steps within which other trouble is company. */
const NEAR = 1;
/** A place that was silent for this long begins to fail anew, ms. */
const ANEW = 3_600_000;
/** Places that begin to fail within this time fail together, ms. */
const TOGETHER = 300_000;
/** More than so many places that fail within that time say nothing about any two of them. */
const MANY = 30;
/** What waits to be counted, and what is known, at most: names from outside must not fill the memory. */
const WAITING_MOST = 5000;
const KNOWN_MOST = 50_000;
const KINDS_MOST = 500;

interface Tied {
  named: number;
  namedAt: number;
  together: number;
}

interface Counted {
  company: number;
  alone: number;
}

/**
 * Counts what alerts of the past tell, in the order in which they came. It does not look at what correlation made of
 * them: what it once decided wrongly must not make it more certain.
 */
export class Past implements Experience {
  readonly #topology: Topology;
  readonly #waiting: { kind: string; opens: boolean; root: string; at: number }[] = [];
  #next = 0;
  #newest = 0;
  readonly #loud = new Map<string, Map<string, number[]>>();
  readonly #countedAt = new Map<string, number>();
  readonly #byName = new Map<string, Counted>();
  readonly #byKind = new Map<string, Counted>();
  readonly #lastLoud = new Map<string, number>();
  #onsets: { place: string; at: number }[] = [];
  readonly #failed = new Map<string, number>();
  readonly #ties = new Map<string, Map<string, Tied>>();
  readonly #proposed = new Set<string>();
  readonly #rejected = new Set<string>();

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** Calls that were seen, by where a person stands on them: rejected ones are no tie, proposed ones are a weak one. */
  hearOf(edges: readonly { readonly caller: string; readonly callee: string; readonly state: string }[]): void {
    this.#proposed.clear();
    this.#rejected.clear();
    for (const { caller, callee, state } of edges) {
      if (state === 'rejected') this.#rejected.add(`${caller}>${callee}`);
      else if (state === 'proposed') {
        this.#proposed.add(`${caller}>${callee}`);
        this.#tiesOf(caller, callee);
      }
    }
  }

  /** Whether a person rejected that one calls the other. */
  rejected(caller: string, callee: string): boolean {
    return this.#rejected.has(`${caller}>${callee}`);
  }

  /** Places that this one named at least so often as what it calls; a call that is proposed counts as once. */
  namedBy(place: string, least: number): string[] {
    return this.tied(place).filter((other) => (this.tie(place, other)?.named ?? 0) >= least);
  }

  /** Takes one alert that began; what surrounds it is looked at once its time has passed. */
  take(sign: Sign): void {
    if (sign.impact) return;
    const { kind, at, place } = sign;
    const { root } = place;
    this.#newest = Math.max(this.#newest, at);
    if (sign.opens) {
      this.#hear(root, kind, at);
      if (this.#topology.component(root) !== null) this.#onset(root, at);
    }
    if (this.#topology.component(root) !== null) for (const name of sign.mentions) this.#name(root, name, at);
    this.#count(sign);
    this.#settle();
  }

  habit(name: string, opens: boolean): Habit {
    return this.#byName.get(loudOr(name, opens)) ?? NO_HABIT;
  }

  habitAt(kind: string, opens: boolean): Habit {
    return this.#byKind.get(loudOr(kind, opens)) ?? NO_HABIT;
  }

  tie(a: string, b: string): Tie | null {
    const known = this.#ties.get(a)?.get(b);
    if (!known) return null;
    const of = Math.min(this.#failed.get(a) ?? 0, this.#failed.get(b) ?? 0);
    const named = known.named + (this.#proposed.has(`${a}>${b}`) ? 1 : 0);
    return { named: this.#rejected.has(`${a}>${b}`) ? 0 : named, together: known.together, of };
  }

  tied(place: string): readonly string[] {
    return [...(this.#ties.get(place)?.keys() ?? [])];
  }

  /** Puts it in line to be counted, once in a while for each kind. */
  #count({ kind, at, opens, place: { root } }: Sign): void {
    const key = loudOr(kind, opens);
    const before = this.#countedAt.get(key);
    if (at - (before ?? -Infinity) < COMPANY || this.#waiting.length - this.#next >= WAITING_MOST) return;
    if (before === undefined && this.#countedAt.size >= KNOWN_MOST) return;
    this.#countedAt.set(key, at);
    this.#waiting.push({ kind, opens, root, at });
  }

  #hear(root: string, kind: string, at: number): void {
    let here = this.#loud.get(root);
    if (!here && this.#loud.size >= KNOWN_MOST) return;
    if (!here) this.#loud.set(root, (here = new Map()));
    const heard = here.get(kind);
    if (!heard && here.size >= KINDS_MOST) return;
    if (!heard) here.set(kind, [at]);
    else if (at - heard.at(-1)! > 60_000) {
      heard.push(at);
      if (heard.length > 60) heard.shift();
    }
  }

  #onset(place: string, at: number): void {
    const last = this.#lastLoud.get(place) ?? -Infinity;
    this.#lastLoud.set(place, Math.max(last, at));
    if (at - last < ANEW) return;
    this.#failed.set(place, (this.#failed.get(place) ?? 0) + 1);
    this.#onsets = this.#onsets.filter((one) => at - one.at <= TOGETHER);
    if (this.#onsets.length < MANY) {
      for (const other of this.#onsets) {
        if (other.place === place) continue;
        for (const tie of this.#tiesOf(place, other.place)) tie.together++;
      }
    }
    this.#onsets.push({ place, at });
  }

  #name(a: string, b: string, at: number): void {
    const [tie] = this.#tiesOf(a, b);
    if (at - tie.namedAt < ANEW) return;
    tie.namedAt = at;
    tie.named++;
  }

  /** Both directions of what is known of two places. */
  #tiesOf(a: string, b: string): readonly [Tied, Tied] {
    return [this.#tieOf(a, b), this.#tieOf(b, a)];
  }

  #tieOf(from: string, to: string): Tied {
    let ties = this.#ties.get(from);
    if (!ties) this.#ties.set(from, (ties = new Map()));
    let tie = ties.get(to);
    if (!tie) ties.set(to, (tie = { named: 0, namedAt: -Infinity, together: 0 }));
    return tie;
  }

  /** Counts those whose time has passed. */
  #settle(): void {
    while (this.#next < this.#waiting.length && this.#waiting[this.#next]!.at < this.#newest - COMPANY) {
      const { kind, opens, root, at } = this.#waiting[this.#next++]!;
      const field = this.#hadCompany(root, kind, at) ? 'company' : 'alone';
      count(this.#byName, loudOr(nameOf(kind), opens))[field]++;
      count(this.#byKind, loudOr(kind, opens))[field]++;
    }
    if (this.#next > 1000) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
  }

  #hadCompany(root: string, kind: string, at: number): boolean {
    for (const name of this.#topology.near(root, NEAR).keys()) {
      for (const [other, instants] of this.#loud.get(name) ?? []) {
        if (other !== kind && instants.some((instant) => Math.abs(instant - at) <= COMPANY)) return true;
      }
    }
    return false;
  }
}

/** The alert's name in a kind. */
export function nameOf(kind: string): string {
  return kind.slice(kind.lastIndexOf('/') + 1);
}

function loudOr(key: string, opens: boolean): string {
  return `${opens ? 1 : 0}${key}`;
}

function count(counts: Map<string, Counted>, key: string): Counted {
  let known = counts.get(key);
  if (!known) counts.set(key, (known = { company: 0, alone: 0 }));
  return known;
}
