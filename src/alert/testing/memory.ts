import type { CoreTx } from '../../core/transaction.ts';
import { signalTables } from '../../signal/testing/memory.ts';
import type { Alert, Maintenance, MaintenancePlan, Silence } from '../alert.ts';
import { isQuiet } from '../quiet.ts';
import type { AlertTx, InhibitSide } from '../ports.ts';

/** The tables of the stage alert and those to its left. */
export function alertTables(): ReturnType<typeof signalTables> &
  Omit<AlertTx, keyof CoreTx> & { readonly rows: Alert[] } {
  const rows: Alert[] = [];
  const silences = new Map<string, Silence>();
  const windows = new Map<string, Maintenance>();
  const plans = new Map<string, MaintenancePlan>();
  const sides: InhibitSide[] = [];
  const groups = new Map<string, number>();
  return {
    ...signalTables(),
    rows,
    alerts: {
      openByFingerprint: async (print) =>
        rows.find((row) => row.fingerprint === print && row.state !== 'resolved') ?? null,
      openByFingerprints: async (prints) =>
        rows.filter((row) => prints.includes(row.fingerprint) && row.state !== 'resolved'),
      byId: async (id) => rows.find((row) => row.id === id) ?? null,
      byIds: async (ids) => rows.filter(({ id }) => ids.includes(id)),
      setIncident: async (ids, incidentId) => {
        for (const [index, row] of rows.entries()) if (ids.includes(row.id)) rows[index] = { ...row, incidentId };
      },
      insert: async (alert) => void rows.push(alert),
      insertAll: async (alerts) => void rows.push(...alerts),
      seen: async (changes) => {
        for (const { id, lastSeenAt, expiresAt, count } of changes) {
          const index = rows.findIndex((row) => row.id === id);
          rows[index] = { ...rows[index]!, lastSeenAt, expiresAt, count };
        }
      },
      firing: async (after, limit) =>
        rows
          .filter(({ state, fingerprint }) => state === 'firing' && fingerprint > after)
          .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
          .slice(0, limit)
          .map((row) => ({
            ...row,
            labels: JSON.stringify(row.labels),
            annotations: JSON.stringify(row.annotations),
          })),
      nextExpiry: async () => {
        const instants = rows.filter(({ state }) => state === 'firing').map(({ expiresAt }) => expiresAt ?? Infinity);
        const next = Math.min(...instants, Infinity);
        return next === Infinity ? null : next;
      },
      endsOf: async (prints, since) => {
        const ended = rows.filter(
          ({ fingerprint, firedAt, resolvedAt }) =>
            prints.includes(fingerprint) && firedAt !== null && resolvedAt !== null && resolvedAt >= since,
        );
        return new Map(
          Object.entries(Object.groupBy(ended, ({ fingerprint }) => fingerprint)).map(([print, list]) => [
            print,
            list?.length ?? 0,
          ]),
        );
      },
      held: async (group) => rows.filter(({ heldBy }) => heldBy === group),
      update: async (id, change) => {
        const index = rows.findIndex((row) => row.id === id);
        rows[index] = { ...rows[index]!, ...change };
      },
      listShort: async ({ states, fitsShort }) => ({
        items: rows
          .filter((row) => states === undefined || states.includes(row.state))
          .filter((row) => fitsShort === undefined || fitsShort(row))
          .toReversed(),
        next: null,
      }),
      list: async ({ states, severities, incidentId, loose, loud, since, fits, fitsShort, after, limit = 100 }) => {
        const found = rows
          .filter((row) => fitsShort === undefined || fitsShort(row))
          .filter((row) => states === undefined || states.includes(row.state))
          .filter((row) => severities === undefined || severities.includes(row.severity))
          .filter((row) => loud !== true || !isQuiet(row))
          .filter((row) => fits === undefined || fits(row))
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
      updateSilence: async (id, change) => {
        const found = silences.get(id);
        if (found) silences.set(id, { ...found, ...change });
        return found !== undefined;
      },
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
      maintenance: async (id) => windows.get(id) ?? null,
      updateMaintenance: async (id, change) => {
        const found = windows.get(id);
        if (found) windows.set(id, { ...found, ...change });
        return found !== undefined;
      },
      removeWindows: async (planId, after) => {
        const gone = [...windows.values()].filter((one) => one.planId === planId && one.startsAt > after);
        for (const { id } of gone) windows.delete(id);
        return gone.map(({ id }) => id);
      },
      insertPlan: async (plan) => void plans.set(plan.id, plan),
      updatePlan: async (id, change) => {
        const found = plans.get(id);
        if (found) plans.set(id, { ...found, ...change });
        return found !== undefined;
      },
      plan: async (id) => plans.get(id) ?? null,
      plans: async (all = false) => [...plans.values()].filter(({ endedAt }) => all || endedAt === null),
      maintenances: async (after = -Infinity) => [...windows.values()].filter(({ endsAt }) => endsAt > after),
      insertSides: async (made) => void sides.push(...made),
      removeSides: async (ids) => {
        const gone = sides.filter(({ alertId }) => ids.includes(alertId));
        sides.splice(0, sides.length, ...sides.filter(({ alertId }) => !ids.includes(alertId)));
        return gone;
      },
      sidesOf: async (rule, equalKey) => sides.filter((side) => side.rule === rule && side.equalKey === equalKey),
      clearSides: async () => sides.splice(0).length > 0,
      groupToldAt: async (group) => groups.get(group) ?? null,
      saveGroupToldAt: async (group, at) => void groups.set(group, at),
      forgetGroups: async (before) => {
        for (const [group, at] of groups) if (at < before) groups.delete(group);
      },
    },
  };
}
