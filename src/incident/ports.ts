import type { PageOf } from '../core/transaction.ts';
import type { AlertTx } from '../alert/ports.ts';
import type { Incident, IncidentState, Link } from './incident.ts';

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  readonly since?: number;
  readonly after?: string;
  readonly limit?: number;
}

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
     * Serialises correlation: two alerts are never attached at the same time by two instances. Held to the end of the
     * transaction.
     */
    lockCorrelation(): Promise<void>;
    link(link: Link): Promise<void>;
    unlink(incidentId: string, memberKind: Link['memberKind'], memberId: string): Promise<void>;
    links(incidentId: string): Promise<Link[]>;
  };
}
