import type { CoreTx } from '../../core/transaction.ts';
import { ticketTables } from '../../ticket/testing/memory.ts';
import type { RetroTx } from '../ports.ts';
import type { Retro } from '../retro.ts';

/** The tables of the stage retro and those to its left. */
export function retroTables(
  actions?: Parameters<typeof ticketTables>[0],
  losses: Awaited<ReturnType<RetroTx['expectations']['losses']>> = [],
): ReturnType<typeof ticketTables> & Omit<RetroTx, keyof CoreTx> & { readonly drafts: Retro[] } {
  const drafts: Retro[] = [];
  return {
    ...ticketTables(actions),
    drafts,
    expectations: {
      losses: async ({ fingerprints }) =>
        losses.filter(({ fingerprint }) => fingerprints?.includes(fingerprint) ?? true),
    },
    retros: {
      insert: async (retro) => void drafts.push(retro),
      byId: async (id) => drafts.find((row) => row.id === id) ?? null,
      ofIncident: async (incidentId) => drafts.find((row) => row.incidentId === incidentId) ?? null,
      list: async () => drafts.toReversed(),
      update: async (id, version, change) => {
        const index = drafts.findIndex((row) => row.id === id && row.version === version);
        if (index < 0) return false;
        drafts[index] = { ...drafts[index]!, ...change, version: version + 1 };
        return true;
      },
    },
  };
}
