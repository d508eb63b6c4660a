import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { insertTicket } from '../insert.ts';
import type { TicketTx } from '../ports.ts';
import type { Ticket, TicketKind } from '../ticket.ts';

export interface OpenTicketInput {
  readonly title: string;
  readonly body?: string | undefined;
  readonly kind?: TicketKind | undefined;
  /** 1 to 5, 1 is the most urgent. */
  readonly priority?: number | undefined;
  readonly owner?: string | null | undefined;
  readonly incidentId?: string | null | undefined;
  readonly functionName?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly dueAt?: number | null | undefined;
}

/**
 * Writes lasting work down.
 * @throws Fault `forbidden`; `body_invalid`; `not_found` for an incident that does not exist
 */
export async function openTicket(deps: Deps<TicketTx>, actor: Actor, input: OpenTicketInput): Promise<Ticket> {
  permit(actor, 'ticket.open');
  const title = input.title.trim();
  if (title === '') throw new Fault('body_invalid', { what: 'title is empty; say what is to be done' });
  const draft = {
    title: title.slice(0, 200),
    body: input.body ?? '',
    kind: input.kind ?? ('request' as const),
    priority: readPriority(input.priority ?? 3),
    owner: input.owner ?? null,
    incidentId: input.incidentId ?? null,
    functionName: input.functionName ?? null,
    city: input.city ?? null,
    dueAt: input.dueAt ?? null,
  };
  return deps.store.transact(async (tx) => {
    if (draft.incidentId !== null && !(await tx.incidents.byId(draft.incidentId))) {
      throw new Fault('not_found', { what: 'incident', id: draft.incidentId });
    }
    return insertTicket(tx, deps, draft, { actor, reason: 'opened by hand', causeId: null });
  });
}

/** @throws Fault `body_invalid` unless it is a whole number from 1 to 5 */
export function readPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 1 && priority <= 5) return priority;
  throw new Fault('body_invalid', { what: `priority is ${priority}; write 1 (most urgent) to 5` });
}
