import type { PageOf } from '../core/transaction.ts';
import type { SignalTx } from '../signal/ports.ts';
import type { Alert, AlertSeverity, AlertState, Maintenance, MaintenancePlan, Silence } from './alert.ts';

export interface AlertFilter {
  readonly states?: readonly AlertState[];
  readonly severities?: readonly AlertSeverity[];
  readonly incidentId?: string;
  /** Alerts without an incident only. */
  readonly loose?: boolean;
  /** Only alerts that nothing keeps quiet. */
  readonly loud?: boolean;
  readonly since?: number;
  /** What else must hold; asked row by row, so that a page is filled with what fits. */
  readonly fits?: (alert: Alert) => boolean;
  /** The same where the short form of an alert says enough: of those that do not fit, the rest is not read. */
  readonly fitsShort?: (alert: ShortAlert) => boolean;
  /** Keyset: ids below this one, newest first. */
  readonly after?: string;
  readonly limit?: number;
}

/** An alert without its texts: for counting and looking over all of them. */
export type ShortAlert = Pick<
  Alert,
  'id' | 'labels' | 'severity' | 'state' | 'incidentId' | 'silencedBy' | 'maintenanceBy' | 'inhibitedBy'
>;

/** What a signal that says nothing new changes of an open alert. */
export interface AlertSeen {
  readonly id: string;
  readonly lastSeenAt: number;
  readonly expiresAt: number | null;
  readonly count: number;
}

/** A firing alert as it lies in the store, labels and annotations as JSON text: for long lists that are only passed on. */
export interface RawAlert {
  readonly fingerprint: string;
  readonly labels: string;
  readonly annotations: string;
  readonly startsAt: number;
  readonly expiresAt: number | null;
  readonly lastSeenAt: number;
  readonly generatorUrl: string | null;
  readonly silencedBy: string | null;
  readonly maintenanceBy: string | null;
  readonly inhibitedBy: string | null;
}

/** One side of an inhibition rule that a firing alert stands on, with what the rule compares. */
export interface InhibitSide {
  /** The rule, by its content. */
  readonly rule: string;
  /** The values of the rule's `equal` labels, as one text. */
  readonly equalKey: string;
  readonly alertId: string;
  readonly fingerprint: string;
  readonly isSource: boolean;
  readonly isTarget: boolean;
}

export interface AlertTx extends SignalTx {
  readonly alerts: {
    /** The pending or firing alert with this fingerprint, locked for this transaction. */
    openByFingerprint(fingerprint: string): Promise<Alert | null>;
    /** The same for several fingerprints, in no order. */
    openByFingerprints(fingerprints: readonly string[]): Promise<Alert[]>;
    byId(id: string): Promise<Alert | null>;
    /** Those of the alerts that there are, in no order. */
    byIds(ids: readonly string[]): Promise<Alert[]>;
    /** Writes which incident alerts belong to. */
    setIncident(ids: readonly string[], incidentId: string): Promise<void>;
    insert(alert: Alert): Promise<void>;
    insertAll(alerts: readonly Alert[]): Promise<void>;
    /** Writes the fields given. */
    update(id: string, change: Partial<Omit<Alert, 'id' | 'fingerprint'>>): Promise<void>;
    /** Writes what signals that said nothing new changed. */
    seen(changes: readonly AlertSeen[]): Promise<void>;
    list(filter: AlertFilter): Promise<PageOf<Alert>>;
    /** The same in the short form. `fits` is not asked. */
    listShort(filter: Omit<AlertFilter, 'fits'>): Promise<PageOf<ShortAlert>>;
    /** Firing alerts by fingerprint, after the one given. */
    firing(after: string, limit: number): Promise<RawAlert[]>;
    /** Firing alerts whose `expiresAt` is at or before the instant. */
    expired(at: number, limit: number): Promise<Alert[]>;
    /** When the next firing alert expires, ms; null for none. */
    nextExpiry(): Promise<number | null>;
    /** How often alerts of each of these fingerprints ended at or after the instant; none are left out. */
    endsOf(fingerprints: readonly string[], since: number): Promise<ReadonlyMap<string, number>>;
    /** Firing alerts that are held back with this group. */
    held(group: string): Promise<Alert[]>;

    insertSilence(silence: Silence): Promise<void>;
    silence(id: string): Promise<Silence | null>;
    updateSilence(id: string, change: Partial<Omit<Silence, 'id'>>): Promise<boolean>;
    /** Sets the end; returns false if there is no such silence. */
    endSilence(id: string, endsAt: number): Promise<boolean>;
    /** Silences that end after the instant, or all. */
    silences(endingAfter?: number): Promise<Silence[]>;
    insertMaintenance(window: Maintenance): Promise<void>;
    endMaintenance(id: string, endsAt: number): Promise<boolean>;
    maintenance(id: string): Promise<Maintenance | null>;
    updateMaintenance(id: string, change: Partial<Omit<Maintenance, 'id'>>): Promise<boolean>;
    maintenances(endingAfter?: number): Promise<Maintenance[]>;
    /** Takes away a plan's windows that begin after the instant; returns their ids. */
    removeWindows(planId: string, beginningAfter: number): Promise<string[]>;
    insertPlan(plan: MaintenancePlan): Promise<void>;
    updatePlan(id: string, change: Partial<Omit<MaintenancePlan, 'id'>>): Promise<boolean>;
    plan(id: string): Promise<MaintenancePlan | null>;
    /** Plans that were not ended, or all, in the order of their making. */
    plans(all?: boolean): Promise<MaintenancePlan[]>;

    /** Writes on which sides of inhibition rules firing alerts stand. */
    insertSides(sides: readonly InhibitSide[]): Promise<void>;
    /** Takes the alerts' sides away and returns what they were. */
    removeSides(alertIds: readonly string[]): Promise<InhibitSide[]>;
    /** Everybody who stands on a side of a rule with the same values. */
    sidesOf(rule: string, equalKey: string): Promise<InhibitSide[]>;
    /** Takes all sides away; returns whether there were any. */
    clearSides(): Promise<boolean>;

    /** When a group was last told, ms; null for never. */
    groupToldAt(group: string): Promise<number | null>;
    saveGroupToldAt(group: string, at: number): Promise<void>;
    /** Forgets groups that were last told before the instant. */
    forgetGroups(before: number): Promise<void>;
  };
}
