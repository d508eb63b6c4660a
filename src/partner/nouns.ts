import type { TmfAlarm } from '../signal/tmf642/index.ts';

/**
 * An alarm that is exchanged with a partner. `partner`: the partner's own, told to us. `own`: an alert of ours that the
 * partner is shown.
 */
export interface AlarmRecord {
  readonly id: string;
  /** The id in our API, where TMF642 v4 wants a whole number. */
  readonly number: number;
  readonly partner: string;
  readonly origin: 'partner' | 'own';
  /** `SOURCE/EXTERNAL` or `id:ID` of the partner's; the id of our alert. At most one row of a key is not cleared. */
  readonly key: string;
  /** The id at the partner, once it is known. */
  readonly remoteId: string | null;
  readonly alarm: TmfAlarm;
  readonly state: 'raised' | 'updated' | 'cleared';
  readonly ackState: 'acknowledged' | 'unacknowledged';
  readonly raisedAt: number;
  /** By the clock of whose alarm it is: an older message never takes back a newer one. */
  readonly changedAt: number;
  readonly clearedAt: number | null;
  /** When it was last told or seen in the partner's list. */
  readonly seenAt: number;
}

export const ALARM_TASKS = [
  'ackAlarms',
  'unAckAlarms',
  'clearAlarms',
  'commentAlarms',
  'groupAlarms',
  'unGroupAlarms',
] as const;
export type AlarmTaskKind = (typeof ALARM_TASKS)[number];

/** A task that a partner gave us by TMF642, as it was done. */
export interface AlarmTask {
  readonly id: string;
  readonly partner: string;
  readonly kind: AlarmTaskKind;
  readonly body: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

/** A partner's wish to be told of alarms. */
export interface PartnerHub {
  readonly id: string;
  readonly partner: string;
  readonly callback: string;
  readonly query: string | null;
  readonly createdAt: number;
  /** Deliveries given up in a row; a hub that takes nothing for long is taken away. */
  readonly failures: number;
}

/** How the exchange with a partner stands, one row per protocol. */
export interface PartnerLink {
  readonly id: string;
  readonly partner: string;
  readonly protocol: 'alarm' | 'ticket';
  /** Our registration at the partner's hub. */
  readonly hubId: string | null;
  readonly callback: string | null;
  readonly state: 'unknown' | 'up' | 'down';
  readonly lastOkAt: number | null;
  readonly lastEventAt: number | null;
  readonly lastError: string | null;
  /** Attempts that failed in a row. */
  readonly failures: number;
}

export type PartnerTicketState = 'due' | 'open' | 'resolved' | 'closed' | 'failed';

/** A note on a partner's ticket; `key` tells it apart from the same words said again. */
export interface PartnerNote {
  readonly key: string;
  readonly at: number;
  readonly author: string;
  readonly text: string;
  readonly origin: 'own' | 'partner';
}

/** A trouble ticket that we opened at a partner. */
export interface PartnerTicket {
  readonly id: string;
  /** The same at every try: who asks for it, so that one cause opens one ticket. */
  readonly key: string;
  readonly partner: string;
  readonly incidentId: string;
  readonly state: PartnerTicketState;
  /** The id at the partner and the status in its words. */
  readonly remoteId: string | null;
  readonly remoteStatus: string | null;
  readonly severity: string;
  readonly title: string;
  readonly body: string;
  readonly notes: readonly PartnerNote[];
  readonly createdAt: number;
  readonly openedAt: number | null;
  readonly acknowledgedAt: number | null;
  /** When the partner expects it to be solved. */
  readonly promisedAt: number | null;
  readonly resolvedAt: number | null;
  readonly updatedAt: number;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** Who shares what: one finding of the attribution, with the numbers behind its words. */
export interface Attribution {
  readonly dimension: string;
  readonly value: string;
  /** Silent ones with this value, and all silent ones. */
  readonly silentWith: number;
  readonly silent: number;
  readonly totalWith: number;
  readonly total: number;
  /** Two-sided, corrected for the number of values looked at. */
  readonly p: number;
  readonly at: number;
  readonly words: string;
}

/** What an interruption at a partner was: ours and theirs beside each other. */
export interface LedgerRow {
  /** `INCIDENT:PARTNER`. */
  readonly id: string;
  readonly partner: string;
  readonly incidentId: string;
  readonly incidentNumber: number;
  readonly title: string;
  readonly startedAt: number;
  /** Our own monitoring's first alert; null when only the partner told it. */
  readonly detectedAt: number | null;
  /** When the partner's first notice reached us, and by which way. */
  readonly noticedAt: number | null;
  readonly noticeBy: string | null;
  readonly contactedAt: number | null;
  readonly acknowledgedAt: number | null;
  /** When it should have been over, by the partner's word or the contract, and which of them. */
  readonly promisedAt: number | null;
  readonly promiseBy: 'word' | 'contract' | null;
  readonly resolvedAt: number | null;
  readonly attributions: readonly Attribution[];
}
