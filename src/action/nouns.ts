import type { IncidentPhase, IncidentSeverity } from '../incident/incident.ts';
import type { AcceptanceRules } from './care/nouns.ts';
import type { HoursWindow } from './hours/window.ts';

/** Somebody who can be paged, as the configuration names them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly webhook: string | null;
  /** E.164, for SMS and calls. */
  readonly phone: string | null;
  /** A topic of the configured server, or a whole address. */
  readonly ntfy: string | null;
  /** A member's id (U...) with a bot token, or the address of an incoming webhook. */
  readonly slack: string | null;
  /** Addresses of incoming webhooks. */
  readonly mattermost: string | null;
  readonly teams: string | null;
  /** A chat's id. */
  readonly telegram: string | null;
  /** The account that is this person, if it can sign in. */
  readonly account: string | null;
  /** By which ways the person wants to be paged where a chain says `by: own`; the first that fits counts. */
  readonly rules: readonly PageRule[];
  /** When the person is not woken, except for what is grave. */
  readonly quiet: Quiet | null;
}

export interface PageRule {
  /** The severities that it is for; null for all. */
  readonly severity: readonly IncidentSeverity[] | null;
  readonly by: readonly PageChannelName[];
  /** Further ways, `after` ms, if nobody has accepted by then. */
  readonly then: readonly { readonly after: number; readonly by: readonly PageChannelName[] }[];
}

/** Wall times, in the person's zone or the duty plan's; `to` may be on the next day. */
export interface Quiet {
  readonly from: string;
  readonly to: string;
  readonly zone: string | null;
  /** Severities that wake the person all the same. */
  readonly except: readonly IncidentSeverity[];
}

/** Puts somebody else on duty for a while. */
export interface DutyOverride {
  readonly id: string;
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
  readonly createdBy: string;
  readonly cancelledAt: number | null;
}

/** A rotation for a while, above the configured layers. */
export interface TemporaryDuty {
  readonly id: string;
  readonly name: string;
  readonly people: readonly string[];
  /** Local days of the duty plan; `ends` is the first that is not in it any more. */
  readonly starts: string;
  readonly ends: string;
  readonly handover: string;
  /** Length of a shift, ms. */
  readonly every: number;
  readonly createdBy: string;
  readonly cancelledAt: number | null;
}

/** A time in which somebody is away. */
export interface DutyAbsence {
  readonly id: string;
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
  readonly createdBy: string;
  readonly cancelledAt: number | null;
}

/** One person asks another to take a time over, perhaps for one of theirs. */
export interface DutySwap {
  readonly id: string;
  readonly asker: string;
  readonly other: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** What the asker takes in return, or null. */
  readonly backStartsAt: number | null;
  readonly backEndsAt: number | null;
  readonly reason: string;
  readonly state: 'asked' | 'accepted' | 'declined' | 'withdrawn';
  readonly askedAt: number;
  readonly answeredAt: number | null;
}

/** One hand-over of the duty, which the next person accepts. */
export interface DutyHandover {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** When the duty changes. */
  readonly at: number;
  readonly state: 'asked' | 'accepted' | 'missed';
  /** What the next person should know, in words, from what was open. */
  readonly brief: string;
  readonly askedAt: number;
  readonly acceptedAt: number | null;
  /** The override that put the deputy there when it was missed. */
  readonly override: string | null;
}

/**
 * A message to one person that is no page of an incident: a test page, a hand-over, a swap. It is answered by the link in
 * it.
 */
export interface DutyCall {
  readonly id: string;
  /** Idempotency key, the same at each try. */
  readonly key: string;
  readonly kind: 'test' | 'hand-over' | 'swap' | 'notice';
  /** What it is about: a hand-over, a swap; for tests the person. */
  readonly subjectId: string;
  readonly person: string;
  readonly channel: PageChannelName;
  readonly address: string;
  readonly subject: string;
  readonly text: string;
  readonly state: 'due' | 'handed-over' | 'failed';
  readonly createdAt: number;
  readonly handedOverAt: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly vendor: string | null;
  readonly receipt: string | null;
  /** SHA-256 of the secret in the link. */
  readonly answerHash: string;
  readonly answeredAt: number | null;
}

/** A calendar of the duty plan under an address of its own. */
export interface DutyFeed {
  readonly id: string;
  /** Only this person's shifts, or null for all. */
  readonly person: string | null;
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly lastReadAt: number | null;
  readonly revokedAt: number | null;
}

/** The chain of an incident as it runs, with the policy as it was when it started. */
export interface ChainRun {
  readonly id: string;
  readonly incidentId: string;
  readonly chain: string;
  /** The steps, people and texts as configured at the start: a reload does not change a running chain. */
  readonly snapshot: ChainSnapshot;
  readonly state: 'running' | 'accepted' | 'ended' | 'exhausted';
  readonly startedAt: number;
  /** Steps begun so far: the index of the next one. */
  readonly nextStep: number;
  /** How often the whole chain was gone through. */
  readonly round: number;
  readonly nextActionAt: number | null;
  /** How long steps waited for their hours so far, ms: the steps after them are that much later. */
  readonly waited: number;
  /** How many times somebody was to be paged: at 0 the last resort is still to come. */
  readonly paged: number;
}

/** People who are paged together under one name. */
export interface Team {
  readonly name: string;
  readonly title: string;
  readonly people: readonly string[];
}

/** Who is asked for in a role, such as `comms`; the first entry of the role whose severity fits counts. */
export interface KeyContact {
  readonly role: string;
  readonly person: string;
  /** null for every severity. */
  readonly severity: readonly IncidentSeverity[] | null;
}

export interface ChainSnapshot {
  readonly steps: readonly ChainStep[];
  readonly repeatEvery: number | null;
  readonly maxRounds: number;
  /** The incident's severity at the start: a raise may start a louder chain. */
  readonly severity: IncidentSeverity;
  readonly people: readonly Person[];
  /** Who is paged when nobody accepts. */
  readonly fallback: string;
  readonly templates: readonly NoticeTemplate[];
  /** Absent in runs that older versions started. */
  readonly teams?: readonly Team[];
  readonly contacts?: readonly KeyContact[];
  /** When an acceptance without progress is given back, by severity. */
  readonly acceptance?: AcceptanceRules;
}

/** The words for members before the placeholders are filled in, by language. */
export interface NoticeTemplate {
  readonly name: string;
  readonly severity: IncidentSeverity;
  readonly title: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  readonly agent: Readonly<Record<string, string>>;
}

/** Under which conditions a step is taken: all that are named must hold. Each is null when it is not asked for. */
export interface StepConditions {
  readonly hours: HoursWindow | null;
  /** What is done outside the hours: on to the next step, or nothing until they begin. */
  readonly outside: 'skip' | 'wait';
  /** How many alerts the incident must have, and within how long before, ms (null: ever). */
  readonly alertsAtLeast: number | null;
  readonly within: number | null;
  readonly severity: readonly IncidentSeverity[] | null;
  readonly functions: readonly string[] | null;
}

/** One step: what to do, `after` ms from the start of the chain. `onlyUnaccepted` steps are left out once somebody accepted. */
export type ChainStep = {
  readonly after: number;
  readonly onlyUnaccepted: boolean;
  readonly when?: StepConditions | undefined;
} & (
  | { readonly do: 'page'; readonly target: string; readonly by: readonly PageChannelName[] | 'own' }
  | { readonly do: 'notify-members'; readonly template: string }
  | { readonly do: 'contact-partner'; readonly partner: string }
  | { readonly do: 'run-playbook'; readonly playbook: string }
  | { readonly do: 'open-ticket' }
  | { readonly do: 'open-partner-ticket'; readonly partner: string }
);

/** The ways to a person, the ones that wake first. The log reaches nobody; it keeps. */
export const PAGE_CHANNELS = [
  'voice',
  'sms',
  'push',
  'ntfy',
  'telegram',
  'slack',
  'mattermost',
  'teams',
  'email',
  'webhook',
  'log',
] as const;

export type PageChannelName = (typeof PAGE_CHANNELS)[number];

/** What a page is for, which decides what it says and what its link does. */
export const PAGE_PURPOSES = [
  /** Somebody is to take the incident. */
  'page',
  /** Nothing was heard of the one who has it. */
  'reminder',
  /** A snooze has ended. */
  'wake',
  /** Somebody is asked to take it over, and the giver is told that nobody did. */
  'hand-over',
  'hand-over-back',
  /** The promised update is due soon, or overdue. */
  'promise-due',
  'promise-broken',
  /** An agreed level of service is nearly missed, or is. */
  'sla-warning',
  'sla-broken',
] as const;

export type PagePurpose = (typeof PAGE_PURPOSES)[number];

/** One message to one person by one channel. `key` is the idempotency key: the same across retries. */
export interface Page {
  readonly id: string;
  readonly key: string;
  readonly incidentId: string;
  readonly chainRunId: string | null;
  readonly person: string;
  readonly channel: PageChannelName;
  readonly address: string;
  readonly reason: string;
  readonly state: 'due' | 'bundled' | 'handed-over' | 'failed' | 'cancelled';
  readonly createdAt: number;
  readonly handedOverAt: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
  /** What the receiving side said: an SMTP reply, an HTTP status. */
  readonly receipt: string | null;
  /** SHA-256 of the secret in the acceptance link. */
  readonly acceptHash: string;
  readonly acceptedAt: number | null;
  readonly purpose: PagePurpose;
  /** The hand-over that it asks for; else null. */
  readonly about: string | null;
  /** SHA-256 of the token in the address that a mail is answered to; null where there is none. */
  readonly replyHash: string | null;
  /** When an answer by mail did something: it does so once. */
  readonly replyUsedAt: number | null;
}

/** One handing over of a page to a vendor, and what the vendor told of it later. */
export interface Delivery {
  readonly id: string;
  readonly pageId: string;
  readonly incidentId: string;
  /** The vendor account or relay. */
  readonly vendor: string;
  /** The vendor's name of the message. */
  readonly reference: string | null;
  /**
   * `taken` by a vendor that sends no receipts, or whose receipt is awaited; `delivered` or `undelivered` by its
   * receipt; `silent` when none came in time: then the next vendor was tried.
   */
  readonly state: 'taken' | 'delivered' | 'undelivered' | 'silent';
  readonly said: string;
  readonly takenAt: number;
  /** Until when a receipt is awaited, or null where the vendor sends none. */
  readonly receiptDue: number | null;
  readonly receiptAt: number | null;
  readonly receipt: string | null;
}

/** A browser that shows pages by Web Push (RFC 8030), allowed by its account. */
export interface PushDevice {
  readonly id: string;
  /** The account's name. */
  readonly account: string;
  /** What the person calls it. */
  readonly name: string;
  readonly endpoint: string;
  /** The browser's keys, base64url (RFC 8291). */
  readonly p256dh: string;
  readonly auth: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** The members' word: shown on the status page and in the app. */
export interface MemberNotice {
  readonly id: string;
  readonly incidentId: string;
  readonly phase: IncidentPhase;
  readonly severity: IncidentSeverity;
  /** By language (`en`, `de`): what members read. */
  readonly title: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  /** What an agent in the call centre says: the same facts, spoken. */
  readonly agentWord: Readonly<Record<string, string>>;
  readonly functions: readonly string[];
  readonly cities: readonly string[];
  readonly publishedAt: number;
  readonly publishedBy: string;
}

/** A message to a partner about an incident. */
export interface PartnerContact {
  readonly id: string;
  readonly key: string;
  readonly incidentId: string;
  readonly partner: string;
  readonly address: string;
  readonly subject: string;
  readonly body: string;
  readonly state: 'due' | 'handed-over' | 'failed';
  readonly createdAt: number;
  readonly handedOverAt: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** A playbook as it runs: declarative steps, a guard before, a verification by an independent signal after. */
export interface PlaybookRun {
  readonly id: string;
  readonly incidentId: string;
  readonly playbook: string;
  readonly startedBy: string;
  readonly startedAt: number;
  readonly state: 'guarding' | 'acting' | 'verifying' | 'recovered' | 'refused' | 'failed' | 'aborted';
  readonly step: number;
  readonly results: readonly StepResult[];
  readonly finishedAt: number | null;
  /** Verification gives up at this instant. */
  readonly deadline: number | null;
}

export interface StepResult {
  readonly at: number;
  readonly step: string;
  readonly ok: boolean;
  /** What was seen: a status code, a value, the words of an error. */
  readonly detail: string;
}
