import type { Entry } from '../../core/journal.ts';
import type { Incident } from '../../incident/incident.ts';
import { INCIDENT_FACTS, isLive } from '../../incident/index.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { Person } from '../nouns.ts';
import type { IncidentCare } from './nouns.ts';
import type { CareRules } from './rules.ts';

/** Facts that tell others how it stands, when a person wrote them. */
const UPDATES: ReadonlySet<string> = new Set([
  INCIDENT_FACTS.noted,
  INCIDENT_FACTS.updated,
  INCIDENT_FACTS.severityRaised,
  INCIDENT_FACTS.severityLowered,
  ACTION_FACTS.noticePublished,
]);
/** Further facts by which a person shows to be at work. */
const PROGRESS: ReadonlySet<string> = new Set([
  INCIDENT_FACTS.split,
  INCIDENT_FACTS.absorbed,
  INCIDENT_FACTS.corrected,
  ACTION_FACTS.playbookStarted,
  ACTION_FACTS.playbookAborted,
]);

/** What is known about an incident that nobody has looked after so far. */
export function newCare(id: string, at: number): IncidentCare {
  return {
    id,
    owner: null,
    ownedSince: null,
    progressAt: at,
    remindedAt: null,
    ...AWAKE,
    ...NO_PROMISE,
    promisesKept: 0,
    promisesBroken: 0,
    nextAt: null,
  };
}

/** Not snoozed. */
export const AWAKE = {
  snoozedAt: null,
  snoozedUntil: null,
  snoozedBy: null,
  snoozeReason: null,
  snoozeSeverity: null,
  snoozeComponents: [],
} as const;

const NO_PROMISE = { promisedAt: null, promiseSetAt: null, promisedBy: null, promiseRemindedAt: null } as const;

/** A promise of the next update, by the rules or by a person. */
export function promised(at: number | null, now: number, by: string | null): Partial<IncidentCare> {
  if (at === null) return NO_PROMISE;
  return { promisedAt: at, promiseSetAt: now, promisedBy: by, promiseRemindedAt: null };
}

/** What is looked at of a fact. */
type FollowedEntry = Pick<Entry, 'fact' | 'actorKind' | 'actorId' | 'at' | 'data'>;

/** The change of a care, with what is worth a row in the journal. */
export interface Followed {
  readonly change: Partial<IncidentCare>;
  /** A snooze that ended because the incident is nobody's any more, or somebody else's. */
  readonly snoozeEnded: boolean;
}

/**
 * Brings a care in line with its incident and the fact that led here. Pure.
 * @param entry the fact, or null
 * @param now ms
 */
export function follow(
  care: IncidentCare,
  incident: Incident,
  entry: FollowedEntry | null,
  rules: CareRules,
  people: readonly Person[],
  now: number,
): Followed {
  const wasSnoozed = care.snoozedUntil !== null;
  if (!isLive(incident)) {
    return { change: { ...AWAKE, ...NO_PROMISE, remindedAt: null }, snoozeEnded: false };
  }
  if (incident.state === 'open') {
    const change = { owner: null, ownedSince: null, remindedAt: null, ...AWAKE };
    return { change, snoozeEnded: wasSnoozed };
  }
  if (care.ownedSince !== incident.acceptedAt) {
    const renewed = care.promisedAt === null ? promised(inTime(rules, now), now, null) : {};
    const change = {
      owner: ownerOf(people, incident.acceptedBy, entry),
      ownedSince: incident.acceptedAt,
      progressAt: now,
      remindedAt: null,
      ...AWAKE,
      ...renewed,
    };
    return { change, snoozeEnded: wasSnoozed };
  }
  // A verb may have come before this fact was looked at, and known the owner by the name alone.
  const isLate = care.owner === null && entry?.fact === INCIDENT_FACTS.accepted;
  const owner = isLate ? { owner: ownerOf(people, incident.acceptedBy, entry) } : {};
  return { change: entry ? { ...owner, ...shown(care, entry, rules, now) } : {}, snoozeEnded: false };
}

/** What a fact shows: progress, or an update, by which a promise is kept and the next one made. */
function shown(
  care: IncidentCare,
  { fact, actorKind, at, data }: FollowedEntry,
  rules: CareRules,
  now: number,
): Partial<IncidentCare> {
  const byPerson = actorKind === 'person' || actorKind === 'token';
  // What came with a promise was counted when that was made.
  const isUpdate =
    UPDATES.has(fact) && data['promise'] === undefined && (byPerson || fact === ACTION_FACTS.noticePublished);
  const isProgress = byPerson && (UPDATES.has(fact) || PROGRESS.has(fact));
  return {
    ...(isProgress ? { progressAt: Math.max(care.progressAt, at), remindedAt: null } : {}),
    ...(isUpdate ? kept(care, at, rules, now) : {}),
  };
}

/** An update counts once for the promise that it keeps; a promise made later than it is another one. */
export function kept(care: IncidentCare, at: number, rules: CareRules, now: number): Partial<IncidentCare> {
  if (care.promiseSetAt !== null && at < care.promiseSetAt) return {};
  const promisesKept = care.promisedAt === null ? care.promisesKept : care.promisesKept + 1;
  // While it is snoozed, what was promised for afterwards stands.
  if (care.snoozedUntil !== null) return { promisesKept };
  return { promisesKept, ...promised(inTime(rules, now), now, null) };
}

/** When the next update is due by the rules, ms. */
export function inTime({ update }: CareRules, now: number): number | null {
  return update === null ? null : now + update.every;
}

/** The person who accepted: by the account or id that acted, else by the name. */
function ownerOf(
  people: readonly Person[],
  name: string | null,
  entry: Pick<Entry, 'fact' | 'actorId'> | null,
): string | null {
  const accepted = entry?.fact === INCIDENT_FACTS.accepted;
  const byActor = accepted ? people.find(({ account, id }) => (account ?? id) === entry.actorId) : undefined;
  return (byActor ?? people.find((person) => person.name === name))?.id ?? null;
}
