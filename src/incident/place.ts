import type { Alert } from '../alert/alert.ts';
import { opensIncident } from '../alert/severity.ts';
import { alertWords } from '../alert/words.ts';
import { correlate, type Candidate, type Correlation, type Known } from './correlate/correlate.ts';
import { keysOfIncident, keysOfSign, sharpen, signOf, type Sign } from './correlate/sign.ts';
import type { Incident } from './incident.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentSettings } from './settings.ts';
import type { Topology } from './topology.ts';

/** How many incidents one alert is compared with at most. */
const FOUND_MOST = 50;
/** A label pair that this share of all incidents had does not find any. */
const COMMON = { share: 0.2, least: 4 };

/** What correlation needs to know of an alert. A clock of a sender that runs ahead is set to ours. */
export function signOfAlert(settings: IncidentSettings, alert: Alert, now: number): Sign {
  const { labels, annotations, severity, startsAt } = alert;
  const at = Math.min(startsAt, now);
  const made = MADE.get(alert);
  if (made?.topology === settings.topology && made.sign.at === at) return made.sign;
  const text = [alertWords(alert), annotations['description'] ?? ''].join(' ');
  const sign = signOf(settings.topology, { labels, text, opens: opensIncident(severity), at });
  MADE.set(alert, { topology: settings.topology, sign });
  return sign;
}

/** One alert is asked about three times while it is placed: its words are looked at once. */
const MADE = new WeakMap<Alert, { readonly topology: Topology; readonly sign: Sign }>();

/** What a sign is weighed with: how rare its labels are among all incidents, and what persons decided before. */
export async function knownFor(tx: IncidentTx, settings: IncidentSettings, sign: Sign): Promise<Known> {
  return (await knownForAll(tx, settings, [sign]))(sign);
}

/** The same for many signs, which are asked for at once. */
export async function knownForAll(
  tx: IncidentTx,
  settings: IncidentSettings,
  signs: readonly Sign[],
): Promise<(sign: Sign) => Known> {
  const keys = new Set<string>();
  const kinds = new Set<string>();
  for (const { labelKeys, kind } of signs) {
    kinds.add(kind);
    for (const key of labelKeys) keys.add(key);
  }
  const counts = await tx.correlation.keyCounts([...keys]);
  const incidents = await tx.correlation.incidentCount();
  const lessons = await tx.correlation.lessons([...kinds]);
  const seen = { incidents, withKey: (key: string) => counts.get(key) ?? 0 };
  const { topology, join: rules, past } = settings;
  return ({ kind }) => ({ topology, rules, seen, lessons: lessons.get(kind) ?? [], past });
}

/**
 * Decides where an alert belongs, by the inverted index of live incidents. An alert that is over already may belong to
 * an incident that was resolved meanwhile: it came late.
 */
export async function place(
  tx: IncidentTx,
  settings: IncidentSettings,
  sign: Sign,
  over: boolean,
): Promise<{ readonly decision: Correlation; readonly candidates: readonly (Candidate & Incident)[] }> {
  const known = await knownFor(tx, settings, sign);
  const keys = rareKeys(settings, sign, known);
  const since = Math.min(over ? sign.at : Infinity, Number.MAX_SAFE_INTEGER);
  const candidates = await found(tx, keys, since);
  return { decision: correlate(sign, candidates, known), candidates };
}

/** Incidents near in place first: in a storm hundreds say the same words, and the one of this place must be among them. */
async function found(tx: IncidentTx, keys: readonly string[], since: number): Promise<(Candidate & Incident)[]> {
  const near = await tx.correlation.candidates(keys.filter(isPlace), since, FOUND_MOST);
  if (near.length >= FOUND_MOST) return near;
  const others = await tx.correlation.candidates(
    keys.filter((key) => !isPlace(key)),
    since,
    FOUND_MOST,
  );
  const known = new Set(near.map(({ id }) => id));
  const more = others.filter(({ id }) => !known.has(id)).slice(0, FOUND_MOST - near.length);
  return [...near, ...more].sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
}

function isPlace(key: string): boolean {
  return key.startsWith('c:') || key.startsWith('p:');
}

/** The keys that a sign looks under: those that many incidents have find none. */
export function rareKeys(settings: IncidentSettings, sign: Sign, { seen }: Known): string[] {
  const common = Math.max(COMMON.least, seen.incidents * COMMON.share);
  return keysOf(settings, sign).filter((key) => !key.startsWith('l:') || seen.withKey(key) <= common);
}

/** A sign is asked for its keys when many are looked up at once, and when it is placed. */
function keysOf({ topology, past, join: { distance } }: IncidentSettings, sign: Sign): readonly string[] {
  const known = KEYS.get(sign);
  if (known?.topology === topology && known.past === past) return known.keys;
  const keys = keysOfSign(topology, sign, distance, past);
  KEYS.set(sign, { topology, past, keys });
  return keys;
}

const KEYS = new WeakMap<
  Sign,
  { readonly topology: Topology; readonly past: IncidentSettings['past']; readonly keys: readonly string[] }
>();

/** Adds what an alert tells to what its incident is known by. */
export async function recognise(
  tx: IncidentTx,
  settings: IncidentSettings,
  incident: Pick<Incident, 'id' | 'components'>,
  sign: Sign,
): Promise<void> {
  const before = await tx.correlation.signature(incident.id);
  const signature = sharpen(before, sign);
  if (signature === before) return;
  const known = new Set(keysOfIncident(settings.topology, { components: [], signature: before }));
  const keys = keysOfIncident(settings.topology, { ...incident, signature }).filter((key) => !known.has(key));
  await tx.correlation.putSignature(incident.id, signature, [...new Set(keys)]);
}
