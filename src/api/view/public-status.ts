import type { z } from 'zod';
import { upcomingWork } from '../../alert/index.ts';
import { healthOf } from '../../incident/index.ts';
import type { MemberNotice } from '../../action/index.ts';
import type { ApiContext } from '../context.ts';
import type * as contract from '../contract.ts';

export type PublicStatus = z.infer<typeof contract.publicStatus>;

const HISTORY_MS = 14 * 86_400_000;
/** How far ahead occurrences of recurring work are shown that have no window yet. */
const AHEAD_MS = 14 * 86_400_000;

/** What the public may know: functions by city, and the words told to members. Nothing from inside. */
export async function publicStatus(context: ApiContext): Promise<PublicStatus> {
  const config = context.config();
  const at = context.deps.clock.now();
  const { notices, incidents, windows } = await context.deps.store.read(async (tx) => {
    const notices = await tx.actions.notices(at - HISTORY_MS, 500);
    const ids = [...new Set(notices.map(({ incidentId }) => incidentId))];
    const incidents = new Map(await Promise.all(ids.map(async (id) => [id, await tx.incidents.byId(id)] as const)));
    return { notices, incidents, windows: await upcomingWork(tx, at, at + AHEAD_MS) };
  });
  const open = [...incidents.values()].filter(
    (incident) => incident !== null && (incident.state === 'open' || incident.state === 'accepted'),
  );
  // Members are told what was published, never what is only suspected inside: health counts announced incidents alone.
  const told = open.flatMap((incident) => {
    const last = notices.find(({ incidentId }) => incidentId === incident!.id);
    return last && last.phase !== 'resolved' ? [{ ...incident!, functions: last.functions, cities: last.cities }] : [];
  });
  const cells = healthOf(config.incidentSettings.topology, [], told);
  const shown = config.incidentSettings.topology.functions.map(({ name, title }) => ({
    name,
    title,
    cities: config.topology.cities.map(({ name: city }) => {
      const state = cells.find((cell) => cell.functionName === name && cell.city === city)?.state ?? 'ok';
      return { city, state };
    }),
  }));
  const states = shown.flatMap(({ cities }) => cities.map(({ state }) => state));
  return {
    title: config.status_page.title ?? config.name,
    at,
    supportUrl: config.status_page.support_url ?? null,
    state: states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'ok',
    languages: [...config.languages],
    cities: config.topology.cities.map(({ name, title }) => ({ name, title })),
    functions: shown,
    interruptions: interruptionsOf(notices, incidents),
    maintenance: windows
      .filter(({ announced }) => announced)
      .map(({ id, title, startsAt, endsAt }) => ({ id, title, startsAt, endsAt })),
  };
}

function interruptionsOf(
  notices: readonly MemberNotice[],
  incidents: ReadonlyMap<string, { startedAt: number; resolvedAt: number | null; state: string } | null>,
): PublicStatus['interruptions'] {
  const byIncident = Map.groupBy(notices, ({ incidentId }) => incidentId);
  return [...byIncident].map(([id, of]) => {
    const incident = incidents.get(id);
    const over = of[0]!.phase === 'resolved' || incident?.state === 'resolved' || incident?.state === 'merged';
    return {
      id,
      open: !over,
      startedAt: incident?.startedAt ?? of.at(-1)!.publishedAt,
      resolvedAt: over ? (incident?.resolvedAt ?? of[0]!.publishedAt) : null,
      notices: of.map(({ agentWord: _, publishedBy: __, ...told }) => told),
    };
  });
}
