import type { IncidentCare, IncidentHandover, SlaClock } from '../../src/action/care/nouns.ts';
import type { ActionTx } from '../../src/action/ports.ts';

type Actions = ActionTx['actions'];

/** What is kept about the care of incidents. */
export function emptyCare() {
  return {
    cares: new Map<string, IncidentCare>(),
    handovers: new Map<string, IncidentHandover>(),
    clocks: new Map<string, SlaClock>(),
  };
}

/** The part of the ports that is about who has an incident, and clocks. */
export function memoryCare({
  cares,
  handovers,
  clocks,
}: ReturnType<typeof emptyCare>): Pick<
  Actions,
  | 'care'
  | 'caresOf'
  | 'lockCare'
  | 'updateCare'
  | 'insertIncidentHandover'
  | 'incidentHandover'
  | 'incidentHandoversOf'
  | 'updateIncidentHandover'
  | 'insertSlaClock'
  | 'slaClocksOf'
  | 'runningClocks'
  | 'slaClocks'
  | 'updateSlaClock'
> {
  const all = <T>(map: Map<string, T>, keep: (row: T) => boolean): Promise<T[]> =>
    Promise.resolve([...map.values()].filter(keep));
  const put = <T>(map: Map<string, T>, id: string, change: Partial<T>): Promise<void> => {
    const row = map.get(id);
    if (row !== undefined) map.set(id, { ...row, ...structuredClone(change) });
    return Promise.resolve();
  };
  const add = <T extends { id: string }>(map: Map<string, T>, row: T): Promise<void> => {
    map.set(row.id, structuredClone(row));
    return Promise.resolve();
  };
  return {
    care: (id) => Promise.resolve(cares.get(id) ?? null),
    caresOf: (ids) => all(cares, ({ id }) => ids.includes(id)),
    lockCare: async (fresh) => {
      if (!cares.has(fresh.id)) await add(cares, fresh);
      return cares.get(fresh.id)!;
    },
    updateCare: (id, change) => put(cares, id, change),
    insertIncidentHandover: (handover) => add(handovers, handover),
    incidentHandover: (id) => Promise.resolve(handovers.get(id) ?? null),
    incidentHandoversOf: async (id) => (await all(handovers, ({ incidentId }) => incidentId === id)).toReversed(),
    updateIncidentHandover: (id, change) => put(handovers, id, change),
    insertSlaClock: (clock) => add(clocks, clock),
    slaClocksOf: (id) => all(clocks, ({ incidentId }) => incidentId === id),
    runningClocks: (ids) => all(clocks, ({ incidentId, state }) => state === 'running' && ids.includes(incidentId)),
    slaClocks: (from, to) => all(clocks, ({ startedAt }) => startedAt >= from && startedAt < to),
    updateSlaClock: (id, change) => put(clocks, id, change),
  };
}
