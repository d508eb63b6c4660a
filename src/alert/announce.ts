import { systemActor } from '../core/actor.ts';
import { formatDuration } from '../core/duration.ts';
import { DONE, type Handler } from '../core/work.ts';
import type { Maintenance } from './alert.ts';
import type { AlertDeps } from './deps.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';

/** Puts in line that work is told before it begins; what was in line before goes. */
export async function watchNotice(tx: AlertTx, window: Maintenance, now: number, causeId: string): Promise<void> {
  const { id, notice, startsAt } = window;
  await tx.work.cancel(ALERT_WORK.announce, id);
  if (notice === null || startsAt <= now) return;
  const row = { kind: ALERT_WORK.announce, key: id, priority: 3, payload: { id }, causeId };
  await tx.work.put({ ...row, dueAt: Math.max(now, startsAt - notice) });
}

/** Writes that announced work begins soon: the fact leads to messages to those who want to know. */
export function announce(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.announce,
    async inside(tx, item) {
      const now = deps.clock.now();
      const window = await tx.alerts.maintenance(item.key);
      if (!window || window.startsAt <= now || window.endsAt <= now) return DONE;
      const { id, title, startsAt, endsAt, tell } = window;
      await tx.journal.append({
        actor: systemActor('alert'),
        fact: ALERT_FACTS.maintenanceSoon,
        subject: { kind: 'maintenance', id },
        causeId: item.causeId ?? undefined,
        summary: `Announced work begins in ${formatDuration(Math.round((startsAt - now) / 60_000) * 60_000)}: ${title}.`,
        reason: 'announced-ahead',
        data: { startsAt, endsAt, tell },
        at: now,
      });
      return DONE;
    },
  };
}
