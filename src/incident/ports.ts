import type { PageOf } from '../core/transaction.ts';
import type { AlertTx } from '../alert/ports.ts';
import type { Change } from './cause/explain.ts';
import type { Candidate } from './correlate/correlate.ts';
import type { Signature } from './correlate/sign.ts';
import type { Edge } from './edge.ts';
import type { Incident, IncidentState, Link, Ranking } from './incident.ts';
import type { StoredLesson } from './lesson.ts';

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  readonly since?: number;
  readonly after?: string;
  readonly limit?: number;
}

/** Serialises what decides which alerts belong together: handlers name it, verbs take it first. */
export const CORRELATION_LOCK = 'correlation';

export interface IncidentTx extends AlertTx {
  readonly incidents: {
    nextNumber(): Promise<number>;
    insert(incident: Incident): Promise<void>;
    byId(id: string): Promise<Incident | null>;
    /** Writes the change if the stored version is `version`, and raises it by one; false if somebody was faster. */
    update(id: string, version: number, change: Partial<Omit<Incident, 'id' | 'number' | 'version'>>): Promise<boolean>;
    list(filter: IncidentFilter): Promise<PageOf<Incident>>;
    /** Open and accepted incidents, oldest first: what a new alert may belong to. */
    live(): Promise<Incident[]>;
    /**
     * Takes CORRELATION_LOCK: serialises correlation: two alerts are never attached at the same time by two instances. Held to the end of the
     * transaction.
     */
    lockCorrelation(): Promise<void>;
    link(link: Link): Promise<void>;
    /** The same for many at once. */
    linkAll(links: readonly Link[]): Promise<void>;
    unlink(incidentId: string, memberKind: Link['memberKind'], memberId: string): Promise<void>;
    links(incidentId: string): Promise<Link[]>;
  };
  readonly correlation: {
    /**
     * Incidents under any of the keys, oldest first: live ones, and those resolved at or after the instant. The index
     * answers; nothing else is looked at.
     */
    candidates(keys: readonly string[], resolvedSince: number, limit: number): Promise<(Candidate & Incident)[]>;
    /** The live incidents under any of the keys, and which of the keys each of them is under. */
    liveUnder(keys: readonly string[]): Promise<LiveUnder>;
    /** How many incidents, past ones included, have each key; keys that none has are left out. */
    keyCounts(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
    /** How many incidents there were so far. */
    incidentCount(): Promise<number>;
    /** What an incident is known by; empty before its first alert. */
    signature(incidentId: string): Promise<Signature>;
    /** Writes it, and adds the keys it is found by. */
    putSignature(incidentId: string, signature: Signature, keys: readonly string[]): Promise<void>;
    ranking(incidentId: string): Promise<Ranking | null>;
    /** The same for many incidents, by their ids; those that have none are left out. */
    rankings(incidentIds: readonly string[]): Promise<ReadonlyMap<string, Ranking>>;
    putRanking(incidentId: string, ranking: Ranking): Promise<void>;
    /** Past incidents under any of the keys, those with most of them first; the incident itself left out. */
    alike(
      keys: readonly string[],
      except: string,
      limit: number,
    ): Promise<{ readonly id: string; readonly keys: number }[]>;
    insertLesson(lesson: StoredLesson): Promise<void>;
    /** What persons decided about kinds of alerts, the newest first; a kind of which nothing is known is left out. */
    lessons(kinds: readonly string[]): Promise<ReadonlyMap<string, readonly StoredLesson[]>>;
    /** Forgets the lessons of one decision. */
    forgetLessons(incidentId: string): Promise<void>;
    /** False if a change with this id is known already. */
    insertChange(change: RecordedChange): Promise<boolean>;
    /** Changes made between two instants, newest first. */
    changes(from: number, to: number, limit: number): Promise<RecordedChange[]>;
    edges(): Promise<Edge[]>;
    edge(id: string): Promise<Edge | null>;
    putEdge(edge: Edge): Promise<void>;
  };
}

/** Live incidents by the keys they are found under. */
export interface LiveUnder {
  readonly incidents: readonly (Candidate & Incident)[];
  /** Ids of incidents by key. */
  readonly under: ReadonlyMap<string, readonly string[]>;
}

/** A change as it was told. */
export interface RecordedChange extends Change {
  readonly source: string;
  readonly url: string | null;
  readonly recordedAt: number;
}
