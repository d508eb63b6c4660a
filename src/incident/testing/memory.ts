import { alertTables } from '../../alert/testing/memory.ts';
import type { CoreTx } from '../../core/transaction.ts';
import type { Incident, Link } from '../incident.ts';
import type { IncidentTx } from '../ports.ts';
import { correlationTables } from './correlation-memory.ts';

/** The tables of the stage incident and those to its left. */
export function incidentTables(): ReturnType<typeof alertTables> &
  Omit<IncidentTx, keyof CoreTx> & { readonly all: Incident[]; readonly linked: Link[] } {
  const all: Incident[] = [];
  const linked: Link[] = [];
  return {
    ...alertTables(),
    all,
    linked,
    correlation: correlationTables(all),
    incidents: {
      nextNumber: async () => all.length + 1,
      insert: async (incident) => void all.push(incident),
      byId: async (id) => all.find((row) => row.id === id) ?? null,
      update: async (id, version, change) => {
        const index = all.findIndex((row) => row.id === id && row.version === version);
        if (index < 0) return false;
        all[index] = { ...all[index]!, ...change, version: version + 1 };
        return true;
      },
      list: async () => ({ items: all.toReversed(), next: null }),
      live: async () => all.filter(({ state }) => state === 'open' || state === 'accepted'),
      lockCorrelation: async () => undefined,
      link: async (link) => void linked.push(link),
      linkAll: async (links) => void linked.push(...links),
      unlink: async (incidentId, memberKind, memberId) => {
        const index = linked.findIndex(
          (row) => row.incidentId === incidentId && row.memberKind === memberKind && row.memberId === memberId,
        );
        if (index >= 0) linked.splice(index, 1);
      },
      links: async (incidentId) => linked.filter((row) => row.incidentId === incidentId),
    },
  };
}
