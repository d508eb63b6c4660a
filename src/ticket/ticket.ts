export type TicketKind = 'incident' | 'observation' | 'request' | 'business' | 'technology';
export type TicketState = 'open' | 'in-progress' | 'waiting' | 'done';

/** Lasting work, opened by the monitor or by a person. */
export interface Ticket {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly kind: TicketKind;
  /** 1 is the most urgent, 5 the least. */
  readonly priority: number;
  readonly state: TicketState;
  readonly owner: string | null;
  readonly incidentId: string | null;
  readonly functionName: string | null;
  readonly city: string | null;
  readonly openedBy: string;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly closedAt: number | null;
  readonly dueAt: number | null;
  readonly version: number;
}
