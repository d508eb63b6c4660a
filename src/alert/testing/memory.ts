import type { CoreTx } from '../../core/transaction.ts';
import { signalTables } from '../../signal/testing/memory.ts';
import type { Alert, Maintenance, Silence } from '../alert.ts';
import type { AlertTx } from '../ports.ts';

/** The tables of the stage alert and those to its left. */
export function alertTables(): ReturnType<typeof signalTables> &
  Omit<AlertTx, keyof CoreTx> & { readonly rows: Alert[] } {
  const rows: Alert[] = [];
  const silences = new Map<string, Silence>();
  const windows = new Map<string, Maintenance>();
  return {
    ...signalTables(),
    rows,
    alerts: {
      openByFingerprint: async (print) =>
        rows.find((row) => row.fingerprint === print && row.state !== 'resolved') ?? null,
      byId: async (id) => rows.find((row) => row.id === id) ?? null,
      insert: async (alert) => void rows.push(alert),
      update: async (id, change) => {
        const index = rows.findIndex((row) => row.id === id);
        rows[index] = { ...rows[index]!, ...change };
      },
      list: async ({ states, incidentId, loose, since, after, limit = 100 }) => {
        const found = rows
          .filter((row) => states === undefined || states.includes(row.state))
          .filter((row) => incidentId === undefined || row.incidentId === incidentId)
          .filter((row) => loose !== true || row.incidentId === null)
          .filter((row) => since === undefined || row.startsAt >= since)
          .filter((row) => after === undefined || row.id < after)
          .toReversed();
        const items = found.slice(0, limit);
        return { items, next: found.length > limit ? items.at(-1)!.id : null };
      },
      expired: async (at, limit) =>
        rows
          .filter(({ state, expiresAt }) => state === 'firing' && expiresAt !== null && expiresAt <= at)
          .slice(0, limit),
      insertSilence: async (silence) => void silences.set(silence.id, silence),
      silence: async (id) => silences.get(id) ?? null,
      endSilence: async (id, endsAt) => {
        const found = silences.get(id);
        if (found) silences.set(id, { ...found, endsAt });
        return found !== undefined;
      },
      silences: async (after = -Infinity) => [...silences.values()].filter(({ endsAt }) => endsAt > after),
      insertMaintenance: async (window) => void windows.set(window.id, window),
      endMaintenance: async (id, endsAt) => {
        const found = windows.get(id);
        if (found) windows.set(id, { ...found, endsAt });
        return found !== undefined;
      },
      maintenances: async (after = -Infinity) => [...windows.values()].filter(({ endsAt }) => endsAt > after),
    },
  };
}
