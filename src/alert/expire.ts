import type { Deps } from '../core/transaction.ts';
import { DONE, type Handler } from '../core/work.ts';
import { ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { endAlert } from './tell.ts';

/** Resolves an alert that was not sent again by its expiry, as Alertmanager does. */
export function expireAlert(deps: Deps<AlertTx>): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.expire,
    async inside(tx, item) {
      const alert = await tx.alerts.byId(item.key);
      if (!alert || alert.state === 'resolved' || alert.expiresAt === null) return DONE;
      if (alert.expiresAt > deps.clock.now()) return { kind: 'again', dueAt: alert.expiresAt };
      await endAlert(tx, alert, { at: alert.expiresAt, reason: 'not-sent-again', causeId: null });
      return DONE;
    },
  };
}
