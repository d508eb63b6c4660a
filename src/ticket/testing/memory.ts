import type { ActionTx } from '../../action/ports.ts';
import type { CoreTx } from '../../core/transaction.ts';
import { incidentTables } from '../../incident/testing/memory.ts';
import type { TicketTx } from '../ports.ts';
import type { Ticket } from '../ticket.ts';

/** What the stages after action read of it; the rest of its port is not used there. */
type ReadActions = Pick<ActionTx['actions'], 'pagesOf' | 'noticesOf' | 'partnerContactsOf'>;

/** The tables of the stage ticket and those to its left; of the stage action only what is read. */
export function ticketTables(
  actions: ReadActions = { pagesOf: async () => [], noticesOf: async () => [], partnerContactsOf: async () => [] },
): ReturnType<typeof incidentTables> & Omit<TicketTx, keyof CoreTx> & { readonly written: Ticket[] } {
  const written: Ticket[] = [];
  return {
    ...incidentTables(),
    actions: actions as ActionTx['actions'],
    written,
    tickets: {
      nextNumber: async () => written.length + 1,
      insert: async (ticket) => void written.push(ticket),
      byId: async (id) => written.find((row) => row.id === id) ?? null,
      ofIncident: async (incidentId) => written.filter((row) => row.incidentId === incidentId),
      list: async ({ states }) => ({
        items: written.filter(({ state }) => states === undefined || states.includes(state)),
        next: null,
      }),
      update: async (id, version, change) => {
        const index = written.findIndex((row) => row.id === id && row.version === version);
        if (index < 0) return false;
        written[index] = { ...written[index]!, ...change, version: version + 1 };
        return true;
      },
    },
  };
}
