import type { TicketTx } from '../ticket/ports.ts';
import type {
  AlarmRecord,
  AlarmTask,
  AlarmTaskKind,
  LedgerRow,
  PartnerHub,
  PartnerLink,
  PartnerTicket,
  PartnerTicketState,
} from './nouns.ts';

/** A part of a list by offset, as TM Forum's APIs page, with how many there are in all. */
export interface PartOf<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface PartnerTx extends TicketTx {
  readonly partners: {
    nextAlarmNumber(): Promise<number>;
    insertAlarm(record: AlarmRecord): Promise<void>;
    updateAlarm(id: string, change: Partial<Omit<AlarmRecord, 'id' | 'number' | 'partner' | 'origin'>>): Promise<void>;
    deleteAlarm(id: string): Promise<void>;
    alarmByNumber(number: number): Promise<AlarmRecord | null>;
    /** The newest row of a key, cleared or not. */
    alarmByKey(partner: string, origin: AlarmRecord['origin'], key: string): Promise<AlarmRecord | null>;
    /** The newest row with this id at the partner. */
    alarmByRemote(partner: string, remoteId: string): Promise<AlarmRecord | null>;
    /** Rows that are not cleared, newest first. */
    openAlarms(filter: {
      partner?: string;
      origin?: AlarmRecord['origin'];
      key?: string;
      limit?: number;
    }): Promise<AlarmRecord[]>;
    /** Newest first; of one partner, or of all. */
    alarms(filter: { partner: string | null; offset: number; limit: number }): Promise<PartOf<AlarmRecord>>;
    insertTask(task: AlarmTask): Promise<void>;
    task(kind: AlarmTaskKind, id: string): Promise<AlarmTask | null>;
    tasks(filter: {
      partner: string | null;
      kind: AlarmTaskKind;
      offset: number;
      limit: number;
    }): Promise<PartOf<AlarmTask>>;
    insertHub(hub: PartnerHub): Promise<void>;
    hub(id: string): Promise<PartnerHub | null>;
    hubsOf(partner: string): Promise<PartnerHub[]>;
    updateHub(id: string, change: Pick<PartnerHub, 'failures'>): Promise<void>;
    deleteHub(id: string): Promise<boolean>;
    links(): Promise<PartnerLink[]>;
    link(id: string): Promise<PartnerLink | null>;
    saveLink(link: PartnerLink): Promise<void>;
    /** Inserts unless a ticket with this key exists; returns whether it was new. */
    insertTicket(ticket: PartnerTicket): Promise<boolean>;
    ticket(id: string): Promise<PartnerTicket | null>;
    ticketByRemote(partner: string, remoteId: string): Promise<PartnerTicket | null>;
    ticketsOf(incidentId: string): Promise<PartnerTicket[]>;
    /** Newest first. */
    tickets(filter: {
      states: readonly PartnerTicketState[];
      partner?: string;
      limit: number;
    }): Promise<PartnerTicket[]>;
    updateTicket(
      id: string,
      change: Partial<Omit<PartnerTicket, 'id' | 'key' | 'partner' | 'incidentId'>>,
    ): Promise<void>;
    saveLedger(row: LedgerRow): Promise<void>;
    ledgerRow(id: string): Promise<LedgerRow | null>;
    ledgerOf(incidentId: string): Promise<LedgerRow[]>;
    /** Interruptions that began in [since, until), newest first. */
    ledger(filter: { partner?: string; since: number; until: number; limit: number }): Promise<LedgerRow[]>;
    deleteLedger(id: string): Promise<void>;
    /** Takes away alarms cleared, and tasks done, before the instant; returns how many rows. */
    tidy(before: number): Promise<number>;
  };
}
