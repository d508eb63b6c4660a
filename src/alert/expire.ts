import { DONE, type Handler } from '../core/work.ts';
import { AlertBatch } from './batch.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { ALERT_WORK } from './facts.ts';
import { inhibit } from './inhibition.ts';
import type { AlertTx } from './ports.ts';
import { quietRules } from './quiet.ts';
import { endOf } from './tell.ts';
import { tellIfUntold } from './told.ts';

/** One row looks at all alerts: it is due when the next one expires. */
const NEXT = 'next';
const MOST_AT_ONCE = 500;

/** Puts in line that alerts are looked at when one expires; the row that is there moves if it would come too late. */
export async function watchExpiry(tx: AlertTx, at: number): Promise<void> {
  await tx.work.put({ kind: ALERT_WORK.expire, key: NEXT, dueAt: at, sooner: true, priority: 2, payload: {} });
}

/** Resolves alerts that were not sent again by their expiry, as Alertmanager does. */
export function expireAlerts(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.expire,
    async inside(tx, item) {
      const now = deps.clock.now();
      const over = await tx.alerts.expired(now, MOST_AT_ONCE);
      const batch = new AlertBatch();
      for (const alert of over) {
        batch.know(alert);
        const { change, entry } = endOf(alert, {
          at: alert.expiresAt!,
          reason: alert.calmAt === null ? 'not-sent-again' : 'calm-again',
          causeId: null,
        });
        batch.change(alert.id, change);
        batch.write(() => entry);
      }
      const ended = over.map(({ id }) => id);
      const freed = await inhibit(tx, settingsOf(deps).inhibit, batch, { began: [], ended });
      if (freed.length > 0) {
        await tellIfUntold(tx, batch, freed, await quietRules(tx, now), { causeId: null, now });
      }
      await batch.flush(tx);
      const next = await tx.alerts.nextExpiry();
      if (next === null) return DONE;
      if (item.key === NEXT) return { kind: 'again', dueAt: Math.max(next, now) };
      // A row of an older version stands for one alert.
      await watchExpiry(tx, next);
      return DONE;
    },
  };
}
