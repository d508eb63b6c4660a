import type { PageOf } from '../core/transaction.ts';
import type { ActionTx } from '../action/ports.ts';
import type { Ticket, TicketState } from './ticket.ts';

export interface TicketTx extends ActionTx {
  readonly tickets: {
    nextNumber(): Promise<number>;
    insert(ticket: Ticket): Promise<void>;
    byId(id: string): Promise<Ticket | null>;
    ofIncident(incidentId: string): Promise<Ticket[]>;
    list(filter: { states?: readonly TicketState[]; after?: string; limit?: number }): Promise<PageOf<Ticket>>;
    update(id: string, version: number, change: Partial<Omit<Ticket, 'id' | 'number' | 'version'>>): Promise<boolean>;
  };
}
