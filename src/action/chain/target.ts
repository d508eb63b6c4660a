import type { IncidentSeverity } from '../../incident/incident.ts';
import type { OnDuty } from '../duty/plan.ts';
import { PAGE_CHANNELS, type ChainSnapshot, type PageChannelName, type Person } from '../nouns.ts';
import { ownWays } from '../page/own-rule.ts';

/** A way to a person; `after` ms from now if nobody has accepted by then, at once if left out. */
export interface Way {
  readonly channel: PageChannelName;
  readonly address: string;
  readonly after?: number;
}

/** A person to page, and by which channels and addresses. */
export interface Target {
  readonly person: Person;
  readonly channels: readonly Way[];
  /** Why this person, in words. */
  readonly reason: string;
}

/** Where a channel reaches the person, or null. The log always does. */
export function addressOf(person: Person, channel: PageChannelName): string | null {
  switch (channel) {
    case 'sms':
    case 'voice':
      return person.phone;
    // The devices that a person has allowed to show pages belong to the account.
    case 'push':
      return person.account;
    case 'log':
      return person.id;
    default:
      return person[channel];
  }
}

type Policy = Pick<ChainSnapshot, 'people' | 'fallback' | 'teams' | 'contacts'>;

/**
 * Who is meant by a step's target at this moment: one person, or all of a team. Paging fails open: a missing deputy or an
 * unknown person becomes the fallback, and a person without the wished address is paged by what there is.
 * @param target `focal`, `deputy`, `fallback`, a person's id, a team, or a role of the key contacts
 * @param people people as configured now, for overrides that name somebody who is newer than the snapshot
 */
export function resolveTargets(
  target: string,
  by: readonly PageChannelName[] | 'own',
  severity: IncidentSeverity,
  duty: OnDuty,
  snapshot: Policy,
  people: readonly Person[],
): readonly Target[] {
  const team = snapshot.teams?.find(({ name }) => name === target);
  if (team) {
    const members = team.people.flatMap((id) => resolveTarget(id, by, severity, duty, snapshot, people) ?? []);
    return members.map((one) => ({ ...one, reason: one.reason.replace(NAMED, `one of the team ${team.title}`) }));
  }
  const contacts = snapshot.contacts?.filter(({ role }) => role === target) ?? [];
  const contact = contacts.find((one) => one.severity === null || one.severity.includes(severity)) ?? contacts[0];
  const found = resolveTarget(contact?.person ?? target, by, severity, duty, snapshot, people);
  if (!found) return [];
  return [contact ? { ...found, reason: found.reason.replace(NAMED, `contact for ${target}`) } : found];
}

/** Why a person is paged whom the chain names. */
const NAMED = 'named in the chain';

/** @param target `focal`, `deputy`, `fallback` or a person's id */
function resolveTarget(
  target: string,
  by: readonly PageChannelName[] | 'own',
  severity: IncidentSeverity,
  duty: OnDuty,
  snapshot: Policy,
  people: readonly Person[],
): Target | null {
  const find = (id: string | null): Person | undefined =>
    snapshot.people.find((one) => one.id === id) ?? people.find((one) => one.id === id);
  const [id, meaning] = meaningOf(target, duty, snapshot.fallback);
  const meant = find(id);
  const person = meant ?? find(snapshot.fallback);
  if (!person) return null;
  const reason = meant ? meaning : `fallback, because ${meaning} is nobody`;
  return { person, channels: by === 'own' ? ownChannels(person, severity) : channelsOf(person, by), reason };
}

function meaningOf(target: string, duty: OnDuty, fallback: string): [string | null, string] {
  if (target === 'focal') return [duty.focal, 'focal person on duty'];
  if (target === 'deputy') return [duty.deputy, 'deputy'];
  if (target === 'fallback') return [fallback, 'fallback'];
  return [target, NAMED];
}

/** The addresses of a person in the configuration, the ones that wake first. */
export function waysTo(person: Person): Target['channels'] {
  return channelsOf(
    person,
    PAGE_CHANNELS.filter((channel) => channel !== 'push' && channel !== 'log'),
  ).filter(({ channel }) => channel !== 'push' && channel !== 'log');
}

/** The ways of the person's own rules; all of them when no rule fits or none reaches. */
function ownChannels(person: Person, severity: IncidentSeverity): Target['channels'] {
  const ways = (ownWays(person, severity) ?? []).flatMap(({ channel, after }) => {
    const address = addressOf(person, channel);
    return address === null ? [] : [{ channel, address, after }];
  });
  const reaches = ways.some(({ channel }) => channel !== 'log');
  return reaches ? ways : channelsOf(person, PAGE_CHANNELS);
}

/** The wished channels that reach the person; if none but the log does, every channel that does. */
export function channelsOf(person: Person, by: readonly PageChannelName[]): Target['channels'] {
  const reaching = (names: readonly PageChannelName[]): Target['channels'] =>
    names.flatMap((channel) => {
      const address = addressOf(person, channel);
      return address === null ? [] : [{ channel, address }];
    });
  const wished = reaching(by);
  if (wished.some(({ channel }) => channel !== 'log')) return wished;
  return by.some((name) => name !== 'log') ? reaching(PAGE_CHANNELS) : wished;
}
