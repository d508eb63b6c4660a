import type { Account, Session, Token } from '../access/account.ts';
import type { ChainRun, DutyOverride, MemberNotice, Page, PartnerContact, PlaybookRun } from '../action/nouns.ts';
import type { Alert, Maintenance, Silence } from '../alert/alert.ts';
import type { Improvement } from '../improvement/improvement.ts';
import type { Incident, Link } from '../incident/incident.ts';
import type { Retro } from '../retro/retro.ts';
import type { Heartbeat, Observation, Quarantined, Signal } from '../signal/signal.ts';
import type { Ticket } from '../ticket/ticket.ts';

/**
 * A noun as it lies in its table: the fields named `J` as JSON text, the fields named `B` as 0 or 1. Instants are whole
 * milliseconds. Both databases hold the same, so the queries are the same.
 */
type Stored<T, J extends keyof T = never, B extends keyof T = never> = {
  -readonly [K in keyof T]: K extends J ? string : K extends B ? number : T[K];
};

export interface JournalRow {
  id: string;
  at: number;
  recordedAt: number;
  actorKind: string;
  actorId: string;
  actorName: string;
  fact: string;
  subjectKind: string;
  subjectId: string;
  incidentId: string | null;
  causeId: string | null;
  summary: string;
  reason: string | null;
  data: string;
  sequence: number | null;
  hash: string | null;
}

export interface WorkRow {
  id: string;
  kind: string;
  key: string;
  dueAt: number;
  priority: number;
  payload: string;
  causeId: string | null;
  attempt: number;
  fence: number;
  leaseOwner: string | null;
  leaseUntil: number | null;
  /** Asked for again while it was being done: done once more, at this instant and with this payload. */
  requeueAt: number | null;
  requeuePayload: string | null;
  error: string | null;
}

/** Column names are the snake_case of these; kysely's plugin translates. */
export interface Schema {
  account: Stored<Account>;
  session: Stored<Session>;
  token: Stored<Token, 'scopes'>;
  signal: Stored<Signal, 'events' | 'body'>;
  heartbeat: Stored<Heartbeat, 'labels'>;
  observation: Stored<Observation, never, 'inTrip'>;
  quarantine: Stored<Quarantined>;
  alert: Stored<Alert, 'labels' | 'annotations'>;
  silence: Stored<Silence, 'matchers'>;
  maintenance: Stored<Maintenance, 'matchers', 'announced'>;
  incident: Stored<Incident, 'components' | 'functions' | 'cities' | 'cause' | 'pinned'>;
  incidentLink: Stored<Link>;
  dutyOverride: Stored<DutyOverride>;
  chainRun: Stored<ChainRun, 'snapshot'>;
  page: Stored<Page>;
  memberNotice: Stored<MemberNotice, 'title' | 'body' | 'agentWord' | 'functions' | 'cities'>;
  partnerContact: Stored<PartnerContact>;
  playbookRun: Stored<PlaybookRun, 'results'>;
  ticket: Stored<Ticket>;
  retro: Stored<Retro, 'facts'>;
  improvement: Stored<Improvement, 'change' | 'proof'>;
  journal: JournalRow;
  work: WorkRow;
  counter: { name: string; value: number };
  setting: { name: string; value: string };
}
