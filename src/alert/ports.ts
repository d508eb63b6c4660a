import type { PageOf } from '../core/transaction.ts';
import type { SignalTx } from '../signal/ports.ts';
import type { Alert, AlertState, Maintenance, Silence } from './alert.ts';

export interface AlertFilter {
  readonly states?: readonly AlertState[];
  readonly incidentId?: string;
  /** Alerts without an incident only. */
  readonly loose?: boolean;
  readonly since?: number;
  /** Keyset: ids below this one, newest first. */
  readonly after?: string;
  readonly limit?: number;
}

export interface AlertTx extends SignalTx {
  readonly alerts: {
    /** The pending or firing alert with this fingerprint, locked for this transaction. */
    openByFingerprint(fingerprint: string): Promise<Alert | null>;
    byId(id: string): Promise<Alert | null>;
    insert(alert: Alert): Promise<void>;
    /** Writes the fields given. */
    update(id: string, change: Partial<Omit<Alert, 'id' | 'fingerprint'>>): Promise<void>;
    list(filter: AlertFilter): Promise<PageOf<Alert>>;
    /** Firing alerts whose `expiresAt` is at or before the instant. */
    expired(at: number, limit: number): Promise<Alert[]>;
    insertSilence(silence: Silence): Promise<void>;
    silence(id: string): Promise<Silence | null>;
    /** Sets the end; returns false if there is no such silence. */
    endSilence(id: string, endsAt: number): Promise<boolean>;
    /** Silences that end after the instant, or all. */
    silences(endingAfter?: number): Promise<Silence[]>;
    insertMaintenance(window: Maintenance): Promise<void>;
    endMaintenance(id: string, endsAt: number): Promise<boolean>;
    maintenances(endingAfter?: number): Promise<Maintenance[]>;
  };
}
