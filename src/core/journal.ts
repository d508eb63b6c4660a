import type { Actor } from './actor.ts';

/** What a journal row is about. */
export interface Subject {
  readonly kind:
    | 'signal'
    | 'series'
    | 'heartbeat'
    | 'status-page'
    | 'observation'
    | 'rule'
    | 'alert'
    | 'silence'
    | 'maintenance'
    | 'maintenance-plan'
    | 'incident'
    | 'chain'
    | 'page'
    | 'notice'
    | 'partner-contact'
    | 'playbook-run'
    | 'override'
    | 'absence'
    | 'swap'
    | 'hand-over'
    | 'feed'
    | 'ticket'
    | 'partner'
    | 'partner-alarm'
    | 'partner-ticket'
    | 'retro'
    | 'improvement'
    | 'change'
    | 'edge'
    | 'forecast'
    | 'event'
    | 'loss'
    | 'backtest'
    | 'definition'
    | 'account'
    | 'token'
    | 'config'
    | 'work';
  readonly id: string;
}

/**
 * One fact: a change of state by a person or a rule. Written in the transaction that makes the change. Audit, timeline
 * and retro read the same rows, and stages to the right react to them.
 */
export interface NewEntry {
  /** Its id, where it was made before: rows that name this one were made before it is written. Made anew if left out. */
  readonly id?: string | undefined;
  readonly actor: Actor;
  /** `stage.past-tense`, such as `incident.accepted`: the name by which stages to the right subscribe. */
  readonly fact: string;
  readonly subject: Subject;
  /** The incident whose timeline shows the row. */
  readonly incidentId?: string | undefined;
  /** Id of the journal row or signal that caused this one: an improvement can be walked back to the sample. */
  readonly causeId?: string | undefined;
  /** One sentence for a person: what happened, in the past tense. */
  readonly summary: string;
  /** Why: the named reason of the decision. */
  readonly reason?: string | undefined;
  /** What else is worth keeping; JSON. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** When it happened, ms; the clock's now if left out. */
  readonly at?: number | undefined;
}

/** A row as it is read back. `sequence` and `hash` are given when the row is sealed into the chain, soon after. */
export interface Entry {
  readonly id: string;
  readonly at: number;
  readonly recordedAt: number;
  readonly actorKind: Actor['kind'];
  readonly actorId: string;
  readonly actorName: string;
  readonly fact: string;
  readonly subject: Subject;
  readonly incidentId: string | null;
  readonly causeId: string | null;
  readonly summary: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sequence: number | null;
  readonly hash: string | null;
}
