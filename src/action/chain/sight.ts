import type { ActionTx } from '../ports.ts';
import type { ChainRun } from '../nouns.ts';
import type { ActionServices } from '../services.ts';
import type { ChainSight } from './conditions.ts';

/** Looks at what the conditions of a run's steps ask for; nothing where they ask for nothing. @param at ms */
export async function chainSight(
  tx: ActionTx,
  services: Pick<ActionServices, 'holidays'>,
  run: Pick<ChainRun, 'incidentId' | 'snapshot'>,
  at: number,
): Promise<ChainSight> {
  const counts = new Map<string, number>();
  for (const { when } of run.snapshot.steps) {
    if (!when || when.alertsAtLeast === null) continue;
    const key = `${when.within} ${when.alertsAtLeast}`;
    if (!counts.has(key)) counts.set(key, await countAlerts(tx, run.incidentId, when.within, when.alertsAtLeast, at));
  }
  return { alerts: (within, most) => counts.get(`${within} ${most}`) ?? 0, holidays: services.holidays };
}

/** The newest alerts of an incident are its first rows: as many as are asked for are read, and no more. */
async function countAlerts(
  tx: ActionTx,
  incidentId: string,
  within: number | null,
  most: number,
  at: number,
): Promise<number> {
  const since = within === null ? -Infinity : at - within;
  const fits = ({ firedAt, startsAt }: { firedAt: number | null; startsAt: number }): boolean =>
    (firedAt ?? startsAt) >= since;
  const { items } = await tx.alerts.list({ incidentId, limit: most, ...(within === null ? {} : { fits }) });
  return items.length;
}
