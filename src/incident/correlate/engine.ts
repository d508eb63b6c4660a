import { compareText, fingerprint, labelsKey, type Labels } from '../../core/labels.ts';
import type { Topology } from '../topology.ts';
import { correlate, type Candidate, type Evidence, type JoinRules, type Lesson } from './correlate.ts';
import { Past } from './past.ts';
import {
  joinSignatures,
  keysOfIncident,
  keysOfSign,
  NO_SIGNATURE,
  sharpen,
  signOf,
  type Sign,
  type Signature,
} from './sign.ts';

/** One event as it came in: an alert that fires or ends, or a member's ticket. */
export interface CorrelationEvent {
  readonly id: string;
  readonly kind: 'alert' | 'ticket';
  readonly status: 'firing' | 'resolved';
  /** When it happened, by the sender's clock, and when it came in; ms. */
  readonly at: number;
  readonly receivedAt: number;
  readonly labels: Labels;
  readonly text: string;
  /** Whether it may open an incident. */
  readonly opens: boolean;
}

/** An event that became part of an incident, and why. */
export interface MemberLink {
  readonly eventId: string;
  readonly labels: Labels;
  readonly at: number;
  readonly score: number;
  readonly evidence: readonly Evidence[];
  readonly kind: 'alert' | 'ticket';
}

export interface CorrelatedIncident extends Candidate {
  readonly members: readonly MemberLink[];
  /** Numbers of incidents that were merged into this one, with the reason. */
  readonly merged: readonly { readonly number: number; readonly reason: string }[];
}

export interface CorrelatorOptions {
  readonly topology: Topology;
  readonly rules: JoinRules;
  /** How long all alerts must be over before an incident is, ms. */
  readonly settle: number;
  readonly lessons?: readonly Lesson[];
}

/** What was counted on the way. */
export interface CorrelatorCounts {
  events: number;
  repeats: number;
  flaps: number;
  late: number;
  loose: number;
}

interface Live extends Candidate {
  parent: Live | null;
  readonly members: MemberLink[];
  readonly merged: { number: number; reason: string }[];
  readonly firing: Set<string>;
  components: readonly string[];
  cities: readonly string[];
  startedAt: number;
  signature: Candidate['signature'];
  quietSince: number | null;
  /** How many members came before what is asked about. */
  before: number;
}

interface Known {
  firing: boolean;
  incident: Live | null;
  endedAt: number;
  flips: number;
}

/** An alert that fires again within this time is the same one, flapping. */
const FLAP = 900_000;
/** A flapping alert counts as firing for longer each time, up to this many times the settling. */
const MOST_PATIENCE = 6;
/** An event this much older than the newest one is late. */
const LATE = 120_000;
/** A clock may not run ahead of the time of arrival. */
const AHEAD = 0;
const LOOSE_KEPT = 500;
const FOUND_MOST = 50;
/** A label pair that this share of all incidents had does not find any. */
const COMMON = { share: 0.2, least: 4 };

/**
 * Correlates a stream of events in memory, with the same decisions as the stage makes on its database: repeats are
 * counted, flapping is damped, candidates come from an inverted index, merges are a union-find. The same events in the
 * same order give the same incidents. For the offline command, replays and measurements.
 */
export class Correlator {
  readonly counts: CorrelatorCounts = { events: 0, repeats: 0, flaps: 0, late: 0, loose: 0 };
  readonly #options: CorrelatorOptions;
  readonly #known = new Map<string, Known>();
  readonly #index = new Map<string, Set<Live>>();
  /** How many incidents had each key, those that are over included. */
  readonly #had = new Map<string, number>();
  readonly #all: Live[] = [];
  readonly #loose: { event: CorrelationEvent; sign: Sign; key: string }[] = [];
  readonly #looseIds = new Set<string>();
  readonly #past: Past;
  #newest = 0;

  constructor(options: CorrelatorOptions) {
    this.#options = options;
    this.#past = new Past(options.topology);
  }

  /** Takes one event, in the order of arrival. */
  take(event: CorrelationEvent): void {
    this.counts.events++;
    const at = Math.min(event.at, event.receivedAt + AHEAD);
    if (at < this.#newest - LATE) this.counts.late++;
    this.#newest = Math.max(this.#newest, at);
    const key = event.kind === 'ticket' ? event.id : labelsKey(event.labels);
    const known = this.#known.get(key);
    if (event.status === 'resolved') return this.#end(known, key, at);
    if (known?.firing) {
      this.counts.repeats++;
      return;
    }
    if (known && this.#flaps(known, key, at)) return;
    const { topology } = this.#options;
    const { labels, text, opens } = event;
    const impact = event.kind === 'ticket';
    const sign = signOf(topology, { labels, text, opens: opens && !impact, at, impact });
    const state: Known = { firing: true, incident: null, endedAt: 0, flips: known?.flips ?? 0 };
    this.#known.set(key, state);
    this.#past.take(sign);
    this.#place({ ...event, at }, sign, key);
  }

  /** Takes what came before, to learn from it: incidents that nothing is added to later are not given out, nor counted. */
  remember(events: readonly CorrelationEvent[]): void {
    for (const event of events) this.take(event);
    for (const incident of this.#all) incident.before = incident.members.length;
    for (const count of Object.keys(this.counts) as (keyof CorrelatorCounts)[]) this.counts[count] = 0;
    this.#looseIds.clear();
  }

  /** The incidents, oldest first, merged ones under the one that remains. */
  incidents(): CorrelatedIncident[] {
    return this.#all
      .filter(({ parent, before, members }) => parent === null && members.length > before)
      .map(({ id, number, components, cities, openedAt, startedAt, signature, members, merged }) => ({
        id,
        number,
        components,
        cities,
        openedAt,
        startedAt,
        signature,
        members,
        merged,
      }));
  }

  /** Ids of events that belong to no incident. */
  loose(): string[] {
    return [...this.#looseIds].sort(compareText);
  }

  #end(known: Known | undefined, key: string, at: number): void {
    if (!known?.firing) {
      this.counts.repeats++;
      return;
    }
    known.firing = false;
    known.endedAt = at;
    const incident = known.incident ? rootOf(known.incident) : null;
    if (!incident) return;
    incident.firing.delete(key);
    // A flapping alert holds its incident open for longer each time.
    const patience = Math.min(MOST_PATIENCE, 1 + known.flips) - 1;
    if (incident.firing.size === 0) incident.quietSince = at + patience * this.#options.settle;
  }

  /** An alert that fires again soon is the same one: it goes back to where it was, and opens nothing. */
  #flaps(known: Known, key: string, at: number): boolean {
    const incident = known.incident ? rootOf(known.incident) : null;
    if (!incident || at - known.endedAt > FLAP) return false;
    this.counts.flaps++;
    known.firing = true;
    known.flips++;
    incident.firing.add(key);
    incident.quietSince = null;
    if (at > incident.signature.lastAt) incident.signature = { ...incident.signature, lastAt: at };
    return true;
  }

  #place(event: CorrelationEvent, sign: Sign, key: string): void {
    const { topology, rules, lessons = [] } = this.#options;
    const candidates = this.#find(sign, event.at);
    const decision = correlate(sign, candidates, {
      topology,
      rules,
      seen: this.#seen,
      lessons: lessons.filter(({ a, b }) => a === sign.kind || b === sign.kind),
      past: this.#past,
    });
    if (decision.kind === 'attach') {
      const incident = candidates.find(({ id }) => id === decision.incidentId)!;
      this.#join(incident, event, sign, key, decision.score, decision.evidence);
      for (const { incidentId, reason } of decision.bridges) {
        this.#merge(
          candidates.find(({ id }) => id === incidentId)!,
          incident,
          reason,
        );
      }
    } else if (decision.kind === 'open') {
      const incident = this.#open(event.at);
      this.#join(
        incident,
        event,
        sign,
        key,
        0,
        decision.reasons.map((words) => ({ weight: 0, words })),
      );
      this.#gather(incident);
    } else {
      this.counts.loose++;
      this.#looseIds.add(event.id);
      this.#loose.push({ event, sign, key });
      if (this.#loose.length > LOOSE_KEPT) this.#loose.shift();
    }
  }

  readonly #seen = {
    incidents: 0,
    withKey: (key: string): number => this.#had.get(key) ?? 0,
  };

  /** Incidents under the keys of the sign that are not over at the instant, oldest first. */
  #find(sign: Sign, at: number): Live[] {
    const { topology, rules, settle } = this.#options;
    const found = new Set<Live>();
    const common = Math.max(COMMON.least, this.#all.length * COMMON.share);
    for (const key of keysOfSign(topology, sign, rules.distance, this.#past)) {
      const under = this.#index.get(key);
      if (!under || (key.startsWith('l:') && (this.#had.get(key) ?? 0) > common)) continue;
      for (const one of under) {
        const incident = rootOf(one);
        if (incident.quietSince !== null && at > incident.quietSince + settle) under.delete(one);
        else found.add(incident);
        if (found.size >= FOUND_MOST) break;
      }
    }
    return [...found].sort((a, b) => a.number - b.number);
  }

  #open(at: number): Live {
    const number = this.#all.length + 1;
    const incident: Live = {
      id: `incident-${number}`,
      number,
      components: [],
      cities: [],
      openedAt: at,
      startedAt: at,
      signature: { ...NO_SIGNATURE, lastAt: at },
      parent: null,
      members: [],
      merged: [],
      firing: new Set(),
      quietSince: null,
      before: 0,
    };
    this.#all.push(incident);
    this.#seen.incidents = number;
    return incident;
  }

  #join(
    incident: Live,
    event: CorrelationEvent,
    sign: Sign,
    key: string,
    score: number,
    evidence: readonly Evidence[],
  ): void {
    const { topology } = this.#options;
    const { id: eventId, labels, at, kind } = event;
    incident.members.push({ eventId, labels, at, score, evidence, kind });
    if (kind === 'ticket') return;
    const state = this.#known.get(key);
    if (state) state.incident = incident;
    incident.firing.add(key);
    incident.quietSince = null;
    incident.components = union(incident.components, sign.place.components);
    if (sign.place.city !== null) incident.cities = union(incident.cities, [sign.place.city]);
    incident.startedAt = Math.min(incident.startedAt, at);
    const before = incident.signature;
    incident.signature = sharpen(before, sign);
    if (tellsMore(before, incident.signature)) {
      for (const one of keysOfIncident(topology, incident)) this.#post(one, incident);
    }
  }

  /** Brings in what was too quiet to open an incident of its own. */
  #gather(incident: Live): void {
    const { topology, rules, lessons = [] } = this.#options;
    for (const { event, sign, key } of this.#loose) {
      if (incident.openedAt - event.at > rules.within || this.#known.get(key)?.incident) continue;
      const known = { topology, rules, seen: this.#seen, lessons, past: this.#past };
      const decision = correlate({ ...sign, opens: false }, [incident], known);
      if (decision.kind !== 'attach') continue;
      this.#looseIds.delete(event.id);
      this.counts.loose--;
      this.#join(incident, event, sign, key, decision.score, decision.evidence);
    }
    const kept = this.#loose.filter(({ event }) => this.#looseIds.has(event.id));
    this.#loose.splice(0, this.#loose.length, ...kept);
  }

  #merge(from: Live, into: Live, reason: string): void {
    if (from === into || from.parent !== null) return;
    from.parent = into;
    into.members.push(...from.members);
    into.merged.push({ number: from.number, reason }, ...from.merged);
    for (const key of from.firing) into.firing.add(key);
    into.components = union(into.components, from.components);
    into.cities = union(into.cities, from.cities);
    into.startedAt = Math.min(into.startedAt, from.startedAt);
    into.signature = joinSignatures(into.signature, from.signature);
    for (const key of keysOfIncident(this.#options.topology, into)) this.#post(key, into);
  }

  #post(key: string, incident: Live): void {
    let under = this.#index.get(key);
    if (!under) this.#index.set(key, (under = new Set()));
    if (under.has(incident)) return;
    under.add(incident);
    this.#had.set(key, (this.#had.get(key) ?? 0) + 1);
  }
}

/** Whether an incident is found under more keys than before: its newest instant alone adds none. */
function tellsMore(before: Signature, after: Signature): boolean {
  return (
    before.kinds !== after.kinds ||
    before.pairs !== after.pairs ||
    before.mentions !== after.mentions ||
    before.sketches.length !== after.sketches.length
  );
}

/** The incident that remains after merges, with the way there made short. */
function rootOf(incident: Live): Live {
  let root = incident;
  while (root.parent !== null) root = root.parent;
  let at = incident;
  while (at.parent !== null) {
    const next: Live = at.parent;
    at.parent = root;
    at = next;
  }
  return root;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  const fresh = b.filter((one) => !a.includes(one));
  return fresh.length === 0 ? a : [...a, ...fresh];
}

/** The id of an event that carries none: its fingerprint and instant. */
export function eventId(labels: Labels, at: number): string {
  return `${fingerprint(labels)}@${at}`;
}
