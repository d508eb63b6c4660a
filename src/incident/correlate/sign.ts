import type { Labels } from '../../core/labels.ts';
import type { Place, Topology } from '../topology.ts';
import type { Experience } from './past.ts';
import { buckets, sketchOf, type Sketch } from './minhash.ts';

/** What correlation needs to know of something new. */
export interface Sign {
  readonly place: Place;
  /** Components that its labels name as the other side of a call. */
  readonly mentions: readonly string[];
  /** What kind of alert it is, wherever it fires: place and name. Persons' corrections are remembered by it. */
  readonly kind: string;
  /** Label pairs that may tell what it shares with others, as `name=value`. */
  readonly pairs: readonly string[];
  /** The same as keys under which incidents are found. */
  readonly labelKeys: readonly string[];
  readonly sketch: Sketch | null;
  /** Whether it may open an incident: alerts of page and critical severity. */
  readonly opens: boolean;
  /** What members tell: it is felt as long as the incident lasts, and never where it comes from. */
  readonly impact: boolean;
  /** When it began. */
  readonly at: number;
}

/** What correlation keeps of an incident beside its reach: bounded, so that a storm does not swell it. */
export interface Signature {
  /** Components with alerts loud enough to open an incident: what is near to these is near to the incident. */
  readonly anchors: readonly string[];
  readonly kinds: readonly string[];
  readonly pairs: readonly string[];
  readonly mentions: readonly string[];
  /** Which place named which other, as `caller>callee`. */
  readonly calls: readonly string[];
  readonly sketches: readonly Sketch[];
  /** When the last sign of it began, ms. */
  readonly lastAt: number;
}

export const NO_SIGNATURE: Signature = {
  anchors: [],
  kinds: [],
  pairs: [],
  mentions: [],
  calls: [],
  sketches: [],
  lastAt: 0,
};

const KEPT = { anchors: 60, kinds: 60, pairs: 60, mentions: 20, calls: 40, sketches: 6 };
/** Labels that say how loud or by which rule, not where or what. */
const SAYS_NOTHING = new Set([
  'alertname',
  'severity',
  '__name__',
  'le',
  'quantile',
  'prometheus',
  'replica',
  'alertgroup',
]);
/** Labels that name the other side of a call. */
const PEERS = [
  'server',
  'upstream',
  'peer',
  'peer_service',
  'dependency',
  'destination',
  'destination_service',
  'destination_workload',
  'backend',
];

/** Makes a sign of an alert's labels and words. @param at when it began, ms */
export function signOf(
  topology: Topology,
  alert: {
    readonly labels: Labels;
    readonly text: string;
    readonly opens: boolean;
    readonly at: number;
    readonly impact?: boolean;
  },
): Sign {
  const { labels, text, opens, at, impact = false } = alert;
  const place = topology.placeOf(labels);
  const mentions = new Set<string>();
  for (const name of PEERS) {
    const value = labels[name];
    const component = value === undefined || value === '' ? null : topology.named(value);
    if (component !== null && !place.components.includes(component)) mentions.add(component);
  }
  const pairs: string[] = [];
  const labelKeys: string[] = [];
  for (const name in labels) {
    const value = labels[name]!;
    if (SAYS_NOTHING.has(name) || value === '' || name === 'city' || value.length > 120) continue;
    pairs.push(`${name}=${value}`);
    labelKeys.push(`l:${name}=${value}`);
  }
  const kind = `${place.root}/${labels['alertname'] ?? ''}`;
  return { place, mentions: [...mentions], kind, pairs, labelKeys, sketch: sketchOf(text), opens, impact, at };
}

/** The signature once a sign is added; the same object if it adds nothing. */
export function sharpen(signature: Signature, sign: Sign): Signature {
  const anchors = sign.opens ? add(signature.anchors, sign.place.components, KEPT.anchors) : signature.anchors;
  const kinds = add(signature.kinds, [sign.kind], KEPT.kinds);
  const pairs = add(signature.pairs, sign.pairs, KEPT.pairs);
  const mentions = add(signature.mentions, sign.mentions, KEPT.mentions);
  const { root } = sign.place;
  const calls = add(
    signature.calls,
    sign.mentions.map((name) => `${root}>${name}`),
    KEPT.calls,
  );
  const known =
    sign.sketch === null || signature.sketches.some((one) => one.every((part, at) => part === sign.sketch![at]));
  const sketches = known ? signature.sketches : [...signature.sketches, sign.sketch!].slice(0, KEPT.sketches);
  const lastAt = Math.max(signature.lastAt, sign.at);
  const same =
    anchors === signature.anchors &&
    kinds === signature.kinds &&
    pairs === signature.pairs &&
    mentions === signature.mentions &&
    calls === signature.calls &&
    (known || signature.sketches.length >= KEPT.sketches) &&
    lastAt - signature.lastAt < 1000;
  return same ? signature : { anchors, kinds, pairs, mentions, calls, sketches, lastAt };
}

/** Caller and callee of a call. The callee is a configured component; the caller may be named by anybody. */
export function endsOf(call: string): readonly [string, string] {
  const cut = call.lastIndexOf('>');
  return [call.slice(0, cut), call.slice(cut + 1)];
}

/** Two signatures as one. */
export function joinSignatures(a: Signature, b: Signature): Signature {
  return {
    anchors: add(a.anchors, b.anchors, KEPT.anchors),
    kinds: add(a.kinds, b.kinds, KEPT.kinds),
    pairs: add(a.pairs, b.pairs, KEPT.pairs),
    mentions: add(a.mentions, b.mentions, KEPT.mentions),
    calls: add(a.calls, b.calls, KEPT.calls),
    sketches: [...a.sketches, ...b.sketches].slice(0, KEPT.sketches),
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}

/** Under which keys an incident is found: the places it stands on, partners, label pairs, kinds and words. */
export function keysOfIncident(
  topology: Topology,
  incident: { readonly components: readonly string[]; readonly signature: Signature },
): string[] {
  const { pairs, mentions, kinds, sketches } = incident.signature;
  const partners = incident.components.map((name) => topology.component(name)?.partner ?? null);
  return [
    ...incident.components.map((name) => `c:${name}`),
    ...mentions.map((name) => `c:${name}`),
    ...[...new Set(partners)].flatMap((partner) => (partner === null ? [] : [`p:${partner}`])),
    ...pairs.map((pair) => `l:${pair}`),
    ...kinds.map((kind) => `k:${kind}`),
    ...sketches.flatMap(buckets).map((bucket) => `t:${bucket}`),
  ];
}

/** Under which keys a sign looks for incidents it may belong to: its neighbourhood, partner, labels and words. */
export function keysOfSign(topology: Topology, sign: Sign, distance: number, past: Experience): string[] {
  const keys: string[] = [];
  for (const name of past.tied(sign.place.root)) keys.push(`c:${name}`);
  for (const name of topology.near(sign.place.root, distance).keys()) keys.push(`c:${name}`);
  for (const name of sign.mentions) for (const near of topology.near(name, distance).keys()) keys.push(`c:${near}`);
  const partner = topology.component(sign.place.root)?.partner ?? null;
  if (partner !== null) keys.push(`p:${partner}`);
  keys.push(...sign.labelKeys);
  if (sign.sketch) for (const bucket of buckets(sign.sketch)) keys.push(`t:${bucket}`);
  return keys;
}

function add(known: readonly string[], more: readonly string[], most: number): readonly string[] {
  if (known.length >= most) return known;
  const fresh = more.filter((one) => !known.includes(one));
  return fresh.length === 0 ? known : [...known, ...fresh].slice(0, most);
}
