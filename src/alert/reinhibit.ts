import { DONE, type Handler } from '../core/work.ts';
import { AlertBatch } from './batch.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { ALERT_WORK } from './facts.ts';
import { inhibit } from './inhibition.ts';
import type { AlertTx } from './ports.ts';
import { quietRules } from './quiet.ts';
import { tellIfUntold } from './told.ts';

const PAGE = 500;

/** Brings inhibition in line with the configuration: at start and after each reload. */
export async function watchInhibition(deps: AlertDeps): Promise<void> {
  await deps.store.transact(async (tx) => {
    await tx.work.put({ kind: ALERT_WORK.reinhibit, key: 'all', priority: 1, payload: {} });
  });
}

/**
 * Decides for every firing alert again who inhibits it, after the rules changed. It goes through them by pages, each in
 * a transaction of its own: first the sides of all of them are written, then what is inhibited no more is told.
 */
export function reinhibit(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.reinhibit,
    async inside(tx, item) {
      const now = deps.clock.now();
      const rules = settingsOf(deps).inhibit;
      const { after } = item.payload;
      if (typeof after !== 'string') {
        const had = await tx.alerts.clearSides();
        if (!had && rules.length === 0) return DONE;
      }
      const page = await tx.alerts.list({
        states: ['firing'],
        limit: PAGE,
        ...(typeof after === 'string' ? { after } : {}),
      });
      const batch = new AlertBatch();
      for (const alert of page.items) batch.know(alert);
      const ids = page.items.map(({ id }) => id);
      if (rules.length > 0) {
        await tx.alerts.removeSides(ids);
        await inhibit(tx, rules, batch, { began: ids, ended: [] });
      } else for (const id of ids) batch.change(id, { inhibitedBy: null });
      const freed = page.items.filter(({ id, inhibitedBy }) => inhibitedBy !== batch.alert(id).inhibitedBy);
      await tellIfUntold(
        tx,
        batch,
        freed.map(({ id }) => id),
        await quietRules(tx, now),
        { causeId: null, now },
      );
      await batch.flush(tx);
      return page.next === null ? DONE : { kind: 'again', dueAt: now, payload: { after: page.next } };
    },
  };
}
